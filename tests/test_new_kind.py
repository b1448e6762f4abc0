"""A made-up kind moves in, as maintenance windows and reports will: one module for each app (here one class), and one
line in each table. Nothing else of the code knows that there are notices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Q, TextChoices

from incidents import actions
from incidents.choices import SeverityLevel
from incidents.clocks import figures, promises
from incidents.clocks.clock import Clock
from incidents.clocks.promises import ClockKind, PromiseRecord, Subject
from incidents.exceptions import NotAllowed
from incidents.models import Breach, Severity
from notifications.actions import releasing, replaying
from notifications.announcements import reminders
from notifications.announcements.announce import announce
from notifications.audience import reach
from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Reach, Transport
from notifications.content import kinds as contents, reasons
from notifications.content.base import Content
from notifications.messages import kinds as messages, note
from notifications.messages.bodies import written
from notifications.messages.kinds import MessageKind
from notifications.messages.mail import prepare
from notifications.messages.transactional import Letter
from notifications.models import Announcement, Delivery, MessageSettings
from notifications.queue import retention
from notifications.sending.outgoing import Batch
from tests import factories as make
from tests.notifications.sent import end, leave

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Notice:
    pk: int
    public_id: str
    text: str
    due_at: datetime
    version: int = 1
    page: object = None
    answered_at: datetime | None = None
    is_withdrawn: bool = False
    is_open: bool = True

    def __str__(self):
        return self.text


NOTICES: dict[int, Notice] = {}


class Owed(TextChoices):
    ANSWER = "answer", "Answer"


class NoticeClocks(ClockKind):
    """In incidents: what it owes, and by when."""

    name = "notice"
    promises = Owed

    def running(self, now):
        return [(Subject(self, row), self._clock(row)) for row in NOTICES.values() if not row.answered_at]

    def locked(self, pk, *, now):
        return Subject(self, NOTICES[pk]), [self._clock(NOTICES[pk])]

    def between(self, start, end, *, user=None, severity=None):
        rows = [row for row in NOTICES.values() if severity in (None, SeverityLevel.MAJOR)]
        return [
            PromiseRecord(Subject(self, row), Owed.ANSWER, START, row.due_at, row.answered_at)
            for row in rows
            if user is None or user.has_perm("incidents.view_incident")
        ]

    def lock(self, breach, *, by):
        if by is not None and not by.has_perm("incidents.view_incident"):
            raise NotAllowed("No.")

    def url(self, row):
        return f"/admin/notices/{row.public_id}/"

    def severity(self, row):
        return Severity.objects.get(level=SeverityLevel.MAJOR)

    def _clock(self, row):
        return Clock(Owed.ANSWER.value, "Answer", START, row.due_at, row.answered_at)


class NoticeContent(Content):
    """In notifications: when it may leave, who hears of it, what it says."""

    @property
    def notice(self):
        return NOTICES[self.announcement.subject_id]

    def why_not(self):
        return reasons.IS_WITHDRAWN if self.notice.is_withdrawn else ""

    def pages(self):
        return [self.notice.page]

    def scope(self, pages):
        return reach.scope_for(
            pages, places=[], severity=SeverityLevel.CRITICAL, kind=Kind.MAINTENANCE, earlier=self.same_subject(),
            but=self.announcement.pk,
        )  # fmt: skip

    def same_subject(self):
        return Q(kind="notice", subject_id=self.announcement.subject_id)

    def frozen(self, pages):
        return {"text": self.notice.text, "pages": {page.public_id: {"scope": page.name} for page in pages}}

    def frozen_for_staff(self):
        return {"title": "A notice", "line": self.notice.text} | self.announcement.content

    @property
    def version(self):
        return self.notice.version

    def refreshed(self):
        return self.announcement.content | {"text": self.notice.text}

    @property
    def thread(self):
        return self.notice.public_id

    def lock(self, *, by):
        pass

    def keep(self, sentence, *, by):
        KEPT.append(sentence)

    @classmethod
    def reminder(cls, subject, clock, *, phase, now):
        return {"title": subject.title, "line": f"{clock.label}: {phase}"}

    @classmethod
    def reminded(cls, subject, *, phase):
        return []

    @classmethod
    def in_progress(cls):
        return Q(kind="notice", subject_id__in=[row.pk for row in NOTICES.values() if row.is_open])


KEPT: list[str] = []


def letter(news, page, zone, token):
    text = news.content["text"]
    return Letter(subject=text, title=text, text=text, items=(), button=None, after="", why="")


@pytest.fixture(autouse=True)
def moved_in(monkeypatch):
    """The one line in each table."""
    monkeypatch.setitem(promises.KINDS, "notice", NoticeClocks())
    monkeypatch.setitem(contents.CONTENTS, "notice", NoticeContent)
    monkeypatch.setitem(messages.KINDS, "notice", MessageKind("transactional", letter, note.of_letter, is_list=True))
    yield
    NOTICES.clear()
    KEPT.clear()


@pytest.fixture
def page():
    return make.page(name="Larkwire", is_default=True)


def put_up(page, **facts):
    row = Notice(pk=7, public_id="ntc_7", text="The lift is out of order.", due_at=START + 30 * MINUTE, page=page)
    NOTICES[7] = replace(row, **facts)
    return NOTICES[7]


def change(**facts):
    NOTICES[7] = replace(NOTICES[7], version=NOTICES[7].version + 1, **facts)


def tell(key="notice:1", *, to=Reach.SUBSCRIBERS):
    return announce("notice.posted", key=key, reach=to, kind="notice", subject_id=7)


def said():
    """What leaves to readers, and what is held back from leaving."""
    batch = Batch(Delivery.objects.filter(announcement__kind="notice").values_list("pk", flat=True))
    return batch.outgoing, list(batch.cancelled.values())


def test_it_is_told_to_who_asked_in_every_form_and_once(page):
    put_up(page)
    make.subscriber(page)
    make.subscriber(page, transport=Transport.SLACK)
    make.subscriber(page, transport=Transport.WEBHOOK)
    make.subscriber(page, scope={"kind": Kind.MAINTENANCE})
    make.subscriber(page, scope={"kind": Kind.INCIDENT})  # hears of incidents only
    make.subscriber(make.page())

    assert tell() == tell()
    leave()

    outgoing, cancelled = said()
    assert (len(outgoing), cancelled) == (4, [])
    assert {each.news.thread for each in outgoing} == {"ntc_7"}
    mail = next(each for each in outgoing if each.recipient.transport == Transport.EMAIL)
    prepared = prepare(mail)
    assert b"Subject: The lift is out of order." in prepared.head
    assert prepared.list_url
    bodies = [written(each)[1] for each in outgoing if each.recipient.transport != Transport.EMAIL]
    assert all(b"The lift is out of order." in body for body in bodies)


def test_a_program_is_told_what_its_page_names_and_nothing_of_others(page, monkeypatch):
    other = make.page(name="Elsewhere")
    monkeypatch.setattr(NoticeContent, "pages", lambda content: [page, other])
    put_up(page)
    make.subscriber(page, transport=Transport.WEBHOOK)
    tell()
    leave()

    (body,) = (written(each)[1] for each in said()[0])

    assert b"Larkwire" in body
    assert b"Elsewhere" not in body
    assert other.public_id.encode() not in body


def test_what_was_taken_back_is_not_told(page):
    put_up(page)
    make.subscriber(page)
    tell()
    change(is_withdrawn=True)
    leave()
    assert Announcement.objects.get(kind="notice").state == AnnouncementState.CALLED_BACK


def test_what_was_taken_back_after_it_was_written_does_not_leave(page):
    put_up(page)
    make.subscriber(page)
    tell()
    leave()
    change(is_withdrawn=True)
    assert said() == ([], [reasons.IS_WITHDRAWN])
    end(Delivery.objects.all(), DeliveryState.FAILED)
    assert replaying.replay_failed(by=None).left_out == {reasons.IS_WITHDRAWN: 1}


def test_what_leaves_says_what_is_true_then(page):
    put_up(page)
    make.subscriber(page)
    tell()
    leave()
    change(text="The lift works.")
    assert [each.news.content["text"] for each in said()[0]] == ["The lift works."]


def test_more_than_the_limit_is_held_back_until_a_person_decides(page):
    MessageSettings.objects.create(page=page, storm_limit=1)
    put_up(page)
    make.subscriber(page)
    tell("notice:1")
    leave()
    tell("notice:2")
    leave()

    held = Announcement.objects.get(key="notice:2")
    assert held.state == AnnouncementState.HELD
    inside = Announcement.objects.get(event=Event.STAFF_HELD)
    assert (inside.kind, inside.subject_id) == ("notice", 7)

    releasing.release(held, by=None)
    leave()
    assert Delivery.objects.filter(announcement=held).count() == 1
    assert len(KEPT) == 1


def test_the_undo_delay_of_its_pages_holds_it(page):
    MessageSettings.objects.create(page=page, undo_seconds=60)
    put_up(page)
    make.subscriber(page)
    tell()
    leave()
    assert Announcement.objects.get(kind="notice").state == AnnouncementState.WAITING


def test_channels_hear_of_it(page):
    put_up(page)
    make.channel()
    tell(to=Reach.STAFF)
    leave()
    assert Delivery.objects.filter(announcement__kind="notice", channel__isnull=False).count() == 1


def test_while_it_is_open_its_ledger_is_kept(page, settings):
    put_up(page)
    make.subscriber(page)
    with time_machine.travel(START):
        tell()
        leave()
        end(Delivery.objects.all(), DeliveryState.SENT)
    with time_machine.travel(START + timedelta(days=settings.LEDGER_DAYS + 1)):
        assert retention.purge() == 0
        change(is_open=False)
        assert retention.purge() > 0


def test_its_clocks_are_reminded_of_noted_and_counted(page):
    put_up(page)
    make.channel()
    lead = make.in_group("Engineering Leads")
    for minutes in (24, 25, 26, 30, 31, 50):
        now = START + minutes * MINUTE
        with time_machine.travel(now, tick=False):
            reminders.remind(now)
    rows = Announcement.objects.filter(event=Event.STAFF_CLOCK).order_by("pk")
    assert [row.content["line"] for row in rows] == ["Answer: warning", "Answer: breach", "Answer: escalation"]
    assert {(row.kind, row.subject_id) for row in rows} == {("notice", 7)}

    breach = Breach.objects.get()
    assert (breach.kind, breach.subject_id, breach.clock) == ("notice", 7, Owed.ANSWER)
    actions.explain_breach(breach, reason="The engineer was stuck in it.", by=lead)

    now = START + 60 * MINUTE
    report = figures.report(lead, start=START, end=now, now=now)
    [late] = report.late
    assert (late.subject.title, late.subject.url) == ("The lift is out of order.", "/admin/notices/ntc_7/")
    assert late.breach.reason == "The engineer was stuck in it."
    assert [(row.label, row.late) for row in report.by_clock()] == [("Answer", 1)]
    assert [row.label for row in report.by_team()] == ["No team"]


def test_answered_in_time_nothing_is_noted(page):
    put_up(page, answered_at=START + 5 * MINUTE)
    now = START + 40 * MINUTE
    with time_machine.travel(now, tick=False):
        reminders.remind(now)
    assert not Breach.objects.exists()
    assert not Announcement.objects.exists()


def test_the_report_has_a_line_for_it_beside_those_of_incidents(page, client):
    lead = make.in_group("Engineering Leads")
    client.force_login(lead)
    put_up(page)
    with time_machine.travel(START):
        make.confirmed(detected_at=START)
    with time_machine.travel(START + timedelta(hours=3)):
        html = client.get("/admin/promises/?first=2026-11&last=2026-11").content.decode()
    assert "The lift is out of order." in html
    assert '<option value="notice.answer">Answer</option>' in html
    assert "First notice" in html
