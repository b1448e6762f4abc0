"""From a suspicion to an incident (1-01 to 1-08, 4-01)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions, models
from incidents.choices import Audience, Category, ComponentKind, EntryKind, Level, Status
from incidents.exceptions import DomainError
from incidents.models import Impact, Incident
from tests import factories as make

pytestmark = pytest.mark.django_db


def kinds(incident):
    return [entry.kind for entry in incident.timeline.order_by("at", "pk")]


def confirm(incident, **judgement):
    judgement = {"rule": make.rule("flow"), "severity": make.severity(), "by": None} | judgement
    return actions.confirm(incident, **judgement)


# Suspect


def test_a_suspicion_is_internal_and_unconfirmed():
    reporter = make.in_group("Reliability")
    incident = make.suspicion(by=reporter, summary="Queue grows.", affected=[])

    assert (incident.status, incident.audience) == (Status.SUSPECTED, Audience.INTERNAL)
    assert (incident.reported_by, incident.confirmed_at) == (reporter, None)
    assert kinds(incident) == [EntryKind.SUSPECTED]
    assert incident.timeline.get().text == "Queue grows."
    assert not Incident.objects.public().exists()


def test_a_suspicion_copies_the_limits_of_its_severity():
    incident = make.suspicion(severity="major")

    assert (incident.suspicion_limit, incident.first_notice_limit) == (10, 15)


def test_a_suspected_data_leak_is_restricted_from_the_first_moment():
    reporter = make.in_group("Engineering")
    incident = make.suspicion(by=reporter, is_data_leak=True)

    assert (incident.audience, incident.category) == (Audience.RESTRICTED, Category.SECURITY)
    assert list(incident.members.all()) == [reporter]


def test_a_suspicion_without_level_has_the_level_of_its_severity():
    api, sms = make.component(), make.component()
    incident = make.suspicion(severity="major", affected=[make.affected(api), make.affected(sms, level=Level.DEGRADED)])

    levels = {impact.component: impact.level for impact in incident.impacts.all()}
    assert levels == {api: Level.PARTIAL, sms: Level.DEGRADED}


def test_impacts_of_a_suspicion_begin_with_it():
    start = timezone.now() - timedelta(minutes=20)
    incident = make.suspicion(started_at=start, affected=[make.affected()])

    assert [impact.started_at for impact in incident.impacts.all()] == [start]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "  "}, "title"),
        ({"started_at": timedelta(minutes=1)}, "started_at"),
        ({"detected_at": timedelta(minutes=1)}, "detected_at"),
        ({"started_at": timedelta(minutes=-5), "detected_at": timedelta(minutes=-6)}, "detected_at"),
    ],
)
def test_impossible_facts_are_refused_beside_their_field(facts, field):
    now = timezone.now()
    facts = {name: now + value if isinstance(value, timedelta) else value for name, value in facts.items()}

    with pytest.raises(DomainError) as refusal:
        make.suspicion(**facts)

    assert refusal.value.field == field
    assert not Incident.objects.exists()


def test_it_was_detected_when_it_is_reported_unless_somebody_knows_better():
    incident = make.suspicion()
    assert incident.started_at == incident.detected_at == incident.declared_at

    start = timezone.now() - timedelta(hours=1)
    incident = make.suspicion(detected_at=start)
    assert incident.started_at == incident.detected_at == start


# Confirm


def test_confirming_keeps_the_rule_the_counts_and_the_judge():
    engineer, judge = make.in_group("Engineering"), make.in_group("Engineering Leads")
    rule = make.rule("merchants")
    incident = confirm(
        make.suspicion(), rule=rule, affected_count=30, total_count=100, judged_by=judge, note="Dashboard", by=engineer
    )

    assert (incident.status, incident.audience) == (Status.INVESTIGATING, Audience.PUBLIC)
    assert (incident.rule, incident.rule_affected, incident.rule_total) == (rule, 30, 100)
    assert (incident.rule_percent, incident.judged_by, incident.rule_note) == (30.0, judge, "Dashboard")
    entry = incident.timeline.get(kind=EntryKind.CONFIRMED)
    assert entry.by == engineer
    assert entry.data == {
        "rule": rule.label, "affected": 30, "total": 100, "unit": "merchants", "percent": 30.0, "judged_by": str(judge),
    }  # fmt: skip


def test_whoever_confirms_is_the_judge_unless_another_is_named():
    engineer = make.in_group("Engineering")
    assert confirm(make.suspicion(), by=engineer).judged_by == engineer


@pytest.mark.parametrize(
    ("affected", "total", "met"),
    [(25, 100, False), (26, 100, True), (1, 4, False), (251, 1000, True), (250, 1000, False), (4, 4, True)],
)
def test_a_share_is_met_by_strictly_more_than_its_threshold(affected, total, met):
    rule = make.share_rule(25)
    assert rule.is_met(affected=affected, total=total) is met

    incident = make.suspicion()
    if met:
        assert confirm(incident, rule=rule, affected_count=affected, total_count=total).is_confirmed
    else:
        with pytest.raises(DomainError) as refusal:
            confirm(incident, rule=rule, affected_count=affected, total_count=total)
        assert refusal.value.field == "rule_affected"
        assert Incident.objects.get().status == Status.SUSPECTED


def test_a_threshold_may_have_decimals():
    rule = make.share_rule(12.5)
    rule.refresh_from_db()
    assert [rule.is_met(affected=n, total=1000) for n in (124, 125, 126)] == [False, False, True]


def test_a_plain_fact_is_met_by_being_chosen():
    assert make.rule("leak").is_met()
    assert make.rule("flow").is_met(affected=0, total=1)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({}, "This rule needs the counts: how many merchants, of how many."),
        ({"affected_count": 3}, "Give both numbers: how many are affected, and of how many."),
        ({"total_count": 3}, "Give both numbers: how many are affected, and of how many."),
        ({"affected_count": 5, "total_count": 4}, "More are affected than there are; check both numbers."),
        ({"affected_count": 0, "total_count": 0}, "More are affected than there are; check both numbers."),
        ({"affected_count": -1, "total_count": 4}, "More are affected than there are; check both numbers."),
        (
            {"affected_count": 1, "total_count": 4},
            "1 of 4 is 25.0 %; this rule asks for more than 25 %. Choose another rule, or dismiss.",
        ),
    ],
)
def test_counts_that_do_not_fit_are_refused_with_what_to_do(counts, sentence):
    with pytest.raises(DomainError) as refusal:
        confirm(make.suspicion(), rule=make.rule("merchants"), **counts)
    assert (str(refusal.value), refusal.value.field) == (sentence, "rule_affected")


def test_the_data_leak_rule_restricts_and_selects_the_security_procedure():
    lead, owner = make.in_group("Engineering Leads"), make.in_group("Engineering")
    incident = confirm(make.suspicion(), rule=make.rule("leak"), owner=owner, by=lead)

    assert (incident.audience, incident.category) == (Audience.RESTRICTED, Category.SECURITY)
    assert set(incident.members.all()) == {lead, owner}


def test_confirming_never_opens_a_restricted_suspicion():
    incident = confirm(make.suspicion(is_data_leak=True), audience=Audience.PUBLIC)
    assert incident.audience == Audience.RESTRICTED


def test_a_drill_stays_a_drill_and_nothing_becomes_one():
    assert confirm(make.suspicion(is_drill=True), audience=Audience.PUBLIC).audience == Audience.DRILL
    with pytest.raises(DomainError):
        confirm(make.suspicion(), audience=Audience.DRILL)


def test_confirming_takes_the_limits_of_the_judged_severity():
    critical = make.severity("critical")
    critical.first_notice_minutes = 5
    critical.save()
    incident = confirm(make.suspicion(), severity=critical)

    assert (incident.severity, incident.first_notice_limit) == (critical, 5)


# Dismiss, and take up again


def test_dismissing_ends_what_was_affected():
    incident = actions.dismiss(make.suspicion(affected=[make.affected()]), reason="A test account.", by=None)

    assert incident.status == Status.DISMISSED
    assert not incident.impacts.open().exists()
    assert incident.timeline.get(kind=EntryKind.DISMISSED).text == "A test account."


def test_dismissing_needs_a_reason():
    with pytest.raises(DomainError) as refusal:
        actions.dismiss(make.suspicion(), reason=" ", by=None)
    assert refusal.value.field == "reason"
    assert Incident.objects.get().status == Status.SUSPECTED


def test_a_dismissed_suspicion_can_be_taken_up_again_and_confirmed():
    incident = actions.reconsider(make.dismissed(), by=None)
    assert (incident.status, incident.dismissed_at) == (Status.SUSPECTED, None)
    assert confirm(incident).status == Status.INVESTIGATING


# Declare


def test_declaring_starts_under_investigation_with_its_impacts():
    sms = make.component()
    incident = make.confirmed(severity="critical", affects=[sms])

    assert (incident.status, incident.audience) == (Status.INVESTIGATING, Audience.PUBLIC)
    assert incident.confirmed_at == incident.declared_at
    assert [(i.component, i.level, i.location) for i in incident.impacts.all()] == [(sms, Level.MAJOR, None)]
    assert kinds(incident) == [EntryKind.IMPACT, EntryKind.CONFIRMED]


def test_declaring_needs_a_component():
    with pytest.raises(DomainError) as refusal:
        make.confirmed(affects=[])
    assert refusal.value.field == "components"
    assert not Incident.objects.exists()


def test_the_same_place_named_twice_is_one_impact():
    sms, here = make.component(), make.location()
    make.confirmed(
        affects=[
            make.affected(sms, here, Level.DEGRADED),
            make.affected(sms, here, Level.MAJOR),
            make.affected(sms, None, Level.DEGRADED),
        ]
    )
    assert {(i.location, i.level) for i in Impact.objects.all()} == {(here, Level.MAJOR), (None, Level.DEGRADED)}


# What is confirmed says what fails (trial A3, A4, A8)


def test_confirming_asks_for_a_component_and_one_named_then_fails_from_the_start():
    start = timezone.now() - timedelta(minutes=9)
    incident = make.suspicion(affected=[], started_at=start)
    with pytest.raises(DomainError) as refusal:
        confirm(incident)
    assert (refusal.value.field, incident.timeline.filter(kind=EntryKind.CONFIRMED).count()) == ("components", 0)

    sms = make.component()
    confirm(incident, affected=[make.affected(sms, level=Level.MAJOR)])
    assert [(i.component, i.level, i.started_at) for i in incident.impacts.all()] == [(sms, Level.MAJOR, start)]


def test_what_leaked_may_have_no_component():
    incident = make.suspicion(affected=[])
    assert confirm(incident, rule=make.rule("leak")).is_restricted


def test_a_rule_that_counts_by_one_integration_asks_which():
    rule = models.DeclareRule.objects.get(component_kind=ComponentKind.INTEGRATION)
    counts = {"rule": rule, "affected_count": 30, "total_count": 100}
    incident = make.suspicion(affected=[make.affected(make.component(kind=ComponentKind.PRODUCT))])
    with pytest.raises(DomainError, match="This rule counts by one integration"):
        confirm(incident, **counts)

    link = make.component(kind=ComponentKind.INTEGRATION)
    assert confirm(incident, affected=[make.affected(link)], **counts).is_confirmed


def test_counts_of_another_rule_are_not_kept():
    """10 of 100 were typed, then another rule was chosen."""
    incident = confirm(make.suspicion(), rule=make.rule("flow"), affected_count=10, total_count=100)

    assert (incident.rule_affected, incident.rule_total, incident.rule_percent) == (None, None, None)
    kept = incident.timeline.get(kind=EntryKind.CONFIRMED).data
    assert (kept["affected"], kept["total"], kept["percent"]) == (None, None, None)


def test_whoever_reported_what_leaks_and_whoever_leads_it_keep_seeing_it():
    reporter, lead, other = make.in_group("Viewers"), make.in_group("Support"), make.in_group("Support")
    incident = make.suspicion(by=reporter)
    incident = actions.assign(incident, owner=lead, by=None)
    confirm(incident, rule=make.rule("leak"), by=make.in_group("Engineering"))

    seen = [person for person in (reporter, lead, other) if Incident.objects.visible_to(person).exists()]
    assert seen == [reporter, lead]
