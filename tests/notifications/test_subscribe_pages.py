"""The public forms: one field for the common case, the same answer to everybody, nothing remembered of the reader."""

from io import BytesIO
from urllib.parse import urljoin

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from incidents.choices import Audience, Status
from notifications import asked
from notifications.audience import interests
from notifications.choices import DeliveryState, Event, Kind, Transport
from notifications.forms.subscribe import TRAP
from notifications.models import Delivery, Subscriber, SubscribeRequest, Subscription
from statuspage import documents, page_addresses
from statuspage.models import PageComponent
from statuspage.serving import PublishedTree
from statuspage.snapshot.load import load
from statuspage.stores.directory import DirectoryStore
from tests import factories as make
from tests.incidents.browser import Forms, form
from tests.notifications.asking import MAIL, confirm_path, page, subscribe, subscriber, told

pytestmark = pytest.mark.django_db


def test_an_address_and_a_button_are_enough(client):
    at = page()
    shown = client.get("/subscribe/")
    answer = subscribe(client, **{"at": "/subscribe/"} | form(shown, "./") | {"address": MAIL})

    assert answer.status_code == 200
    assert b"Look into your mailbox" in answer.content
    row = Subscription.objects.get()
    assert (row.page, row.component, row.kind, row.min_severity, row.confirmed_at) == (at, None, "everything", 1, None)


def test_the_news_that_there_is_is_offered(client, monkeypatch):
    page()
    shown = client.get("/subscribe/").content
    for kind in (b"incident", b"maintenance", b"postmortem"):
        assert b'name="kind" value="%s"' % kind in shown
    monkeypatch.setattr(interests, "OFFERED", (Kind.INCIDENT,))
    assert b'name="kind"' not in client.get("/subscribe/").content  # no choice of one


def test_a_scanner_that_follows_the_link_confirms_nothing(client):
    page()
    subscribe(client)
    path = confirm_path()

    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert Subscriber.objects.active().count() == 0
    answer = client.post(path, form(client.get(path), "./"))
    assert b"hears about this from now on" in answer.content
    assert Subscriber.objects.active().count() == 1
    assert b"Confirmed already" in client.post(path).content
    assert b"Confirmed already" in client.get(path).content


@pytest.mark.parametrize("is_known", [True, False])
def test_what_happens_without_a_confirmation(client, is_known):
    at = page()
    if is_known:
        subscriber(at)
    part = make.component()
    PageComponent.objects.create(page=at, component=part)
    subscribe(client, component=part.public_id)
    shown = client.get(confirm_path()).content

    assert (b"Without a confirmation nothing changes." in shown) == is_known
    assert (b"the address is deleted" in shown) != is_known


def test_a_program_confirms_with_an_empty_post(client):
    page()
    subscribe(client, "https://hooks.example.com/a?b=c", by="webhook")
    assert told()[0].content["scope"] == ["Everything on Plain Post"]
    client.post(confirm_path())

    row = Subscriber.objects.active().get()
    assert (row.transport, row.address, row.secret[:6]) == ("webhook", "https://hooks.example.com/a?b=c", "whsec_")


@pytest.mark.parametrize("known", ["new", "confirmed", "waiting", "quarantined", "paused", "trapped", "too soon"])
def test_the_answer_is_the_same_whoever_asks(client, known):
    at = page()
    if known in ("confirmed", "quarantined", "paused"):
        moments = {"quarantined": "quarantined_at", "paused": "paused_at"}
        subscriber(at, **{moments[known]: timezone.now()} if known in moments else {})
    if known in ("waiting", "too soon"):
        subscribe(client, remote="203.0.113.9")
    extra = {"reason": "buy"} if known == "trapped" else {}
    answer = subscribe(client, **extra)

    expected = (
        subscribe(client, remote="203.0.113.10", reason="a program")
        if known != "trapped"
        else subscribe(client, remote="203.0.113.10")
    )
    for each in (answer, expected):
        del each["X-Request-ID"], each["X-Correlation-ID"]  # of each request its own
    assert (answer.status_code, answer.content, dict(answer.headers)) == (200, expected.content, dict(expected.headers))


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://[fd00::1]/", "https://hooks.intranet/x"])
def test_a_stranger_learns_nothing_of_how_the_server_is_set_up(client, url):
    page()
    answer = subscribe(client, url, by="webhook")

    assert answer.status_code == 422
    assert b"This address cannot be reached from outside. Give one that can." in answer.content
    assert b"DELIVERY" not in answer.content


