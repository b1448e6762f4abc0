from incidents.templatetags.incident_words import marked
from incidents.timeline.difference import difference


def test_what_went_and_what_came_is_marked():
    assert marked(difference("We fix <it> now.", "We fix <it> soon.")) == (
        "We fix &lt;it&gt; <del>now.</del><ins>soon.</ins>"
    )
