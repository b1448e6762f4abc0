"""The document in words: answers, tables and their numbers, before anybody says how it looks."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidents.choices import Level
from postmortems.choices import ActionKind, CauseKind, EventKind, Metric, SectionKind
from postmortems.document import words
from postmortems.document.edition import Dress
from postmortems.document.facts import Counts, Impact, Notice, Step, Times
from postmortems.document.outline import course, cover, outline
from postmortems.document.outline.course import strips
from postmortems.document.outline.values import Log, Table
from postmortems.document.redaction import for_customers
from postmortems.document.values import Action, Cause, Paragraph, Section, Visibility
from tests.postmortems import examples
from tests.postmortems.long import at

LONG, DRESS = examples.LONG, examples.DRESS


def told(content=LONG, dress=DRESS, **how):
    return outline(content, examples.edition(content, **how), dress)


def tables(made, name):
    blocks = [block for chapter in made.chapters for block in chapter.blocks]
    return [block for block in blocks if isinstance(block, Table) and block.name == name]


def texts(table):
    return [[" / ".join(line.text for line in cell) for cell in row.cells] for row in table.rows]


def answer(made, question):
    found = {each.question: each.text.replace("\u00a0", " ") for each in made.answers}
    return found.get(question)


def test_who_and_how_long_is_a_sentence_from_counts_times_and_impacts():
    assert answer(told(), "Who, how long") == (
        "1,310 of 4,780 customers (27.4 %), 1,855,000 messages. From 09:14 to 12:08 UTC on Thu 19 Nov 2026: "
        "2 h 54 min. Affected: SMS, Verify and Delivery receipts in Frankfurt and Singapore. "
        "The longest wait was 1 h 28 min."
    )


def test_counts_that_are_internal_are_on_no_first_page():
    made = told(replace(LONG, counts=replace(LONG.counts, is_internal=True)), is_internal=True)

    assert "1,310" not in answer(made, "Who, how long")
    assert tables(made, "pairs")[0].is_internal


def test_what_prevents_it_names_the_first_lasting_actions_with_their_days():
    text = answer(told(), "What prevents it")

    assert text.startswith("Put the unit into the name of the field; refuse the old name (by 27 Nov 2026). Refuse")
    assert text.endswith("6 more actions follow.")  # temporary ones too: readers count those of the table


def test_the_first_page_of_a_short_one_answers_all_five():
    assert [each.question for each in told(examples.SHORT).answers] == [
        "What happened", "Who, how long", "Why", "What was done", "What prevents it",
    ]  # fmt: skip


def test_without_a_paragraph_a_short_one_says_what_customers_were_told_first():
    sections = tuple(replace(each, paragraphs=()) for each in examples.SHORT.sections)
    notices = (Notice(at("13:10"), "Investigating", "**One of five** sign-ins fails."),)

    made = told(replace(examples.SHORT, sections=sections, notices=notices))
    assert answer(made, "What happened") == "One of five sign-ins fails."


def test_a_title_stands_over_something_and_drafts_show_what_is_empty():
    empty = Section(SectionKind.TEXT, "For later")
    content = replace(LONG, sections=(LONG.sections[0], empty, *LONG.sections[1:]))

    assert "For later" not in [chapter.title for chapter in told(content).chapters]
    assert [chapter.number for chapter in told(content).chapters] == list(range(1, 13))
    assert "For later" in [chapter.title for chapter in told(content, is_draft=True).chapters]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Resolved", ""), ("Resolved: all is well", "all is well"), ("It works: at last", "It works: at last")],
)
def test_an_event_does_not_say_its_title_again(text, shown):
    event = replace(LONG.events[0], kind=EventKind.RESOLVED, text=text)
    blocks = [block for chapter in told(replace(LONG, events=(event,))).chapters for block in chapter.blocks]
    (entry,) = next(block.entries for block in blocks if isinstance(block, Log))

    assert (entry.title, entry.text) == ("It was resolved", shown)


def test_causes_stand_whole_in_the_matrix():
    text = "The field carries no unit, neither in its name nor in its schema, so that " + "a value " * 20 + "is valid"
    content = replace(LONG, causes=tuple(replace(cause, text=text) for cause in LONG.causes))

    assert texts(tables(told(content), "matrix")[0])[0][1] == text


def test_a_matrix_in_parts_shows_with_each_the_causes_that_its_actions_work_on():
    causes = tuple(Cause(number, f"Reason {number}", CauseKind.SOFTWARE) for number in range(1, 31))
    works = [Action(n, f"act_{n}", "Do it", ActionKind.PREVENT, causes=(n, 30)) for n in range(1, 27)]
    content = replace(LONG, causes=causes, actions=tuple(works))

    shown = [[row[0] for row in texts(part)] for part in tables(told(content), "matrix")]
    numbers = [[int(re.findall(r"\d+", name)[0]) for name in names] for names in shown]
    assert numbers == [[*range(1, 13), 27, 28, 29, 30], [*range(13, 25), 30], [25, 26, 30]]


@pytest.mark.parametrize(
    ("title", "name"),
    [("SMS delayed", "sms-delayed"), ("漢字", "rca_x"), ("word " * 30, "word-" * 11 + "word"), ("w" * 90, "w" * 60)],
)
def test_a_file_is_called_by_whole_words(title, name):
    assert words.file_name(title, otherwise="rca_x") == name


def test_a_question_without_an_answer_is_not_asked():
    empty = replace(LONG, sections=(), causes=(), actions=(), mitigations=(), counts=Counts())

    assert [each.question for each in told(empty).answers] == ["Who, how long"]


def test_of_a_section_for_staff_only_customers_see_no_number_missing():
    hidden = Section(SectionKind.TEXT, "For us", Visibility.INTERNAL, (Paragraph("Ours."),))
    content = replace(LONG, sections=(LONG.sections[0], hidden, *LONG.sections[1:]))

    assert [chapter.number for chapter in told(content).chapters] == list(range(1, 13))
    assert [chapter.is_internal for chapter in told(content, is_internal=True).chapters][:3] == [False, True, False]


@pytest.mark.parametrize(("locations", "name"), [(1, "cells"), (4, "cells"), (5, "levels")])
def test_locations_stand_abreast_while_there_is_room(locations, name):
    impacts = tuple(Impact("SMS", f"Place {n}", Level.MAJOR, at("09:14"), at("10:00")) for n in range(locations))
    made = told(replace(LONG, impacts=impacts))

    assert len(tables(made, name)) == 1


def test_impacts_that_overlap_count_with_the_worst_and_only_once():
    found = strips(
        [
            Impact("SMS", "", Level.DEGRADED, at("09:00"), at("12:00")),
            Impact("SMS", "", Level.MAJOR, at("10:00"), at("11:00")),
            Impact("SMS", "", Level.DEGRADED, at("12:00"), None),
        ],
        at("13:00"),
    )

    assert [(f"{run.start:%H}", f"{run.end:%H}", run.level, run.is_open) for run in found[0].runs] == [
        ("09", "10", Level.DEGRADED, False),
        ("10", "11", Level.MAJOR, False),
        ("11", "13", Level.DEGRADED, True),
    ]


def test_each_notice_is_held_against_what_the_one_before_had_promised():
    notices = (
        Notice(at("09:50"), "Investigating", "x", at("10:20")),
        Notice(at("10:20"), "Identified", "x", at("10:40")),
        Notice(at("11:08"), "Monitoring", "x"),
        Notice(at("11:30"), "Resolved", "x"),
    )
    steps = (Step(Metric.FIRST_NOTICE, 19, 15, "detection"),)
    (table,) = tables(told(replace(LONG, notices=notices, steps=steps)), "notices")

    assert [row[3:] for row in texts(table)] == [
        ["within 15\u00a0min", "4\u00a0min late"], ["10:20", "on time"], ["10:40", "28\u00a0min late"], ["–", "–"],
    ]  # fmt: skip
    drawn = course(replace(LONG, notices=notices, steps=steps)).notices
    assert [each.is_late for each in drawn] == [True, False, True, False]


def test_holes_of_the_matrix_are_said_in_internal_drafts_only():
    action = Action(1, "act_1", "Restart", ActionKind.MITIGATE, causes=(1,))
    content = replace(LONG, actions=(action,), causes=LONG.causes[:2])

    def said(**how):
        return [row[1] for row in texts(tables(told(content, **how), "matrix")[0])]

    assert all("no lasting action" in text for text in said(is_internal=True, is_draft=True))
    assert not any("no lasting action" in text for text in said(is_internal=True))
    assert not any("no lasting action" in text for text in said(is_draft=True))


def test_who_signed_is_named_to_staff_only():
    assert texts(tables(told(is_internal=True), "signed")[0])[0] == [
        "Reliability", "Oskar Nyman", "Mon\u00a023\u00a0Nov\u00a02026, 08:14\u00a0UTC",
    ]  # fmt: skip
    assert texts(tables(told(), "signed")[0])[0] == ["Reliability", "Mon\u00a023\u00a0Nov\u00a02026, 08:14\u00a0UTC"]


def test_times_are_in_the_zone_of_the_dress():
    made = told(dress=Dress("Ferrypost", zone="Asia/Kathmandu"))

    assert made.state_lines[0] == "17:53\u00a0UTC+5:45"


def test_an_open_one_says_that_it_is():
    made = told(replace(LONG, times=Times(at("09:14"), at("09:31"))))

    assert (made.state, made.is_over) == ("Not resolved yet", False)
    assert answer(made, "Who, how long").split(". ")[1] == "Since Thu 19 Nov 2026, 09:14 UTC"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "less than 1 min"),
        (1, "1 min"),
        (60, "1 h"),
        (174, "2 h 54 min"),
        (1440, "1 day"),
        (4511, "3 days 3 h 11 min"),
    ],
)
def test_how_long(minutes, text):
    assert words.lasting(minutes).replace("\u00a0", " ") == text


def test_a_step_of_less_than_a_minute_fits_its_column():
    [measure] = cover.measures([Step(Metric.DETECT, 0, None, "beginning")], is_internal=False)
    assert measure.took.replace("\u00a0", " ") == "<1 min"


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.04, "under 0.1 %"), (27.405, "27.4 %"), (99.96, "over 99.9 %"), (100, "100 %")]
)
def test_shares(share, text):
    assert words.percentage(share).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [("One. Two.", "One. Two."), ("One two three. Four five six seven.", "One two three."), ("a" * 40, "a" * 25 + "…")],
)
def test_long_texts_end_with_a_sentence(text, kept):
    assert words.first_sentences(text, 25) == kept


@pytest.mark.parametrize("internal", ["mitigation", "response_log"])
def test_what_an_internal_section_would_print_is_printed_in_no_other(internal):
    sections = tuple(
        replace(each, visibility=Visibility.INTERNAL if each.kind == internal else Visibility.CUSTOMERS)
        for each in LONG.sections
    )
    assert for_customers(replace(LONG, sections=sections)).mitigations == ()
    assert for_customers(LONG).mitigations != ()


def test_a_day_of_another_year_than_the_outage_has_its_year():
    calendar = words.Calendar.of("UTC", datetime(2026, 1, 2, 9, tzinfo=UTC), datetime(2026, 1, 2, 11, tzinfo=UTC))
    told = [calendar.near(datetime(year, month, day, 9, 14, tzinfo=UTC)).replace("\u00a0", " ") for year, month, day in
            [(2026, 1, 2), (2026, 1, 5), (2025, 1, 3)]]  # fmt: skip
    assert told == ["09:14", "5 Jan, 09:14", "3 Jan 2025, 09:14"]
