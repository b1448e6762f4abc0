"""Links that stand for an account: shown for nobody who was ever in, and ended by whatever changes who has it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents.actions import addresses, passwords, people
from incidents.models import AccountEvent, User
from tests import factories as make

pytestmark = pytest.mark.django_db
GONE = "does not work any more"


@pytest.fixture
def root(client):
    person = make.superuser(password=make.PASSWORD)
    client.force_login(person)
    return person


def screen(person):
    return reverse("admin:incidents_user_invitation", args=[person.pk])


def path_of(person):
    return urlsplit(passwords.set_password_url(person)).path


def in_use(kind):
    """Accounts that somebody has in hand."""
    if kind == "with a password":
        return make.in_group("Support", password=make.PASSWORD)
    return make.in_group("Support")


@pytest.mark.parametrize("kind", ["with a password", "without one, but was in"])
def test_for_an_account_in_use_no_screen_shows_a_link_and_asking_makes_none(client, root, kind):
    person = in_use(kind)
    asked = client.get(screen(person))
    sent = client.post(screen(person), follow=True)

    for response in (asked, sent, client.get(screen(person))):
        assert not re.search(r"/admin/invitation/\w+/", response.content.decode())
    assert f"goes to {person.email} and nowhere else;" in asked.content.decode()
    assert f"on its way to {person.email}" in sent.content.decode()
    line = AccountEvent.objects.get(person=person)
    assert (line.fact, line.by, line.data) == ("link_sent", root, {"to": person.email})


def test_looking_writes_nothing(client, root):
    for person in (make.invited(), in_use("with a password")):
        before = User.objects.filter(pk=person.pk).values().get()
        client.get(screen(person))
        assert User.objects.filter(pk=person.pk).values().get() == before
    assert not AccountEvent.objects.exists()


def test_once_in_nobody_is_shown_a_link_any_more(client, root):
    person = make.invited()
    link = client.get(screen(person)).context["link"]
    passwords.set_password(person, make.PASSWORD)

    assert client.get(screen(person)).context.get("link") is None
    client.logout()
    assert GONE in client.get(urlsplit(link).path).content.decode()


ENDINGS = {
    "the password": lambda person, root: passwords.set_password(person, "another harbour 8"),
    "the address": lambda person, root: User.objects.filter(pk=person.pk).update(email="other@example.com"),
    "being kept out": lambda person, root: people.set_active(person, is_active=False, by=root),
    "being kept out and let in again": lambda person, root: [
        people.set_active(person, is_active=state, by=root) for state in (False, True)
    ],
    "signing in": lambda person, root: User.objects.filter(pk=person.pk).update(
        last_login=timezone.now() + timedelta(minutes=1)
    ),
}


@pytest.mark.parametrize("kind", ["invited", "in use"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_ends_with(client, ending, kind):
    root, person = make.superuser(), make.user(password=make.PASSWORD) if kind == "in use" else make.invited()
    path = path_of(person)
    assert client.get(path).status_code == 302

    ENDINGS[ending](person, root)

    assert GONE in client.get(path).content.decode()


def test_a_link_that_was_opened_ends_before_it_is_used(client):
    root, person = make.superuser(), make.user(password=make.PASSWORD)
    form = client.get(path_of(person))["Location"]
    assert client.get(form).context["validlink"]

    people.set_active(person, is_active=False, by=root)
    people.set_active(person, is_active=True, by=root)

    passwords_typed = {"new_password1": "a quiet harbour 7", "new_password2": "a quiet harbour 7"}
    assert GONE in client.post(form, passwords_typed).content.decode()
    assert User.objects.get(pk=person.pk).check_password(make.PASSWORD)


def test_a_link_is_for_one_account_and_three_days(client):
    one, other = make.user(password=make.PASSWORD), make.user(password=make.PASSWORD)
    uid, token = path_of(one).split("/")[3:5]
    other_uid = path_of(other).split("/")[3]
    assert GONE in client.get(reverse("admin:invitation", args=[other_uid, token])).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert GONE in client.get(reverse("admin:invitation", args=[uid, token])).content.decode()


def test_an_address_put_right_ends_the_links_that_went_to_the_wrong_one(client, root):
    person = make.invited(email="lena@exmaple.com")
    path = path_of(person)
    addresses.ask_address(person, address="lena@example.com", by=root)
    client.logout()
    assert GONE in client.get(path).content.decode()
