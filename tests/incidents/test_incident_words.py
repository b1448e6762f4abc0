from incidents.difference import difference

from incidents.templatetags.incident_words import marked


def test_what_went_and_what_came_is_marked():
    assert marked(difference("We fix <it> now.", "We fix <it> soon.")) == (
        "We fix &lt;it&gt; <del>now.</del><ins>soon.</ins>"
    )
