"""Maintenance on the staff side: the list, one window, what is done to it, approval, and what waits on the home."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents.maintenance import actions, home
from incidents.maintenance.choices import Decision, Outcome, State
from incidents.maintenance.models import Window, WindowIncident
from tests import factories as make
from tests.incidents.maintenance.around import series

pytestmark = pytest.mark.django_db
LIST = "/admin/maintenance/"


@pytest.fixture
def support(client):
    person = make.in_group("Support", time_zone="UTC")
    client.force_login(person)
    return person


def running(*components, hours=2, begun=1, **facts) -> Window:
    """It began an hour ago and is to end in another one."""
    window = make.scheduled(*components, **facts)
    at = timezone.now() - timedelta(hours=begun)
    Window.objects.filter(pk=window.pk).update(
        state=State.IN_PROGRESS, starts_at=at, started_at=at, ends_at=at + timedelta(hours=hours)
    )
    window.refresh_from_db()
    return window


def asked(**facts):
    """An emergency that somebody was asked to approve."""
    by, approver = make.in_group("Support", first_name="Amara"), make.in_group("Managers", first_name="Claire")
    sms = make.component()
    window = make.window(sms, starts_at=timezone.now() + timedelta(days=2), by=by, **facts)
    make.place_window(make.page(sms), window)
    return actions.ask_approval(window, approver=approver, reason="The certificate ends.", by=by)


def act(window, key, **data):
    return reverse("maintenance_staff:act", args=[window.public_id, key]), {
        "deliver": "on", "version": window.version, **data
    }  # fmt: skip


# The list


def test_what_is_next_stands_first_and_drafts_by_themselves(client, support):
    later, soon = make.scheduled(), make.scheduled(starts_at=timezone.now() + timedelta(days=30))
    draft = make.window(title="Only written")

    shown = client.get(LIST).context["page_obj"]
    assert [row.pk for row in shown] == [soon.pk, later.pk]
    assert [row.pk for row in client.get(f"{LIST}?show=drafts").context["page_obj"]] == [draft.pk]
    assert [row.pk for row in client.get(f"{LIST}?q=only").context["page_obj"]] == [draft.pk]


@pytest.mark.parametrize("address", ["", "?show=drafts", "?show=over", "?show=all", "?q=nothing", "?show=what&p=99"])
def test_an_empty_list_says_so(client, support, address):
    answer = client.get(LIST + address)
    assert answer.status_code == 200
    assert "bw-empty" in answer.text


def test_the_list_costs_the_same_for_one_and_fifty(client, support, same_queries):
    for count in (1, 49):
        for _each in range(count):
            make.scheduled()
        with same_queries(at_most=20):
            client.get(LIST)


# One window


@pytest.mark.parametrize("act", ["extend", "verify", "go-on", "end", "result"])
def test_what_cannot_be_done_now_shows_no_form_for_it(client, support, act):
    window = make.scheduled(make.component())
    landed = client.get(f"{LIST}{window.public_id}/{act}/", follow=True)
    assert landed.redirect_chain == [(f"{LIST}{window.public_id}/", 302)]
    assert "It is scheduled: that cannot be done now." in landed.text


def test_a_draft_that_waits_for_approval_says_what_is_asked_for_and_why(client, support):
    approval = asked()
    html = client.get(f"{LIST}{approval.window.public_id}/").text
    assert "Emergency: " in html
    assert "The certificate ends." in html
    assert "It is counted anew when it is announced." in html
    assert "Frozen when" not in html


def test_the_class_is_explained_as_it_was_frozen(client, support):
    window = make.scheduled()
    shown = client.get(reverse("maintenance_staff:window", args=[window.public_id])).text
    assert "Planned: announced " in shown
    assert "10 business days later is" in shown


def test_what_happened_costs_the_same_for_one_and_fifty_updates(client, support, same_queries):
    window = make.scheduled()
    for count in (1, 49):
        for _each in range(count):
            actions.post_update(window, message=actions.Message("Still as planned."), by=support)
        with same_queries(at_most=30):
            client.get(reverse("maintenance_staff:window", args=[window.public_id]))


def test_only_what_can_be_done_is_offered(client, support):
    def offered(window):
        shown = client.get(reverse("maintenance_staff:window", args=[window.public_id])).context["acts"]
        return [each.key for each in shown]

    assert offered(make.window()) == ["discard"]
    assert offered(make.scheduled()) == ["update", "cancel"]
    assert offered(running()) == ["update", "extend", "verify", "end", "cancel"]
    client.force_login(make.in_group("Viewers"))
    assert offered(running()) == []


def test_a_restricted_incident_that_it_caused_is_not_named_to_others(client, support):
    sms = make.component()
    window = running(sms)
    incident = make.confirmed(title="Zanzibar keys", affects=[sms], audience="restricted")
    actions.link_incident(window, incident, by=None)

    assert "Zanzibar" not in client.get(reverse("maintenance_staff:window", args=[window.public_id])).text


# What is done to it


def test_it_is_begun_extended_verified_and_ended_from_the_screen(client, support):
    window = make.scheduled(is_automatic=False)
    now = timezone.now()
    Window.objects.filter(pk=window.pk).update(starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=1))
    later = (now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    for key, more, state in [
        ("begin", {}, State.IN_PROGRESS),
        ("update", {"body": "Half of it is done."}, State.IN_PROGRESS),
        ("extend", {"ends_at": later}, State.IN_PROGRESS),
        ("verify", {}, State.VERIFYING),
        ("go-on", {"body": "One more router."}, State.IN_PROGRESS),
        ("end", {"outcome": "partly", "result": "One is left."}, State.COMPLETED),
        ("result", {"outcome": "done", "result": "The last one, too."}, State.COMPLETED),
    ]:
        window.refresh_from_db()
        address, data = act(window, key, **more)
        assert client.get(address).status_code == 200
        assert client.post(address, data).status_code == 302, key
        window.refresh_from_db()
        assert window.state == state
    assert (window.outcome, window.result) == (Outcome.DONE, "The last one, too.")
    assert [each.kind for each in window.updates.all()] == [
        "ended", "update", "verifying", "extended", "update", "begun", "posted"
    ]  # fmt: skip


def test_what_is_refused_stands_at_its_field_and_nothing_typed_is_lost(client, support):
    window = running()
    address, data = act(window, "extend", ends_at="2020-01-01T00:00", body="It takes longer.")
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["ends_at"]
    assert "It takes longer." in answer.text


def test_somebody_was_quicker_and_what_i_wrote_stands(client, support):
    window = running()
    address, data = act(window, "update", body="Mine.")
    actions.post_update(window, message=actions.Message("Theirs."), by=None)

    answer = client.post(address, data)

    assert answer.status_code == 412
    assert "Mine." in answer.text
    again = data | {"version": answer.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302


def test_who_may_not_do_it_reads_why(client):
    client.force_login(make.in_group("Engineering"))
    address, data = act(running(), "end", outcome="done")
    assert "Ask Support or a lead" in client.get(address).text
    assert client.post(address, data).status_code in (403, 422)
    assert Window.objects.get().state == State.IN_PROGRESS


def test_a_deleted_draft_leads_back_to_the_list(client, support):
    address, data = act(make.window(), "discard")
    assert client.post(address, data).url == LIST
    assert not Window.objects.exists()


def test_an_act_that_there_is_not_is_not_found(client, support):
    assert client.get(f"{LIST}{make.scheduled().public_id}/explode/").status_code == 404


# Approval


def test_whoever_was_asked_reads_it_and_announces_it_by_approving(client):
    approval = asked()
    client.force_login(approval.approver)
    address = reverse("maintenance_staff:approval", args=[approval.public_id])
    shown = client.get(address).text
    assert "The certificate ends." in shown
    assert "Emergency: " in shown

    client.post(address, {"decision": "approve"})

    window = Window.objects.get()
    assert (window.state, window.is_emergency, window.approved_by) == (State.SCHEDULED, True, approval.approver)


def test_declined_it_needs_a_reason_and_says_it_to_whoever_asked(client):
    approval = asked()
    client.force_login(approval.approver)
    address = reverse("maintenance_staff:approval", args=[approval.public_id])
    assert client.post(address, {"decision": "decline"}).status_code == 422
    client.post(address, {"decision": "decline", "reason": "Not on a Friday."})

    approval.refresh_from_db()
    assert (approval.decision, approval.decision_reason) == (Decision.DECLINED, "Not on a Friday.")
    [step] = home.steps(approval.asked_by, timezone.now()).mine
    assert "Not on a Friday." in step.detail


def test_whoever_asked_cannot_approve_and_may_take_it_back(client):
    approval = asked()
    approval.asked_by.user_permissions.add(*make.user(permissions=["approve_window"]).user_permissions.all())
    client.force_login(approval.asked_by)
    address = reverse("maintenance_staff:approval", args=[approval.public_id])
    assert 'value="approve"' not in client.get(address).text
    assert client.post(address, {"decision": "approve"}).status_code == 403
    client.post(address, {"decision": "withdraw"})
    approval.refresh_from_db()
    assert approval.decision == Decision.WITHDRAWN


@pytest.mark.parametrize(("group", "offers"), [("Support", ["withdraw"]), ("Viewers", [])])
def test_a_colleague_who_announces_may_take_it_back_too_and_who_may_not_reads_so(client, group, offers):
    approval = asked()
    client.force_login(make.in_group(group))
    html = client.get(reverse("maintenance_staff:approval", args=[approval.public_id])).text
    assert re.findall(r'name="decision" value="(\w+)"', html) == offers
    assert ("You may look at it, but not approve it." in html) == (not offers)


def test_decided_twice_the_second_reads_who_was_quicker(client):
    approval = asked()
    client.force_login(other := make.in_group("Engineering Leads"))
    actions.approve(approval, by=approval.approver)
    answer = client.post(reverse("maintenance_staff:approval", args=[approval.public_id]), {"decision": "approve"})
    assert answer.status_code == 422
    assert f"by {approval.approver}" in answer.text
    assert other.has_perm("maintenance.approve_window")


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("statuspage_staff:series_act", "statuspage_staff:series"),
        ("maintenance_staff:notice_act", "maintenance_staff:notices"),
    ],
)
def test_signing_in_after_a_button_leads_to_its_screen_and_says_that_it_was_not_done(client, support, address, back):
    row = series()
    landed = client.get(reverse(address, args=[row.public_id]), follow=True)
    to = reverse(back, args=[row.public_id] if back.endswith("series") else [])
    assert landed.redirect_chain == [(to, 302)]
    assert "It was not done: you were signed out meanwhile." in landed.text


# What waits on the home


def test_an_approval_waits_for_whoever_was_asked_and_for_others_who_may(client):
    approval = asked()
    now = timezone.now()
    assert [step.title for step in home.steps(approval.approver, now).mine] == [approval.window.title]
    lead = make.in_group("Engineering Leads")
    assert [step.title for step in home.steps(lead, now).group] == [approval.window.title]
    assert home.steps(approval.asked_by, now).mine == []
    client.force_login(approval.approver)
    assert "The certificate ends." in client.get("/admin/").text


def test_what_overran_is_late_and_waits_for_its_owner():
    owner = make.in_group("Support")
    window = running(owner=owner, hours=1, begun=2)
    found = home.steps(owner, timezone.now())
    assert [step.title for step in found.mine] == [window.title]
    assert [late.count for late in found.late] == [1]


def test_extended_it_is_late_only_after_the_end_that_readers_know(client, support):
    window = running(hours=2, begun=1)
    actions.extend(window, ends_at=timezone.now() + timedelta(hours=2), by=None)
    address = reverse("maintenance_staff:window", args=[window.public_id])
    with time_machine.travel(timezone.now() + timedelta(minutes=90)):
        client.force_login(support)
        assert "It was to end" not in client.get(address).text
    with time_machine.travel(timezone.now() + timedelta(minutes=160, seconds=30)):
        client.force_login(support)
        assert "It was to end 40 min ago." in client.get(address).text


def test_what_is_to_be_begun_by_hand_waits(client):
    window = make.scheduled(is_automatic=False)
    Window.objects.filter(pk=window.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    [step] = home.steps(make.in_group("Support"), timezone.now()).group
    assert "begin it" in step.detail


def test_the_home_costs_the_same_for_one_and_fifty(same_queries):
    lead = make.in_group("Engineering Leads")
    assert lead.has_perm("maintenance.view_window")  # read once for each person
    for count in (1, 49):
        for _each in range(count):
            asked()
            running(hours=1, begun=2)
        with same_queries(at_most=12):
            home.steps(lead, timezone.now())


# Which incidents it caused


def test_the_workspace_offers_what_ran_there_and_links_it(client, support):
    sms = make.component()
    window = running(sms)
    running(make.component(), title="Elsewhere")
    incident = make.confirmed(affects=[sms])
    workspace = f"/admin/incidents/incident/{incident.public_id}/change/"
    shown = client.get(workspace).text
    assert "It caused this" in shown
    assert "Elsewhere" not in shown
    address = reverse("maintenance_staff:link", args=[incident.public_id])

    client.post(address, {"window": window.public_id})
    assert WindowIncident.objects.get().window == window
    assert "It was not the cause" in client.get(workspace).text
    client.post(address)
    assert not WindowIncident.objects.exists()
