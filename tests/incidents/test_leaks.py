"""Restricted incidents leak nowhere: every address, as every kind of person (DESIGN section 3).

The addresses are not listed here: they are read from the resolver, so that a new screen is tried as soon as it exists.
"""

import re

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver, reverse
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Level, Status
from incidents.groups import ready
from incidents.models import Incident
from incidents.veiled import veil
from statuspage.publishing import publisher
from tests import factories as make, tokens
from tests.walks.walking import draw

pytestmark = pytest.mark.django_db

WORD = "Zanzibar"  # what one may search for
SECRETS = ["keys of Acme", "Quokka summary", "Wombat note", "Numbat update", "Dingo rule"]
OUTSIDERS = ["superuser", "nobody", *(group for group in ready() if group != "Security")]
QUERIES = ["", f"?q={WORD}", "?_facets=True", "?status=identified&audience=restricted", "?e=1", "?all="]


def person(kind):
    if kind == "superuser":
        return make.superuser()
    return make.user() if kind == "nobody" else make.in_group(kind)


@pytest.fixture
def page():
    return make.page(make.component(name="Channels"), is_default=True)


def restricted_on(page):
    """An incident that was public for a while, with all that may hold a secret, and that is restricted now."""
    member = make.in_group("Reliability", first_name="Mia", last_name="Member")
    sms = make.component(name="SMS", parent=page.components.get())
    incident = make.suspicion(title=f"{WORD}: keys of Acme in a log", summary="Quokka summary", by=member)
    actions.confirm(
        incident, rule=make.rule("flow"), severity=make.severity("major"), note="Dingo rule", owner=member, by=None
    )
    actions.set_impacts(incident, [make.affected(sms, level=Level.MAJOR)], by=None)
    make.update(incident, status=Status.IDENTIFIED, body="Numbat update")
    make.put_on(page, incident)
    actions.add_note(incident, text="Wombat note", by=member)
    actions.change_facts(incident, customer_impact="Wombat note", by=None)
    return actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Keys of Acme", by=None)


@pytest.fixture
def incident(page):
    return restricted_on(page)


def log(user, incident):
    """The admin's own record of what somebody did, from when it was open to all."""
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Incident),
        object_id=str(incident.pk),
        object_repr=incident.title,
        action_flag=CHANGE,
        change_message="",
    )


def patterns(found=None, prefix=""):
    for pattern in get_resolver().url_patterns if found is None else found:
        here = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern.url_patterns, here)
        else:
            yield here


def addresses(incident, page):
    """Every address that exists, filled with whatever belongs to the incident."""
    update, impact = incident.updates.first(), incident.impacts.first()
    of_model = {
        "incidents/incident/": [incident.public_id],
        "incidents/user/": [str(incident.owner_id)],
        "incidents/component/": [str(impact.component_id)],
        "incidents/severity/": [str(incident.severity_id)],
        "incidents/declarerule/": [str(incident.rule_id)],
        "statuspage/page/": [str(page.pk)],
        "updates/": [update.public_id],
        "incidents/<": [incident.public_id],
        "composer/": [incident.public_id],
        "new-incident/": [page.public_id],
    }
    histories = [str(row.pk) for row in incident.history.all()[:2]]
    for pattern in patterns():
        plain = re.sub(r"[\^$]|\(\?P<url>\.\*\)", "", pattern)
        plain = re.sub(r"\(\?P<app_label>[^)]+\)", "incidents", plain)
        values = next((ids for start, ids in of_model.items() if f"admin/{start}" in plain), ["1"])
        for value in values:
            path = re.sub(r"<[^>]+>|\(\[\^/\]\+\)", value, plain, count=1)
            for rest in histories if "([^/]+)" in path else [veil(impact.pk) if "<veiled:" in path else str(impact.pk)]:
                yield "/" + re.sub(r"<[^>]+>|\(\[\^/\]\+\)", rest, path)


def assert_silent(response, incident, address):
    body = response.getvalue().decode(errors="replace") + str(response.headers)
    for secret in SECRETS:
        assert secret not in body, f"{address} says “{secret}”"
    if incident.public_id not in address:
        assert incident.public_id not in body, f"{address} names {incident.public_id}"


def test_the_walk_knows_the_screens(incident, page):
    walked = set(addresses(incident, page))
    assert reverse("admin:index") in walked
    assert reverse("admin:incidents_incident_change", args=[incident.public_id]) in walked
    assert reverse("admin:incidents_incident_history", args=[incident.public_id]) in walked
    assert reverse("admin:incidents_user_delete", args=[incident.owner_id]) in walked
    assert len(walked) > 80


