"""The demo: whole, believable, without contradictions, and once."""

import stat
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from incidents.choices import Audience, Status
from incidents.clocks import clocks
from incidents.clocks.clock import State as ClockState
from incidents.maintenance.choices import Kind as MaintenanceKind, State
from incidents.maintenance.judging import frozen_of
from incidents.maintenance.models import Approval, Window
from incidents.models import Component, Incident, Location, TimelineEntry, User
from statuspage.checks.truth import findings
from statuspage.demo import before, past_external, past_merged, past_platform, present
from statuspage.demo.script import Tell
from statuspage.models import Page
from statuspage.snapshot import layout

pytestmark = pytest.mark.django_db

STORIES = [*before.STORIES, *past_platform.STORIES, *past_external.STORIES, *past_merged.STORIES, past_merged.FLOWS]


def demo(settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    call_command("demo")
    return capsys.readouterr().out


def depth(component):
    return 1 if component.parent is None else 1 + depth(component.parent)


def test_the_demo_is_whole_true_and_made_once(settings, tmp_path, capsys):
    printed = demo(settings, tmp_path, capsys)
    now = timezone.now()

    # The company
    assert 38 <= Component.objects.count() <= 45
    assert max(depth(component) for component in Component.objects.all()) == 3
    assert Location.objects.count() == 4
    assert [(str(page), page.is_default) for page in Page.objects.all()] == [
        ("Ferrypost Platform", True),
        ("Ferrypost External connectivity", False),
    ]
    shown = layout.component_ids(Page.objects.all())
    assert len(set().union(*shown.values())) == sum(map(len, shown.values()))  # no component on both

    # Its people
    assert {g.name for g in Group.objects.all()} == {g.name for g in Group.objects.filter(user__isnull=False)}
    assert User.objects.filter(is_superuser=True).count() == 1
    assert len(set(User.objects.values_list("time_zone", flat=True))) > 6
    logins = tmp_path / "demo-logins.txt"
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    for line in logins.read_text().splitlines():
        username, password, group = line.split(None, 2)
        assert line in printed
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.is_superuser if group == "Administrator" else user.groups.get().name == group

    # What happened
    assert list(findings(now=now)) == []
    past = Incident.objects.public().filter(status=Status.RESOLVED)
    assert past.count() == 23
    assert now - past.earliest("started_at").started_at < timedelta(days=90)
    assert {incident.severity_id for incident in past} == {1, 2, 3}
    assert past.filter(resolutions__reopened_at__isnull=False).count() == 2
    assert TimelineEntry.objects.filter(at__gt=now).count() == 0
    for incident in Incident.objects.all():
        entries = list(incident.timeline.values_list("at", flat=True))
        assert min(entries) >= incident.started_at

    # Two of them were one
    merged = Incident.objects.public().get(status=Status.MERGED)
    into = merged.merged_into
    assert into.started_at < merged.started_at < merged.merged_at < into.resolved_at < now - timedelta(days=18)
    assert list(merged.pages.all()) == list(into.pages.all())
    assert {impact.component.name for impact in into.impacts.all()} == {"SMS outbound", "One-time codes"}

    # What is going on
    (open_one,) = clocks.annotated(Incident.objects.all()).public().working()
    found = {clock.key: clock for clock in clocks.clocks_of(open_one)}
    assert found["first_notice"].state(now) == found["suspicion"].state(now) == ClockState.MET
    assert timedelta(minutes=11) < found["next_update"].due_at - now < timedelta(minutes=13)
    suspected = clocks.annotated(Incident.objects.all()).suspected().get()
    assert clocks.clocks_of(suspected)[0].state(now) == ClockState.SOON
    restricted = Incident.objects.get(audience=Audience.RESTRICTED)
    assert {member.username for member in restricted.members.all()} == {"sam", "priya"}

    # Once
    before_again = (Incident.objects.count(), User.objects.count(), logins.read_text())
    assert "nothing was added" in demo(settings, tmp_path, capsys)
    assert (Incident.objects.count(), User.objects.count(), logins.read_text()) == before_again


def test_the_texts_are_plain():
    texts = [story.title for story in [*STORIES, present.OPEN, present.SUSPECTED, present.RESTRICTED]]
    texts += [step.body for story in STORIES for step in story.steps if isinstance(step, Tell)]
    texts += [step.body for step in present.OPEN.steps if isinstance(step, Tell)]
    for text in texts:
        assert "!" not in text
        assert "apolog" not in text.lower()
        assert "inconvenience" not in text.lower()


def test_maintenance_of_the_demo_is_of_every_kind_and_counted_as_it_was_then(settings, tmp_path, capsys):
    demo(settings, tmp_path, capsys)
    now = timezone.now()

    windows = list(Window.objects.order_by("starts_at"))
    assert {window.state for window in windows} == {
        State.COMPLETED, State.CANCELLED, State.IN_PROGRESS, State.SCHEDULED, State.DRAFT
    }  # fmt: skip
    assert {window.kind for window in windows} == set(MaintenanceKind)
    assert [window.title for window in windows if window.is_emergency] == ["Signing keys of the Sending API renewed"]
    for window in windows:
        if window.announced_at:
            notice = frozen_of(window)
            assert notice.starts_at == window.starts_at
            assert notice.is_emergency == window.is_emergency
            assert notice.published_at <= now
            assert window.updates.filter(posted_at__gt=now).count() == 0
            assert list(window.pages.all())
    assert Approval.objects.open().count() == 1
