"""What every verb refuses in the same way: forbidden transitions, old versions, incidents one may not see."""

import pytest

from incidents import actions
from incidents.choices import PUBLIC, TRANSITIONS, WORKING, Audience, Level, Status
from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.models import Incident
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate_only_warns")]


def in_status(status):
    """A public incident in any status of the table, with something said where that is possible."""
    if status == Status.SUSPECTED:
        return make.suspicion()
    if status == Status.DISMISSED:
        return make.dismissed()
    if status == Status.RESOLVED:
        return make.resolved()
    if status == Status.MERGED:
        return make.merged()
    return make.told(status=status)


def confirm(incident):
    return actions.confirm(incident, rule=make.rule(), severity=make.severity(), by=None)


def merge(incident):
    return actions.merge(incident, into=make.told(), by=None)


def stage(status):
    return lambda incident: actions.change_stage(incident, status=status, by=None)


def tell(status):
    return lambda incident: make.update(incident, status=status)


DOORS = {  # every verb that leads to a status
    Status.SUSPECTED: [lambda i: actions.reconsider(i, by=None), stage(Status.SUSPECTED), tell(Status.SUSPECTED)],
    Status.DISMISSED: [lambda i: actions.dismiss(i, reason="So", by=None), stage("dismissed"), tell("dismissed")],
    Status.INVESTIGATING: [
        confirm,
        stage(Status.INVESTIGATING),
        tell(Status.INVESTIGATING),
        lambda i: actions.reopen(i, reason="So", by=None),
    ],
    Status.IDENTIFIED: [stage(Status.IDENTIFIED), tell(Status.IDENTIFIED)],
    Status.MONITORING: [stage(Status.MONITORING), tell(Status.MONITORING)],
    Status.RESOLVED: [stage(Status.RESOLVED), tell(Status.RESOLVED)],
    Status.MERGED: [merge, stage(Status.MERGED), tell(Status.MERGED)],
}
FORBIDDEN = [(old, new) for old in Status for new in Status if new is not old and new not in TRANSITIONS[old]]


@pytest.mark.parametrize(("old", "new"), FORBIDDEN)
def test_no_door_leads_over_a_forbidden_transition(old, new):
    incident = in_status(old)
    before = (incident.status, incident.version, incident.timeline.count(), incident.updates.count())
    for door in DOORS[new]:
        with pytest.raises(DomainError):
            door(incident)
        incident.refresh_from_db()
        assert (incident.status, incident.version, incident.timeline.count(), incident.updates.count()) == before


ALLOWED = [(old, new) for old in Status for new in Status if new in TRANSITIONS[old]]
ONLY_BY = {  # transitions with a door of their own
    (Status.SUSPECTED, Status.INVESTIGATING): confirm,
    (Status.RESOLVED, Status.INVESTIGATING): lambda i: actions.reopen(i, reason="So", by=None),
}


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_every_allowed_transition_has_a_door(old, new):
    incident = in_status(old)
    door = ONLY_BY.get((old, new)) or (stage(new) if old in WORKING and new in PUBLIC else DOORS[new][0])
    door(incident)
    incident.refresh_from_db()
    assert incident.status == new


@pytest.mark.parametrize(("old", "new"), ONLY_BY)
def test_confirming_and_reopening_are_the_only_doors_of_their_transition(old, new):
    incident = in_status(old)
    for door in (stage(new), tell(new)):
        with pytest.raises(DomainError):
            door(incident)
    ONLY_BY[old, new](incident)


AGAIN = {
    Status.SUSPECTED: lambda i: actions.reconsider(i, by=None),
    Status.DISMISSED: lambda i: actions.dismiss(i, reason="So", by=None),
    Status.INVESTIGATING: confirm,
}


@pytest.mark.parametrize("status", AGAIN)
def test_what_happened_already_does_not_happen_again(status):
    incident = in_status(status)
    with pytest.raises(DomainError):
        AGAIN[status](incident)
    assert Incident.objects.get().version == incident.version


# The version and the right to see


def _impact(incident):
    return incident.impacts.first()