@pytest.mark.parametrize("kind", ["member", "Security"])
def test_those_who_may_see_it_do(client, incident, kind):
    """Else the tests below would prove nothing."""
    client.force_login(incident.owner if kind == "member" else person(kind))
    workspace = client.get(reverse("admin:incidents_incident_change", args=[incident.public_id])).content.decode()
    for secret in SECRETS:
        assert secret in workspace
    changelist = client.get(reverse("admin:incidents_incident_changelist"), {"q": WORD})
    assert "keys of Acme" in changelist.content.decode()
    assert "keys of Acme" in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_no_address_tells_an_outsider(client, incident, page, kind):
    outsider = person(kind)
    log(outsider, incident)
    client.force_login(outsider)
    for address in draw(addresses(incident, page), 0.2, salt=kind):
        response = client.get(address)
        assert response.status_code < 500, address
        assert_silent(response, incident, address)
        if "/incidents/incident/" in address and incident.public_id in address:
            assert response.status_code in (302, 403, 404, 405), address


@pytest.mark.parametrize("kind", ["superuser", "Engineering Leads"])
def test_no_form_posted_by_an_outsider_tells_or_changes_anything(client, incident, page, kind):
    outsider = person(kind)
    client.force_login(outsider)
    entries = incident.timeline.count()
    for address in draw(addresses(incident, page), 0.3, salt=kind):
        if address.endswith("logout/"):
            continue
        response = client.post(address, {"text": "So", "reason": "So", "version": incident.version, "post": "yes"})
        assert response.status_code < 500, address
        assert_silent(response, incident, address)
    now = Incident.objects.get(pk=incident.pk)
    assert (now.version, now.timeline.count(), now.owner_id) == (incident.version, entries, incident.owner_id)


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_lists_counts_search_and_filters_show_nothing(client, incident, kind):
    client.force_login(person(kind))
    for query in QUERIES:
        response = client.get(reverse("admin:incidents_incident_changelist") + query)
        assert_silent(response, incident, query)
        if response.status_code == 200 and response.context and "cl" in response.context:
            changelist = response.context["cl"]
            assert (changelist.result_count, changelist.full_result_count or 0) == (0, 0), query


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_autocomplete_finds_nothing(client, incident, kind):
    client.force_login(person(kind))
    for app, model, field in [
        ("incidents", "incident", "owner"), ("incidents", "impact", "incident"),
        ("incidents", "incidentupdate", "incident"),
        ("statuspage", "pageincident", "incident"), ("incidents", "member", "incident"),
    ]:  # fmt: skip
        asked = {"term": WORD, "app_label": app, "model_name": model, "field_name": field}
        assert_silent(client.get(reverse("admin:autocomplete"), asked), incident, str(asked))


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_the_world_looks_the_same_with_and_without(client, page, kind):
    """Not even a number, a colour or an empty row betrays that there is something."""
    client.force_login(person(kind))
    make.told(page=page, affects=[page.components.get()], title="Calls dropped")
    make.suspicion(title="Mail slow")
    screens = [
        reverse("admin:index"),
        *[reverse("admin:incidents_incident_changelist") + query for query in QUERIES],
        reverse("admin:incidents_component_changelist") + "?q=Channels",
        reverse("admin:incidents_component_change", args=[page.components.get().pk]),
        reverse("admin:statuspage_page_change", args=[page.pk]),
    ]

    drawn = draw(screens, 0.4, salt=kind)

    def look():
        found = {}
        for screen in drawn:
            body = client.get(screen).content.decode(errors="replace")
            found[screen] = tokens.without(body)
        return found

    with time_machine.travel(timezone.now(), tick=False):
        make.component(name="SMS", parent=page.components.get())  # so that only the incident differs
        without = look()
        page.components.get().children.all().delete()
        restricted_on(page)
        assert look() == without


def test_nothing_is_published(incident, page, settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    publisher.want([page])
    assert publisher.publish(page.pk)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix not in (".gz", ".br", ".woff2")]
    assert len(files) > 10
    for path in files:
        told = f"{path} {path.read_text(errors='replace')}"
        for secret in [*SECRETS, incident.public_id, incident.updates.get().public_id]:
            assert secret not in told, path


def test_what_was_published_before_is_purged(page, settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    incident = make.told(page=page, affects=[page.components.get()], title="keys of Acme")
    publisher.want([page], subject=("incident", incident.pk))
    publisher.publish(page.pk)
    assert any(incident.public_id in str(path) for path in tmp_path.rglob("*"))

    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Security", by=None)
    publisher.publish(page.pk)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert incident.public_id not in str(path)
            assert "keys of Acme" not in path.read_text(errors="replace")


# Anonymous

OPEN_DOORS = {"/admin/login/", "/admin/jsi18n/"}


def test_anonymous_meets_the_sign_in_at_every_address(client, incident, page):
    for address in addresses(incident, page):
        for method in (client.get, client.post):
            response = method(address)
            if "/invitation/1/" in address or address in OPEN_DOORS:
                assert response.status_code in (200, 302, 404), address
            elif address.startswith("/admin/forgot-password/") or not address.startswith("/admin/"):
                assert response.status_code in (200, 302, 303, 400, 404, 405, 422), address
            else:
                assert response.status_code in (302, 403, 404, 405), address
                if response.status_code == 302:
                    assert response.url.startswith("/admin/"), address
            assert_silent(response, incident, address)
    assert Incident.objects.get().version == incident.version
