"""Nothing becomes public because its source changed or because it comes to stand in another section."""

import pytest

from postmortems import actions
from postmortems.choices import Way
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Paragraph, Question
from tests import factories as make
from tests.postmortems.test_choosing import chosen, read_by_customers

pytestmark = pytest.mark.django_db


def of_record(postmortem, table, **facts):
    record = actions.start_record(postmortem, by=make.in_group("Engineering"))
    if table is Assessment:
        return actions.change(record.assessments.get(), by=None, data="Open", **facts)
    if table is Paragraph:
        facts["question"] = Question.objects.filter(template=postmortem.template).first()
    if table in (Event, Mitigation):
        facts["at"] = postmortem.incident.started_at
    return actions.add(table, postmortem, record=record, by=None, text="Open", **facts)


@pytest.mark.parametrize("table", [Paragraph, Event, Mitigation, Cause, ActionItem, Assessment])
def test_a_source_that_is_internal_by_now_is_taken_with_its_mark_and_none_makes_public(table):
    postmortem = make.postmortem(way="full", severity="major")
    source = of_record(postmortem, table)
    part = actions.take_over(source, by=None)
    assert "Open" in read_by_customers(postmortem)
    words = "data" if table is Assessment else "text"
    actions.change(source, by=None, is_internal=True, **{words: "Wombat"})
    actions.take_change(postmortem.citations.get(part=part.key), by=None)
    part.refresh_from_db()
    assert (getattr(part, words), part.is_internal) == ("Wombat", True)
    assert "Wombat" not in read_by_customers(postmortem)
    actions.change(source, by=None, is_internal=False, **{words: "Wombat, again"})
    actions.take_change(postmortem.citations.get(part=part.key), by=None)
    part.refresh_from_db()
    assert (getattr(part, words), part.is_internal) == ("Wombat, again", True)


def kept_factor(kind="factors"):
    """A draft with a factor out of a record, in a section that staff alone read."""
    postmortem = make.postmortem(way="full", severity="major")
    actions.mark_section(make.section(postmortem, kind), visibility="internal", by=None)
    source = of_record(postmortem, Cause, is_root=kind == "root_cause")
    return postmortem, source, actions.take_over(source, by=None)


def is_internal(part):
    part.refresh_from_db()
    return part.is_internal


def test_a_factor_that_becomes_the_root_cause_in_its_record_stays_with_staff():
    postmortem, source, cause = kept_factor()
    actions.change(source, by=None, is_root=True)
    actions.take_change(postmortem.citations.get(), by=None)
    assert (is_internal(cause), cause.is_root) == (True, True)
    assert "Open" not in read_by_customers(postmortem)


@pytest.mark.parametrize("kind", ["factors", "root_cause"])
def test_nor_is_it_public_where_a_person_moves_it_until_they_say_so(kind):
    postmortem, _source, cause = kept_factor(kind)
    actions.change(cause, by=None, is_root=kind == "factors")
    assert is_internal(cause)
    actions.change(cause, by=None, is_root=kind != "factors")
    actions.change(cause, by=None, is_root=kind == "factors", is_internal=False)  # said with it
    assert "Open" in read_by_customers(postmortem)


def test_what_customers_read_they_read_on_where_it_moves():
    postmortem = make.postmortem(way="full", severity="major")
    cause = actions.add(Cause, postmortem, by=None, text="Open")
    actions.change(cause, by=None, is_root=True)
    assert not is_internal(cause)
    actions.mark_section(make.section(postmortem, "factors"), visibility="internal", by=None)
    actions.change(cause, by=None, is_root=False)  # the section hides it, and no mark is needed
    assert not is_internal(cause)


def test_nor_where_it_is_settled_that_it_is_the_root_cause():
    postmortem, source, cause = kept_factor()
    other = actions.start_record(postmortem, by=make.in_group("Engineering"))
    actions.add(Cause, postmortem, record=other, by=None, text="Another", is_root=True)
    actions.change(source, by=None, is_root=True)
    actions.settle(postmortem, question="root", chosen="Open", reason="The trace shows it", by=None)
    assert (is_internal(cause), cause.is_root) == (True, True)
    assert cause.history.first().history_change_reason == "The trace shows it"


@pytest.mark.parametrize("first", [True, False])
def test_a_root_cause_that_one_of_two_records_keeps_to_staff_is_settled_so(first):
    postmortem = make.postmortem(way="full", severity="major")
    for text, internal in (("A lock", first), ("A lock", not first), ("A full disk", False)):
        record = actions.start_record(postmortem, by=make.in_group("Engineering"))
        actions.add(Cause, postmortem, record=record, by=None, text=text, is_root=True, is_internal=internal)
    actions.settle(postmortem, question="root", chosen="A lock", by=None)
    assert postmortem.causes.of_document().get(text="A lock").is_internal


def test_rows_that_the_short_form_has_no_section_for_are_internal_in_the_full_one():
    short = make.postmortem(way="short", severity="minor")
    for sections in (short.sections, short.template.sections):
        sections.filter(kind__in=("timeline", "actions", "mitigation", "impact")).delete()
    at = short.incident.started_at
    root = actions.add(Cause, short, by=None, text="Open", is_root=True)
    rows = [
        actions.add(Cause, short, by=None, text="Wombat"),
        actions.add(Event, short, by=None, text="Wombat", at=at),
        actions.add(Mitigation, short, by=None, text="Wombat", at=at),
        actions.add(ActionItem, short, by=None, text="Wombat"),
        actions.change(short.assessments.get(), by=None, data="Wombat"),
    ]
    removed = actions.remove(actions.add(Cause, short, by=None, text="Wombat"), by=None)
    assert "Wombat" not in read_by_customers(short)
    full = chosen(short, Way.FULL)
    actions.restore(removed, by=None)
    assert "Wombat" not in read_by_customers(full)
    assert [is_internal(row) for row in (*rows, removed, root)] == [True] * 6 + [False]
