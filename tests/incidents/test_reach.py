"""Nobody opens by somebody else's account what they do not see themselves; being a superuser is not enough."""

import re

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from incidents import actions, permissions
from incidents.accounts import reach
from incidents.actions import addresses, passwords, people
from incidents.choices import Audience, EntryKind
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import AccountEvent, AddressChange, Incident, User
from tests import factories as make, tokens

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/admin/invitation/[^\s\"'<]+")


def at(name, person):
    return reverse(f"admin:incidents_user_{name}", args=[person.pk])


def security(**fields):
    """Somebody who was in: whoever is only invited does not end the first setting up."""
    return make.in_group("Security", **{"password": make.PASSWORD} | fields)


def group(name):
    return Group.objects.get(name=name)


@pytest.fixture
def root(client):
    person = make.superuser(password=make.PASSWORD)
    client.force_login(person)
    return person


def invited_member():
    """Older than the rule that nobody is made a member before they were in: the system may still do it."""
    person = make.invited(groups=["Support"])
    make.restricted(members=[person])
    return person


SEES_MORE = {"in the security group": security, "a member whom nobody has in hand": invited_member}


@pytest.mark.parametrize("made", SEES_MORE)
def test_a_superuser_reaches_no_account_that_sees_more(client, root, made):
    security()
    person = SEES_MORE[made]()
    before = User.objects.filter(pk=person.pk).values().get()
    form = {"first_name": "A", "email": "mine@example.com", "time_zone": "UTC", "is_superuser": "on"}

    assert client.get(at("change", person)).status_code == 200  # to look at
    assert client.post(at("change", person), form).status_code == 403
    assert client.get(at("invitation", person)).status_code == 403
    assert client.post(at("invitation", person)).status_code == 403
    assert client.post(reverse("admin:address_cancel", args=[person.pk])).status_code == 302
    words = f"{person} may do more than you may. Ask an administrator."
    for act in (
        lambda: passwords.send_link(person, by=root),
        lambda: addresses.ask_address(person, address="mine@example.com", by=root),
        lambda: addresses.cancel_address(person, by=root),
        lambda: people.grant(person, groups=[], is_superuser=True, by=root),
        lambda: people.change_details(person, first_name="A", last_name="", team=None, time_zone="UTC", by=root),
    ):
        with pytest.raises(NotAllowed) as refusal:
            act()
        assert str(refusal.value) == words
    assert User.objects.filter(pk=person.pk).values().get() == before
    assert not AddressChange.objects.exists()
    assert not AccountEvent.objects.filter(person=person).exists()


@pytest.mark.parametrize("made", SEES_MORE)
def test_a_leaver_is_kept_out_by_an_administrator_who_cannot_let_them_in_again(client, root, made):
    security()
    person = SEES_MORE[made]()

    assert at("access", person) in client.get(at("change", person)).content.decode()
    client.post(at("access", person))
    assert not User.objects.get(pk=person.pk).is_active
    assert client.post(at("access", person)).status_code == 403
    person.refresh_from_db()
    with pytest.raises(NotAllowed):
        people.set_active(person, is_active=True, by=root)
    assert not User.objects.get(pk=person.pk).is_active


def test_keeping_everybody_of_security_out_opens_nothing(root):
    person = security()
    people.set_active(person, is_active=False, by=root)

    assert group("Security") not in reach.grantable(root)
    with pytest.raises(NotAllowed):
        people.grant(root, groups=[group("Security")], is_superuser=True, by=root)
    with pytest.raises(NotAllowed):
        people.set_rights(group("Security"), names=[], by=root)


def test_who_is_a_member_too_reaches_a_member_whom_nobody_has_in_hand(root):
    person = make.invited(groups=["Support"])
    make.restricted(members=[person, root])
    assert reach.in_reach(person, by=root)
    make.restricted(members=[person])
    assert not reach.in_reach(person, by=root)
    root.groups.add(group("Security"))
    assert reach.in_reach(person, by=User.objects.get(pk=root.pk))