@pytest.mark.parametrize(("networks", "status"), [([], 422), (["10.1.0.0/16"], 200)])
def test_plain_http_is_for_own_networks_only(client, settings, networks, status):
    settings.DELIVERY_ALLOWED_NETWORKS = networks
    page()
    answer = subscribe(client, "http://hooks.example.com/a", by="webhook")

    assert (answer.status_code, Subscriber.objects.count()) == (status, int(status == 200))
    assert (b"begins with https://" in answer.content) == (status == 422)


@pytest.mark.parametrize("known", [True, False])
def test_the_answer_about_a_lost_link_is_the_same(client, known):
    at = page()
    if known:
        subscriber(at)
    answer = client.post("/subscriptions/", {"address": MAIL})

    assert answer.status_code == 200
    assert b"If ops@example.com gets messages from here" in answer.content
    assert told() == []  # nothing of it in the time of the answer
    asked.answer()
    assert [row.event for row in told()] == ([Event.SUBSCRIBER_MANAGE] if known else [])


@pytest.mark.parametrize("url", ["http://[", "https://[::1", "x://y@[z", "https://ex\u2100mple.com/"])
def test_what_is_no_url_is_refused_at_its_field(client, url):
    page()
    assert client.post("/subscriptions/", {"address": url}).status_code == 422
    assert subscribe(client, url, by="webhook").status_code == 422
    assert subscribe(client, url, by="webhook", reason="a program").status_code == 200


def test_whoever_never_confirmed_is_asked_again_for_a_lost_link(client):
    page()
    subscribe(client)
    from_now = told()[0].pk
    SubscribeRequest.objects.all().delete()
    Delivery.objects.update(state=DeliveryState.SENT)
    client.post("/subscriptions/", {"address": MAIL})
    asked.answer()
    assert [row.event for row in told() if row.pk > from_now] == [Event.SUBSCRIBER_CONFIRM]


def test_the_trap_does_nothing(client):
    page()
    subscribe(client, reason="Cheap watches")
    client.post("/subscriptions/", {"address": MAIL, "reason": "x"})
    asked.answer()

    assert (Subscriber.objects.count(), len(told())) == (0, 0)


def test_a_flood_is_told_to_wait_and_keeps_what_was_typed(client):
    page()
    for n in range(10):
        assert subscribe(client, f"a{n}@example.com").status_code == 200
    answer = subscribe(client, "b@example.com")

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert b'value="b@example.com"' in answer.content
    assert not Subscriber.objects.filter(address="b@example.com").exists()
    assert subscribe(client, "b@example.com", remote="203.0.113.1").status_code == 200


def test_behind_a_proxy_the_reader_is_counted_and_not_the_proxy(client, settings):
    settings.TRUST_PROXY = True
    page()
    for n in range(12):
        headers = {"HTTP_X_FORWARDED_FOR": f"10.0.0.1, 198.51.100.{n}"}
        answer = client.post("/subscribe/", {"address": f"a{n}@example.com"}, REMOTE_ADDR="127.0.0.1", **headers)
        assert answer.status_code == 200


def test_a_choice_of_parts_places_news_and_severity(client):
    top, place = make.component(name="Channels"), make.location(name="Frankfurt")
    sms, voice = make.component(name="SMS", parent=top), make.component(name="Voice")
    page(top, voice)
    ids = [top.public_id, sms.public_id, voice.public_id]
    choice = {"component": ids, "location": place.public_id, "kind": Kind.INCIDENT, "min_severity": "2"}
    subscribe(client, **choice)

    rows = Subscription.objects.order_by("component__name")
    assert [(r.component, r.location, r.kind, r.min_severity) for r in rows] == [
        (top, place, "incident", 2), (voice, place, "incident", 2),
    ]  # fmt: skip
    assert told()[0].content["scope"] == [
        "Channels in Frankfurt, incidents only, major and critical only, on Plain Post",
        "Voice in Frankfurt, incidents only, major and critical only, on Plain Post",
    ]


def test_a_part_that_the_page_does_not_show_cannot_be_chosen(client):
    shown, hidden = make.component(), make.component(name="Secret project")
    at = page(shown)
    PageComponent.objects.create(page=at, component=hidden, is_shown=False)

    assert b"Secret project" not in client.get("/subscribe/").content
    answer = subscribe(client, component=hidden.public_id)
    assert answer.status_code == 422
    assert b"no longer on the page" in answer.content
    assert Subscriber.objects.count() == 0


def test_from_a_components_page_the_component_is_chosen(client):
    shown = make.component()
    page(shown)
    answer = client.get(f"/subscribe/?component={shown.public_id}")

    assert form(answer, "./")["component"] == [shown.public_id]


