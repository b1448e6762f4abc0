"""Who may see an incident: audience and members (DESIGN section 3, restricted incidents)."""

import pytest

from incidents import actions
from incidents.choices import Audience, EntryKind
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import Incident
from tests import factories as make

pytestmark = pytest.mark.django_db

KINDS = {"public": make.confirmed, "internal": make.internal, "restricted": make.restricted, "drill": make.drill}


def sees(person, incident):
    fresh = type(person).objects.get(pk=person.pk)
    return Incident.objects.visible_to(fresh).filter(pk=incident.pk).exists()


def test_whoever_restricts_and_the_owner_become_the_first_members():
    support, owner = make.in_group("Support"), make.in_group("Engineering")
    incident = make.confirmed(owner=owner)
    incident = actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Keys leaked", by=support)

    assert set(incident.members.all()) == {support, owner}
    entry = incident.timeline.get(kind=EntryKind.AUDIENCE)
    assert (entry.text, entry.data) == ("Keys leaked", {"old": "public", "new": "restricted"})


def test_declared_as_restricted_it_has_its_owner_as_member():
    lead, owner = make.in_group("Engineering Leads"), make.in_group("Engineering")
    assert set(make.restricted(by=lead, owner=owner).members.all()) == {lead, owner}


def test_only_those_entitled_open_a_restricted_incident():
    lead, security = make.in_group("Engineering Leads"), make.in_group("Security")
    incident = make.restricted(members=[lead])
    with pytest.raises(NotAllowed):
        actions.set_audience(incident, audience=Audience.INTERNAL, reason="Closed", by=lead)
    incident = actions.set_audience(incident, audience=Audience.INTERNAL, reason="Closed", by=security)
    assert incident.audience == Audience.INTERNAL


@pytest.mark.parametrize("old", KINDS)
@pytest.mark.parametrize("new", Audience)
def test_a_drill_stays_a_drill_and_everything_else_may_change(old, new):
    incident = KINDS[old]()
    if old != new and "drill" in (old, new):
        with pytest.raises(DomainError) as refusal:
            actions.set_audience(incident, audience=new, reason="So", by=None)
        assert refusal.value.field == "audience"
    else:
        assert actions.set_audience(incident, audience=new, reason="So", by=None).audience == new


def test_a_change_of_audience_has_a_reason_and_the_same_audience_is_no_change():
    incident = make.confirmed()
    with pytest.raises(DomainError) as refusal:
        actions.set_audience(incident, audience=Audience.INTERNAL, reason="", by=None)
    assert refusal.value.field == "reason"
    assert actions.set_audience(incident, audience=Audience.PUBLIC, reason="", by=None).version == incident.version


def test_withdrawn_from_the_public_it_is_public_no_more():
    incident = make.told()
    assert Incident.objects.public().exists()
    for audience in (Audience.INTERNAL, Audience.RESTRICTED):
        actions.set_audience(incident, audience=audience, reason="So", by=None)
        assert not Incident.objects.public().exists()


def test_a_member_lets_another_in_and_out():
    anna, ben = make.in_group("Engineering"), make.in_group("Reliability")
    incident = make.restricted(members=[anna])
    assert not sees(ben, incident)
    actions.add_member(incident, user=ben, by=anna)
    assert sees(ben, incident)
    version = Incident.objects.get().version
    actions.add_member(incident, user=ben, by=anna)  # once is enough
    assert Incident.objects.get().version == version
    actions.remove_member(incident, user=ben, by=anna)
    assert not sees(ben, incident)
    assert [e.data for e in incident.timeline.filter(kind=EntryKind.MEMBER, by=anna).order_by("pk")] == [
        {"user": str(ben), "added": True},
        {"user": str(ben), "added": False},
    ]


def test_somebody_must_be_able_to_see_it():
    anna = make.in_group("Engineering")
    incident = make.restricted(members=[anna])
    with pytest.raises(DomainError):
        actions.remove_member(incident, user=anna, by=anna)
    assert sees(anna, incident)


def test_the_owner_stays_a_member():
    anna, ben = make.in_group("Engineering"), make.in_group("Engineering")
    incident = make.restricted(members=[anna], owner=ben)
    with pytest.raises(DomainError, match="owns the incident"):
        actions.remove_member(incident, user=ben, by=anna)


def test_only_a_restricted_incident_has_members():
    with pytest.raises(DomainError):
        actions.add_member(make.confirmed(), user=make.user(), by=None)


def test_what_is_opened_to_the_public_names_what_is_affected():
    incident = make.restricted()
    incident.impacts.all().delete()
    with pytest.raises(DomainError) as refusal:
        actions.set_audience(incident, audience=Audience.PUBLIC, by=None, reason="It is known by now.")
    assert refusal.value.field == "audience"
    actions.set_impacts(incident, affected=[make.affected()], by=None)
    opened = actions.set_audience(incident, audience=Audience.PUBLIC, by=None, reason="It is known by now.")
    assert opened.audience == Audience.PUBLIC
