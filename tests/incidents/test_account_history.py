"""What is done to somebody's account leaves a line with who did it, for whoever may see the person."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from incidents.accounts import words
from incidents.actions import addresses, passwords, people
from incidents.choices import AccountFact
from incidents.models import AccountEvent, User
from tests import factories as make

pytestmark = pytest.mark.django_db


def lines(person):
    return [(event.by, *sentences) for event, sentences in reversed(words.history(person))]


def group(*names):
    return list(Group.objects.filter(name__in=names))


def test_every_verb_leaves_its_line():
    root = make.superuser()
    lena = people.invite(first_name="Lena", last_name="Öz", email="lena@example.com", groups=group("Support"), by=root)
    passwords.send_link(lena, by=root)
    passwords.set_password(lena, make.PASSWORD)
    passwords.send_link(lena, by=root)
    people.grant(lena, groups=group("Viewers", "Managers"), is_superuser=False, by=root)
    people.grant(lena, groups=group("Viewers", "Managers"), is_superuser=True, by=root)
    people.grant(lena, groups=group("Viewers", "Managers"), is_superuser=False, by=root)
    people.change_details(lena, first_name="Lena", last_name="Ost", team=None, time_zone="UTC", by=root)
    addresses.ask_address(lena, address="ost@example.com", by=root)
    addresses.cancel_address(lena, by=lena)
    people.set_active(lena, is_active=False, by=root)
    people.set_active(lena, is_active=True, by=root)
    passwords.ask_password_reset(email="lena@example.com", client="192.0.2.7")
    passwords.answer_asks()

    assert lines(lena) == [
        (root, "Invited. A link went to lena@example.com."),
        (root, "Put into Support."),
        (root, "A link to set a password was sent to lena@example.com."),
        (lena, "Set a password."),
        (root, "A link to set a password was sent to lena@example.com."),
        (root, "Put into Managers, Viewers.", "Taken out of Support."),
        (root, "Became an administrator."),
        (root, "Is no administrator any more."),
        (root, "Last name: Öz became Ost."),
        (root, "The address lena@example.com is to become ost@example.com, once that is confirmed."),
        (lena, "The change of the address to ost@example.com was cancelled."),
        (root, "Deactivated."),
        (root, "Let in again."),
        (None, "Somebody asked for a link where people sign in; it was sent to the address."),
    ]


def test_every_fact_has_its_words():
    data = {"to": "a", "old": "a", "new": "b", "added": [], "removed": ["c"], "given": True, "group": "g"}
    data["changes"] = {"team": ["", "t"]}
    assert all(words.sentences(fact, data) for fact in AccountFact)


def test_what_a_group_may_do_is_a_line_for_everybody_in_it():
    root, one, other = make.superuser(), make.in_group("Viewers"), make.in_group("Support")
    [viewers] = group("Viewers")
    viewers.name = "100 % quiet"
    viewers.save()
    names = people.reach.names(viewers.permissions.all())
    people.set_rights(viewers, names=names | {"incidents.note_incident"}, by=root)
    people.set_rights(viewers, names=names | {"incidents.note_incident"}, by=root)

    assert lines(one) == [
        (root, "100 % quiet may also: Write private notes, and let people into a restricted incident.")
    ]
    assert lines(other) == []


@pytest.mark.parametrize("way", ["one", "chosen"])
def test_a_group_that_goes_is_a_line_for_everybody_in_it(client, way):
    root, night = make.superuser(), Group.objects.create(name="Night watch")
    person = make.user(groups=["Night watch"])
    client.force_login(root)
    if way == "one":
        client.post(reverse("admin:auth_group_delete", args=[night.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [night.pk], "post": "yes"}
        client.post(reverse("admin:auth_group_changelist"), chosen)
    assert not Group.objects.filter(name="Night watch").exists()
    assert lines(person) == [(root, "Taken out of Night watch.")]


def test_the_forms_leave_them_too_and_what_changes_nothing_leaves_none(client):
    root = make.superuser()
    client.force_login(root)
    person = make.in_group("Support", password=make.PASSWORD, first_name="Lena", last_name="Öz")
    change = reverse("admin:incidents_user_change", args=[person.pk])
    form = {"first_name": "Lena", "last_name": "Öz", "email": person.email, "time_zone": "UTC"}

    client.post(change, form | {"groups": [row.pk for row in group("Support")]})
    assert lines(person) == []
    client.post(change, form | {"groups": [row.pk for row in group("Support", "Reliability")]})
    client.post(reverse("admin:incidents_user_access", args=[person.pk]))
    assert lines(person) == [(root, "Put into Reliability."), (root, "Deactivated.")]


def test_signing_in_leaves_none_and_one_s_own_password_leaves_one(client):
    person = make.user(password=make.PASSWORD)
    client.post("/admin/login/", {"username": person.username, "password": make.PASSWORD})
    assert User.objects.get(pk=person.pk).last_login
    assert lines(person) == []
    typed = {"old_password": make.PASSWORD, "new_password1": "a quiet harbour 7", "new_password2": "a quiet harbour 7"}
    assert client.post("/admin/password_change/", typed).status_code == 302
    assert lines(person) == [(person, "Set a password.")]


def test_a_password_that_is_set_by_the_link_leaves_one(client):
    person = make.user()
    path = "/" + passwords.set_password_url(person).split("/", 3)[3]
    form = client.get(path)["Location"]
    client.post(form, {"new_password1": "a quiet harbour 7", "new_password2": "a quiet harbour 7"})
    assert lines(person) == [(person, "Set a password.")]


def test_whoever_may_see_the_person_sees_it_and_nobody_else(client):
    root, person = make.superuser(first_name="Ingrid"), make.user(password=make.PASSWORD, first_name="Lena")
    passwords.send_link(person, by=root)
    change = reverse("admin:incidents_user_change", args=[person.pk])
    client.force_login(make.in_group("Viewers"))
    said = client.get(change).content.decode()
    assert f"A link to set a password was sent to {person.email}." in said
    assert "by Ingrid" in said
    client.force_login(make.user())
    assert client.get(change).status_code == 403


def test_what_is_done_on_the_server_leaves_a_line_of_the_server(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", make.PASSWORD)
    before = make.superuser()
    call_command("createsuperuser", interactive=False, username="root", email="root@example.com", verbosity=0)
    person = User.objects.get(username="root")
    assert lines(person) == [(None, "Became an administrator."), (None, "Set a password.")]

    typed = iter(["a quiet harbour 7"] * 2)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    call_command("changepassword", "root", verbosity=0)
    person.refresh_from_db()
    assert person.check_password("a quiet harbour 7")
    assert lines(person)[2:] == [(None, "Set a password.")]
    assert lines(before) == []


def test_the_history_is_append_only():
    person = make.user(password=make.PASSWORD)
    passwords.send_link(person, by=make.superuser())
    line = AccountEvent.objects.get()
    for change in (line.save, line.delete):
        with pytest.raises(TypeError):
            change()
