"""Counts that a record keeps to staff stay with staff, however they come into the document."""

import pytest
from django.utils import timezone

from postmortems import actions
from postmortems.models import Record
from tests import factories as make
from tests.postmortems.test_choosing import read_by_customers

pytestmark = pytest.mark.django_db
SECRET = {"customers": 777, "customers_total": 7777, "data": "Wombat of Acme"}


def said(*of_each):
    """A draft with a record that is in for each of these assessments."""
    postmortem = make.postmortem(way="full", severity="major")
    for facts in of_each:
        record = actions.start_record(postmortem, by=make.in_group("Engineering"))
        actions.change(record.assessments.get(), by=None, **facts)
        Record.objects.filter(pk=record.pk).update(submitted_at=timezone.now())
    return postmortem


def own(postmortem):
    row = postmortem.assessments.of_document().get()
    row.postmortem = postmortem
    return row


def in_records(postmortem):
    return list(postmortem.assessments.filter(record__isnull=False).order_by("record__position"))


@pytest.mark.parametrize("is_internal", [True, False])
@pytest.mark.parametrize("is_begun", [True, False])
def test_taken_over_it_keeps_its_mark(is_internal, is_begun):
    postmortem = said(SECRET | {"is_internal": is_internal})
    if not is_begun:
        own(postmortem).delete()
    [source] = in_records(postmortem)
    actions.take_over(source, by=None)
    assert (own(postmortem).data, own(postmortem).is_internal) == ("Wombat of Acme", is_internal)
    assert ("Wombat" in read_by_customers(postmortem)) == (not is_internal)


@pytest.mark.parametrize("marks", [(True, False), (False, True), (False, False)])
def test_what_is_agreed_is_internal_where_one_of_those_who_say_it_keeps_it_so(marks):
    postmortem = said(*(SECRET | {"is_internal": is_internal} for is_internal in marks))
    actions.draft_from_records(postmortem, by=None)
    assert (own(postmortem).customers, own(postmortem).is_internal) == (777, any(marks))


def test_of_an_internal_one_that_adds_nothing_nothing_is_hidden():
    postmortem = said({"customers": 5, "is_internal": True}, {"customers": 9})
    actions.change(own(postmortem), by=None, customers=62)
    for source in in_records(postmortem):
        actions.take_over(source, by=None)
    assert (own(postmortem).customers, own(postmortem).is_internal) == (62, False)


@pytest.mark.parametrize(("chosen", "is_internal"), [(777, True), (5, False)])
@pytest.mark.parametrize("is_begun", [True, False])
def test_a_count_that_is_settled_keeps_the_mark_of_who_says_it(chosen, is_internal, is_begun):
    postmortem = said({"customers": 777, "is_internal": True}, {"customers": 5})
    if not is_begun:
        own(postmortem).delete()
    actions.settle(postmortem, question="count.customers", chosen=str(chosen), by=None)
    assert (own(postmortem).customers, own(postmortem).is_internal) == (chosen, is_internal)


def test_a_public_one_makes_nothing_public():
    postmortem = said({"customers": 5})
    actions.change(own(postmortem), by=None, data="Wombat", is_internal=True)
    actions.draft_from_records(postmortem, by=None)
    assert (own(postmortem).customers, own(postmortem).is_internal) == (5, True)
