"""Subjects say the fact first, and mail programs keep the mails of one incident together by what is left of them."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from incidents.choices import Promise
from incidents.clocks import clocks
from incidents.models import Incident
from notifications.choices import Event
from notifications.content import staff_parts
from notifications.messages import preview
from notifications.messages.kinds import kind_of
from notifications.messages.outgoing import News
from notifications.messages.staff import staff_notice
from notifications.messages.subjects import subject
from notifications.models import Announcement, Delivery
from notifications.sending.outgoing import Batch
from tests import factories as make

UTC = ZoneInfo("UTC")
LEADER = re.compile(r"^(?:\[[^\[\]]*\]\s*|(?:re|fwd?):\s*)+", re.IGNORECASE)  # RFC 5256, subj-leader


def base(text):
    return LEADER.sub("", text)


def said(event, **content):
    outgoing = preview.sample(event, **content)
    return kind_of(outgoing.news, outgoing.page).said(outgoing.news, outgoing.page, UTC, "")


@pytest.mark.parametrize("begins", ["incident.", "maintenance.", "postmortem.", "staff."])
def test_those_of_one_subject_are_alike(begins):
    title = "SMS delayed [again] in Frankfurt, Singapore and everywhere else " * 3
    subjects = [said(event, title=title).subject for event in Event if event.startswith(begins)]
    assert len(subjects) > 1
    assert len({base(each) for each in subjects}) == 1
    assert base(subjects[0]).rstrip("…") in title


def test_a_name_with_brackets_ends_no_fact():
    assert subject("Larkwire [EU]", "Identified", title="SMS\n delayed") == "[Larkwire (EU): Identified] SMS delayed"


@pytest.mark.parametrize(
    ("phase", "fact"),
    [
        ("warning", "Due 21:50 UTC: next update, as promised to customers"),
        ("breach", "Late since 21:50 UTC: next update, as promised to customers"),
        ("escalation", "Late since 21:50 UTC: next update, as promised to customers"),
    ],
)
def test_of_a_clock_the_time_comes_first(phase, fact):
    due = timezone.now().replace(hour=21, minute=50)
    content = {
        "title": "SMS delayed", "phase": phase, "promise": "Next update, as promised to customers",
        "due": staff_parts.at(due), "line": "Next update, as promised to customers: the time has passed",
    }  # fmt: skip
    assert staff_notice(News("ann_1", Event.STAFF_CLOCK, content), UTC).subject == f"[{fact}] SMS delayed"


@pytest.mark.django_db
@pytest.mark.parametrize("event", [Event.STAFF_CLOCK, Event.STAFF_RESTRICTED, Event.STAFF_SUSPECTED])
def test_of_a_restricted_one_there_is_no_fact(event):
    content = staff_parts.closed(make.confirmed()) | {"audience": "restricted"}
    assert staff_notice(News("ann_1", event, content), UTC).subject == "[Restricted] A restricted incident"


@pytest.mark.django_db
@pytest.mark.parametrize(("group", "label"), [("Support", "Write the update"), ("Engineering", "Open the incident")])
def test_no_button_leads_to_what_its_reader_may_not_do(group, label):
    incident, person = clocks.annotated(Incident.objects).get(pk=make.told().pk), make.in_group(group)
    now = timezone.now()
    clock = next(each for each in clocks.clocks_of(incident) if each.key == Promise.NEXT_UPDATE)
    content = staff_parts.late_or_soon(incident, clock, phase="breach", now=now + timedelta(hours=1))
    row = Announcement.objects.create(
        key="x", event=Event.STAFF_CLOCK, reach="staff", incident=incident,
        content=content,
    )  # fmt: skip
    delivery = Delivery.objects.create(announcement=row, transport="email", person=person, address_hash="x")
    [outgoing] = Batch([delivery.pk]).outgoing
    assert outgoing.news.content["action"]["label"] == label
