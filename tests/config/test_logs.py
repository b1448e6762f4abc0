"""The log: lines for people and for programs, and one id that leads from an update to each of its deliveries."""

import io
import json
import logging

import pytest
from django.urls import reverse

from config import logs
from notifications import sending
from notifications.models import Delivery
from tests import factories as make
from tests.notifications import smtp
from tests.notifications.sent import scene
from tests.statuspage.staff import fields, url


def line(formatter, **given):
    record = logging.LogRecord("here", logging.INFO, __file__, 1, "released %s", ("it",), None)
    record.created, record.msecs = 1_800_000_000.25, 250.0
    record.__dict__ |= given
    return formatter.format(record)


def test_a_line_for_people():
    text = line(logs.Lines(logs.FORMATTERS["line"]["format"]), update="upd_1", announcement="", delivery="ann_1.2")

    assert text == "2027-01-15T08:00:00.250Z INFO here: released it update=upd_1 delivery=ann_1.2"


def test_a_line_for_programs():
    told = json.loads(line(logs.Json(), update="upd_1", announcement=""))

    assert told == {
        "time": "2027-01-15T08:00:00.250Z", "level": "INFO", "logger": "here", "text": "released it", "update": "upd_1",
    }  # fmt: skip


@pytest.mark.parametrize("formatter", [logs.Lines("%(message)s"), logs.Json()])
def test_a_failure_is_written_whole(formatter):
    try:
        raise ValueError("what went\nwrong")
    except ValueError as error:
        text = line(formatter, exc_info=(type(error), error, error.__traceback__), update="upd_1")

    assert "ValueError: what went" in text
    assert "upd_1" in text.splitlines()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef-1234", True), ("x", False), ("evil\nline=1 2", False), ("a" * 65, False)]
)
def test_a_request_keeps_its_id_or_gets_one(client, given, kept):
    answer = client.get(reverse("admin:login"), headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-ID"] == given) is kept
    assert logs.GIVEN.fullmatch(answer.headers["X-Request-ID"])


@pytest.fixture
def written():
    """What the product's own handler writes, line by line."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Lines(logs.FORMATTERS["line"]["format"]))
    handler.addFilter(logs.shorten)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: stream.getvalue().splitlines()
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db(transaction=True)
def test_one_id_from_the_update_to_each_delivery(client, settings, written):
    page, incident = scene()
    for _n in range(2):
        make.subscriber(page)
    make.channel()
    client.force_login(make.in_group("Support"))
    given = fields(client.get(url("composer", incident)))
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "", ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False

    with smtp.server() as running:
        settings.EMAIL_PORT = running.port
        client.post(url("composer", incident), given, headers={"X-Request-ID": "the-request-1"})
        sending.run(seconds=20)

    update = incident.updates.get().public_id
    about = [text for text in written() if f"update={update}" in text]
    announced = [text for text in about if "announced ann_" in text]
    assert len(announced) == 2  # to subscribers, and to our own channels
    assert all("request=the-request-1" in text for text in announced)
    assert sum("released ann_" in text for text in about) == 2
    rows = list(Delivery.objects.filter(announcement__update__isnull=False).select_related("announcement"))
    assert len(rows) == 3
    for row in rows:
        assert row.state == "sent"
        [text] = [text for text in about if f"delivery={row.message_id}" in text]
        assert f"announcement={row.announcement.public_id}" in text
    assert not any("@example.com" in text for text in written())


@pytest.mark.parametrize("formatter", [logs.Lines("%(message)s"), logs.Json()])
@pytest.mark.parametrize(
    "path",
    [
        "/subscriptions/sub_p3mzabcdefgh.ZRsO-1_x2y3z4a5b6c7d8e/",
        "/p/platform/subscriptions/confirm/InN1YiI:1xU:TIz-b/",
        "/admin/invitation/MQ/cz8-abc/",
        "/admin/action-items/calendar/k3y.s1gnature.ics",
        "/admin/address/NDI:1abcDE:c2ln/",
        "/admin/login/?next=/admin/address/NDI:1abcDE:c2ln/",
    ],
)
def test_links_that_stand_for_a_right_are_cut(formatter, path):
    record = logging.LogRecord("here", logging.WARNING, __file__, 1, "Unprocessable Entity: %s", (path,), None)

    text = formatter.format(record)

    assert "Unprocessable Entity: " in text
    assert path.rstrip("/").rsplit("/", 1)[1] not in text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("multipart/form-data", "x"), ("application/x-www-form-urlencoded", "a=1&" * 2000)],
    ids=["no boundary", "too many fields"],
)
@pytest.mark.django_db
def test_what_a_stranger_sends_wrong_is_one_line(client, written, content_type, body):
    make.page(is_default=True)

    assert client.post("/subscribe/", body, content_type=content_type).status_code == 400
    assert len([line for line in written() if "django" in line]) == len(written()) > 0
