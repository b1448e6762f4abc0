"""The demo's mailbox: real mail over its real server, kept as private files, read by whoever may."""

import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from django.urls import reverse

from incidents import actions
from incidents.actions import addresses
from incidents.choices import Audience
from notifications.announcements.announce import announce
from notifications.choices import Event, Outcome, Reach
from notifications.demo import mailbox
from notifications.demo.mailbox_readers import TO_SUBSCRIBERS
from notifications.messages import mail, preview
from notifications.models import Announcement
from notifications.transports.mail import Session
from tests import factories as make


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MAILBOX, settings.DATA_DIR = True, tmp_path


def keep(event=Event.INCIDENT_UPDATED, to="ada@example.com", incident=None, **content):
    outgoing = preview.sample(event, address=to, **content)
    if incident is not None:
        told = announce(event, key=secrets.token_hex(8), reach=Reach.STAFF, incident=incident)
        outgoing = replace(outgoing, message_id=f"{told.public_id}.1")
    return mailbox.keep(mail.prepare(outgoing).addressed(outgoing), to=to)


def subjects(client):
    return [piece.event for piece, _kind in client.get(reverse("notifications_staff:mailbox")).context["rows"]]


def test_mail_sent_to_its_server_is_kept_in_private_files(settings, tmp_path):
    server = subprocess.Popen(
        [sys.executable, "manage.py", "mailbox", "--port", "0"],
        env=os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x", "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(server.stdout.readline().split()[-1].rstrip("."))
        with Session(settings) as session:
            answers = [
                session.send(preview.sample(event, address="Ada@example.com"))
                for event in (Event.INCIDENT_CREATED, Event.PERSON_INVITED)
            ]
        assert [each.outcome for each in answers] == [Outcome.SENT, Outcome.SENT]
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        server.stdout.close()
    found = [mailbox.piece(path.stem) for path in sorted((tmp_path / "mailbox").iterdir())]
    assert [(each.to, each.event) for each in found] == [
        ("ada@example.com", "incident.created"),
        ("ada@example.com", "person.invited"),
    ]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "mailbox").iterdir()} == {0o600}
    assert (tmp_path / "mailbox").stat().st_mode & 0o777 == 0o700
    opened = mailbox.opened(found[0].id)
    assert opened.text.startswith("Investigating: ")
    assert "<h1" in opened.html


