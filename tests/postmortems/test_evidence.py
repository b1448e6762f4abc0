"""Files that events rest on: kept as they came, within limits, and handed out as nothing but attachments."""

from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, strategies as st

from incidents.actions import change_stage
from incidents.exceptions import DomainError
from postmortems import actions
from postmortems.actions import attaching
from postmortems.models import Event, Evidence
from tests import factories as make

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def author(client, db):
    person = make.in_group("Engineering")
    client.force_login(person)
    return person


@pytest.fixture
def record(author):
    [record] = actions.invite(make.postmortem(way="full", severity="major"), people=[author], by=None)
    return record


@pytest.fixture
def event(record):
    return actions.add(Event, record.postmortem, record=record, by=None, at=record.invited_at, text="A log line")


def upload(client, record, key, data=b"gateway,pace\n", name="pace.csv", **options):
    path = reverse("postmortems_staff:attach_evidence", args=[record.public_id])
    return client.post(path, {"key": key, "file": SimpleUploadedFile(name, data)}, **(options or JSON))


def test_a_file_is_kept_as_it_came_and_handed_out_as_an_attachment(client, record, event):
    data = b"<script>alert(1)</script>\x00\xff"
    answer = upload(client, record, event.key, data, "page.html").json()
    evidence = Evidence.objects.get()
    assert (evidence.name, evidence.size, evidence.sha256) == ("page.html", len(data), sha256(data).hexdigest())
    assert (evidence.by, evidence.postmortem) == (record.person, record.postmortem)
    event.refresh_from_db()
    assert event.evidence == evidence
    response = client.get(answer["url"])
    assert response.content == data
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_without_a_script_it_goes_up_with_everything_else(client, record, event):
    path = reverse("postmortems_staff:record_section", args=[record.public_id, "timeline"])
    client.post(path, {f"file-{event.key}": SimpleUploadedFile("pace.csv", b"1")})
    event.refresh_from_db()
    assert event.evidence.name == "pace.csv"
    response = client.post(path, {f"file-{event.key}": SimpleUploadedFile("big", b"0" * (attaching.LARGEST + 1))})
    assert (response.status_code, "larger than 5 MB" in response.content.decode()) == (422, True)
    event.refresh_from_db()
    assert event.evidence.name == "pace.csv"


def test_what_is_too_large_or_empty_is_refused_and_the_entry_stays(client, record, event):
    for data, words in ((b"0" * (attaching.LARGEST + 1), "larger than 5 MB"), (b"", "empty")):
        response = upload(client, record, event.key, data)
        assert (response.status_code, words in response.json()["error"]) == (422, True)
    assert not Evidence.objects.exists()
    assert Event.objects.standing().get() == event


def test_no_more_is_read_than_it_may_be_long(record, event):
    class Endless:
        name = "endless"
        read = 0

        def chunks(self):
            while True:
                self.read += 1
                yield b"0" * 64_000

    endless = Endless()
    with pytest.raises(DomainError, match="larger than 5 MB"):
        actions.attach(record.postmortem, event, endless, by=None, record=record)
    assert endless.read <= attaching.LARGEST // 64_000 + 1


def test_all_files_of_one_post_mortem_have_a_limit_too(record, event, monkeypatch):
    monkeypatch.setattr(attaching, "MOST", 10)
    actions.attach(record.postmortem, event, SimpleUploadedFile("one", b"123456"), by=None, record=record)
    with pytest.raises(DomainError, match="full"):
        actions.attach(record.postmortem, event, SimpleUploadedFile("two", b"123456"), by=None, record=record)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\logs\\gateway.log", "gateway.log"),
        ('a"; filename="b.exe', "a_; filename=_b.exe"),
        ("line\r\nSet-Cookie: x=1.txt", "line_Set-Cookie_ x=1.txt"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("...", "file"),
        ("", "file"),
        ("журнал шлюза.txt", "журнал шлюза.txt"),
        ("x" * 200 + ".csv", "x" * 146 + ".csv"),
    ],
)
def test_a_name_is_safe_wherever_it_lands(name, kept):
    assert attaching.safe_name(name) == kept


@given(st.text(max_size=400))
def test_no_name_is_a_path_a_header_or_too_long(name):
    kept = attaching.safe_name(name)
    assert 0 < len(kept) <= attaching.LONGEST
    assert not attaching.NOT_IN_NAMES.search(kept)
    assert kept not in (".", "..")


def test_it_is_dropped_from_the_entry_and_stays_stored(client, record, event):
    upload(client, record, event.key)
    path = reverse("postmortems_staff:attach_evidence", args=[record.public_id])
    assert client.post(path, {"key": event.key, "drop": "1"}, **JSON).status_code == 200
    event.refresh_from_db()
    assert (event.evidence, Evidence.objects.count()) == (None, 1)


def test_it_belongs_to_an_event_of_this_record_and_to_who_writes_it(client, record, event):
    other = make.in_group("Engineering")
    [foreign] = actions.invite(record.postmortem, people=[other], by=None)
    for key in ("cau_aaaaaaaaaaaa", "evt_aaaaaaaaaaaa", "", "x"):
        assert upload(client, record, key).status_code == 422
    assert upload(client, foreign, event.key).status_code == 422
    client.force_login(other)
    assert upload(client, record, event.key).status_code == 403
    client.force_login(make.in_group("Viewers"))
    assert upload(client, record, event.key).status_code == 403
    assert not Evidence.objects.exists()


def test_only_who_may_see_the_incident_gets_it(client, author):
    member = make.in_group("Engineering")
    incident = make.restricted(members=[member], severity="major")
    incident = change_stage(incident, status="resolved", by=None, override_reason="Over.")
    [record] = actions.invite(make.postmortem(incident, way="full"), people=[member], by=None)
    event = actions.add(Event, record.postmortem, record=record, by=member, at=record.invited_at, text="A key")
    evidence = actions.attach(record.postmortem, event, SimpleUploadedFile("key", b"1"), by=member, record=record)
    path = reverse("postmortems_staff:evidence", args=[evidence.public_id])
    assert client.get(path).status_code == 404
    client.logout()
    assert client.get(path).status_code == 302
    client.force_login(member)
    assert client.get(path).status_code == 200