def test_too_many_rows_are_refused_in_words(client):
    parts, places = [make.component() for _n in range(21)], [make.location() for _n in range(10)]
    page(*parts)
    ids = [part.public_id for part in parts]
    answer = subscribe(client, component=ids, location=[place.public_id for place in places])

    assert answer.status_code == 422
    assert b"Choose a group instead" in answer.content


@pytest.mark.parametrize(
    ("by", "address", "ok"),
    [
        ("email", "ops@example.com", True),
        ("email", "ops@example", False),
        ("email", "ops@example.com\r\nBcc: all@example.com", False),
        ("email", '"quoted"@example.com', False),
        ("email", "ops@bücher.example", True),
        ("email", "", False),
        ("email", "a" * 250 + "@example.com", False),
        ("slack", "https://hooks.slack.com/services/T/B/x", True),
        ("slack", "https://hooks.slack.com/triggers/T/1/x", False),
        ("slack", "https://hooks.slack.com/workflows/T/A/1/x", False),
        ("slack", "https://hooks.slack.com.evil.example/services/T/B/x", False),
        ("slack", "https://example.com/", False),
        ("discord", "https://discord.com/api/webhooks/1/x", True),
        ("discord", "https://notdiscord.com/api/webhooks/1/x", False),
        ("discord", "https://ptb.discord.com/api/v10/webhooks/1/x?thread_id=2", True),
        ("discord", "https://discord.com/channels/1/2", False),
        ("discord", "https://discord.com/api/webhooks/1/x/slack", False),
        ("teams", "https://prod-1.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=y", True),
        ("teams", "https://a.b.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x/"
                  "triggers/manual/paths/invoke?api-version=1&sig=y", True),
        ("teams", "https://larkwire.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d", True),
        ("teams", "https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y", False),
        ("teams", "https://prod-1.usgovtexas.logic.azure.us/workflows/x/triggers/manual/paths/invoke?sig=y", False),
        ("teams", "https://logic.azure.com.evil.example/", False),
        ("webhook", "https://hooks.example.com/status", True),
        ("webhook", "https://127.0.0.1/", False),
        ("webhook", "https://[::1]/", False),
        ("webhook", "https://user:pass@hooks.example.com/", False),
        ("webhook", "https://localhost/", False),
        ("webhook", "ftp://hooks.example.com/", False),
        ("webhook", "hooks.example.com", False),
    ],
)  # fmt: skip
def test_an_address_is_looked_at_for_its_shape(client, by, address, ok):
    page()
    answer = subscribe(client, address, by=by)

    assert answer.status_code == (200 if ok else 422)
    assert Subscriber.objects.count() == ok
    if not ok:
        assert b'aria-invalid="true"' in answer.content


