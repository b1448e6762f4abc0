"""The form of a maintenance window: counted by the server, announced or sent to be approved; nothing typed is lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.maintenance import actions
from incidents.maintenance.choices import State
from incidents.maintenance.models import TemplateImpact, Window, WindowTemplate
from incidents.models import ChangeFreeze
from statuspage.models import PageWindow
from tests import factories as make

pytestmark = pytest.mark.django_db
PLAN = "/admin/maintenance/plan/"


@pytest.fixture
def sms():
    return make.component(name="SMS")


@pytest.fixture
def page(sms):
    return make.page(sms, name="Larkwire", is_default=True)


@pytest.fixture
def support(client):
    person = make.in_group("Support", time_zone="UTC")
    client.force_login(person)
    return person


def typed(page, sms, *, days=40, **more):
    day = (timezone.now() + timedelta(days=days)).date()
    return {
        "title": "Core router upgrade", "kind": "infrastructure", "audience": "public", "pages": [page.public_id],
        "date": day.isoformat(), "time": "01:00", "length": "120", "time_zone": "Europe/Berlin",
        "body": "We replace two routers.", "deliver": "on", "is_automatic": "on", "rows-TOTAL_FORMS": "1",
        "rows-INITIAL_FORMS": "0", "rows-0-component": sms.public_id, "rows-0-location": "", "rows-0-expected": "2",
        "version": "",
    } | more  # fmt: skip


def test_a_planned_window_is_posted_in_one_act(client, support, page, sms):
    answer = client.post(PLAN, typed(page, sms, act="post", read_as="planned"))

    window = Window.objects.get()
    assert answer.url == reverse("maintenance_staff:window", args=[window.public_id])
    assert (window.state, window.is_emergency, window.author) == (State.SCHEDULED, False, support)
    assert list(PageWindow.objects.values_list("page", "window")) == [(page.pk, window.pk)]
    begins = window.starts_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert (f"{begins:%H:%M}", window.length) == ("01:00", timedelta(hours=2))


def test_too_soon_it_is_not_posted_without_somebody_who_approves(client, support, page, sms):
    answer = client.post(PLAN, typed(page, sms, days=3, act="post", read_as="emergency"))

    assert answer.status_code == 422
    assert not Window.objects.exists()
    assert "emergency maintenance" in answer.context["form"].errors["approver"][0]
    assert answer.context["form"]["title"].value() == "Core router upgrade"


def test_an_emergency_is_sent_to_whoever_was_chosen(client, support, page, sms):
    lead = make.in_group("Engineering Leads")
    client.post(PLAN, typed(page, sms, days=3, act="post", reason="It burns.", approver=lead.pk, read_as="emergency"))

    approval = Window.objects.get().approvals.get()
    assert (approval.approver, approval.asked_by, approval.reason) == (lead, support, "It burns.")


def test_one_cannot_choose_oneself_nor_who_may_not_approve(client, support, page, sms):
    support.user_permissions.add(*make.user(permissions=["approve_window"]).user_permissions.all())
    viewer = make.in_group("Viewers")
    for who in (support, viewer):
        answer = client.post(PLAN, typed(page, sms, days=3, act="post", reason="It burns.", approver=who.pk))
        assert "approver" in answer.context["form"].errors
    assert not Window.objects.exists()


def test_a_class_that_changed_since_it_was_read_is_refused_once(client, support, page, sms):
    answer = client.post(PLAN, typed(page, sms, act="post", read_as="emergency"))

    assert answer.status_code == 422
    assert "changed since you read it" in answer.context["form"].errors.as_text()
    assert 'name="read_as" value="planned"' in answer.text


def test_what_is_counted_is_said_for_what_stands_in_the_form(client, support, page, sms):
    answer = client.post("/admin/maintenance/plan/count/", typed(page, sms, days=3))

    assert "Emergency: " in answer.text
    assert "data-needs" in answer.text
    assert "Ask for approval" in answer.text
    assert not Window.objects.exists()


def test_half_typed_it_says_what_is_missing_and_does_not_fall_over(client, support, page, sms):
    for part in ({"date": "2026-13-40"}, {"time": ""}, {"length": "other", "until": ""}, {"time_zone": "Mars/Base"}):
        answer = client.post("/admin/maintenance/plan/count/", typed(page, sms, **part))
        assert answer.status_code == 200
        assert 'data-class="unknown"' in answer.text


FAR = [
    ("until", {"length": "other", "until": "9999-12-31T23:59", "time_zone": "America/Los_Angeles"}),
    ("until", {"length": "other", "until": "0001-01-01T00:00", "time_zone": "Asia/Tokyo"}),
    ("date", {"date": "9999-12-31", "time_zone": "America/Los_Angeles"}),
    ("date", {"date": "0001-01-01", "time_zone": "Asia/Tokyo"}),
]


@pytest.mark.parametrize(("field", "far"), FAR)
def test_a_year_that_nobody_means_is_refused_at_its_field(client, support, page, sms, field, far):
    window = make.scheduled(sms, page=page)
    for address in (PLAN, f"/admin/maintenance/{window.public_id}/move/"):
        data = typed(page, sms, version=window.version, act="post", **far)
        assert client.post(f"{address}count/", data).status_code == 200
        answer = client.post(address, data)
        assert answer.status_code == 422
        assert answer.context["form"].errors[field] == ["Write a year from 1970 to 2099."]


def test_the_end_is_typed_in_the_zone_of_the_window_and_not_in_ones_own(client, support, page, sms):
    """02:30 does not exist on that day in Berlin, where the person is, and does in the zone of the window."""
    support.time_zone = "Europe/Berlin"
    support.save()
    times = {"date": "2027-03-28", "time": "01:00", "length": "other", "until": "2027-03-28T02:30", "time_zone": "UTC"}
    client.post(PLAN, typed(page, sms, **times))
    assert Window.objects.get().ends_at == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)


def test_without_a_script_the_button_moves_it_to_the_earliest_planned_start(client, support, page, sms):
    answer = client.post(PLAN, typed(page, sms, days=3, act="earliest"))

    assert answer.status_code == 200
    assert 'data-class="planned"' in answer.text
    assert answer.context["form"]["title"].value() == "Core router upgrade"
    assert not Window.objects.exists()


def test_a_time_that_clocks_leave_out_is_refused_at_its_field(client, support, page, sms):
    answer = client.post(PLAN, typed(page, sms, date="2027-03-28", time="02:30", act="draft"))

    assert answer.context["form"].errors["time"] == [
        "Clocks in Europe/Berlin go from 02:00 to 03:00 on this day and never show 02:30. "
        "Write 03:00 or later, or 01:59 or earlier."
    ]


def test_over_a_change_of_the_clocks_two_hours_are_two_hours(client, support, page, sms):
    client.post(PLAN, typed(page, sms, date="2027-03-28", time="01:30", act="draft"))

    window = Window.objects.get()
    assert window.starts_at == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert window.ends_at == datetime(2027, 3, 28, 2, 30, tzinfo=UTC)


def test_a_draft_goes_on_with_what_was_saved(client, support, page, sms):
    client.post(PLAN, typed(page, sms, act="draft", plan="1 drain"))
    window = Window.objects.get()

    form = client.get(f"/admin/maintenance/{window.public_id}/edit/").context["form"]

    assert (form["title"].value(), form["plan"].value(), form["length"].value()) == (window.title, "1 drain", "120")
    client.post(f"/admin/maintenance/{window.public_id}/edit/", typed(page, sms, act="draft", version=window.version))
    window.refresh_from_db()
    assert (window.plan, window.state) == ("", State.DRAFT)


def test_opened_and_saved_without_touching_it_changes_nothing(client, support, page, sms):
    window = make.window(sms, time_zone="Asia/Kolkata", starts_at=datetime(2027, 5, 3, 20, 45, tzinfo=UTC))
    make.place_window(page, window)
    address = f"/admin/maintenance/{window.public_id}/edit/"
    shown = client.get(address).context
    before = Window.objects.values("starts_at", "ends_at", "time_zone", "title", "body", "owner").get()

    client.post(address, posted(shown["form"], shown["rows"]) | {"act": "draft"})

    assert Window.objects.values("starts_at", "ends_at", "time_zone", "title", "body", "owner").get() == before


def test_two_people_at_one_draft_lose_nothing(client, support, page, sms):
    window = make.window(sms)
    make.place_window(page, window)
    address = f"/admin/maintenance/{window.public_id}/edit/"
    version = window.version
    actions.edit(window, title="Their title", by=make.in_group("Support", first_name="Tomas"))

    answer = client.post(address, typed(page, sms, act="draft", version=version))

    assert answer.status_code == 412
    assert "Tomas" in answer.text
    assert "Their title" in answer.text
    assert answer.context["form"]["title"].value() == "Core router upgrade"
    again = typed(page, sms, act="draft", version=answer.context["form"]["version"].value())
    assert client.post(address, again).status_code == 302


def test_a_page_that_names_nothing_of_it_is_refused(client, support, page, sms):
    other = make.page(make.component())
    answer = client.post(PLAN, typed(page, sms, act="post", pages=[other.public_id], read_as="planned"))

    assert "names nothing" in answer.context["form"].errors["pages"][0]
    assert not Window.objects.exists()


def test_a_public_window_needs_a_page_and_an_internal_one_none(client, support, page, sms):
    answer = client.post(PLAN, typed(page, sms, act="post", pages=[]))
    assert answer.context["form"].errors["pages"]
    client.post(PLAN, typed(page, sms, act="post", audience="internal", pages=[page.public_id]))
    assert Window.objects.get().state == State.SCHEDULED
    assert not PageWindow.objects.exists()


def test_a_silent_window_says_why(client, support, page, sms):
    silent = typed(page, sms, act="post", read_as="planned")
    del silent["deliver"]
    answer = client.post(PLAN, silent)
    assert "silence_reason" in answer.context["form"].errors
    client.post(PLAN, silent | {"silence_reason": "Nobody notices."})
    update = Window.objects.get().updates.get()
    assert (update.deliver_notifications, update.silence_reason) == (False, "Nobody notices.")
    beside = client.post(f"{PLAN}count/", silent).text
    assert "on the page; nobody is told" in beside
    assert "a reminder" not in beside
    for act in ("cancel", "move"):
        form = client.get(f"/admin/maintenance/{update.window.public_id}/{act}/").context["form"]
        assert (form["deliver"].value(), form["silence_reason"].value()) == (False, "Nobody notices.")


def test_who_may_only_plan_saves_drafts(client, page, sms):
    client.force_login(make.in_group("Engineering"))
    assert "Support and leads announce it" in client.get(PLAN).text
    assert client.post(PLAN, typed(page, sms, act="post", read_as="planned")).status_code == 403
    assert not Window.objects.exists()
    client.post(PLAN, typed(page, sms, act="draft"))
    assert Window.objects.get().is_draft


def test_it_begins_from_a_template(client, support, page, sms):
    template = WindowTemplate.objects.create(name="Gateways", title="SMS gateways", kind="software", minutes=90)
    TemplateImpact.objects.create(template=template, component=sms, expected=1)

    shown = client.get(f"{PLAN}?template={template.pk}").context

    assert (shown["form"]["title"].value(), shown["form"]["length"].value()) == ("SMS gateways", "90")
    assert next(row["component"].value() for row in shown["rows"]) == sms.public_id
    assert shown["form"]["pages"].value() == [page.public_id]


# Moved and amended


def test_moving_shows_the_class_before_and_keeps_both_times(client, support, page, sms):
    window = make.scheduled(sms, page=page)
    old = (window.starts_at, window.ends_at)
    address = f"/admin/maintenance/{window.public_id}/move/"
    later = (window.starts_at + timedelta(days=7)).astimezone(UTC)
    form = {"date": f"{later:%Y-%m-%d}", "time": f"{later:%H:%M}", "length": "120", "time_zone": "UTC", "deliver": "on"}

    shown = client.post(f"{address}count/", form)
    assert "Planned: " in shown.text
    assert "<s>" in shown.text
    client.post(address, form | {"act": "post", "read_as": "planned", "version": window.version})

    window.refresh_from_db()
    moved = window.updates.first()
    assert (moved.old_starts_at, moved.old_ends_at) == old
    assert window.starts_at == later.replace(second=0)


def test_moved_to_tomorrow_it_has_to_be_approved(client, support, page, sms):
    window = make.scheduled(sms, page=page)
    lead = make.in_group("Engineering Leads")
    day = timezone.now() + timedelta(days=1)
    form = {"date": f"{day:%Y-%m-%d}", "time": "01:00", "length": "60", "time_zone": "UTC", "deliver": "on"}
    address = f"/admin/maintenance/{window.public_id}/move/"
    assert client.post(address, form | {"act": "post", "version": window.version}).status_code == 422
    client.post(address, form | {"act": "post", "version": window.version, "reason": "Now.", "approver": lead.pk})

    window.refresh_from_db()
    assert window.is_emergency is False
    assert window.approvals.get().wanted["moves"] is True


def test_what_readers_see_is_changed_with_a_word(client, support, page, sms):
    window = make.scheduled(sms, page=page)
    address = f"/admin/maintenance/{window.public_id}/amend/"
    form = typed(page, sms, title="Core routers: two of four", note="Two routers only.", version=window.version)

    assert client.get(address).status_code == 200
    client.post(address, form)

    window.refresh_from_db()
    update = window.updates.first()
    assert (window.title, update.kind, update.body) == ("Core routers: two of four", "changed", "Two routers only.")


def test_a_page_that_is_added_has_to_announce_it_in_time_as_well(client, support, page, sms):
    other = make.page(sms, name="Second")
    address = "/admin/maintenance/{}/amend/"
    early = make.scheduled(sms, page=page)
    form = typed(page, sms, pages=[page.public_id, other.public_id])
    client.post(address.format(early.public_id), form | {"version": early.version})
    assert set(early.pages.all()) == {page, other}

    late = make.scheduled(sms, page=page)
    Window.objects.filter(pk=late.pk).update(
        starts_at=timezone.now() + timedelta(days=3), ends_at=timezone.now() + timedelta(days=3, hours=1)
    )
    answer = client.post(address.format(late.public_id), form | {"version": late.version})
    assert "announced too late" in answer.context["form"].errors["pages"][0]
    assert list(late.pages.all()) == [page]


def test_a_page_with_a_change_freeze_then_is_added_by_nobody_alone(client, support, page, sms):
    window = make.scheduled(sms, page=page)
    calm = make.calendar()
    day = window.starts_at.date()
    ChangeFreeze.objects.create(name="Peak season", first_day=day, last_day=day).calendars.add(calm)
    other = make.page(sms, name="Second", calendar=calm)
    form = typed(page, sms, pages=[page.public_id, other.public_id], version=window.version)

    answer = client.post(f"/admin/maintenance/{window.public_id}/amend/", form)

    assert "change freeze there: Peak season" in answer.context["form"].errors["pages"][0]
    assert list(window.pages.all()) == [page]


def test_what_is_over_is_neither_moved_nor_amended(client, support, page, sms):
    window = make.scheduled(sms, page=page)
    actions.cancel(window, reason="Not needed.", by=None)
    for act in ("move", "amend"):
        assert client.get(f"/admin/maintenance/{window.public_id}/{act}/").status_code == 302


@pytest.mark.parametrize("act", ["edit", "move", "amend"])
def test_what_somebody_else_did_meanwhile_loses_no_word(client, support, page, sms, act):
    """Posted from a form that was opened before: the words stand there again, and why they were not saved."""
    lead = make.in_group("Engineering Leads", first_name="Priya")
    window = make.window(sms, starts_at=timezone.now() + timedelta(days=40))
    make.place_window(page, window)
    form = typed(page, sms, version=window.version, body="We replace <two> routers.", note="We replace <two> routers.")
    actions.announce(window, by=lead)
    if act != "edit":
        window.refresh_from_db()
        actions.cancel(window, reason="Not needed.", by=lead)

    answer = client.post(f"/admin/maintenance/{window.public_id}/{act}/", form)

    assert answer.status_code in (409, 412, 422)
    assert "We replace &lt;two&gt; routers." in answer.text
    said = {"edit": "It is no draft any more: it is scheduled.", "move": "It is cancelled", "amend": "It is over"}
    assert said[act] in " ".join(answer.text.split())
    if act == "edit":
        assert f"{lead} did it" in " ".join(answer.text.split())
        assert "Save the draft" not in answer.text


def test_of_two_who_change_what_readers_see_the_second_reads_who_and_what(client, support, page, sms):
    window = make.scheduled(sms, page=page)
    form = typed(page, sms, version=window.version, body="Four routers.", note="Four.")
    actions.amend(window, by=(lead := make.in_group("Engineering Leads", first_name="Priya")), body="Three routers.")
    address = f"/admin/maintenance/{window.public_id}/amend/"
    answer = client.post(address, form)
    words = " ".join(answer.text.split())
    assert answer.status_code == 412
    assert f"{lead} saved it while you were writing." in words
    assert "Three routers." in words
    assert answer.context["form"]["body"].value() == "Four routers."
    client.post(address, form | {"version": answer.context["form"]["version"].value()})
    window.refresh_from_db()
    assert window.body == "Four routers."


def test_a_draft_that_was_declined_keeps_its_reason_and_who_was_asked(client, support, page, sms):
    lead = make.in_group("Engineering Leads")
    window = make.window(sms, starts_at=timezone.now() + timedelta(days=2), by=support)
    make.place_window(page, window)
    asked = actions.ask_approval(window, approver=lead, reason="The certificate ends.", by=support)
    actions.decline(asked, reason="Not at night.", by=lead)
    form = client.get(f"/admin/maintenance/{window.public_id}/edit/").context["form"]
    assert (form["reason"].value(), form["approver"].value()) == ("The certificate ends.", lead.pk)


def test_what_begins_before_a_freeze_and_runs_into_it_says_so(client, support, page, sms):
    start = (timezone.now() + timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)
    day = (start + timedelta(days=1)).date()
    ChangeFreeze.objects.create(name="Peak season", first_day=day, last_day=day)
    form = typed(page, sms, date=start.date().isoformat(), time="23:00", length="1440", time_zone="UTC")
    beside = client.post(f"{PLAN}count/", form).text
    assert "It runs into a change freeze: Peak season" in beside
    assert "No change freeze then" not in beside
    calm = client.post(f"{PLAN}count/", form | {"length": "60"}).text
    assert "No change freeze then" in calm
    nowhere = client.post(f"{PLAN}count/", {name: each for name, each in form.items() if "component" not in name}).text
    assert "Choose a component" in nowhere
    assert "No change freeze then" not in nowhere


def test_new_incident_leads_to_scheduled_maintenance(client, support, page):
    shown = client.get(f"/admin/new-incident/{page.public_id}/").text
    assert f"/admin/maintenance/plan/?page={page.public_id}" in shown


def test_counting_costs_the_same_for_one_and_fifty_windows(client, support, page, sms, same_queries):
    for count in (1, 49):
        for _each in range(count):
            make.scheduled(sms, page=page, starts_at=timezone.now() + timedelta(days=40))
        with same_queries(at_most=40):
            assert "Overlaps: " in client.post("/admin/maintenance/plan/count/", typed(page, sms, length="1440")).text


def posted(form, rows) -> dict:
    """What a browser would send of it, untouched."""
    found = {}
    for bound in [*form, *(field for row in rows for field in row)]:
        value = bound.value()
        if value in (None, False, ""):
            continue
        if bound.name == "pages":
            found["pages"] = value
        elif value is True:
            found[bound.html_name] = "on"
        elif bound.name in ("date", "until", "time"):
            found[bound.html_name] = bound.field.widget.format_value(value)
        else:
            found[bound.html_name] = getattr(value, "pk", value)
    return found | {"rows-TOTAL_FORMS": len(rows.forms), "rows-INITIAL_FORMS": rows.initial_form_count()}
