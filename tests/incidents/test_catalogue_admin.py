"""The catalogue's screens: a tree in order, clear refusals, history, and every change announced."""

from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.urls import reverse
from django.utils import timezone

from incidents import actions, signals, tree
from incidents.choices import Level
from incidents.models import Component, DeclareRule, Location, Pin, Severity
from statuspage.models import PageComponent
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = "/admin/incidents/component/"
FACTS = {"name": "SMS", "kind": "channel", "position": "1", "introduced_on": "2026-01-31", "public_id": "comp_sms"}


@pytest.fixture
def engineer(client):
    person = make.in_group("Engineering")
    client.force_login(person)
    return person


@pytest.fixture
def announced():
    heard = []

    def hear(sender, component, **kwargs):
        heard.append((sender, component))

    signals.catalogue_changed.connect(hear)
    yield heard
    signals.catalogue_changed.disconnect(hear)


def change(component):
    return reverse("admin:incidents_component_change", args=[component.pk])


def errors(response):
    return response.context["adminform"].form.errors


def shown(client, query=""):
    return [(row.name, row.place.depth) for row in client.get(f"{LIST}{query}").context["cl"].result_list]


# The tree


def grow():
    """Messaging (SMS (Receipts), WhatsApp), Voice."""
    voice = make.component(name="Voice", position=2, kind="product")
    messaging = make.component(name="Messaging", position=1, kind="product")
    whatsapp = make.component(name="WhatsApp", position=2, parent=messaging, kind="channel")
    sms = make.component(name="SMS", position=1, parent=messaging, kind="channel")
    receipts = make.component(name="Receipts", parent=sms, kind="interface")
    return messaging, sms, receipts, whatsapp, voice


def test_the_list_is_the_tree(client, engineer):
    grow()

    assert shown(client) == [("Messaging", 0), ("SMS", 1), ("Receipts", 2), ("WhatsApp", 1), ("Voice", 0)]


def test_search_and_filters_keep_the_order(client, engineer):
    team = make.team()
    messaging, sms, _receipts, whatsapp, _voice = grow()
    Component.objects.filter(pk__in=[whatsapp.pk, messaging.pk]).update(team=team)

    assert shown(client, "?q=comp_") == shown(client)
    assert shown(client, "?q=Receipts") == [("Receipts", 2)]
    assert shown(client, "?kind__exact=channel") == [("SMS", 1), ("WhatsApp", 1)]
    assert shown(client, f"?team__id__exact={team.pk}") == [("Messaging", 0), ("WhatsApp", 1)]
    assert shown(client, f"?q={sms.public_id}") == [("SMS", 1)]


def test_the_filter_by_page_shows_what_the_page_names(client, engineer):
    messaging, _sms, _receipts, whatsapp, voice = grow()
    page, other = make.page(messaging, label="Platform"), make.page(voice)
    PageComponent.objects.create(page=page, component=whatsapp, is_shown=False)

    assert shown(client, f"?page={page.pk}") == [("Messaging", 0), ("SMS", 1), ("Receipts", 2)]
    assert shown(client, f"?page={other.pk}") == [("Voice", 0)]
    assert "Plain Post Platform" in client.get(LIST).content.decode()


def test_paging_goes_through_the_tree(client, engineer, monkeypatch):
    monkeypatch.setattr("incidents.admin.catalogue.ComponentAdmin.list_per_page", 2)
    grow()

    assert shown(client, "?p=2") == [("Receipts", 2), ("WhatsApp", 1)]
    assert [name for name, _depth in shown(client, "?o=6")] != []


def test_list_query_count_is_constant(client, engineer, same_queries):
    def ask():
        with same_queries(at_most=30):
            client.get(LIST)

    make.component(team=make.team())
    ask()
    parent = None
    for _number in range(50):
        parent = make.component(parent=parent, team=make.team())
    ask()


def test_pickers_show_the_path(client, engineer):
    _messaging, _sms, receipts, _whatsapp, _voice = grow()
    query = {"app_label": "incidents", "model_name": "component", "field_name": "parent", "term": "rec"}

    found = client.get("/admin/autocomplete/", query).json()["results"]

    assert found == [{"id": str(receipts.pk), "text": "Messaging › SMS › Receipts"}]


