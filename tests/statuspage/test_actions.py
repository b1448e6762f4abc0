"""Telling the public from the screens of a page: one act with its facts, on the pages where it belongs (3-10, 4-01)."""

import pytest

from incidents import actions as verbs
from incidents.choices import Audience, Level, Origin, Status
from incidents.exceptions import DomainError, GateNotMet, NotAllowed, StaleVersion
from incidents.models import Impact, Incident, IncidentUpdate
from statuspage import actions
from statuspage.models import DirtyPage, PageIncident, PublishState
from statuspage.snapshot import layout
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sms():
    return make.component(name="SMS")


@pytest.fixture
def carrier():
    return make.component(name="Germany")


@pytest.fixture
def platform(sms):
    return make.page(sms, name="Platform", origin=Origin.PLATFORM)


@pytest.fixture
def external(carrier):
    return make.page(carrier, name="External", origin=Origin.EXTERNAL)


@pytest.fixture
def support():
    return make.in_group("Support")


def declare(pages, affected, **facts):
    facts = {
        "title": "SMS delayed", "status": Status.INVESTIGATING, "severity": make.severity(), "by": None,
        "notice": {"body": "We are looking into it."},
    } | facts  # fmt: skip
    return actions.declare_and_publish(pages=pages, affected=affected, **facts)


def listed(incident):
    return set(layout.pages_of(incident))


# New incident


@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED])
def test_a_new_incident_is_declared_and_told_at_once_in_whatever_stage(platform, sms, support, status):
    incident = declare([platform], [make.affected(sms)], status=status, severity=make.severity("major"), by=support)

    assert (incident.status, incident.audience) == (status, Audience.PUBLIC)
    assert incident.updates.get().status == status
    assert incident.first_notice_at == incident.updates.get().posted_at
    assert listed(incident) == {platform}
    assert list(Incident.objects.public()) == [incident]


def test_its_origin_is_that_of_its_first_page(external, carrier):
    assert declare([external], [make.affected(carrier)]).origin == Origin.EXTERNAL


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"pages": []}, "pages"),
        ({"affected": []}, "components"),
        ({"title": " "}, "title"),
        ({"notice": {"body": " "}}, "body"),
        ({"status": Status.SUSPECTED}, "status"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_half_saved(platform, sms, facts, field):
    facts = {"pages": [platform], "affected": [make.affected(sms)]} | facts
    with pytest.raises(DomainError) as refusal:
        declare(facts.pop("pages"), facts.pop("affected"), **facts)
    assert refusal.value.field == field
    assert not Incident.objects.exists()
    assert not Impact.objects.exists()


def test_a_page_names_something_that_is_affected(platform, external, sms):
    with pytest.raises(DomainError, match="External names nothing") as refusal:
        declare([platform, external], [make.affected(sms)])
    assert refusal.value.field == "pages"
    assert not Incident.objects.exists()


@pytest.mark.parametrize("group", ["Engineering", "Security", "Managers", "Viewers"])
def test_only_who_may_publish_declares_in_public(platform, sms, group):
    with pytest.raises(NotAllowed):
        declare([platform], [make.affected(sms)], by=make.in_group(group))
    assert not Incident.objects.exists()


# Confirm with the first notice


def confirm(incident, **options):
    judgement = {"rule": make.rule("flow"), "severity": make.severity()} | options.pop("judgement", {})
    options = {"by": None, "affected": [], "notice": None} | options
    return actions.confirm_and_publish(incident, judgement=judgement, **options)


def test_confirming_with_a_notice_is_one_act(platform, sms, support):
    incident = make.suspicion(affected=[])
    incident = confirm(
        incident,
        affected=[make.affected(sms, level=Level.MAJOR)],
        notice={"body": "We look."},
        pages=[platform],
        by=support,
    )
    assert (incident.status, incident.updates.get().body, listed(incident)) == (
        Status.INVESTIGATING, "We look.", {platform},
    )  # fmt: skip
    assert [state.level for state in incident.updates.get().states.all()] == [Level.MAJOR]


def test_a_notice_that_is_refused_leaves_the_suspicion_a_suspicion(platform, sms):
    incident = make.suspicion()
    with pytest.raises(DomainError):
        confirm(incident, notice={"body": "We look."}, pages=[platform])  # nothing of the page is affected
    assert Incident.objects.get().status == Status.SUSPECTED
    assert not IncidentUpdate.objects.exists()


def test_confirming_without_a_notice_waits_for_support(sms):
    incident = confirm(make.suspicion(), affected=[make.affected(sms)], by=make.in_group("Engineering"))
    assert list(Incident.objects.awaiting_first_notice()) == [incident]


def test_engineering_confirms_but_does_not_publish(platform, sms):
    incident = make.suspicion(affected=[make.affected(sms)])
    with pytest.raises(NotAllowed):
        confirm(incident, notice={"body": "We look."}, pages=[platform], by=make.in_group("Engineering"))
    assert Incident.objects.get().status == Status.SUSPECTED


def test_a_data_leak_is_told_to_nobody(platform, sms):
    incident = make.suspicion(affected=[make.affected(sms)])
    incident = confirm(incident, judgement={"rule": make.rule("leak")}, notice={"body": "We look."}, pages=[platform])
    assert incident.audience == Audience.RESTRICTED
    assert not incident.updates.exists()
    assert not listed(incident)


# Further updates, and where it stands


def test_an_update_keeps_the_pages_unless_it_names_others(platform, external, sms, carrier):
    incident = declare([platform], [make.affected(sms), make.affected(carrier)])
    actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="A full disk.")
    assert listed(incident) == {platform}
    actions.publish_update(incident, by=None, pages=[external], status=Status.IDENTIFIED, body="A full disk.")
    assert listed(incident) == {external}


