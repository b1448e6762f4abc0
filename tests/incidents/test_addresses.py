"""Another e-mail address counts once its person confirmed it, by the link that went there and signed in."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from incidents import signals
from incidents.actions import addresses, passwords, people
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import AccountEvent, AddressChange, User
from tests import factories as make

pytestmark = pytest.mark.django_db
OLD, NEW = "vera@example.com", "vera.holm@example.com"


def vera(**fields):
    return make.in_group("Support", **{"username": OLD, "email": OLD, "password": make.PASSWORD} | fields)


def form(person, **facts):
    return {
        "first_name": "Vera",
        "last_name": "Holm",
        "email": person.email,
        "time_zone": "UTC",
        "groups": [row.pk for row in person.groups.all()],
    } | facts


def change_screen(person):
    return reverse("admin:incidents_user_change", args=[person.pk])


def now(person):
    row = User.objects.get(pk=person.pk)
    return row.email, row.username


def path_of(change):
    return urlsplit(addresses.confirm_url(change)).path


def facts(person):
    rows = AccountEvent.objects.filter(person=person).order_by("pk")
    return [(row.fact, row.by) for row in rows if row.fact.startswith("address")]


def test_it_waits_is_shown_and_counts_once_confirmed(client):
    root, person = make.superuser(), vera()
    client.force_login(root)
    said = client.post(change_screen(person), form(person, email=NEW.upper()), follow=True).content.decode()

    assert now(person) == (OLD, OLD)
    change = AddressChange.objects.get()
    assert (change.person, change.address, change.asked_by) == (person, NEW, root)
    assert f"Until then the address stays {OLD}" in said
    assert f"is to become <b>{NEW}</b>" in client.get(change_screen(person)).content.decode()

    client.force_login(person)
    asked = client.get(path_of(change))
    assert f"From now on use <b>{NEW}</b> instead of {OLD}?" in asked.content.decode()
    assert now(person) == (OLD, OLD)  # scanners of mail follow links
    assert client.post(path_of(change), follow=True).status_code == 200

    assert now(person) == (NEW, NEW)
    assert not AddressChange.objects.exists()
    assert facts(person) == [("address_asked", root), ("address_changed", person)]
    client.logout()
    assert client.post("/admin/login/", {"username": NEW, "password": make.PASSWORD}).status_code == 302


def test_one_s_own_waits_in_the_same_way(client):
    person = vera(is_superuser=True)
    client.force_login(person)
    client.post(change_screen(person), form(person, email=NEW, is_superuser="on"))
    assert (now(person), AddressChange.objects.get().address) == ((OLD, OLD), NEW)
    assert f"is to become <b>{NEW}</b>" in client.get(reverse("admin:preferences")).content.decode()


def test_the_link_is_of_no_use_to_whoever_else_has_the_mailbox(client):
    root, person = make.superuser(), vera()
    change = addresses.ask_address(person, address="root.of.all@example.com", by=root)

    answer = client.get(path_of(change))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
    assert client.post(path_of(change)).status_code == 302
    client.force_login(root)
    for ask in (client.get, client.post):
        answer = ask(path_of(change))
        assert (answer.status_code, "for somebody else" in answer.content.decode()) == (410, True)
    assert now(person) == (OLD, OLD)


def test_until_then_links_go_to_the_old_address_and_sign_in_stays(client):
    person, heard = vera(), []

    def listen(sender, user, **kwargs):
        heard.append(user.email)

    addresses.ask_address(person, address=NEW, by=make.superuser())
    signals.password_reset_asked.connect(listen)
    try:
        for address in (NEW, OLD):
            passwords.ask_password_reset(email=address, client="192.0.2.7")
            passwords.answer_asks()
    finally:
        signals.password_reset_asked.disconnect(listen)
    assert heard == [OLD]
    assert client.post("/admin/login/", {"username": NEW, "password": make.PASSWORD}).status_code == 200
    assert client.post("/admin/login/", {"username": OLD, "password": make.PASSWORD}).status_code == 302


def test_links_to_set_a_password_end_when_it_counts(client):
    person = vera()
    path = urlsplit(passwords.set_password_url(person)).path
    change = addresses.ask_address(person, address=NEW, by=make.superuser())
    assert client.get(path).status_code == 302
    addresses.confirm_address(path_of(change).split("/")[3], by=person)
    assert "does not work any more" in client.get(path).content.decode()


@pytest.mark.parametrize("who", ["themselves", "an administrator"])
def test_it_can_be_cancelled_and_then_the_link_is_dead(client, who):
    root, person = make.superuser(), vera()
    change = addresses.ask_address(person, address=NEW, by=root)
    client.force_login(person if who == "themselves" else root)
    shown = client.get(reverse("admin:preferences") if who == "themselves" else change_screen(person))
    cancel = reverse("admin:address_cancel", args=[person.pk])
    assert cancel in shown.content.decode()
    assert client.get(cancel).status_code == 405

    client.post(cancel)

    assert facts(person)[1:] == [("address_cancelled", person if who == "themselves" else root)]
    client.force_login(person)
    assert client.post(path_of(change)).status_code == 410
    assert now(person) == (OLD, OLD)


def test_others_cancel_nothing(client):
    person, viewer = vera(), make.in_group("Viewers")
    addresses.ask_address(person, address=NEW, by=None)
    client.force_login(viewer)
    client.post(reverse("admin:address_cancel", args=[person.pk]))
    with pytest.raises(NotAllowed):
        addresses.ask_address(person, address="x@example.com", by=viewer)
    assert AddressChange.objects.get().address == NEW


def test_asked_anew_the_link_before_is_dead(client):
    person = vera()
    first = addresses.ask_address(person, address="v@example.com", by=None)
    second = addresses.ask_address(person, address=NEW, by=None)
    client.force_login(person)
    assert client.get(path_of(first)).status_code == 410
    assert client.get(path_of(second)).status_code == 200


def test_a_link_is_too_old_after_three_days_and_a_forged_one_is_none(client):
    person = vera()
    change = addresses.ask_address(person, address=NEW, by=None)
    path = path_of(change)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        client.force_login(person)
        assert client.post(path).status_code == 410
    client.force_login(person)
    assert client.post(path[:-2] + "x/").status_code == 410
    assert now(person) == (OLD, OLD)


def test_an_address_that_somebody_got_meanwhile_stays_theirs():
    person = vera()
    change = addresses.ask_address(person, address=NEW, by=None)
    make.user(email=NEW.title())
    with pytest.raises(DomainError, match="here already"):
        addresses.confirm_address(path_of(change).split("/")[3], by=person)
    with pytest.raises(DomainError, match="here already"):
        addresses.ask_address(person, address=NEW, by=None)
    assert now(person) == (OLD, OLD)


def test_whoever_is_invited_has_the_address_that_somebody_waits_for():
    person = make.user()
    AddressChange.objects.create(person=person, address="Lena@Example.com")
    people.invite(first_name="Lena", last_name="", email="lena@example.com", groups=[], by=make.superuser())
    assert not AddressChange.objects.exists()


def test_who_signs_in_by_another_name_keeps_it():
    person = vera(username="vera")
    change = addresses.ask_address(person, address=NEW, by=None)
    addresses.confirm_address(path_of(change).split("/")[3], by=person)
    assert now(person) == (NEW, "vera")


def test_who_was_only_invited_has_it_put_right_at_once_and_a_fresh_link_sent(client):
    root, heard = make.superuser(), []

    def listen(sender, user, **kwargs):
        heard.append(user.email)

    client.force_login(root)
    person = vera(password=None, last_login=None)
    signals.invited.connect(listen)
    try:
        said = client.post(change_screen(person), form(person, email=NEW), follow=True).content.decode()
    finally:
        signals.invited.disconnect(listen)
    assert f"A fresh link went to {NEW}" in said
    assert (now(person), heard) == ((NEW, NEW), [NEW])
    assert not AddressChange.objects.exists()
    assert facts(person) == [("address_changed", root)]


def test_saving_the_form_untouched_asks_for_nothing(client):
    root, person = make.superuser(), vera(first_name="Vera", last_name="Holm")
    client.force_login(root)
    client.post(change_screen(person), form(person))
    assert not AddressChange.objects.exists()
    assert not AccountEvent.objects.exists()


def test_who_was_kept_out_confirms_nothing(client):
    root, person = make.superuser(), vera()
    change = addresses.ask_address(person, address=NEW, by=root)
    client.force_login(person)
    people.set_active(person, is_active=False, by=root)
    assert client.post(path_of(change)).status_code == 302
    assert now(person) == (OLD, OLD)


def test_one_change_waits_for_each_person_and_it_has_an_address():
    person = vera()
    AddressChange.objects.create(person=person, address=NEW)
    for fields in ({"person": person, "address": "x@example.com"}, {"person": make.user(), "address": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AddressChange.objects.create(**fields)
