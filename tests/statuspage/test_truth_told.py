"""What people found by eye is found by ``check_truth``: each once, and nothing else (trial A3, A6, A8, A12, A15)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import EntryKind, Level, Status
from incidents.models import Impact, Incident
from statuspage.checks import truth_told
from tests import factories as make

pytestmark = pytest.mark.django_db


def found(later=timedelta()):
    return [sentence for check in truth_told.CHECKS for sentence in check(timezone.now() + later)]


def named(incident, rest):
    return [f"{incident.public_id} “{incident.title}”{rest}"]


def test_everything_works_again_and_it_is_still_looked_into():
    sms = make.component()
    incident = make.told(affects=[sms])
    actions.set_impacts(incident, [make.affected(sms, level=Level.OPERATIONAL)], by=None)
    assert found() == []
    assert found(timedelta(minutes=16)) == named(
        incident, " is investigating, but everything that it affected works again."
    )

    actions.change_stage(incident, status=Status.MONITORING, by=None)
    assert found(timedelta(minutes=16)) == []


def test_confirmed_and_nothing_says_what_fails():
    incident = make.internal()
    Impact.objects.all().delete()
    assert found() == named(incident, " is confirmed, but nothing says what fails.")


def test_counts_of_a_rule_that_counts_nothing():
    incident = make.suspicion()
    actions.confirm(incident, rule=make.rule("flow"), severity=make.severity(), by=None)
    assert found() == []
    Incident.objects.update(rule_affected=10, rule_total=100)
    assert found() == named(incident, f" keeps counts, but its rule “{make.rule('flow')}” counts nothing.")


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("SMS and Voice in Frankfurt and Singapore fail.", ["says “SMS and Voice in Frankfurt and Singapore”"]),
        ("SMS in Frankfurt, and Voice in Singapore fail.", []),
        ("SMS and Voice fail.", []),
    ],
)
def test_a_text_that_multiplies(body, more):
    sms, voice = make.component(name="SMS"), make.component(name="Voice")
    here, there = make.location(name="Frankfurt"), make.location(name="Singapore")
    incident = make.told(affects=[make.affected(sms, here), make.affected(voice, there)], body=body)
    rest = [f": an update {each}, which is more than it tells of." for each in more]
    assert found() == [sentence for each in rest for sentence in named(incident, each)]


def test_a_template_that_names_a_place_where_nothing_fails():
    sms, here = make.component(name="SMS"), make.location(name="Frankfurt")
    make.location(name="Singapore")
    incident = make.confirmed(affects=[make.affected(sms, here)])
    make.update(incident, body="SMS fails in Singapore.", template_unmodified=True)
    assert found() == named(incident, ": an update names Singapore, where nothing fails because of it.")


def test_a_timeline_that_says_none():
    incident = make.told()
    incident.timeline.create(kind=EntryKind.FACT, data={"label": "Team", "old": "Night crew", "new": "None"})
    assert found() == named(incident, ": its timeline says “None” of something that has a name.")


def test_a_true_world_says_nothing():
    make.told(affects=[make.affected(make.component(name="SMS"), make.location(name="Frankfurt"))])
    for kind in (make.suspicion, make.dismissed, make.resolved, make.drill, make.restricted, make.merged):
        kind()
    assert found(timedelta(hours=2)) == []
