"""A link in a mail leaves the page that it came from, wherever that page stands by then."""

from dataclasses import replace

import pytest

from notifications import links
from notifications.messages import mail, preview, webhooks
from notifications.models import Subscription
from notifications.sending.outgoing import dress_of
from statuspage.actions import pages
from statuspage.models import Page
from statuspage.serving.addresses import ASKED_HOST
from tests import factories as make
from tests.notifications.asking import subscriber

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def bridgewatch(settings):
    settings.PUBLIC_URL = "https://bridgewatch.example.com"


@pytest.fixture
def platform():
    return make.page(name="Larkwire", label="Platform", slug="platform", is_default=True)


@pytest.fixture
def external():
    return make.page(name="Larkwire", label="External", slug="external")


def saved(page, **fields):
    page = Page.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    return pages.save_page(page, by=None, knowingly=True)


def path_of(url):
    return "/" + url.split("/", 3)[3]


def outgoing(row, page):
    """An update of an incident, to this subscriber."""
    one = preview.sample("incident.updated", page=dress_of(page))
    return replace(one, recipient=replace(one.recipient, token=links.token(row.public_id)))


def follows(row):
    return sorted(Subscription.objects.filter(subscriber=row).values_list("page__slug", flat=True))


def said(client, path, **environ):
    answer = client.post(path, ONE_CLICK, **environ)
    assert answer.status_code == 200  # RFC 8058: no redirect is followed
    return answer.content.decode().strip()


@pytest.mark.parametrize("host", ["", "status.example.com"])
def test_links_of_messages_name_the_page_by_its_id(platform, host):
    page = saved(platform, host=host)
    base = f"https://{host or 'bridgewatch.example.com'}/p/{page.public_id}/subscriptions/sub_a.b/"

    for given in (page, dress_of(page)):
        assert links.manage_url(given, "sub_a.b") == base
        assert links.leave_url(given, "sub_a.b") == f"{base}leave/"
        assert links.mute_url(given, "sub_a.b", "inc_a") == f"{base}mute/inc_a/"


def test_a_mail_of_before_the_default_was_switched_leaves_its_own_page(client, platform, external):
    row = subscriber(platform, external)
    link = path_of(links.leave_url(platform, links.token(row.public_id)))

    saved(external, is_default=True)

    assert said(client, link) == "Done. This address hears no more from Larkwire Platform."
    assert follows(row) == ["external"]


@pytest.mark.parametrize("followed", ["platform", "external"])
def test_an_old_link_at_the_root_leaves_the_page_that_its_holder_follows(client, platform, external, followed):
    """Mails of before named no page; Platform was the default when it sent them."""
    row = subscriber(platform if followed == "platform" else external, make.page(slug="never-there"))
    saved(external, is_default=True)

    name = "Platform" if followed == "platform" else "External"
    old = f"/subscriptions/{links.token(row.public_id)}/leave/"
    assert f"Stop messages from Larkwire {name}?" in client.get(old).content.decode()
    assert said(client, old) == f"Done. This address hears no more from Larkwire {name}."
    assert follows(row) == ["never-there"]


def test_where_nothing_tells_which_page_an_old_link_came_from_it_is_all_that_it_can_be(client, platform, external):
    row = subscriber(platform, external, make.page(slug="never-there"))
    saved(external, is_default=True)

    old = f"/subscriptions/{links.token(row.public_id)}/leave/"
    assert "Stop messages from Larkwire External and Larkwire Platform?" in client.get(old).content.decode()
    assert said(client, old) == "Done. This address hears no more from Larkwire External and Larkwire Platform."
    assert follows(row) == ["never-there"]


def test_an_old_link_below_a_former_slug_leaves_its_own_page_whoever_took_it(client, platform, external):
    row = subscriber(external)
    other = subscriber(platform, address="other@example.com")
    token = links.token(row.public_id)
    saved(external, slug="operators")

    assert "Larkwire External" in client.get(f"/p/external/subscriptions/{token}/").content.decode()

    saved(platform, slug="external")
    assert said(client, f"/p/external/subscriptions/{token}/leave/") == (
        "Done. This address hears no more from Larkwire External."
    )
    token = links.token(other.public_id)
    assert said(client, f"/p/external/subscriptions/{token}/leave/") == (
        "Done. This address hears no more from Larkwire Platform."
    )


def test_an_old_link_at_a_former_host_leaves_its_own_page_whoever_took_it(client, platform, external):
    row = subscriber(external)
    token = links.token(row.public_id)
    saved(external, host="status.example.com")
    saved(external, host="")
    at = {ASKED_HOST: "status.example.com"}  # as the web process says before Django
    assert "Larkwire External" in client.get(f"/p/x/subscriptions/{token}/", **at).content.decode()

    saved(platform, host="status.example.com")
    assert said(client, f"/p/{platform.public_id}/subscriptions/{token}/leave/", **at) == (
        "Done. This address hears no more from Larkwire External."
    )


def test_no_client_says_by_a_header_which_host_was_asked_for(client, platform, external):
    saved(external, host="status.example.com")

    html = client.get("/subscribe/", headers={ASKED_HOST: "status.example.com"}).content.decode()

    assert "Follow Larkwire Platform" in html


def test_forms_below_a_former_slug_and_an_id_are_those_of_the_page(client, external, platform):
    saved(external, slug="operators")

    for path in ("/p/external/subscribe/", f"/p/{external.public_id}/subscribe/", "/p/operators/subscribe/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Follow Larkwire External" in answer.content.decode()
        assert 'href="../history/"' in answer.content.decode() or 'href="../"' in answer.content.decode()
    assert client.get("/p/nobody/subscribe/").status_code == 404


def test_what_mail_programs_sort_and_thread_by_stays_when_a_page_moves(external):
    page = saved(external, host="status.example.com")
    row = subscriber(page)

    def head(page):
        written = mail.prepare(outgoing(row, page)).addressed(outgoing(row, page)).decode()
        return {line.partition(":")[0]: line for line in written.split("\r\n\r\n")[0].split("\r\n")}

    before, after = head(page), head(saved(page, host="status.example.org", slug="operators"))

    assert f".{page.tag_host}>" in before["List-Id"]
    for name in ("List-Id", "Message-ID", "References"):
        assert after[name] == before[name]


def test_webhooks_know_a_page_by_its_id(external):
    row = subscriber(external)
    before = webhooks.standard(outgoing(row, external))
    after = webhooks.standard(outgoing(row, saved(external, slug="operators")))

    for body in (before, after):
        assert f'"page":{{"id":"{external.public_id}"'.encode() in body
        assert f"/p/{external.public_id}/subscriptions/".encode() in body