# Making and changing


def test_a_component_is_made_with_a_chosen_public_id_and_outside_ids(client, engineer, announced):
    parent, team = make.component(), make.team()
    facts = FACTS | {"parent": parent.pk, "team": team.pk, "external_ids": " ep-1 \n\nmon-7\nep-1"}

    response = client.post(f"{LIST}add/", facts)

    assert response.status_code == 302
    made = Component.objects.get(public_id="comp_sms")
    assert (made.parent, made.team, made.external_ids) == (parent, team, ["ep-1", "mon-7"])
    assert announced == [(Component, None)]
    assert [(row.history_type, row.history_user) for row in made.history.all()] == [("+", engineer)]


@pytest.mark.parametrize(
    ("public_id", "words"), [("sms", "Write comp_"), ("comp_", "Write comp_"), ("comp_api", "choose another")]
)
def test_a_public_id_that_does_not_fit_is_refused_beside_its_field(client, engineer, announced, public_id, words):
    make.component(public_id="comp_api")

    response = client.post(f"{LIST}add/", FACTS | {"public_id": public_id})

    assert words in errors(response)["public_id"][0]
    assert 'value="SMS"' in response.content.decode()
    assert not Component.objects.filter(name="SMS").exists()
    assert announced == []


def test_that_a_public_id_can_be_chosen_is_said_where_it_can(client, engineer):
    words, component = b"It can be chosen now", make.component()

    assert words in client.get(reverse("admin:incidents_component_add")).content
    assert words not in client.get(reverse("admin:incidents_component_change", args=[component.pk])).content


def test_a_plain_no_is_a_word(client, engineer):
    shown = client.get(reverse("admin:incidents_declarerule_changelist")).content.decode()

    assert '<span class="bw-no">No</span>' in shown
    assert "bg-red" not in shown.partition('id="result_list"')[2].partition("</table>")[0]


def test_a_public_id_is_never_changed(client, engineer):
    component = make.component(name="SMS")
    before = component.public_id

    client.post(change(component), FACTS | {"name": "Texts"})

    component.refresh_from_db()
    assert (component.name, component.public_id) == ("Texts", before)


def test_no_component_below_itself(client, engineer):
    messaging, _sms, receipts, _whatsapp, _voice = grow()

    response = client.post(change(messaging), FACTS | {"parent": receipts.pk})

    assert "below itself" in errors(response)["parent"][0]
    assert tree.path(Component.objects.get(pk=receipts.pk)) == "Messaging › SMS › Receipts"


def test_two_of_a_name_below_one_parent_are_refused(client, engineer):
    parent = make.component()
    make.component(name="SMS", parent=parent)

    response = client.post(f"{LIST}add/", FACTS | {"parent": parent.pk})

    assert response.status_code == 200
    assert Component.objects.filter(name="SMS").count() == 1


def test_a_change_that_fails_is_neither_saved_nor_announced(client, engineer, monkeypatch):
    component = make.component(name="SMS")

    def refuse(**kwargs):
        raise RuntimeError("a receiver broke")

    signals.catalogue_changed.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            client.post(change(component), FACTS | {"name": "Texts"})
    finally:
        signals.catalogue_changed.disconnect(refuse)

    component.refresh_from_db()
    assert component.name == "SMS"


@pytest.mark.parametrize("admin", site._registry.values(), ids=lambda admin: admin.opts.label_lower)
def test_a_history_is_read_and_never_written(client, admin):
    client.force_login(make.superuser())
    address = reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_history", args=["1"])
    assert [client.post(address).status_code, client.put(address).status_code] == [405, 405]


def test_history_names_who_and_what(client, engineer):
    component = make.component(name="SMS")
    client.post(change(component), FACTS | {"name": "Texts"})

    page = client.get(reverse("admin:incidents_component_history", args=[component.pk])).content.decode()

    assert str(engineer) in page
    assert "Texts" in page


# Who may


