"""One rule for who sees an incident, and one for what the public may read (DESIGN section 3)."""

import pytest
from django.contrib.auth.models import AnonymousUser

from incidents import actions
from incidents.choices import Audience, Status
from incidents.models import Incident
from tests import factories as make

pytestmark = pytest.mark.django_db


def people():
    member = make.in_group("Reliability")
    return member, {
        "member": (member, True),
        "security": (make.in_group("Security"), True),
        "own permission": (make.user(permissions=["view_restricted_incident"]), True),
        "superuser": (make.superuser(), False),
        "lead": (make.in_group("Engineering Leads"), False),
        "support": (make.in_group("Support"), False),
        "manager": (make.in_group("Managers"), False),
        "viewer": (make.in_group("Viewers"), False),
        "nobody": (make.user(), False),
        "security who left": (make.in_group("Security", is_active=False), False),
        "superuser of security": (make.superuser(groups=["Security"]), True),
        "anonymous": (AnonymousUser(), False),
        "none": (None, False),
    }


def test_restricted_incidents_are_for_members_and_security_only():
    member, everyone = people()
    incident = make.restricted(members=[member])
    seen = {
        who: Incident.objects.visible_to(person).filter(pk=incident.pk).exists()
        for who, (person, _) in everyone.items()
    }
    assert seen == {who: expected for who, (_, expected) in everyone.items()}


def test_what_is_hidden_is_exactly_what_is_not_visible():
    member, everyone = people()
    shown = {make.restricted(members=[member]), make.restricted(), make.told(), make.suspicion()}
    for who, (person, _) in everyone.items():
        visible, hidden = Incident.objects.visible_to(person), Incident.objects.hidden_from(person)
        assert {*visible} | {*hidden} == shown, who
        assert not {*visible} & {*hidden}, who


def test_everything_else_is_for_all_staff():
    _, everyone = people()
    for incident in (make.suspicion(), make.told(), make.internal(), make.drill(), make.dismissed()):
        for who, (person, _) in everyone.items():
            active = bool(person and person.is_authenticated and person.is_active)
            assert Incident.objects.visible_to(person).filter(pk=incident.pk).exists() is active, who


def test_a_member_who_left_sees_nothing():
    gone = make.in_group("Reliability")
    incident = make.restricted(members=[gone])
    gone.is_active = False
    gone.save()
    assert not Incident.objects.visible_to(gone).filter(pk=incident.pk).exists()


def test_being_a_member_twice_over_shows_it_once():
    member = make.in_group("Security")
    incident = make.restricted(members=[member, make.user()])
    assert Incident.objects.visible_to(member).filter(pk=incident.pk).count() == 1


def test_the_public_reads_only_what_was_confirmed_and_told():
    told, over, past = make.told(), make.resolved(), make.backfilled()
    for hidden in (
        make.suspicion, make.dismissed, make.confirmed, make.internal, make.restricted, make.drill,
        lambda: make.backfilled(updates=[]),
    ):  # fmt: skip
        hidden()
    drill = make.drill()
    make.update(drill)
    withdrawn = make.told()
    actions.withdraw_update(withdrawn.updates.get(), reason="So", by=None)
    merged, unheard = make.merged(), actions.merge(make.suspicion(), into=told, by=None)
    assert set(Incident.objects.public()) == {told, over, past, merged, merged.merged_into}
    assert unheard.is_merged


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED, Audience.DRILL])
@pytest.mark.parametrize("status", Status)
def test_no_status_makes_the_others_public(audience, status):
    told = make.told()
    stamps = {"resolved_at": None, "dismissed_at": None, "confirmed_at": None}
    now = told.declared_at
    if status == Status.RESOLVED:
        stamps["resolved_at"] = now
    if status == Status.DISMISSED:
        stamps["dismissed_at"] = now
    elif status != Status.SUSPECTED:
        stamps["confirmed_at"] = now
    if status == Status.MERGED:
        stamps |= {"merged_at": now, "merged_into": make.dismissed()}
    Incident.objects.filter(pk=told.pk).update(audience=audience, status=status, **stamps)
    assert not Incident.objects.public().exists()


def test_what_waits_for_support():
    first = make.confirmed()
    behind = actions.change_stage(make.told(), status=Status.MONITORING, by=None)
    make.told()
    make.backfilled()
    make.internal()
    make.restricted()
    make.suspicion()
    assert list(Incident.objects.awaiting_first_notice()) == [first]
    assert list(Incident.objects.awaiting_telling()) == [behind]