def test_a_manager_reaches_whom_they_invited_until_they_see_what_the_manager_does_not(client):
    manager, person = make.in_group("Managers"), make.invited(groups=["Viewers"])
    client.force_login(manager)
    assert client.get(at("invitation", person)).status_code == 200
    incident = make.restricted(members=[person])
    assert client.get(at("invitation", person)).status_code == 403
    assert client.post(at("change", person), {"email": "mine@example.com"}).status_code == 403
    actions.add_member(incident, user=manager, by=None)
    assert client.get(at("invitation", person)).status_code == 200


# Members who were in: nothing tells that they are, and nothing gives anybody their account


def answers(client, person):
    """Every screen about the account and every act on it, without what is the person's own."""
    form = {"first_name": "A", "email": "mine@example.com", "time_zone": "UTC", "groups": [group("Support").pk]}
    steps = [
        client.get(at("change", person)), client.get(at("invitation", person)),
        client.post(at("invitation", person), follow=True),
        client.post(at("change", person), form | {"_continue": "1"}, follow=True),
        client.post(reverse("admin:address_cancel", args=[person.pk]), follow=True),
        client.post(at("access", person), follow=True), client.get(at("access", person)),
        client.post(at("access", person), follow=True),
    ]  # fmt: skip
    found = []
    for step in steps:
        assert not LINK.search(step.content.decode())
        text = tokens.without(step.content.decode())
        found.append((step.status_code, re.sub(r"person\d+|/user/\d+|cancel/\d+|address/\d+", "…", text)))
    return found


def test_nothing_tells_a_superuser_that_somebody_is_a_member(client, root):
    person, other = (make.in_group("Support", password=make.PASSWORD) for _n in range(2))
    make.restricted(members=[person])
    before = User.objects.filter(pk=person.pk).values("email").get()

    with time_machine.travel(timezone.now(), tick=False):
        assert answers(client, person) == answers(client, other)
    assert User.objects.filter(pk=person.pk).values("email").get() == before


def test_who_is_let_in_again_sees_only_what_who_lets_them_in_sees(root):
    """The leaver's mailbox may be the administrator's by now."""
    person = make.in_group("Support", password=make.PASSWORD)
    hidden, shared = make.restricted(members=[person]), make.restricted(members=[person, root])
    people.set_active(person, is_active=False, by=root)
    assert hidden.member_set.filter(user=person).exists()

    people.set_active(person, is_active=True, by=root)

    person = User.objects.get(pk=person.pk)
    assert set(Incident.objects.visible_to(person)) == {shared}
    line = hidden.timeline.filter(kind=EntryKind.MEMBER).order_by("pk").last()
    assert (line.by, line.data) == (root, {"user": str(person), "added": False})


def test_who_lets_somebody_in_again_and_sees_it_too_closes_nothing():
    person, vera = make.in_group("Support", password=make.PASSWORD), security(is_superuser=True)
    hidden = make.restricted(members=[person])
    for state in (False, True):
        people.set_active(person, is_active=state, by=vera)
    assert hidden in Incident.objects.visible_to(User.objects.get(pk=person.pk))


def test_nobody_is_made_a_member_before_they_were_in():
    lead, new = make.in_group("Engineering"), make.invited(groups=["Engineering"])
    incident = make.confirmed(owner=new)
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=lead)
    assert {member.user for member in incident.member_set.all()} == {lead}

    with pytest.raises(DomainError, match="has not signed in to Bridgewatch yet"):
        actions.add_member(incident, user=new, by=lead)

    passwords.set_password(new, make.PASSWORD)
    actions.add_member(incident, user=User.objects.get(pk=new.pk), by=lead)
    assert incident in Incident.objects.visible_to(new)


