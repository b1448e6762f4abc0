"""What comes out: a tagged PDF with headings, bookmarks, fonts, a title and a language; the same bytes each time."""

import re
from itertools import pairwise

import pytest

from postmortems.pdf import drawing
from tests.postmortems import examples
from tests.postmortems.pdf.conftest import KINDS

ALL = sorted(KINDS)


@pytest.mark.parametrize("kind", ALL)
def test_it_says_that_it_is_accessible_and_what_it_is_called_and_in_which_language(read, kind):
    pdf = read(kind)
    content = KINDS[kind][0]

    assert re.search(r"pdfuaid:part(=.|>)1", pdf.metadata)
    assert pdf.catalog["/MarkInfo"]["/Marked"]
    assert pdf.catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.catalog["/Lang"] == "en"
    assert pdf.reader.metadata.title.startswith(f"{content.title}: ")
    assert pdf.reader.metadata.author == "Ferrypost"


@pytest.mark.parametrize("kind", ALL)
def test_headings_begin_with_one_title_and_skip_no_level(read, kind):
    levels = [int(each.kind[1]) for each in read(kind).tree.below() if re.fullmatch("H[1-6]", each.kind)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_bookmarks_are_the_sections_in_their_order(read):
    titles = [title for title in read("customers").titles if re.match(r"\d+ ", title)]

    assert [title.split(" ", 1)[1] for title in titles] == [
        *(section.title for section in examples.LONG.sections),
        "Version and digest",
    ]


@pytest.mark.parametrize("kind", ALL)
def test_every_font_is_embedded_and_text_is_set_in_ours(read, kind):
    fonts = read(kind).fonts

    assert [name for name, descriptor in fonts.items() if not {"/FontFile2", "/FontFile3"} & set(descriptor)] == []
    assert any("Bridgewatch-Text" in name or "BridgewatchText" in name for name in fonts)


@pytest.mark.parametrize("kind", ALL)
def test_pictures_have_words_and_cells_that_head_others_say_which(read, kind):
    tree = read(kind).tree

    assert [each for each in tree.below("Figure") if not each.alternative] == []
    for table in tree.below("Table"):
        heads = [cell.scope for head in table.below("THead") for cell in head.below("TH")]
        names = [cell.scope for body in table.below("TBody") for cell in body.below("TH")]
        assert set(heads) == {"/Column"}
        assert set(names) <= {"/Row"}


def test_running_heads_and_feet_are_no_part_of_what_is_read_aloud(read):
    pdf = read("customers")
    owned = {mark for each in [pdf.tree, *pdf.tree.below()] for mark in each.marks}
    for number, page in enumerate(pdf.reader.pages):
        stream = page.get_contents().get_data().decode("latin-1")
        numbers = {int(found) for found in re.findall(r"/MCID (\d+)", stream)}
        assert {(number, each) for each in numbers} <= owned
        assert stream.count("/Pagination") >= 3


def test_links_print(read):
    annotations = [each.get_object() for page in read("customers").reader.pages for each in page.get("/Annots", [])]

    assert len(annotations) >= len(examples.LONG.sections)
    assert {each["/F"] for each in annotations} == {4}


@pytest.mark.parametrize("kind", ["customers", "short"])
def test_the_same_values_give_the_same_bytes(made, kind):
    content, how, dress, paper = KINDS[kind]

    again = drawing.draw(content, examples.edition(content, **how), dress, paper=paper)

    assert again == made(kind)


def test_a_short_one_has_two_pages_and_no_contents(read):
    pdf = read("short")

    assert len(pdf.reader.pages) == 2
    assert "Contents" not in pdf.words
    assert [section.title for section in examples.SHORT.sections if section.title not in pdf.words] == []


def test_a_long_one_has_about_ten_pages_each_with_its_number(read):
    pages = read("customers").pages

    assert 8 <= len(pages) <= 12
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in " ".join(page.split())


def test_the_first_page_answers_five_questions_and_compares_six_steps(read):
    first = " ".join(read("customers").pages[0].split())

    for words in ("What happened", "Who, how long", "Why", "What was done", "What prevents it", "12 min over"):
        assert words in first
    assert "1,310 of 4,780 customers (27.4 %)" in first.replace("\u00a0", " ")
    assert "reliability@ferrypost.example" in first


def test_only_drafts_have_the_word_behind_their_text(read):
    assert all("Draft" in page.splitlines() for page in read("internal draft").pages)
    assert "Draft" not in read("customers").text


def test_what_is_internal_is_marked_on_every_page(read):
    assert all("Do not pass on" in page for page in read("internal draft").pages)
    assert "Internal" not in read("customers").text


def test_letter_and_a4(read):
    sizes = {kind: [round(float(each)) for each in read(kind).reader.pages[0].mediabox[2:]] for kind in ALL}

    assert sizes == {"customers": [595, 842], "internal draft": [612, 792], "short": [595, 842]}


def test_the_digest_and_the_versions_stand_at_the_end(read):
    last = read("customers").pages[-1]

    assert examples.edition(examples.LONG).digest in "".join(last.split())
    assert "Number of expired passcodes corrected" in " ".join(last.split())
