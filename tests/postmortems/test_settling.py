"""What records disagree about is settled in the open, and what they agree on is taken over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.exceptions import DomainError
from postmortems import actions
from postmortems.models import Assessment, Cause, Event, Record
from postmortems.parts import Parts
from tests import factories as make

pytestmark = pytest.mark.django_db


def at(name, postmortem):
    return reverse(f"postmortems_staff:{name}", args=[postmortem.public_id])


def settle(client, postmortem, question, **said):
    return client.post(at("settle", postmortem), {"question": question} | said)


def full(severity="major"):
    """A draft with two records that are in."""
    postmortem = make.postmortem(way="full", severity=severity)
    people = [make.in_group("Engineering", first_name=name) for name in ("Jun", "Lena")]
    for record in actions.invite(postmortem, people=people, by=None):
        Record.objects.filter(pk=record.pk).update(submitted_at=timezone.now())
    return postmortem


def say(table, postmortem, *of_each):
    """What each record says: a row with these fields."""
    for record, facts in zip(postmortem.records.all(), of_each, strict=True):
        if table is Assessment:
            actions.change(record.assessments.get(), by=None, **facts)
        else:
            actions.add(table, postmortem, record=record, by=None, **facts)


def test_nothing_chosen_is_said_beside_the_question_and_it_is_settled_anew(client, writer):
    postmortem = full()
    start = postmortem.incident.started_at
    found = [start + timedelta(minutes=minutes) for minutes in (4, 9)]
    say(Event, postmortem, *({"at": each, "text": "Found.", "kind": "cause_found"} for each in found))
    answer = settle(client, postmortem, "time.cause_found", reason="  ")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose one, or say in a sentence how it was." in html[html.index('id="q-time-cause_found-error"') :]
    answer = settle(client, postmortem, "time.cause_found", chosen="2001-01-01", reason="By the log")
    assert 'value="By the log"' in answer.content.decode()  # nothing typed is lost
    settle(client, postmortem, "time.cause_found", reason="By the log.")
    html = client.get(at("write", postmortem)).content.decode()
    assert "When was the cause found? By the log. <small>" in html
    assert "Settle it anew" in html
    chosen = postmortem.events.filter(record__isnull=False).first().at.replace(second=0, microsecond=0).isoformat()
    settle(client, postmortem, "time.cause_found", chosen=chosen, reason="No, by the file")
    settlement = postmortem.settlements.get()
    assert (settlement.chosen, settlement.reason) == (chosen, "No, by the file")
    assert settle(client, postmortem, "time.began", reason="x").status_code == 302  # nobody asks that


def test_a_root_cause_that_is_chosen_ends_in_one_full_stop():
    postmortem = full()
    say(Cause, postmortem, {"text": "A lock.", "is_root": True}, {"text": "A full disk.", "is_root": True})
    settlement = actions.settle(postmortem, question="root", chosen="A lock.", reason="The trace shows it", by=None)
    [row] = Parts(postmortem).contradictions
    assert row.settlement == settlement
    assert row.sentence == "What is the root cause? A lock. The trace shows it."


def roots(postmortem):
    return {cause.text: cause.is_root for cause in postmortem.causes.of_document()}


def said_twice():
    postmortem = full()
    say(Cause, postmortem, {"text": "A lock", "is_root": True}, {"text": "A full disk", "is_root": True})
    return postmortem


@pytest.mark.parametrize("is_drafted_first", [True, False])
def test_the_root_cause_that_is_chosen_is_the_root_and_what_others_say_a_factor(is_drafted_first):
    postmortem, by = said_twice(), make.in_group("Reliability")
    own = actions.add(Cause, postmortem, by=None, text="No limit", is_root=True)
    if is_drafted_first:
        actions.draft_from_records(postmortem, by=by)
    actions.settle(postmortem, question="root", chosen="A lock", reason="The trace shows it", by=by)
    actions.draft_from_records(postmortem, by=by)
    assert roots(postmortem) == {"A lock": True, "A full disk": False, "No limit": True}
    factor = postmortem.causes.of_document().get(text="A full disk")
    if is_drafted_first:
        last = factor.history.first()
        assert (last.history_change_reason, last.history_user) == ("The trace shows it", by)
    actions.change(factor, by=by, is_root=True)  # by hand, and it stands
    actions.change(own, by=by, text="No limit of it")
    actions.draft_from_records(postmortem, by=by)
    assert roots(postmortem) == {"A lock": True, "A full disk": True, "No limit of it": True}
    assert factor.history.filter(history_change_reason="The trace shows it").exists() == is_drafted_first
    actions.settle(postmortem, question="root", chosen="A full disk", by=by)
    assert roots(postmortem) == {"A lock": False, "A full disk": True, "No limit of it": True}


def test_settled_by_a_sentence_alone_every_cause_stays_what_it_is():
    postmortem = said_twice()
    actions.draft_from_records(postmortem, by=None)
    actions.settle(postmortem, question="root", reason="Both, and neither alone", by=None)
    assert roots(postmortem) == {"A lock": True, "A full disk": True}


def test_what_counts_agree_on_is_taken_over_where_others_are_settled():
    postmortem = full()
    one, two = {"customers": 300, "data": "None was lost"}, {"customers": 500}
    say(Assessment, postmortem, one | {"customers_total": 2000}, two | {"customers_total": 2000})
    actions.settle(postmortem, question="count.customers", chosen="500", by=None)
    own = postmortem.assessments.of_document().get()
    assert (own.customers, own.customers_total, own.data) == (500, 2000, "None was lost")


def test_a_count_above_all_is_refused_in_words_or_goes_with_the_agreed_one():
    postmortem = full()
    say(Assessment, postmortem, {"customers": 300}, {"customers": 500})
    own = postmortem.assessments.of_document().get()
    actions.change(own, by=None, customers=None, customers_total=400)
    with pytest.raises(DomainError, match="500 of 400 customers"):
        actions.settle(postmortem, question="count.customers", chosen="500", by=None)
    for said in postmortem.assessments.filter(record__isnull=False):
        actions.change(said, by=None, customers_total=2000)
    actions.settle(postmortem, question="count.customers", chosen="500", by=None)
    own.refresh_from_db()
    assert (own.customers, own.customers_total) == (500, 2000)