def test_a_port_that_is_taken_is_one_line():
    import_error = subprocess.run(
        [sys.executable, "manage.py", "mailbox", "--port", "1", "--host", "203.0.113.1"],
        env=os.environ | {"SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert import_error.returncode == 1
    assert "Cannot listen on 203.0.113.1 port 1" in import_error.stderr
    assert "Traceback" not in import_error.stderr


def test_only_the_newest_are_kept(monkeypatch):
    monkeypatch.setattr(mailbox, "KEPT", 3)
    names = []
    for _each in range(5):
        names.append(mailbox.keep(b"Subject: x\r\n\r\n", to="a@example.com"))
        time.sleep(0.001)
    assert sorted(path.stem for path in mailbox.folder().iterdir()) == names[2:]


@pytest.mark.django_db
def test_each_person_reads_what_is_theirs_to_read(client):
    keep(Event.INCIDENT_UPDATED, incident=make.told())
    keep(Event.PERSON_PASSWORD, to="boss@example.com")
    keep(Event.PERSON_INVITED, to="mira@example.com")
    keep(Event.STAFF_STAGE, to="boss@example.com", incident=make.told())
    mira = make.user(email="Mira@example.com")
    for person, seen in [
        (make.superuser(email="root@example.com"), {"staff.stage", "incident.updated"}),
        (mira, {"person.invited"}),
        (make.user(email="sup@example.com", permissions=["view_subscriber"]), {"incident.updated"}),
        (make.user(email=""), set()),
    ]:
        client.force_login(person)
        assert set(subjects(client)) == seen
        for name in [path.stem for path in mailbox.folder().iterdir()]:
            status = 200 if mailbox.piece(name).event in seen else 404
            for door in ("mail", "mail_page"):
                assert client.get(reverse(f"notifications_staff:{door}", args=[name])).status_code == status


def test_every_event_is_for_subscribers_or_for_staff():
    staff = {event.value for event in Event if event.name.startswith(("STAFF_", "PERSON_"))}
    assert staff | TO_SUBSCRIBERS == set(Event.values)
    assert not staff & TO_SUBSCRIBERS


@pytest.mark.django_db
def test_who_may_see_subscribers_reads_what_they_are_told_of_maintenance(client):
    make.scheduled(make.component(), page=make.page())
    told = Announcement.objects.get(event=Event.MAINTENANCE_SCHEDULED, reach=Reach.SUBSCRIBERS)
    outgoing = replace(preview.sample(Event.MAINTENANCE_SCHEDULED, address="ada@example.com"),
                       message_id=f"{told.public_id}.1")  # fmt: skip
    name = mailbox.keep(mail.prepare(outgoing).addressed(outgoing), to="ada@example.com")
    assert [file for file, text in mailbox.opened(name).files if "BEGIN:VEVENT" in text] == ["maintenance.ics"]
    for person, seen in [
        (make.in_group("Support"), ["maintenance.scheduled"]),
        (make.user(permissions=["view_subscriber"]), []),
        (make.in_group("Viewers"), []),
    ]:
        client.force_login(person)
        assert subjects(client) == seen
    assert b"You read the mails to yourself" in client.get(reverse("notifications_staff:mailbox")).content


@pytest.mark.django_db
def test_who_may_not_see_an_incident_any_more_reads_none_of_its_mails(client):
    incident, root = make.told(), make.superuser(email="root@example.com")
    names = [
        keep(event, to=to, incident=incident)
        for event in (Event.INCIDENT_UPDATED, Event.STAFF_STAGE)
        for to in ("ada@example.com", "root@example.com")
    ]
    client.force_login(root)
    assert len(subjects(client)) == 4

    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="So", by=None)

    assert subjects(client) == []
    for name in names:
        for door in ("mail", "mail_page"):
            assert client.get(reverse(f"notifications_staff:{door}", args=[name])).status_code == 404
    client.force_login(make.in_group("Security", email="root2@example.com", is_superuser=True))
    assert len(subjects(client)) == 4


@pytest.mark.django_db
def test_an_address_that_waits_to_be_confirmed_is_one_s_own(client):
    mira = make.user(email="mira@example.com", password=make.PASSWORD)
    keep(Event.PERSON_ADDRESS, to="mira.l@example.com")
    client.force_login(mira)
    assert subjects(client) == []
    addresses.ask_address(mira, address="mira.l@example.com", by=None)
    assert subjects(client) == ["person.address"]


@pytest.mark.django_db
def test_an_address_that_waits_opens_no_mail_about_another_account(client):
    """Somebody else may have it by now, and their links are theirs."""
    person = make.user(password=make.PASSWORD)
    addresses.ask_address(person, address="wanted@example.com", by=None)
    for event in (Event.PERSON_PASSWORD, Event.PERSON_INVITED, Event.PERSON_MOVING, Event.PERSON_ADDRESS):
        keep(event, to="wanted@example.com")
    client.force_login(person)

    assert subjects(client) == ["person.address"]


@pytest.mark.django_db
def test_nobody_else_gets_in(client):
    name = keep()
    for door, args in (("mailbox", []), ("mail", [name]), ("mail_page", [name])):
        assert client.get(reverse(f"notifications_staff:{door}", args=args)).status_code == 302


@pytest.mark.django_db
def test_outside_the_demo_there_is_no_mailbox(client, settings):
    name = keep()
    settings.MAILBOX = False
    client.force_login(make.superuser())
    for door, args in (("mailbox", []), ("mail", [name]), ("mail_page", [name])):
        assert client.get(reverse(f"notifications_staff:{door}", args=args)).status_code == 404


@pytest.mark.django_db
def test_a_mail_is_shown_in_a_sandbox(client):
    name = mailbox.keep(b"Content-Type: text/html\r\n\r\n<html><head></head><script>x</script>", to="a@example.com")
    client.force_login(make.superuser())
    response = client.get(reverse("notifications_staff:mail_page", args=[name]))
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert (
        b'sandbox="allow-popups allow-popups-to-escape-sandbox"'
        in client.get(reverse("notifications_staff:mail", args=[name])).content
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["..", "x", "0" * 20 + "-00000000", "..%2f..%2fsecret"])
def test_a_name_leads_nowhere_else(client, name):
    client.force_login(make.superuser())
    assert client.get(f"/admin/mailbox/{name}/").status_code in (404, 302)


@pytest.mark.django_db
def test_an_empty_mailbox_says_how_to_fill_it(client):
    client.force_login(make.superuser())
    assert b"No mail yet" in client.get(reverse("notifications_staff:mailbox")).content


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["html", "text", "file", "head"])
def test_what_a_mail_says_cannot_leave_its_place(client, view):
    raw = b'From: "<script>1</script>" <a@b.c>\r\nSubject: =?utf-8?q?=3Cscript=3E2?=\r\n\r\n<script>3</script>'
    name = mailbox.keep(raw, to="<script>4</script>@x.y")
    client.force_login(make.superuser())
    page = client.get(reverse("notifications_staff:mail", args=[name]), {"as": view}).content
    for number in b"1234":
        assert b"<script>" + bytes([number]) not in page