def test_only_who_sees_a_restricted_incident_lets_others_see_it(root):
    incident = make.restricted(members=[make.in_group("Support")])
    for whom in (root, make.user()):
        with pytest.raises(NotAllowed):
            actions.add_member(incident, user=whom, by=root)
        with pytest.raises(NotAllowed):
            actions.set_audience(incident, audience=Audience.INTERNAL, reason="So", by=root)
    assert incident not in Incident.objects.visible_to(root)


def test_a_restricted_incident_that_was_opened_puts_nobody_out_of_reach(root):
    person = make.in_group("Support", password=make.PASSWORD)
    incident = make.restricted(members=[person])
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="Over", by=None)
    assert reach.in_reach(person, by=root)


# Granting


@pytest.mark.parametrize("whom", ["themselves", "somebody else", "somebody new"])
def test_a_superuser_who_does_not_see_restricted_incidents_lets_nobody_see_them(client, root, whom):
    security()
    incident = make.restricted()
    facts = {"first_name": "Ina", "last_name": "Ost", "email": "ina@example.com", "time_zone": "UTC"}
    facts["groups"] = [group("Security").pk]
    if whom == "somebody new":
        response = client.post(reverse("admin:incidents_user_add"), facts)
        assert not User.objects.filter(email="ina@example.com").exists()
    else:
        person = root if whom == "themselves" else make.in_group("Viewers", password=make.PASSWORD)
        facts |= {"email": person.email, "is_superuser": "on"}
        response = client.post(at("change", person), facts)
        with pytest.raises(NotAllowed, match="may do more than you may"):
            people.grant(person, groups=[group("Security")], is_superuser=person.is_superuser, by=root)
        assert not User.objects.get(pk=person.pk).groups.filter(name="Security").exists()
    assert response.context["adminform"].form.errors["groups"]
    assert group("Security") not in response.context["adminform"].form.fields["groups"].queryset
    assert incident not in Incident.objects.visible_to(User.objects.get(pk=root.pk))


@pytest.mark.parametrize("key", ["see_all", "restrict"])
def test_no_group_gets_the_right_from_a_superuser_who_lacks_it(client, root, key):
    security()
    viewers = group("Viewers")
    change = reverse("admin:auth_group_change", args=[viewers.pk])
    before = reach.names(viewers.permissions.all())
    ticked = client.get(change).context["adminform"].form.initial["rights"]

    response = client.post(change, {"name": "Viewers", "rights": [*ticked, key]})

    assert "rights that you have yourself" in response.context["adminform"].form.errors["rights"][0]
    with pytest.raises(NotAllowed):
        people.set_rights(viewers, names=before | permissions.rights()[key].names, by=root)
    assert reach.names(viewers.permissions.all()) == before
    assert client.post(change, {"name": "Viewers", "rights": [*ticked, "report"]}).status_code == 302


def test_a_group_that_sees_more_is_not_removed_by_who_lacks_that(client, root):
    security()
    own = Group.objects.create(name="Night watch")
    own.permissions.add(Permission.objects.get(codename="view_restricted_incident"))
    other = Group.objects.create(name="Day watch")
    delete = reverse("admin:auth_group_delete", args=[own.pk])

    assert "may do more than you may" in client.get(delete).content.decode()
    client.post(delete, {"post": "yes"})
    both = {"action": "delete_selected", "_selected_action": [own.pk, other.pk], "post": "yes"}
    client.post(reverse("admin:auth_group_changelist"), both)
    assert set(Group.objects.filter(name__endswith="watch")) == {own, other}
    client.post(reverse("admin:auth_group_delete", args=[other.pk]), {"post": "yes"})
    assert list(Group.objects.filter(name__endswith="watch")) == [own]


def test_who_sees_restricted_incidents_and_may_grant_lets_others_see_them():
    security()
    root = security(is_superuser=True)
    person = make.in_group("Viewers", password=make.PASSWORD)
    people.grant(person, groups=[group("Security")], is_superuser=False, by=root)
    assert person.sees_restricted


# The first of all