ON_PUBLIC = {
    "post_update": lambda i, **o: make.update(i, **o),
    "correct_update": lambda i, **o: actions.correct_update(i.updates.get(), body="Better.", **o),
    "withdraw_update": lambda i, **o: actions.withdraw_update(i.updates.get(), reason="So", **o),
    "change_stage": lambda i, **o: actions.change_stage(i, status=Status.IDENTIFIED, **o),
    "attest": lambda i, **o: actions.attest(i, condition="stable", **o),
    "change_facts": lambda i, **o: actions.change_facts(i, volume=5, **o),
    "assign": lambda i, **o: actions.assign(i, owner=None, **o),
    "set_impacts": lambda i, **o: actions.set_impacts(i, [make.affected()], **o),
    "correct_impact": lambda i, **o: actions.correct_impact(
        _impact(i), started_at=_impact(i).started_at, ended_at=None, level=Level.MAJOR, reason="So", **o
    ),
    "set_audience": lambda i, **o: actions.set_audience(i, audience=Audience.INTERNAL, reason="So", **o),
}
OTHERS = {
    "confirm": (make.suspicion, lambda i, **o: actions.confirm(i, rule=make.rule(), severity=make.severity(), **o)),
    "dismiss": (make.suspicion, lambda i, **o: actions.dismiss(i, reason="So", **o)),
    "reconsider": (make.dismissed, lambda i, **o: actions.reconsider(i, **o)),
    "reopen": (make.resolved, lambda i, **o: actions.reopen(i, reason="So", **o)),
    "merge": (make.internal, lambda i, **o: actions.merge(i, into=make.internal(), **o)),
    "unresolve": (make.resolved, lambda i, **o: actions.unresolve(i, reason="So", **o)),
    "remove_impact": (make.internal, lambda i, **o: actions.remove_impact(_impact(i), reason="So", **o)),
    "add_member": (make.restricted, lambda i, **o: actions.add_member(i, user=make.user(), **o)),
    "remove_member": (make.restricted, lambda i, **o: actions.remove_member(i, user=make.user(), **o)),
}
ALL = {name: (make.told, act) for name, act in ON_PUBLIC.items()} | OTHERS


@pytest.mark.parametrize("verb", ALL)
def test_an_old_version_is_refused_and_nothing_is_saved(verb):
    make_incident, act = ALL[verb]
    incident = make_incident()
    read = incident.version
    Incident.objects.filter(pk=incident.pk).update(version=read + 1)
    before = (incident.timeline.count(), incident.history.count(), incident.updates.count(), incident.impacts.count())
    with pytest.raises(StaleVersion):
        act(incident, by=None, version=read)
    after = (incident.timeline.count(), incident.history.count(), incident.updates.count(), incident.impacts.count())
    assert after == before
    assert Incident.objects.get(pk=incident.pk).version == read + 1


@pytest.mark.parametrize("verb", [verb for verb in ALL if verb not in ("assign", "remove_member")])
def test_the_present_version_is_accepted_and_rises(verb):
    make_incident, act = ALL[verb]
    incident = make_incident()
    act(incident, by=None, version=incident.version)
    assert Incident.objects.get(pk=incident.pk).version == incident.version + 1


@pytest.mark.parametrize("verb", ALL)
def test_what_one_may_not_see_one_may_not_change(verb):
    make_incident, act = ALL[verb]
    incident = make_incident()
    Incident.objects.filter(pk=incident.pk).update(audience=Audience.RESTRICTED)
    for outsider in (make.superuser(), make.in_group("Engineering Leads")):
        with pytest.raises(NotAllowed, match="not open to you"):
            act(incident, by=outsider)
    assert not incident.timeline.filter(by__isnull=False).exists()


def test_a_note_needs_the_right_to_see_too():
    with pytest.raises(NotAllowed, match="not open to you"):
        actions.add_note(make.restricted(), text="Hm.", by=make.superuser())


def test_an_incident_that_is_gone_is_refused_in_words():
    incident = make.internal()
    Incident.objects.all().delete()
    with pytest.raises(NotAllowed):
        actions.change_stage(incident, status=Status.IDENTIFIED, by=None)


def test_every_verb_is_in_one_of_the_tables():
    tabled = set(ALL) | {"suspect", "declare", "backfill", "add_note", "pin", "unpin"}
    tabled |= {"notice_breach", "explain_breach"}  # of a broken promise: the incident itself is not touched
    assert set(actions.__all__) == tabled