def test_where_own_networks_are_allowed_a_chat_may_stand_there(client, settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["hooks.intranet.example"]
    page()

    assert subscribe(client, "https://hooks.intranet.example/slack", by="slack").status_code == 200


def test_one_incident_is_followed_from_its_page(client):
    at = page()
    incident = make.told(page=at, title="SMS delayed")
    shown = client.get(f"/subscribe/?incident={incident.public_id}")
    assert b"SMS delayed" in shown.content
    subscribe(client, **form(shown, "./") | {"address": MAIL})

    assert Subscription.objects.get().incident == incident
    assert told()[0].content["scope"] == ["The incident “SMS delayed”, on Plain Post"]


def published(at, now=None):
    shot = load(at.pk, touched=None, now=now or timezone.now())
    return {each.path: each for each in [*documents.hot(shot), *documents.permanent(shot)]}


@pytest.mark.parametrize("of", ["page", "incident", "component", "maintenance"])
def test_an_address_on_a_published_page_is_one_step_from_followed(client, of):
    """Page, form, done: what the published bytes would post, without a token, leads to the mail that asks."""
    part = make.component(name="SMS")
    at = make.page(part, name="Plain Post", is_default=True)
    incident, window = make.told(page=at, affects=[part]), make.scheduled(part, page=at)
    path, followed = {
        "page": ("", {}),
        "incident": (f"incidents/{incident.public_id}/", {"incident": incident}),
        "component": (f"components/{part.public_id}/", {"component": part}),
        "maintenance": (f"maintenance/{window.public_id}/", {"window": window}),
    }[of]
    html = published(at)[f"{path}index.html"].body.decode()
    [(action, values)] = Forms(html).forms.items()
    answer = subscribe(client, **{"at": urljoin(f"/{path}", action)} | values | {"address": MAIL})

    assert b"Look into your mailbox" in answer.content
    assert "csrf" not in html
    assert values[TRAP] == ""
    row = Subscription.objects.get()
    wanted = dict.fromkeys(["incident", "component", "window"]) | followed
    assert {name: getattr(row, name) for name in wanted} == wanted
    assert row.confirmed_at is None


def test_what_is_over_offers_nothing_more_to_follow(client):
    part = make.component(name="SMS")
    at = make.page(part, is_default=True)
    incident = make.resolved(page=at, affects=[part])

    assert Forms(published(at)[f"incidents/{incident.public_id}/index.html"].body.decode()).forms == {}


def test_following_one_incident_does_not_say_everything_on_this_page(client):
    at = page()
    shown = client.get(f"/subscribe/?incident={make.told(page=at).public_id}").content

    assert b"this incident only, until it is over" in shown
    assert b"everything on this page" not in shown.lower()
    assert b"everything on this page" in client.get("/subscribe/").content


@pytest.mark.parametrize("kind", ["restricted", "internal", "elsewhere", "unpublished", "over", "made up"])
def test_only_an_open_incident_that_stands_on_the_page_can_be_named(client, kind):
    at = page()
    incident = {
        "restricted": lambda: make.told(page=at, title="Hush", audience=Audience.PUBLIC),
        "internal": lambda: make.internal(title="Hush"),
        "elsewhere": lambda: make.told(page=make.page(), title="Hush"),
        "unpublished": lambda: make.confirmed(title="Hush"),
        "over": lambda: make.resolved(page=at, title="Hush"),
        "made up": lambda: None,
    }[kind]()
    if kind == "restricted":
        type(incident).objects.filter(pk=incident.pk).update(audience=Audience.RESTRICTED)
    if kind in ("internal", "unpublished"):
        make.put_on(at, incident)
    public_id = incident.public_id if incident else "inc_222222222222"
    answer = client.get(f"/subscribe/?incident={public_id}")
    assert (b"That incident is over. You can follow the page instead." in answer.content) == (kind == "over")
    asked = subscribe(client, incident=public_id, only="on")
    if kind == "over":  # it ended while the form was open: nothing wider is asked for by itself
        assert (asked.status_code, Subscription.objects.count()) == (422, 0)
        assert b"That incident is over." in asked.content
        subscribe(client, **form(asked, "./") | {"address": MAIL})

    assert b"Hush" not in answer.content
    assert Subscription.objects.get().incident is None


@pytest.mark.parametrize(
    "path",
    ["/subscribe/", "/subscriptions/", "/subscriptions/x/", "/subscriptions/x/leave/", "/subscriptions/confirm/x/"],
)
def test_headers_are_strict_and_nothing_is_remembered(client, path):
    page()
    for answer in (client.get(path), client.post(path, {"address": MAIL})):
        assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
        assert b"csrf" not in answer.content
        assert b"<style" not in answer.content
        assert b" style=" not in answer.content


@pytest.mark.parametrize("slug", ["", "/p/platform"])
@pytest.mark.parametrize("path", ["/subscriptions/leave/xyz/", "/subscriptions/a/b/c/", "/subscribe/x/"])
def test_who_mistypes_stays_on_the_page(client, slug, path):
    page()
    answer = client.get(slug + path)
    html = answer.content.decode()

    assert answer.status_code == 404
    assert "There is no page at this address." in html
    assert "Plain Post" in html
    assert "/admin/" not in html
    assert f'href="{"../" * (path.count("/") - 1)}subscriptions/"' in html


def test_no_token_is_asked_for(page_of_strict_client):
    assert page_of_strict_client.post("/subscribe/", {"address": MAIL}).status_code == 200


@pytest.fixture
def page_of_strict_client():
    page()
    return Client(enforce_csrf_checks=True)


def test_a_page_of_any_size_asks_the_same_questions(client, same_queries):
    where = page(make.component(parent=None))
    client.get("/subscribe/")
    for count in (1, 30):
        for _n in range(count):
            part = make.component(parent=None)
            make.component(parent=part)
            make.location()
            where.layout.create(component=part, position=count)
        with same_queries(at_most=7):
            client.get("/subscribe/")


def test_a_page_speaks_its_own_language_and_hides_others(client):
    page()
    other = make.page(language="de", slug="external", name="Anderes")

    assert b'<html lang="de"' in client.get(f"/p/{other.slug}/subscribe/").content
    assert client.get("/p/nobody/subscribe/").status_code == 404


def test_links_in_messages_lead_to_the_page_asked_at(client):
    page()
    other = make.page(slug="external", host="status.example.net")
    subscribe(client, at="/p/external/subscribe/")

    confirm = f"http://status.example.net/p/{other.public_id}/subscriptions/confirm/"
    assert told()[0].content["confirm_url"].startswith(confirm)
    assert Subscription.objects.get().page == other


def test_an_old_or_broken_link_says_so(client):
    page()
    assert client.get("/subscriptions/confirm/nonsense/").status_code == 404
    assert client.get("/subscriptions/sub_abc.nonsense/").status_code == 404


def test_a_slack_url_is_not_shown_whole(client):
    page()
    answer = subscribe(client, "https://hooks.slack.com/services/T0001/B0001/verysecret", by=Transport.SLACK)
    assert b"verysecret" not in answer.content


def test_while_the_database_is_away_the_form_says_so(client, monkeypatch):
    def away(**address):
        raise OperationalError

    page()
    monkeypatch.setattr(page_addresses, "pages_at", away)
    answer = client.get("/subscribe/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"The status page itself does." in answer.content


# On the way through the published tree


def through(tree, path, method="GET", **headers):
    caught = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": BytesIO(), **headers}
    tree(environ, lambda status, pairs: caught.append((int(status[:3]), dict(pairs))))
    return caught[0]


@pytest.fixture
def tree(tmp_path):
    reached = []

    def live(environ, start_response):
        reached.append(environ)
        start_response("200 OK", [])
        return []

    DirectoryStore(tmp_path).write_sites(
        lambda: {
            "default": "sp_a",
            "slugs": {"platform": "sp_a", "external": "sp_b"},
            "hosts": {"status.example.net": "sp_b"},
        }
    )
    made = PublishedTree(live, root=tmp_path)
    made.reached = reached
    return made


FORMS = ["/subscribe/", "/subscriptions/", "/subscriptions/sub_a.b-c_d/", "/subscriptions/sub_a.b/leave/",
         "/subscriptions/confirm/Ins:1tX:a-_b/", "/subscriptions/sub_a.b/mute/inc_abc/"]  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("host", "before", "reaches"),
    [("localhost", "", ""), ("localhost", "/p/external", "/p/external"), ("status.example.net", "", "/p/sp_b")],
)
def test_forms_reach_django_under_our_name(tree, settings, path, host, before, reaches):
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.PUBLIC_URL = "http://localhost:8000"
    status, _headers = through(tree, before + path, "POST", HTTP_HOST=host, HTTP_COOKIE="sessionid=1")

    assert status == 200
    assert tree.reached[0]["PATH_INFO"] == reaches + path
    assert tree.reached[0]["HTTP_HOST"] == "localhost:8000"
    assert "HTTP_COOKIE" not in tree.reached[0]


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("status.example.net", "/admin/"),
        ("status.example.net", "/p/platform/subscribe/"),
        ("status.example.net", "/p/external/subscribe/"),
        ("status.example.net", "/subscribe/../admin/"),
        ("status.example.net", "/subscriptions/../../admin/"),
        ("localhost", "/p/nobody/subscribe/"),
        ("localhost", "/subscribers/"),
        ("localhost", "/subscribe/a\nb/"),
        ("elsewhere.example", "/subscribe/"),
    ],
)
def test_nothing_else_is_live_under_a_name_of_its_own(tree, settings, host, path):
    settings.ALLOWED_HOSTS = ["localhost"]
    status, _headers = through(tree, path, HTTP_HOST=host)

    assert (status, tree.reached) == (404, [])


