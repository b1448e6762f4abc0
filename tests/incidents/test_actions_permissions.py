"""What each ready group may do (1-15, DESIGN section 3). The table is the agreement; groups are only its start."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from incidents import actions, permissions
from incidents.choices import Audience, GateHardness, Level, Status
from incidents.exceptions import NotAllowed
from incidents.groups import ready
from incidents.models import TimelineEntry
from tests import factories as make

pytestmark = pytest.mark.django_db

NOTE = {"Support", "Engineering", "Engineering Leads", "Reliability", "Managers", "Security"}  # all but Viewers
REPORT = {*NOTE, "Viewers"}
WORK = {"Support", "Engineering", "Engineering Leads", "Security"}
PUBLISH = {"Support", "Engineering Leads"}
LEAD = {"Engineering Leads"}
OPEN_RESTRICTED = {"Security"}


def _share(make_incident, audience):
    return lambda by: actions.set_audience(make_incident(by), audience=audience, reason="So", by=by)


def _restricted(by):
    return make.restricted(members=[by])


def _minor():
    """One whose gate only warns."""
    minor = make.severity("minor")
    minor.gate = GateHardness.NONE
    minor.save()
    return make.told(severity=minor)


def _resolve_and_take_back(by):
    incident = make.update(_minor(), status=Status.RESOLVED, by=by).incident
    return actions.unresolve(incident, reason="So", by=by)


def _told(by=None):
    return make.told()


VERBS = {
    "suspect": (REPORT, lambda by: make.suspicion(by=by)),
    "confirm": (
        WORK,
        lambda by: actions.confirm(make.suspicion(), rule=make.rule(), severity=make.severity(), by=by),
    ),
    "dismiss": (WORK, lambda by: actions.dismiss(make.suspicion(), reason="So", by=by)),
    "reconsider": (WORK, lambda by: actions.reconsider(make.dismissed(), by=by)),
    "declare": (WORK, lambda by: make.confirmed(by=by)),
    "backfill": (PUBLISH, lambda by: make.backfilled(by=by)),
    "post_update": (PUBLISH, lambda by: make.update(make.confirmed(), by=by)),
    "resolve a minor one": (PUBLISH, lambda by: make.update(_minor(), status=Status.RESOLVED, by=by)),
    "override the gate with an update": (
        LEAD,
        lambda by: make.update(make.told(severity="major"), status=Status.RESOLVED, override_reason="So", by=by),
    ),
    "override the gate": (
        LEAD,
        lambda by: actions.change_stage(
            make.told(severity="major"), status=Status.RESOLVED, override_reason="So", by=by
        ),
    ),
    "take back a resolution": (PUBLISH, _resolve_and_take_back),
    "correct_update": (
        PUBLISH,
        lambda by: actions.correct_update(make.told().updates.get(), body="Better.", by=by),
    ),
    "withdraw_update": (
        PUBLISH,
        lambda by: actions.withdraw_update(make.told().updates.get(), reason="So", by=by),
    ),
    "add_note": (NOTE, lambda by: actions.add_note(make.told(), text="Disk full.", by=by)),
    "change_stage": (WORK, lambda by: actions.change_stage(make.told(), status=Status.IDENTIFIED, by=by)),
    "attest": (WORK, lambda by: actions.attest(make.told(), condition="stable", by=by)),
    "reopen": (LEAD, lambda by: actions.reopen(make.resolved(), reason="So", by=by)),
    "merge": (LEAD, lambda by: actions.merge(make.told(), into=make.told(), by=by)),
    "change_facts": (WORK, lambda by: actions.change_facts(make.told(), volume=5, by=by)),
    "assign": (WORK, lambda by: actions.assign(make.told(), owner=by, by=by)),
    "set_impacts": (WORK, lambda by: actions.set_impacts(make.told(), [make.affected()], by=by)),
    "correct_impact": (
        WORK,
        lambda by: actions.correct_impact(
            i := make.told().impacts.get(),
            started_at=i.started_at,
            ended_at=None,
            level=Level.MAJOR,
            reason="So",
            by=by,
        ),
    ),
    "remove_impact": (WORK, lambda by: actions.remove_impact(make.internal().impacts.get(), reason="So", by=by)),
    "restrict": (WORK, _share(_told, Audience.RESTRICTED)),
    "make internal": (PUBLISH, _share(_told, Audience.INTERNAL)),
    "open to the public": (PUBLISH, _share(lambda by: make.internal(), Audience.PUBLIC)),
    "open a restricted one": (OPEN_RESTRICTED, _share(_restricted, Audience.INTERNAL)),
    "add_member": (NOTE, lambda by: actions.add_member(_restricted(by), user=make.user(), by=by)),
    "remove_member": (
        NOTE,
        lambda by: actions.remove_member(make.restricted(members=[by, other := make.user()]), user=other, by=by),
    ),
    "pin": (
        PUBLISH,
        lambda by: actions.pin(
            make.component(), level=Level.MAJOR, reason="So", ends_at=timezone.now() + timedelta(hours=1), by=by
        ),
    ),
}


@pytest.mark.parametrize("group", ready())
@pytest.mark.parametrize("verb", VERBS)
def test_each_group_may_do_what_the_table_says(verb, group):
    allowed, act = VERBS[verb]
    person = make.in_group(group)
    if group in allowed:
        act(person)
    else:
        with pytest.raises(NotAllowed):
            act(person)
        assert not TimelineEntry.objects.filter(by=person).exists()


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_group_nothing_is_allowed_and_the_system_may_do_all(verb):
    with pytest.raises(NotAllowed):
        VERBS[verb][1](make.user())


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_who_left_may_do_nothing(verb):
    with pytest.raises(NotAllowed):
        VERBS[verb][1](make.in_group("Engineering Leads", is_active=False))


def test_rights_come_from_permissions_and_not_from_names():
    group = Group.objects.create(name="Night watch")
    person = make.user(groups=["Night watch"])
    with pytest.raises(NotAllowed, match="Ask Support"):
        make.update(make.confirmed(), by=person)
    group.permissions.set(Group.objects.get(name="Support").permissions.all())
    make.update(make.confirmed(), by=type(person).objects.get(pk=person.pk))


def test_the_ready_groups_hold_every_permission_that_the_actions_ask_for():
    held = {name: set(names) & set(permissions.refusals()) for name, names in ready().items()}
    everything = set().union(*held.values())
    assert everything == set(permissions.refusals())
    installed = {
        group.name: {permissions.name(row) for row in group.permissions.all()} & everything
        for group in Group.objects.all()
    }
    assert installed == held
