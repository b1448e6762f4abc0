"""Nothing that is for staff is in what customers get: not in its text, tags, outline, metadata or addresses."""

from hypothesis import HealthCheck, given, settings

from postmortems.pdf import drawing, view
from tests.postmortems import examples, generated
from tests.postmortems.pdf.reading import Read

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def leaked(secret, text):
    return [word for word in secret if word in text]


@given(generated.contents())
@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
def test_the_page_that_is_printed_holds_no_word_for_staff(made):
    content, secret = made

    html = view.page(content, examples.edition(content), examples.DRESS)

    assert leaked([*secret, "Oskar Nyman"], html) == []
    assert f"{content.title}: " in html


@given(generated.contents(most=2))
@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
def test_the_pdf_holds_no_word_for_staff_anywhere(made):
    content, secret = made

    everything = Read(drawing.draw(content, examples.edition(content), examples.DRESS)).everything()

    assert leaked([*secret, "Oskar Nyman"], everything) == []
    assert content.title in everything


@given(generated.contents())
@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
def test_the_page_for_staff_can_be_drawn_of_anything(made):
    content, _secret = made

    html = view.page(content, examples.edition(content, is_internal=True, is_draft=True), examples.DRESS)

    assert "Internal draft. Do not pass on" in html


def test_the_long_one_for_customers_names_nobody_and_no_ticket(read):
    everything = read("customers").everything()

    names = {each.who for each in examples.LONG.mitigations} | {each.owner for each in examples.LONG.actions}
    hidden = [*names, "MSG-22", "EUR 46,000", "sales channel", "A 4.1", "C7", "A9", "Verify was mitigated", "Oskar"]
    assert [word for word in hidden if word and word in everything] == []


def test_the_long_one_for_staff_names_them(read):
    words = read("internal draft").words

    for word in ("Jun Watanabe", "MSG-2202", "EUR 46,000", "A 4.1", "Verify was mitigated at 10:21", "Not yet signed"):
        assert word in words