@pytest.mark.parametrize("group", ["Viewers", "Support", "Managers", "Security"])
def test_who_may_only_read_changes_nothing(client, group):
    client.force_login(make.in_group(group))
    component, severity = make.component(name="Voice"), make.severity("major")

    assert client.get(LIST).status_code == 200
    assert client.post(change(component), FACTS).status_code == 403
    assert client.post(f"{LIST}add/", FACTS).status_code == 403
    assert client.post(reverse("admin:incidents_component_delete", args=[component.pk]), {"post": 1}).status_code == 403
    assert client.post(reverse("admin:incidents_severity_change", args=[severity.pk]), {}).status_code == 403
    component.refresh_from_db()
    assert component.name == "Voice"


# Locations and policy


def test_a_location_has_a_zone_that_exists(client, engineer, announced):
    facts = {"name": "Frankfurt", "time_zone": "Europe/Frankfurt", "position": "0"}

    refused = client.post("/admin/incidents/location/add/", facts)
    taken = client.post("/admin/incidents/location/add/", facts | {"time_zone": "Europe/Berlin"})

    assert "is not a time zone" in errors(refused)["time_zone"][0]
    assert taken.status_code == 302
    assert announced == [(Location, None)]


def test_severities_are_three_and_only_their_meaning_changes(client):
    client.force_login(make.in_group("Engineering Leads"))
    minor = make.severity("minor")
    facts = {
        "meaning": "Hardly anybody notices.",
        "first_notice_minutes": "20",
        "update_minutes": "60",
        "suspicion_minutes": "10",
        "escalation_minutes": "15",
        "healthy_minutes": "0",
        "gate": "none",
    }

    assert client.get("/admin/incidents/severity/add/").status_code == 403
    assert client.post(f"/admin/incidents/severity/{minor.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/incidents/severity/{minor.pk}/change/", facts).status_code == 302

    minor.refresh_from_db()
    assert (minor.meaning, minor.first_notice_minutes, minor.healthy_minutes) == ("Hardly anybody notices.", 20, 0)
    assert Severity.objects.count() == 3
    assert minor.history.count() == 2


