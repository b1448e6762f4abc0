"""A record that was asked of the wrong people goes away; one in which anything was written does not."""

import pytest

from incidents.exceptions import DomainError
from postmortems import actions
from postmortems.choices import Metric
from postmortems.models import Cause, Record
from tests import factories as make

pytestmark = pytest.mark.django_db


def counts(record):
    actions.change(record.assessments.get(), by=None, data="None was lost")


def nobody(record):
    actions.change(record.assessments.get(), by=None, customers=0)


def hit(record):
    actions.place(record.assessments.get(), make.component(), on=True, by=None)


def disputes(record):
    actions.dispute(record, metric=Metric.DETECT, note="Sooner than that", by=None)


def takes_out_again(record):
    actions.remove(actions.add(Cause, record.postmortem, record=record, by=None, text="A lock"), by=None)


@pytest.fixture
def record():
    return actions.start_record(make.postmortem(way="full", severity="major"), by=make.in_group("Engineering"))


@pytest.mark.parametrize("writes", [counts, nobody, hit, disputes, takes_out_again])
def test_it_stays_where_anything_was_written(record, writes):
    writes(record)
    with pytest.raises(DomainError, match="has written in it"):
        actions.remove_record(record, by=None)
    assert Record.objects.filter(pk=record.pk).exists()


def test_it_goes_where_nothing_was(record):
    actions.remove_record(record, by=None)
    assert not Record.objects.exists()
