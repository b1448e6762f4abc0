"""Long words, other scripts, markup and many rows break nothing."""

import re
from dataclasses import replace

import pytest

from postmortems.choices import SectionKind
from postmortems.document.values import Cause, Paragraph, Section
from postmortems.pdf import drawing, view
from tests.postmortems import examples, german
from tests.postmortems.pdf.reading import Read

LONG, DRESS = examples.LONG, examples.DRESS


@pytest.fixture(scope="module")
def many():
    """200 steps of the response, 40 causes and 30 actions, everything else as it is."""
    steps = tuple(replace(LONG.mitigations[n % 9], text=f"Step {n}", is_internal=False) for n in range(200))
    causes = tuple(replace(LONG.causes[n % 6], number=n + 1, text=f"Cause number {n + 1}") for n in range(40))
    actions = tuple(replace(LONG.actions[n % 8], number=n + 1, causes=(n + 1, n + 2)) for n in range(30))
    kinds = (SectionKind.RESPONSE_LOG, SectionKind.FACTORS, SectionKind.ACTIONS)
    sections = tuple(Section(kind, str(kind.label)) for kind in kinds)
    content = replace(LONG, sections=sections, mitigations=steps, causes=causes, actions=actions)
    edition = examples.edition(content, is_internal=True, is_draft=True)
    return Read(drawing.draw(content, edition, DRESS))


def test_the_head_of_a_table_of_200_rows_stands_on_each_of_its_pages(many):
    pages = [" ".join(page.split()) for page in many.pages]
    with_rows = [page for page in pages[1:] if page.count("Step ") > 3]
    heads = ("Time Role and name", "In force Temporary measure")

    assert [page for page in with_rows if not any(head in page for head in heads)] == []
    assert sum(heads[0] in page for page in with_rows) >= 6
    assert {int(number) for number in re.findall(r"Step (\d+)", many.words)} == set(range(200))


def test_a_matrix_of_40_by_30_is_set_in_parts_and_shows_its_holes(many):
    words = many.words

    assert "Actions A1 to A12" in words
    assert "Actions A25 to A30" in words
    assert words.count("no lasting action") == 10  # C1 has only a temporary one, C32 to C40 none; each is said once


def test_nothing_stands_outside_the_page(many):
    for page in many.reader.pages:
        seen = []

        def visit(text, cm, tm, _font, _size, seen=seen):
            seen.append((text, tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]))

        page.extract_text(visitor_text=visit)
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert [
            each for each in seen if each[0].strip() and not (0 <= each[1] <= width and 0 <= each[2] <= height)
        ] == []


def test_a_hostile_one_is_drawn_whole():
    content = examples.hostile(rows=3, causes=2, actions=2, impacts=5)
    pdf = Read(drawing.draw(content, examples.edition(content), replace(DRESS, name=examples.ODD)))

    assert "<script>alert(1)</script>" in pdf.reader.metadata.title
    assert [title for title in pdf.titles if "{{ o.title }} {% load x %}" in title] != []
    assert len(pdf.reader.pages) > 5


def test_markup_in_texts_is_text():
    content = replace(
        LONG,
        title="<b>x</b> & {{ o.name }}",
        causes=(Cause(1, "</style><script>x</script>", LONG.causes[0].kind, True),),
        sections=(Section(SectionKind.TEXT, "<i>", paragraphs=(Paragraph("<u>no</u> [a](javascript:x) ![p](http://p)"),)),
                  Section(SectionKind.ROOT_CAUSE, "Root")),
    )  # fmt: skip
    html = view.page(content, examples.edition(content), DRESS)

    for raw in ("<b>x</b>", "<script", "<u>", "<i>", 'javascript:x"'):
        assert raw not in html.replace("<i class=", "")
    assert html.count("</style>") == 1


def test_names_that_are_written_from_the_right_are_said_to_be():
    content = replace(LONG, title="الرسائل القصيرة", contact="support@ferrypost.example")
    html = view.page(content, examples.edition(content), DRESS)

    assert '<h1 class=""><span dir="rtl">الرسائل القصيرة</span></h1>' in html


def test_a_german_one_says_so_and_hyphenates():
    dress = replace(DRESS, language="de", zone="Europe/Berlin")
    pdf = Read(drawing.draw(german.CONTENT, examples.edition(german.CONTENT), dress))

    assert pdf.catalog["/Lang"] == "de"
    assert "1.310" in pdf.words
    assert "27,4" in pdf.words
    assert "13:08\u00a0CET" in pdf.text.replace(" CET", "\u00a0CET")
    assert any(line.endswith(("‐", "-", "\u00ad")) for line in pdf.text.splitlines())
    assert len(pdf.reader.pages) < 9


@pytest.mark.parametrize(("color", "shade"), [("#0b5fa5", "#0b5fa5"), ("#ffff00", None), ("", None)])
def test_the_colour_of_the_house_is_seen_on_paper(color, shade):
    html = view.page(LONG, examples.edition(LONG), replace(DRESS, color=color))

    assert (":root { --brand: #ffff00" in html) is False
    assert (":root { --brand:" in html) == bool(color)
    if shade:
        assert f"--brand: {shade}" in html


def test_a_wide_logo_keeps_its_shape_and_fits():
    dress = replace(DRESS, logo=examples.logo(), logo_width=1600, logo_height=100)
    html = view.page(LONG, examples.edition(LONG), dress)

    assert 'alt="Ferrypost"' in html
    assert "width:60.0mm;height:3.75mm" in html
