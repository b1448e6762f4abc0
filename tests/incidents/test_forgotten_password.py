"""A forgotten password: a link for whoever has the address, the same answer for everybody else, and not too many."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import signals
from incidents.actions import passwords, people
from incidents.exceptions import DomainError
from incidents.models import PasswordResetRequest, User
from tests import factories as make

pytestmark = pytest.mark.django_db
FORGOT, ASKED = "/admin/forgot-password/", "/admin/forgot-password/asked/"


@pytest.fixture
def sent():
    """Who is to get a link: (which, person, by)."""
    heard = []

    def invited(sender, user, by, **kwargs):
        heard.append(("invited", user, by))

    def reset(sender, user, by, **kwargs):
        heard.append(("reset", user, by))

    signals.invited.connect(invited)
    signals.password_reset_asked.connect(reset)
    yield heard
    signals.invited.disconnect(invited)
    signals.password_reset_asked.disconnect(reset)


def ask(client, email, **extra):
    """Asked at the door, and looked up as the sender does before its next round."""
    response = client.post(FORGOT, {"email": email}, **extra)
    passwords.answer_asks()
    return response


def test_the_door_leads_there_and_the_link_leads_in(client, sent):
    person = make.user(password=make.PASSWORD, email="Lena@Example.com")
    assert FORGOT in client.get("/admin/login/").content.decode()
    assert client.get(FORGOT).status_code == 200

    response = ask(client, " lena@example.COM ")
    assert (response.status_code, response["Location"]) == (302, ASKED)
    assert "Look into your mail" in client.get(ASKED).content.decode()
    assert sent == [("reset", person, None)]

    link = passwords.set_password_url(person)
    assert link.startswith(f"{settings.PUBLIC_URL}/admin/invitation/")
    path = client.get(urlsplit(link).path)["Location"]
    assert "Set a new password" in client.get(path).content.decode()
    response = client.post(path, {"new_password1": "a quiet harbour 7", "new_password2": "a quiet harbour 7"})
    assert response["Location"] == "/admin/"
    assert User.objects.get(pk=person.pk).check_password("a quiet harbour 7")
    client.logout()
    gone = client.get(urlsplit(link).path).content.decode()
    assert "does not work any more" in gone
    assert FORGOT in gone


def test_the_answer_is_the_same_for_whoever_is_not_known(client, sent):
    known = make.user()
    make.user(email="gone@example.com", is_active=False)
    make.user(email="outside@example.com", is_staff=False)
    answers = {}
    for email in (known.email, "nobody@example.com", "gone@example.com", "outside@example.com"):
        response = ask(client, email)
        answers[email] = (response.status_code, response["Location"], client.get(ASKED).content)
    assert len(set(answers.values())) == 1
    assert sent == [("reset", known, None)]


def test_the_request_does_the_same_whoever_is_known(client, sent):
    known = make.user()
    done = {}
    for email in (known.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            client.post(FORGOT, {"email": email})
        done[email] = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
    assert len(done[known.email]) > 3
    assert done[known.email] == done["nobody@example.com"]
    assert sent == []
    assert PasswordResetRequest.objects.filter(answered_at=None).count() == 2
    passwords.answer_asks()
    assert sent == [("reset", known, None)]
    assert not PasswordResetRequest.objects.filter(answered_at=None).exists()


def test_what_waited_longer_than_an_hour_is_answered_all_the_same(client, sent):
    person, other = make.user(), make.user()
    with time_machine.travel(timezone.now() - timedelta(hours=5)):
        client.post(FORGOT, {"email": person.email})
    ask(client, other.email)
    assert [row[1] for row in sent] == [person, other]
    assert passwords.answer_asks() is False
    assert len(sent) == 2


def test_an_address_gets_three_links_an_hour(client, sent):
    person, other = make.user(), make.user()
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        for _number in range(5):
            assert ask(client, person.email.upper()).status_code == 302
        assert len(sent) == 3
        ask(client, other.email)
        assert sent[-1][1] == other
    with time_machine.travel(start + timedelta(minutes=61), tick=False):
        ask(client, person.email)
        assert (len(sent), sent[-1][1]) == (5, person)
        assert PasswordResetRequest.objects.count() == 1  # those before are gone


def test_a_client_asks_ten_times_an_hour(client, sent):
    for number in range(10):
        assert ask(client, f"person{number}@example.org").status_code == 302
    refused = ask(client, make.user().email)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert "Wait an hour" in refused.content.decode()
    assert sent == []
    assert ask(client, make.user().email, REMOTE_ADDR="192.0.2.7").status_code == 302
    assert len(sent) == 1
    assert PasswordResetRequest.objects.count() == 11


def test_neither_address_nor_client_stands_in_the_table(client):
    person = make.user()
    ask(client, person.email, REMOTE_ADDR="192.0.2.7")
    row = PasswordResetRequest.objects.get()
    assert len({len(row.address), len(row.client), 64}) == 1
    assert row.address != row.client
    assert person.email not in str(vars(row))
    assert "192.0.2.7" not in str(vars(row))


@pytest.mark.parametrize("email", ["", "lena", "lena@", "a\x07b@example.com", "x" * 300 + "@example.com"])
def test_what_is_no_address_is_refused_beside_the_field(client, sent, email):
    response = ask(client, email)
    assert response.status_code == 422
    assert response.context["form"].errors["email"]
    assert sent == []
    assert not PasswordResetRequest.objects.exists()


def test_a_link_that_is_asked_for_ends_no_password(client, sent):
    person = make.user(password=make.PASSWORD)
    ask(client, person.email)
    assert User.objects.get(pk=person.pk).check_password(make.PASSWORD)


def test_inviting_has_a_mail_sent(sent):
    root = make.superuser()
    lena = people.invite(
        first_name="Lena", last_name="Öz", email="Lena@example.com", groups=[Group.objects.get(name="Support")], by=root
    )
    assert sent == [("invited", lena, root)]
    passwords.send_link(lena, by=root)
    assert sent[1:] == [("invited", lena, root)]
    with_password = make.user(password=make.PASSWORD)
    passwords.send_link(with_password, by=root)
    assert sent[2:] == [("reset", with_password, root)]
    people.set_active(lena, is_active=False, by=root)
    with pytest.raises(DomainError):
        passwords.send_link(lena, by=root)
    assert len(sent) == 3


def test_the_invitation_shows_the_link_and_says_that_a_mail_is_on_its_way(client):
    client.force_login(make.superuser())
    person = make.invited(email="lena@example.com")
    text = client.get(f"/admin/incidents/user/{person.pk}/invitation/").content.decode()
    assert settings.PUBLIC_URL + "/admin/invitation/" in text
    assert "on its way to <b>lena@example.com</b>" in text


def test_who_is_paused_for_wrong_passwords_is_led_there(client):
    person = make.user(password=make.PASSWORD)
    for _number in range(5):
        response = client.post("/admin/login/", {"username": person.username, "password": "wrong"})
    assert response.status_code == 429
    assert FORGOT in response.content.decode()


def test_one_ask_that_fails_holds_up_no_other(monkeypatch, caplog):
    people = [make.user(email=f"p{n}@example.com") for n in range(2)]
    for person in people:
        passwords.ask_password_reset(email=person.email, client="192.0.2.7")
    real = passwords.record

    def broken_for_the_first(person, *args, **data):
        if person == people[0]:
            raise ValueError("a fault of ours")
        real(person, *args, **data)

    monkeypatch.setattr(passwords, "record", broken_for_the_first)
    assert passwords.answer_asks() is True
    assert PasswordResetRequest.objects.filter(answered_at=None).count() == 1
    assert "tried again at the next round" in caplog.text
    monkeypatch.undo()
    assert passwords.answer_asks() is True
    assert not PasswordResetRequest.objects.filter(answered_at=None).exists()
