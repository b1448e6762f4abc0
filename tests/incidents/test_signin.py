"""The door: who comes in, how wrong passwords are slowed down, and what policy guards each page."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from tests import factories as make

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
# logout leads to home, which asks who it is
PUBLIC_DOORS = (
    "/admin/login/", "/admin/invitation/", "/admin/forgot-password/", "/admin/logout/",
    "/admin/action-items/calendar/1.ics",  # for calendar programs: its address is the key
)  # fmt: skip


def sign_in(client, name, password, **extra):
    return client.post(f"{LOGIN}?next=/admin/", {"username": name, "password": password, "next": "/admin/"}, **extra)


def test_the_right_password_leads_home(client):
    person = make.user(password=make.PASSWORD)

    response = sign_in(client, person.username, make.PASSWORD)

    assert response.status_code == 302
    assert response["Location"] == "/admin/"


def test_a_wrong_password_is_said_plainly_and_the_name_survives(client):
    person = make.user(password=make.PASSWORD)

    response = sign_in(client, person.username, "wrong")

    assert response.status_code == 200
    assert "do not fit together" in response.content.decode()
    assert f'value="{person.username}"' in response.content.decode()


@pytest.mark.parametrize("exists", [True, False])
def test_five_wrong_passwords_bring_a_pause_whether_or_not_the_name_exists(client, exists):
    name = make.user(password=make.PASSWORD).username if exists else "no.such.person"

    answers = [sign_in(client, name, "wrong") for _number in range(5)]
    locked = sign_in(client, name, make.PASSWORD)

    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    assert [answers[4].status_code, locked.status_code] == [429, 429]
    assert "Wait 15 minutes" in locked.content.decode()
    assert name not in locked.content.decode()
    assert locked["Retry-After"] == "900"


def test_the_pause_ends_by_itself_even_if_somebody_goes_on_knocking(client):
    person = make.user(password=make.PASSWORD)
    start = timezone.now()
    for minutes in (0, 0, 0, 0, 0, 5, 14):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert sign_in(client, person.username, "wrong").status_code in (200, 429)

    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        assert sign_in(client, person.username, make.PASSWORD).status_code == 302


def test_a_pause_for_one_person_is_none_for_another(client):
    locked, free = make.user(password=make.PASSWORD), make.user(password=make.PASSWORD)
    for _number in range(5):
        sign_in(client, locked.username, "wrong")

    assert sign_in(client, free.username, make.PASSWORD).status_code == 302


def test_a_name_is_one_however_it_is_spelled(client):
    person = make.user(username="vera.holm@example.com", password=make.PASSWORD)
    for name in ("vera.holm@example.com", "Vera.Holm@example.COM"):
        assert sign_in(client, name, make.PASSWORD).status_code == 302
        assert client.get("/admin/").context["user"] == person
        client.logout()


def test_wrong_passwords_are_counted_for_the_name_however_it_is_spelled(client):
    person = make.user(username="vera.holm@example.com", password=make.PASSWORD)
    names = ["vera.holm@example.com", "Vera.holm@example.com", "VERA.HOLM@EXAMPLE.COM", "vera.Holm@example.com"]
    for name in [*names, names[0]]:
        last = sign_in(client, name, "wrong")
    assert last.status_code == 429
    assert [row.username for row in AccessAttempt.objects.all()] == ["vera.holm@example.com"]
    assert sign_in(client, "Vera.holm@example.com", make.PASSWORD).status_code == 429
    assert not client.session.get("_auth_user_id"), person


def test_who_comes_in_begins_to_be_counted_anew(client):
    person = make.user(username="vera.holm@example.com", password=make.PASSWORD)
    for name in ("Vera.Holm@example.com", person.username):
        for _number in range(4):
            sign_in(client, name, "wrong")
        assert sign_in(client, name, make.PASSWORD).status_code == 302


def test_no_two_people_sign_in_by_one_name():
    make.user(username="vera", email="vera@example.com")
    for fields in ({"username": "Vera"}, {"email": "Vera@example.com"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.user(**fields)


@pytest.mark.parametrize(
    ("came_from", "is_said"),
    [
        ("http://testserver/admin/incidents/incident/report/", True),
        ("http://testserver/admin/login/", False),
        ("http://elsewhere.example/admin/incidents/incident/report/", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_whose_session_ended_reads_that_what_they_wrote_is_kept(client, came_from, is_said):
    headers = {"Referer": came_from} if came_from else {}
    answer = client.get("/admin/login/?next=/admin/incidents/incident/report/", headers=headers)
    assert ("What you wrote is kept in this browser" in answer.content.decode()) is is_said


def test_who_is_deactivated_stays_out(client):
    person = make.user(password=make.PASSWORD, is_active=False)

    assert sign_in(client, person.username, make.PASSWORD).status_code == 200
    client.force_login(make.user())
    assert client.get("/admin/").status_code == 200


def test_an_anonymous_reader_is_sent_to_the_door_from_every_admin_address(client):
    walked = [path for path in admin_addresses() if not path.startswith(PUBLIC_DOORS)]

    assert len(walked) > 60
    for path in walked:
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith(f"{LOGIN}?next="), path


def admin_addresses():
    """One address for each pattern below ``/admin/``, with 1 for every argument."""

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from walk(pattern.url_patterns, route)

    for route in walk(get_resolver().url_patterns, ""):
        if route.startswith("admin/") and "(?P<url>" not in route:
            yield "/" + example(route)


def example(route):
    """``<path:object_id>/history/`` and ``^([^/]+)/history/`` with something in each hole."""
    found, depth = "", 0
    for character in route.replace("(?P<app_label>incidents|statuspage|auth)", "incidents").replace("\\Z", ""):
        if character in "<(":
            depth += 1
            found += "1" if depth == 1 else ""
        elif character in ">)":
            depth -= 1
        elif depth == 0 and character not in "^$":
            found += character
    return found


def test_the_staff_side_alone_gets_the_looser_policy(client):
    client.force_login(make.in_group("Viewers"))

    staff = client.get("/admin/")["Content-Security-Policy"]
    elsewhere = client.get("/no-such-page/")["Content-Security-Policy"]

    assert "'unsafe-eval'" in staff
    assert "script-src 'self' 'unsafe-inline'" not in staff
    assert "unsafe" not in elsewhere
    for policy in (staff, elsewhere):
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy


def test_command_search_is_off(client):
    client.force_login(make.superuser())
    make.told(title="Findable")

    response = client.get("/admin/search/?s=find&extended=1")

    assert response.status_code == 404


def test_nothing_here_and_not_for_you_come_in_our_dress(client):
    client.force_login(make.in_group("Viewers"))

    assert "There is nothing at this address" in client.get("/admin/no/such/page/").content.decode()
    refused = client.get(reverse("admin:incidents_component_add"))
    assert refused.status_code == 403
    assert "You may not do this" in refused.content.decode()


def test_the_sidebar_offers_only_what_one_may_see(client):
    def icons(person):
        client.force_login(person)
        groups = client.get("/admin/").context["sidebar_navigation"]
        return [item["icon"] for group in groups for item in group["items"]]

    nobody, viewer, root = icons(make.user()), icons(make.in_group("Viewers")), icons(make.superuser())

    assert nobody == ["home"]
    assert "add_alert" in viewer  # 1-06: everyone reports
    assert "group" not in viewer
    assert {"add_alert", "group", "badge", "account_tree"} <= set(root)
    assert set(viewer) < set(root)


def test_every_link_of_the_sidebar_opens(client):
    client.force_login(make.superuser())
    groups = client.get("/admin/").context["sidebar_navigation"]

    for item in [item for group in groups for item in group["items"]]:
        assert client.get(item["link"]).status_code == 200, item["link"]


def test_our_site_is_the_default_one():
    assert type(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site).__name__ == "StaffSite"


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(client, settings):
    settings.TRUST_PROXY = True
    sign_in(client, "nobody", "wrong", HTTP_X_FORWARDED_FOR="10.9.9.9, 192.0.2.7")

    assert AccessAttempt.objects.get().ip_address == "192.0.2.7"


@pytest.mark.parametrize(
    "addresses",
    [
        [f"192.0.2.7:{port}" for port in range(50_001, 50_006)],
        [f"[2001:db8:1:2::{n}]:{50_000 + n}" for n in range(1, 6)],
        ["192.0.2.7", "192.0.2.7:9", "::ffff:192.0.2.7", "[::ffff:192.0.2.7]:99", "9.9.9.9, 192.0.2.7 "],
        ["unknown", "", "what, ever", "999.1.1.1", "_hidden:80"],
    ],
)
def test_five_wrong_passwords_are_five_however_the_proxy_writes_the_address(client, settings, addresses):
    settings.TRUST_PROXY = True
    name = make.user(password=make.PASSWORD).username
    answers = [sign_in(client, name, "wrong", HTTP_X_FORWARDED_FOR=address) for address in addresses]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert sign_in(client, name, make.PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 302


def inputs(response):
    """The attributes of the two fields, by name."""
    return {field.name: field.field.widget.attrs for field in response.context["form"]}


def test_after_a_wrong_password_it_is_the_password_that_is_typed_again(client):
    person = make.user(password=make.PASSWORD)

    fresh, refused = inputs(client.get(LOGIN)), inputs(sign_in(client, person.username, "wrong"))
    html = sign_in(client, person.username, "wrong").content.decode()

    assert ("autofocus" in fresh["username"], "autofocus" in fresh["password"]) == (True, False)
    assert ("autofocus" in refused["username"], "autofocus" in refused["password"]) == (False, True)
    assert refused["password"]["aria-describedby"] == "signin-error"
    assert 'role="alert" id="signin-error"' in html
    assert html.index('id="id_username_hint"') < html.index('name="username"')


def lit(response):
    """What the sidebar lights."""
    groups = response.context["sidebar_navigation"]
    return [item["title"] for group in groups for item in group["items"] if item["active"]]


def test_the_sidebar_lights_the_list_that_an_incident_stands_in(client):
    client.force_login(make.superuser())
    working, over = make.told(), make.resolved()

    def light(incident, act="change"):
        return lit(client.get(reverse(f"admin:incidents_incident_{act}", args=[incident.public_id])))

    assert light(working) == light(working, "stage") == ["Open incidents"]
    assert light(over) == light(over, "facts") == ["All incidents"]


def test_the_time_zone_of_ones_own_is_proposed_while_one_types(client):
    client.force_login(make.in_group("Viewers"))
    html = client.get(reverse("admin:preferences")).content.decode()
    assert 'list="time-zones"' in html
    assert '<datalist id="time-zones">' in html
