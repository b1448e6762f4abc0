"""Home tells what is open and what waits, to each what they may see, in a constant number of queries."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from incidents import actions
from incidents.choices import Level, Status
from incidents.models import Incident, IncidentUpdate
from incidents.moments import moment
from incidents.scope import Affected, in_words
from statuspage.publishing import publisher
from tests import factories as make
from tests.surfaces import flat

pytestmark = pytest.mark.django_db


def home(client, person):
    client.force_login(person)
    return client.get(reverse("admin:index"))


def test_calm_says_so_and_names_the_last_one(client):
    incident = make.resolved(title="Calls dropped")

    response = home(client, make.in_group("Support"))

    assert response.context["summary"]["state"] == "All is calm."
    assert response.context["last"] == incident
    assert response.context["next_up"] is None
    assert "Calls dropped" in response.content.decode()


@pytest.mark.parametrize(("group", "sees"), [("Support", False), ("superuser", True)])
def test_a_page_is_said_in_our_words_and_its_processes_to_who_looks_after_them(client, tmp_path, settings, group, sees):
    settings.PUBLISH_ROOT = tmp_path
    part = make.component(name="SMS")
    page = make.page(part, name="Larkwire", is_default=True)
    make.told(page=page, affects=[make.affected(part, level=Level.PARTIAL)])
    publisher.want([page])
    publisher.publish(page.pk)
    shown = home(client, make.superuser() if group == "superuser" else make.in_group(group)).content.decode()

    assert "Partial outage" in shown
    assert "Partial System Outage" not in shown
    assert ("version " in shown.partition('class="bw-quiet"')[2]) == sees


def test_one_sentence_of_state(client):
    make.told()
    make.told()
    make.suspicion()
    make.drill()

    summary = home(client, make.in_group("Support")).context["summary"]

    assert summary["state"] == "Two incidents are open, one suspicion waits, one drill runs."
    assert summary["time"] == "Nothing is late."


def test_late_clocks_are_counted(client):
    make.confirmed(detected_at=timezone.now() - timedelta(hours=1))

    summary = home(client, make.in_group("Support")).context["summary"]

    assert summary["time"] == "One clock is late."


def test_whatever_late_clock_the_sentence_counts_stands_in_a_row(client):
    suspicion = make.suspicion()
    long_ago = timezone.now() - timedelta(hours=1)
    Incident.objects.filter(pk=suspicion.pk).update(declared_at=long_ago, detected_at=long_ago, started_at=long_ago)

    response = home(client, make.in_group("Support"))

    [row] = response.context["rows"]
    assert response.context["summary"]["time"] == "Two clocks are late."
    assert [clock.key for clock in row.late] == ["suspicion", "first_notice"]
    assert f"also late: First notice, due {moment(row.late[1].due_at)}" in " ".join(response.content.decode().split())


def test_what_is_late_comes_before_what_is_not_due(client):
    due_soon, suspicion = make.told(), make.suspicion()
    now = timezone.now()
    due_soon.updates.update(posted_at=now - timedelta(minutes=24), due_at=now + timedelta(minutes=6))
    Incident.objects.filter(pk=suspicion.pk).update(declared_at=now - timedelta(seconds=643))

    next_up = home(client, make.in_group("Support")).context["next_up"]

    assert (next_up["incident"], next_up["state"], next_up["why"]) == (suspicion, "late", "Do this first")


def test_the_clock_that_runs_out_next_comes_with_the_next_thing_to_do(client):
    make.told()
    suspicion = make.suspicion()

    support = home(client, make.in_group("Support")).context["next_up"]
    viewer = home(client, make.in_group("Viewers")).context["next_up"]

    assert support["incident"] == viewer["incident"] == suspicion
    assert support["action"] == "Confirm or dismiss"
    assert support["url"] == reverse("admin:incidents_incident_confirm", args=[suspicion.public_id])
    assert viewer["action"] == "Open the incident"
    assert viewer["url"] == reverse("admin:incidents_incident_change", args=[suspicion.public_id])


@pytest.mark.parametrize(
    ("group", "action"), [("Support", "Write the first notice"), ("Engineering", "Open the incident")]
)
def test_only_who_may_publish_is_asked_for_the_first_notice(client, group, action):
    make.confirmed()

    assert home(client, make.in_group(group)).context["next_up"]["action"] == action


def test_what_customers_have_not_been_told_waits_for_those_who_may_publish(client):
    untold = make.confirmed(title="Untold")
    moved_on = make.told(title="Moved on")
    actions.change_stage(moved_on, status=Status.IDENTIFIED, by=None)
    make.told(title="In step")

    support = home(client, make.in_group("Support")).context
    engineering = home(client, make.in_group("Engineering")).context

    assert [step.title for step in support["group"]] == [untold.title, "Moved on"]
    assert support["group"][1].detail == "Now Identified; customers still read Investigating"
    assert support["group_name"] == "Support"
    assert engineering["group"] == []


def test_suspicions_wait_for_those_who_may_judge(client):
    make.suspicion(title="Odd")

    assert [step.title for step in home(client, make.in_group("Engineering")).context["group"]] == ["Odd"]
    assert home(client, make.in_group("Reliability")).context["group"] == []


def test_what_i_own_waits_for_me_with_its_next_step(client):
    person = make.in_group("Engineering")
    incident = make.told(owner=person, title="Mine")
    make.told(title="Not mine")
    [step] = home(client, person).context["mine"]
    assert (step.title, step.detail) == ("Mine", "Find the cause")

    actions.change_stage(incident, status=Status.MONITORING, by=None)
    [step] = home(client, person).context["mine"]
    assert step.detail.startswith("Before closing: Healthy for 5 min, Workflow impact and 1 more")


def test_the_gate_tells_its_owner_when_it_can_be_resolved(client):
    person = make.in_group("Engineering")
    sms = make.component()
    incident = make.told(owner=person, affects=[sms])
    actions.set_impacts(incident, [Affected(sms, None, Level.OPERATIONAL)], by=None)
    actions.change_stage(incident, status=Status.MONITORING, by=None)
    for condition in ("stable", "fix_time"):
        actions.attest(incident, condition=condition, by=None)
    actions.change_facts(incident, by=None, workflow_impact=False, data_impact=False)

    [step] = home(client, person).context["mine"]
    assert step.detail.startswith("Healthy for 5 min at ")
    assert step.due_at is not None

    Incident.objects.filter(pk=incident.pk).update(monitoring_at=timezone.now() - timedelta(hours=1))
    incident.impacts.update(
        ended_at=timezone.now() - timedelta(hours=1), started_at=timezone.now() - timedelta(hours=2)
    )
    [step] = home(client, person).context["mine"]
    assert step.detail == "The closure gate is met: it can be resolved"


def test_a_restricted_incident_is_neither_shown_nor_counted_to_those_it_is_closed_to(client):
    member = make.in_group("Engineering")
    make.restricted(members=[member], title="Keys seen in a log")

    for person in (make.in_group("Support"), make.superuser()):
        response = home(client, person)
        assert response.context["summary"]["state"] == "All is calm."
        assert "Keys seen" not in response.content.decode()
        assert _badge(response) == 0
    for person in (member, make.in_group("Security")):
        response = home(client, person)
        assert "Keys seen" in response.content.decode()
        assert _badge(response) == 1


def test_recent_actions_are_not_shown(client):
    person = make.in_group("Support")
    secret = make.restricted()
    content_type = ContentType.objects.get_for_model(Incident)
    LogEntry.objects.create(
        user=person, content_type=content_type, object_id=secret.pk, object_repr=secret.title, action_flag=ADDITION
    )

    assert secret.title not in home(client, person).content.decode()


def test_without_a_group_one_is_told_whom_to_ask(client):
    make.told(title="Open")

    response = home(client, make.user())

    assert "Ask an administrator" in response.content.decode()
    assert "Open" not in [row.incident.title for row in response.context.get("rows", [])]


def test_the_list_is_cut_and_says_so(client):
    for _number in range(22):
        make.internal()

    response = home(client, make.in_group("Support"))

    assert len(response.context["rows"]) == 20
    assert "2 more open incidents" in response.content.decode()


def test_query_count_is_constant(client, same_queries):
    person = make.in_group("Support")
    client.force_login(person)

    def ask():
        with same_queries(at_most=50):
            client.get(reverse("admin:index"))

    def some(number):
        where = make.location()
        for _number in range(number):
            incident = make.told(owner=person, affects=[Affected(make.component(), where), Affected(make.component())])
            actions.change_stage(incident, status=Status.MONITORING, by=None)
            make.confirmed()
            make.suspicion()

    some(1)
    ask()
    some(16)
    assert Incident.objects.open().count() == 51
    ask()


def test_scope_is_said_in_words():
    sms, voice = make.component(name="SMS"), make.component(name="Voice")
    frankfurt, singapore = make.location(name="Frankfurt", position=1), make.location(name="Singapore", position=2)
    incident = make.confirmed(
        affects=[
            Affected(voice, None, Level.DEGRADED),
            Affected(sms, frankfurt, Level.PARTIAL),
            Affected(sms, singapore, Level.PARTIAL),
        ]
    )

    assert in_words(incident) == "SMS partial outage in Frankfurt and Singapore, Voice degraded"


def test_a_passed_promise_is_late_on_the_row(client):
    incident = make.told()
    hour_ago = timezone.now() - timedelta(hours=1)
    IncidentUpdate.objects.update(posted_at=hour_ago, due_at=hour_ago + timedelta(minutes=30), promised_at=None)

    [row] = home(client, make.in_group("Support")).context["rows"]

    assert (row.incident, row.clock.key, row.state) == (incident, "next_update", "late")


def _badge(response):
    items = [item for group in response.context["sidebar_navigation"] for item in group["items"]]
    return next(item["count"] for item in items if item["icon"] == "crisis_alert")


def test_a_broken_promise_to_customers_stands_first_for_support_whoever_owns_the_incident(client):
    engineer, support = make.in_group("Engineering"), make.in_group("Support")
    incident = make.told(severity="major", owner=engineer)
    suspicion = make.suspicion(title="Webhooks look slow")
    long_ago = timezone.now() - timedelta(hours=1)
    incident.updates.update(posted_at=long_ago, due_at=long_ago + timedelta(minutes=30))
    Incident.objects.filter(pk=suspicion.pk).update(declared_at=long_ago, detected_at=long_ago, started_at=long_ago)

    client.force_login(support)
    support_home = client.get("/admin/").context
    client.force_login(engineer)
    engineer_home = client.get("/admin/").context

    assert support_home["next_up"]["incident"] == incident
    assert support_home["next_up"]["why"] == "Do this first: customers wait for it"
    assert str(support_home["group"][0].detail) == "The next update is late"
    assert [str(step.detail) for step in engineer_home["mine"]] == ["Support owes an update"]


def test_what_nobody_outside_may_know_stands_where_its_severity_puts_it(client):
    member = make.in_group("Support")
    drill = make.drill(severity="critical")
    minor = make.told(severity="minor")
    critical = make.restricted(severity="critical", members=[member])
    late = make.confirmed(severity="minor", detected_at=timezone.now() - timedelta(hours=1))

    def order(person):
        return [row.incident for row in home(client, person).context["rows"]]

    assert order(member) == [late, critical, minor, drill]
    assert order(make.in_group("Support")) == [late, minor, drill]


def test_supports_step_comes_with_its_time_when_engineering_is_done(client, gate_only_warns):
    """1-16, 3-21."""
    incident = make.told()
    actions.change_stage(incident, status=Status.RESOLVED, by=None)

    step = home(client, make.in_group("Support")).context["group"][0]

    assert step.detail == "Now Resolved; customers still read Investigating"
    assert step.due_at == incident.updates.get().due_at


def test_reopened_without_a_word_support_reads_until_when_it_is_due(client):
    incident = actions.reopen(make.resolved(), reason="It is back.", by=None)

    step = home(client, make.in_group("Support")).context["group"][0]

    assert step.detail == "Now Investigating; customers still read Resolved"
    assert step.due_at == incident.resolutions.get().reopened_at + timedelta(minutes=15)


def test_a_reopened_incident_runs_since_then_and_one_whose_all_clear_was_taken_back_since_it_began(client):
    person = make.superuser()
    with time_machine.travel("2026-11-26T23:10:00Z", tick=False) as clock:
        again, mistaken = (make.resolved(title=title) for title in ("Again", "By mistake"))
        clock.shift(timedelta(minutes=2))
        actions.unresolve(mistaken, reason="Not yet.", by=None)
        clock.move_to("2026-11-30T23:27:00Z")
        actions.reopen(again, reason="It is back.", by=None)
        clock.shift(timedelta(minutes=26))
        shown = flat(home(client, person).content.decode())
        open_for = dict(re.findall(r"(Again|By mistake)</b>.*?for ([\w ]+?) </small>", shown))
        assert open_for == {"Again": "26 min", "By mistake": "4 d 43 min"}
        work = flat(client.get(reverse("admin:incidents_incident_change", args=[again.public_id])).content.decode())
        assert re.search(r"Reopened, since .*?23:27 UTC.*?(\d+ min)", work)[1] == "26 min"