def test_a_changed_limit_leaves_running_clocks_alone(client):
    client.force_login(make.in_group("Engineering Leads"))
    incident, minor = make.confirmed(), make.severity("minor")
    minor.first_notice_minutes = 60
    minor.save()

    incident.refresh_from_db()
    assert incident.first_notice_limit == 15


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "share", "unit": "", "threshold_percent": "25"}, "unit"),
        ({"kind": "share", "unit": "merchants", "threshold_percent": ""}, "threshold_percent"),
        ({"kind": "share", "unit": "merchants", "threshold_percent": "100"}, "threshold_percent"),
        ({"kind": "share", "unit": "merchants", "threshold_percent": "0"}, "threshold_percent"),
        ({"kind": "fact", "unit": "", "threshold_percent": "25"}, "threshold_percent"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_beside_the_field(client, facts, field):
    client.force_login(make.in_group("Engineering Leads"))
    before = DeclareRule.objects.count()

    response = client.post("/admin/incidents/declarerule/add/", {"label": "New", "position": "1"} | facts)

    assert list(errors(response)) == [field]
    assert DeclareRule.objects.count() == before


def test_a_rule_that_was_used_is_switched_off_and_not_deleted(client):
    client.force_login(make.in_group("Engineering Leads"))
    rule = make.rule("flow")
    make.confirmed(rule=rule)

    page = client.get(f"/admin/incidents/declarerule/{rule.pk}/delete/").content.decode()

    assert "Switch it off instead" in page


# Pins


def pin_facts(component, **facts):
    return {"component": component.pk, "level": "2", "ends_in": "4", "reason": "The supplier says so"} | facts


def test_a_pin_is_made_by_its_action_for_hours(client):
    person = make.in_group("Support")
    client.force_login(person)
    component = make.component(name="SMS")

    response = client.post("/admin/incidents/pin/add/", pin_facts(component), follow=True)

    [pin] = Pin.objects.all()
    assert (pin.component, pin.location, pin.level, pin.by) == (component, None, Level.PARTIAL, person)
    assert timedelta(hours=3, minutes=59) < pin.ends_at - timezone.now() <= timedelta(hours=4)
    assert "SMS is pinned until" in response.content.decode()


def test_a_pin_that_is_no_worse_is_refused_beside_its_field(client):
    client.force_login(make.in_group("Support"))
    component = make.component()
    make.told(severity="critical", affects=[component])

    response = client.post("/admin/incidents/pin/add/", pin_facts(component))

    assert "only make it worse" in response.context["form"].errors["level"][0]
    assert "The supplier says so" in response.content.decode()
    assert not Pin.objects.exists()


def test_a_pin_is_ended_and_stays_on_the_list(client):
    client.force_login(make.in_group("Support"))
    ends_at = timezone.now() + timedelta(hours=1)
    pin = actions.pin(make.component(), level=Level.MAJOR, reason="Seen", ends_at=ends_at, by=None)
    end = reverse("admin:incidents_pin_end", args=[pin.pk])

    assert client.get(end).status_code == 200  # asks once
    client.post(end)

    assert not Pin.objects.running().exists()
    assert "ended" in client.get("/admin/incidents/pin/?state=ended").content.decode()
    assert client.get("/admin/incidents/pin/?state=running").context["cl"].result_count == 0


@pytest.mark.parametrize("group", ["Viewers", "Engineering", "Managers", "Security"])
def test_only_who_may_publish_pins(client, group):
    client.force_login(make.in_group(group))
    ends_at = timezone.now() + timedelta(hours=1)
    pin = actions.pin(make.component(), level=Level.MAJOR, reason="Seen", ends_at=ends_at, by=None)

    assert client.get("/admin/incidents/pin/").status_code == 200
    assert client.post("/admin/incidents/pin/add/", pin_facts(make.component())).status_code == 403
    assert client.post(reverse("admin:incidents_pin_end", args=[pin.pk])).status_code == 403
    assert Pin.objects.running().count() == 1


# The tree as such


def test_places_and_below():
    messaging, sms, receipts, whatsapp, voice = grow()

    places = tree.Tree().places()

    assert [(pk, place.depth) for pk, place in places.items()] == [
        (messaging.pk, 0),
        (sms.pk, 1),
        (receipts.pk, 2),
        (whatsapp.pk, 1),
        (voice.pk, 0),
    ]
    children = tree.children()
    assert tree.below({messaging.pk: True, sms.pk: False}, children) == {messaging.pk, whatsapp.pk}
    assert tree.below({messaging.pk: True, sms.pk: False, receipts.pk: True}, children) == {
        messaging.pk,
        whatsapp.pk,
        receipts.pk,
    }


LISTS = ["incidents_team", "incidents_location", "incidents_component", "incidents_incident", "incidents_pin"]


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_to_do_first(client, name):
    client.force_login(make.superuser())
    address = reverse(f"admin:{name}_changelist")

    empty = client.get(address).content.decode()
    searched = client.get(address, {"q": "zzz"}).content.decode()

    title = str(client.get(address).context["cl"].model_admin.nothing_yet[0])
    assert title in empty
    assert "yielded" not in empty
    assert title not in searched
    assert "Nothing fits" in searched
    assert "Show all" in searched


def test_no_open_incident_is_good_news(client):
    make.resolved()
    client.force_login(make.in_group("Viewers"))
    html = client.get(reverse("admin:incidents_incident_changelist"), {"open": "1"}).content.decode()
    assert "No incident is open" in html
    assert "Nothing fits" not in html


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("team", ["name", "description"]),
        ("location", ["name", "time_zone", "position", "external_ids"]),
        ("component", ["name", "kind", "parent", "description", "team", "position", "introduced_on", "public_id"]),
    ],
)
def test_each_field_of_the_catalogue_has_guidance_and_an_example(client, name, fields):
    client.force_login(make.superuser())
    form = client.get(reverse(f"admin:incidents_{name}_add")).context["adminform"].form
    assert [field for field in fields if "xample" not in str(form.fields[field].help_text)] == []