def test_an_update_may_widen_it_to_another_page(platform, external, sms, carrier):
    incident = declare([platform], [make.affected(sms)])
    actions.publish_update(
        incident,
        by=None,
        pages=[platform, external],
        status=Status.IDENTIFIED,
        body="Wider.",
        states=[make.affected(carrier)],
    )
    assert listed(incident) == {platform, external}


def test_the_pages_of_an_incident_that_was_never_placed_are_asked_for(sms):
    with pytest.raises(DomainError) as refusal:
        actions.publish_update(make.confirmed(affects=[sms]), by=None, status=Status.IDENTIFIED, body="A full disk.")
    assert refusal.value.field == "pages"
    assert not IncidentUpdate.objects.exists()


def test_a_drill_stands_on_no_page(platform, sms):
    incident = make.drill(affects=[sms])
    actions.publish_update(incident, by=None, pages=[platform], status=Status.IDENTIFIED, body="Drill.")
    assert not listed(incident)


def test_the_gate_and_the_version_hold_here_too(platform, sms, support):
    incident = declare([platform], [make.affected(sms)], severity=make.severity("critical"))
    with pytest.raises(GateNotMet):
        actions.publish_update(incident, by=support, status=Status.RESOLVED, body="Over.")
    with pytest.raises(StaleVersion):
        actions.publish_update(
            incident, by=support, status=Status.IDENTIFIED, body="Disk.", version=incident.version - 1
        )
    assert incident.updates.count() == 1


def test_every_page_concerned_is_published_anew(platform, external, sms, carrier):
    incident = declare([platform], [make.affected(sms), make.affected(carrier)])
    PublishState.objects.update(wanted=0)
    DirtyPage.objects.all().delete()
    actions.place(incident, [external], by=None)
    assert {state.page for state in PublishState.objects.filter(wanted__gt=0)} == {platform, external}
    assert {(row.kind, row.subject_id) for row in DirtyPage.objects.all()} == {("incident", incident.pk)}


def test_what_takes_something_back_says_so(platform, external, sms, carrier):
    """From that moment no reader may find it, so it is published in another order (decision 8)."""
    incident = declare([platform, external], [make.affected(sms), make.affected(carrier)])
    update = make.update(incident, status=Status.IDENTIFIED)
    other = make.told(page=platform, affects=[sms])
    acts = {
        "correct": lambda: verbs.correct_update(update, body="Another word.", reason="x", by=None),
        "withdraw": lambda: verbs.withdraw_update(update, reason="x", by=None),
        "retitle": lambda: verbs.change_facts(incident, title="Another title", by=None),
        "take off": lambda: actions.place(incident, [platform], by=None),
        "merge": lambda: verbs.merge(other, into=incident, by=None),
        "restrict": lambda: verbs.set_audience(incident, audience=Audience.RESTRICTED, reason="x", by=None),
        "post": lambda: make.update(make.told(page=platform, affects=[sms]), status=Status.IDENTIFIED),
    }
    found = {}
    for name, act in acts.items():
        incident.refresh_from_db()
        DirtyPage.objects.all().delete()
        act()
        found[name] = {row.takes_back for row in DirtyPage.objects.all()}

    assert found == {name: {name != "post"} for name in acts}


def test_placing_asks_for_the_right_and_the_sight(platform, sms):
    incident = make.told(affects=[sms])
    with pytest.raises(NotAllowed):
        actions.place(incident, [platform], by=make.in_group("Engineering"))
    verbs.set_audience(incident, audience=Audience.RESTRICTED, reason="So", by=None)
    with pytest.raises(NotAllowed):
        actions.place(incident, [platform], by=make.in_group("Support"))
    assert not PageIncident.objects.exists()


# Which pages are proposed


def test_pages_are_proposed_by_origin_and_components(platform, external, sms, carrier):
    assert layout.proposed(Origin.PLATFORM, [sms, carrier]) == [platform]
    assert layout.proposed(Origin.EXTERNAL, [sms, carrier]) == [external]
    assert layout.proposed(Origin.EXTERNAL, [sms]) == [platform]  # no page fits both: the component decides
    assert layout.proposed(Origin.PLATFORM, [make.component()]) == []


def test_a_page_names_its_trees_without_what_is_left_out(sms):
    long_codes = make.component(parent=sms)
    toll_free = make.component(parent=sms)
    below = make.component(parent=toll_free)
    page, empty = make.page(sms), make.page()
    page.layout.create(component=toll_free, is_shown=False)

    assert layout.component_ids([page, empty]) == {page.pk: {sms.pk, long_codes.pk}, empty.pk: set()}
    page.layout.create(component=below)  # shown again by itself
    assert layout.component_ids([page]) == {page.pk: {sms.pk, long_codes.pk, below.pk}}


def test_what_pages_name_is_asked_in_two_queries(same_queries):
    for count in (1, 20):
        pages = [make.page(make.component()) for _ in range(count)]
        with same_queries(at_most=2):
            layout.component_ids(pages)
