"""Every contradiction is found, named in one sentence, and nothing else is."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Level, Status
from incidents.models import Component, Impact, Incident, IncidentUpdate, Pin, Resolution, TimelineEntry
from statuspage import stores
from statuspage.checks.truth import findings
from statuspage.models import PageIncident, PublishState
from statuspage.publishing import publisher
from tests import factories as make

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def published_here(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path / "published"


@pytest.fixture
def page():
    return make.page(make.component(name="Channels"), is_default=True)


@pytest.fixture
def sms(page):
    return make.component(name="SMS", parent=page.components.get())


@pytest.fixture
def told(page, sms):
    return make.told(page=page, affects=[sms], title="SMS delayed", started_at=timezone.now() - HOUR)


def found():
    return list(findings(now=timezone.now()))


def publish(page):
    publisher.want([page])
    assert publisher.publish(page.pk)


def test_a_true_world_has_no_contradiction(page, sms, told):
    make.resolved(page=page, affects=[sms])
    make.backfilled(page=page, affected=[make.affected(sms)])
    for kind in (make.suspicion, make.dismissed, make.internal, make.drill, make.restricted):
        kind()
    actions.reopen(make.resolved(page=page, affects=[sms]), reason="Again", by=None)
    publish(page)
    assert found() == []


# Facts against facts


def test_resolved_and_still_failing(page, sms):
    incident = make.resolved(page=page, affects=[sms], title="SMS delayed")
    Impact.objects.update(ended_at=None)
    assert found() == [f"{incident.public_id} “SMS delayed” is resolved, but SMS still fails because of it."]


def test_dismissed_and_still_failing(sms):
    incident = make.dismissed(affected=[make.affected(sms)])
    Impact.objects.update(ended_at=None)
    assert found() == [f"{incident.public_id} “{incident.title}” is dismissed, but SMS still fails because of it."]


@pytest.mark.parametrize("times", [{"started_at": -3 * HOUR}, {"ended_at": HOUR}])
def test_an_impact_outside_its_incident(page, sms, times):
    incident = make.resolved(page=page, affects=[sms], title="SMS delayed")
    Impact.objects.update(**{name: incident.started_at + by for name, by in times.items()})
    assert found() == [f"{incident.public_id} “SMS delayed”: SMS fails at a time when the incident was not going on."]


def test_a_stale_stage(told):
    actions.change_stage(told, status=Status.IDENTIFIED, by=None)
    assert found() == []
    TimelineEntry.objects.update(at=timezone.now() - timedelta(minutes=20, seconds=5))
    assert found() == [
        f"{told.public_id} “SMS delayed” is identified, but customers have read “investigating” for 20 min longer."
    ]


def test_a_promise_long_past(told):
    IncidentUpdate.objects.update(due_at=timezone.now() - timedelta(minutes=29))
    assert found() == []
    IncidentUpdate.objects.update(due_at=timezone.now() - timedelta(minutes=31, seconds=5))
    assert found() == [f"{told.public_id} “SMS delayed”: the next update was promised 31 min ago."]


def test_told_without_a_first_notice(told):
    Incident.objects.update(first_notice_at=None)
    assert found() == [f"{told.public_id} “SMS delayed” was told to customers, but has no time of a first notice."]


def test_public_on_no_page(told):
    PageIncident.objects.all().delete()
    assert found() == [f"{told.public_id} “SMS delayed” is public, but stands on no page."]


def test_on_a_page_that_names_nothing_of_it(told):
    Impact.objects.update(component=make.component())
    assert found() == [f"{told.public_id} “SMS delayed” stands on Plain Post, which names nothing that it affects."]


def test_a_part_left_out_of_the_page_does_not_count(page, sms, told):
    page.layout.create(component=sms, is_shown=False)
    assert len(found()) == 1


def test_a_resolution_too_few_and_one_that_is_left_over(page, sms, told):
    over = make.resolved(page=page, affects=[sms], title="Over")
    Resolution.objects.update(incident=told)
    assert set(found()) == {
        f"{told.public_id} “SMS delayed” is open, but a resolution of it stands.",
        f"{over.public_id} “Over” is resolved, but has 0 resolutions that stand.",
    }


def test_two_resolutions_that_stand(page, sms):
    over = make.resolved(page=page, affects=[sms], title="Over")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX resolution_is_one_at_a_time")  # rolled back with the test
    over.resolutions.create(resolved_at=over.resolved_at)
    assert found() == [f"{over.public_id} “Over” is resolved, but has 2 resolutions that stand."]


def test_a_resolution_of_another_time(page, sms):
    over = make.resolved(page=page, affects=[sms], title="Over")
    Resolution.objects.update(resolved_at=over.resolved_at + HOUR)
    assert found() == [f"{over.public_id} “Over” was resolved at one time, and its resolution says another."]


def test_an_update_that_the_timeline_does_not_know(told):
    TimelineEntry.objects.filter(update__isnull=False).delete()
    assert found() == [f"{told.public_id} “SMS delayed”: an update is missing from the timeline."]


def test_an_owner_who_may_not_see_and_no_title_of_a_restricted_incident():
    incident = make.restricted(owner=make.in_group("Engineering"))
    assert found() == []
    incident.members.clear()
    assert found() == [f"{incident.public_id} is restricted, and its owner may not see it."]


def test_a_ring_in_the_tree():
    one = make.component(name="One")
    two = make.component(name="Two", parent=one)
    make.component(name="Below", parent=two)
    Component.objects.filter(pk=one.pk).update(parent=two)
    assert found() == ["Components are below themselves: One → Two."]


def test_a_pin_of_more_than_a_day(sms):
    actions.pin(sms, level=Level.MAJOR, reason="So", ends_at=timezone.now() + HOUR, by=None)
    Pin.objects.update(ends_at=timezone.now() + 25 * HOUR)
    assert found() == ["SMS is pinned for more than 24 hours."]


# Published bytes against facts


def test_a_red_component_without_a_cause(page, sms, told):
    publish(page)
    Impact.objects.update(ended_at=timezone.now())
    assert found() == [
        "Plain Post shows Channels as degraded, and the facts say operational.",
        "Plain Post shows SMS as degraded, and the facts say operational.",
    ]


def test_a_green_component_with_a_cause(page, sms, told):
    publish(page)
    Pin.objects.create(
        component=sms, level=Level.MAJOR, reason="So", started_at=timezone.now(), ends_at=timezone.now() + HOUR
    )
    assert found() == [
        "Plain Post shows Channels as degraded, and the facts say major outage.",
        "Plain Post shows SMS as degraded, and the facts say major outage.",
    ]


def test_a_badge_that_was_forgotten(page, sms, told):
    publish(page)
    badge = settings.PUBLISH_ROOT / "pages" / page.public_id / "permanent/components" / sms.public_id / "badge.json"
    badge.write_text(badge.read_text().replace("yellow", "brightgreen"))
    assert found() == ["The badge of SMS on Plain Post is brightgreen, and the facts say degraded."]


def test_what_is_behind_is_judged_only_when_it_hangs(page, told):
    publish(page)
    Impact.objects.update(ended_at=timezone.now())
    PublishState.objects.update(wanted=99, wanted_since=timezone.now(), last_error="disk full")
    assert found() == []
    PublishState.objects.update(wanted_since=timezone.now() - timedelta(seconds=40, milliseconds=100))
    assert found() == ["Plain Post has not been published for 40 s: disk full"]


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED, Audience.DRILL])
def test_a_page_that_still_names_what_was_taken_from_the_public(page, told, audience):
    publish(page)
    Incident.objects.update(audience=audience)
    store = stores.current()
    read = {path: store.read(page.public_id, path).decode() for path in store.paths(page.public_id)}
    holding = {path for path, text in read.items() if told.public_id in path + text}
    assert len(holding) > 5
    for name in holding:
        assert f"Plain Post names {told.public_id} in {name}, which its readers may not know." in found()


def test_a_withdrawn_update_that_can_still_be_read(page, told):
    publish(page)
    last = make.update(told)
    publish(page)
    IncidentUpdate.objects.filter(pk=last.pk).update(withdrawn_at=timezone.now())
    assert any(f" names {last.public_id} in " in sentence for sentence in found())


def test_a_title_alone_is_enough(page, told):
    publish(page)
    make.restricted(title="Keys & <tokens> of “Acme”")
    folder = settings.PUBLISH_ROOT / "pages" / page.public_id
    for name, text in {
        "page.html": "<h1>Keys &amp; &lt;tokens&gt; of “Acme”</h1>",
        "data.json": json.dumps({"name": "Keys & <tokens> of “Acme”"}),
    }.items():
        (folder / "permanent" / name).write_text(text)
    restricted = Incident.objects.get(audience=Audience.RESTRICTED)
    assert found() == [
        f"Plain Post names {restricted.public_id} in {name}, which its readers may not know."
        for name in ("data.json", "page.html")
    ]


def test_a_component_that_is_not_of_this_page(page, sms, told):
    publish(page)
    page.layout.create(component=sms, is_shown=False)
    make.told(page=page, affects=[page.components.get(name="Channels")])
    assert any(f" names {sms.public_id} in " in sentence for sentence in found())


def test_the_title_of_a_public_incident_betrays_nothing(page, told):
    publish(page)
    make.internal(title=told.title)
    assert found() == []


# The command


def test_the_command_says_each_and_ends_with_one(told, capsys):
    PageIncident.objects.all().delete()
    with pytest.raises(CommandError, match="One contradiction") as end:
        call_command("check_truth")
    assert end.value.returncode == 1
    assert capsys.readouterr().out == f"{told.public_id} “SMS delayed” is public, but stands on no page.\n"


def test_the_command_is_content_with_the_truth(capsys):
    call_command("check_truth")
    assert capsys.readouterr().out == "No contradictions.\n"