@pytest.mark.parametrize(
    ("path", "location"), [("/subscribe", "./subscribe/"), ("/p/external/subscriptions/sub_a.b", "./sub_a.b/")]
)
def test_a_missing_slash_is_added(tree, settings, path, location):
    settings.ALLOWED_HOSTS = ["localhost"]
    status, headers = through(tree, path, HTTP_HOST="localhost")

    assert (status, headers["Location"]) == (301, location)


def test_the_incidents_page_leads_to_its_form_while_it_is_open():
    at = page()
    incident = make.told(page=at, status=Status.IDENTIFIED)
    shot = load(at.pk, touched=None, now=timezone.now())
    html = next(d.body.decode() for d in documents.permanent(shot) if incident.public_id in d.path)
    assert f'href="../../subscribe/?incident={incident.public_id}"' in html
    front = documents.hot(shot)[0].body.decode()
    assert 'href="./subscribe/"' in front


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (["postmortem"], {"postmortem"}),
        (["maintenance"], {"maintenance"}),
        (["incident", "postmortem"], {"incident", "postmortem"}),
        (["incident", "maintenance", "postmortem"], {"everything"}),
    ],
)
def test_each_kind_of_news_can_be_chosen_alone(client, chosen, kept):
    page()
    subscribe(client, kind=chosen)
    assert set(Subscription.objects.values_list("kind", flat=True)) == kept