def test_in_a_new_installation_the_superuser_fills_the_security_group_and_it_is_on_the_record(root):
    vera = people.invite(
        first_name="Vera", last_name="Holm", email="vera@exmaple.com", groups=[group("Security")], by=root
    )
    addresses.ask_address(vera, address="vera@example.com", by=root)  # a slip of the pen is put right
    vera.refresh_from_db()
    assert (vera.email, vera.sees_restricted) == ("vera@example.com", True)
    line = AccountEvent.objects.get(person=vera, fact="groups")
    assert (line.by, line.data["added"]) == (root, ["Security"])

    passwords.set_password(vera, make.PASSWORD)

    assert not reach.in_reach(vera, by=root)
    assert group("Security") not in reach.grantable(root)


@pytest.mark.parametrize("who", ["vera@example.com", "vera"])
def test_once_everybody_of_security_has_left_the_server_lets_somebody_in_and_it_is_on_the_record(who):
    person = make.in_group("Support", username="vera", email="vera@example.com", password=make.PASSWORD)
    call_command("let_into", who.upper(), "Security")
    assert [row.name for row in person.groups.order_by("name")] == ["Security", "Support"]
    line = AccountEvent.objects.get(person=person)
    assert (line.by, line.data["added"]) == (None, ["Security"])
    for email, name in (("nobody@example.com", "Security"), ("vera@example.com", "Nowhere")):
        with pytest.raises(CommandError, match="There is no"):
            call_command("let_into", email, name)


def test_a_manager_fills_nothing_even_then():
    manager = make.in_group("Managers")
    assert group("Security") not in reach.grantable(manager)


# The first link


def test_the_link_that_was_shown_ends_when_the_account_comes_to_see_more(client, root):
    security()
    person = make.invited(groups=["Support"])
    link = LINK.search(client.get(at("invitation", person)).content.decode()).group()
    incident = make.restricted(members=[person])
    client.logout()

    assert "does not work any more" in client.get(link).content.decode()
    actions.remove_member(make.restricted(members=[root, person]), user=root, by=None)
    assert incident in Incident.objects.visible_to(person)
    client.force_login(root)
    assert client.get(at("invitation", person)).status_code == 403


def test_the_link_that_was_shown_ends_with_the_security_group_too(client, root):
    security()
    person = make.invited(groups=["Support"])
    link = LINK.search(client.get(at("invitation", person)).content.decode()).group()
    people.grant(person, groups=[group("Security")], is_superuser=False, by=security(is_superuser=True))
    client.logout()
    assert "does not work any more" in client.get(link).content.decode()


@pytest.mark.parametrize("way", ["they left", "something was restricted"])
def test_the_security_group_is_not_filled_anew_by_a_superuser(root, way):
    """Who was there once, or something that is there to be seen, ends the first setting up for good."""
    if way == "they left":
        person = make.user(password=make.PASSWORD)
        people.grant(person, groups=[group("Security")], is_superuser=False, by=root)
        people.grant(person, groups=[], is_superuser=False, by=person)
    else:
        incident = make.restricted()
        actions.set_audience(incident, audience=Audience.INTERNAL, reason="It can be known.", by=None)

    with pytest.raises(NotAllowed):
        people.grant(root, groups=[group("Security")], is_superuser=True, by=root)


def test_nobody_waits_for_an_address_that_somebody_else_has_got(root):
    waiting, other = make.user(password=make.PASSWORD), make.user(password=make.PASSWORD)
    addresses.ask_address(waiting, address="wanted@example.com", by=None)
    change = addresses.ask_address(other, address="wanted@example.com", by=None)
    addresses.confirm_address(addresses.confirm_url(change).rstrip("/").rpartition("/")[2], by=other)
    assert not AddressChange.objects.exists()

    addresses.ask_address(waiting, address="new@example.com", by=None)
    people.invite(first_name="N", last_name="", email="new@example.com", groups=[], by=root)
    assert not AddressChange.objects.exists()
