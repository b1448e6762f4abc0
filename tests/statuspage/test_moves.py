"""A page's slug, its host and being the default are addresses: they change, and what was given out leads on."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings as hypothesis_settings, strategies as st
from hypothesis.extra.django import TestCase

from incidents.exceptions import DomainError
from statuspage import documents, page_addresses
from statuspage.actions import pages
from statuspage.models import AddressKind, FormerAddress, Page
from statuspage.publishing import publisher
from statuspage.serving import PublishedTree
from statuspage.serving.live import Live
from statuspage.snapshot.load import load
from tests import factories as make
from tests.deploy.asking import ask_ourselves
from tests.statuspage import build
from tests.statuspage.build import NOW
from tests.statuspage.page_form import address, posted, typed
from tests.statuspage.test_hosts import page_with_an_incident


@pytest.fixture(autouse=True)
def bridgewatch(settings):
    settings.PUBLIC_URL = "https://bridgewatch.example.com"
    settings.ALLOWED_HOSTS = ["bridgewatch.example.com", "testserver"]


def saved(page, **fields):
    page = Page.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    return pages.save_page(page, by=None)


def former(page):
    return {(row.kind, row.name) for row in FormerAddress.objects.filter(page=page)}


@pytest.mark.django_db
def test_what_a_page_leaves_is_kept_and_what_it_has_again_is_not():
    page = saved(make.page(is_default=True, slug="platform", host="status.example.com"))

    saved(page, slug="core", host="")
    assert former(page) == {("slug", "platform"), ("host", "status.example.com")}

    saved(page, slug="voice", host="status.example.org")
    assert former(page) == {("slug", "platform"), ("slug", "core"), ("host", "status.example.com")}

    saved(page, slug="platform", host="status.example.com")
    assert former(page) == {("slug", "core"), ("slug", "voice"), ("host", "status.example.org")}

    saved(make.page(slug="external"), is_default=True)
    assert former(page) == {
        ("slug", "core"), ("slug", "voice"), ("host", "status.example.org"), ("root", ""),
    }  # fmt: skip


@pytest.mark.django_db
def test_a_former_slug_is_taken_knowingly_only_and_then_leads_to_who_has_it():
    platform, external = make.page(slug="platform", is_default=True), make.page(slug="external")
    saved(platform, slug="core")

    with pytest.raises(DomainError, match="Old links to /p/platform/ lead on to Plain Post") as refused:
        saved(external, slug="platform")
    assert refused.value.field == "slug"

    external.slug = "platform"
    pages.save_page(external, by=None, knowingly=True)

    assert page_addresses.pages_at(slug="platform", host="") == [external, platform]
    assert publisher._sites()["slugs"] == {"core": platform.public_id, "platform": external.public_id}
    assert publisher._sites()["former_slugs"] == {"external": external.public_id}

    saved(external, slug="operators")  # now it was both, and leads to who left it last
    assert publisher._sites()["former_slugs"]["platform"] == external.public_id


@pytest.mark.django_db
def test_a_former_host_is_taken_knowingly_only():
    platform, external = make.page(is_default=True, host="status.example.com"), make.page()
    saved(platform, host="")

    with pytest.raises(DomainError, match=r"Old links to status\.example\.com lead on") as refused:
        saved(external, host="status.example.com")
    assert refused.value.field == "host"


@pytest.mark.django_db
def test_a_slug_is_no_public_id():
    page, other = make.page(is_default=True), make.page()

    with pytest.raises(DomainError, match="begins like a public id"):
        saved(page, slug=other.public_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=page.pk).update(slug=other.public_id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [{"kind": "slug", "name": ""}, {"kind": "root", "name": "a"}, {"kind": "host", "name": "A.example"}],
)
def test_a_former_address_is_whole(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerAddress.objects.create(page=make.page(), **row)


@pytest.mark.django_db
def test_a_page_has_a_former_address_once():
    page = make.page()
    FormerAddress.objects.create(page=page, kind=AddressKind.SLUG, name="old")
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerAddress.objects.create(page=page, kind=AddressKind.SLUG, name="old")
    FormerAddress.objects.create(page=make.page(), kind=AddressKind.SLUG, name="old")


# Feeds


def ids(page):
    shot = load(page.pk, touched=None, now=NOW)
    found = {each.path: each.body.decode() for each in [*documents.hot(shot), *documents.permanent(shot)]}
    feeds = {path: body for path, body in found.items() if path.endswith((".atom", ".rss"))}
    return {path: re.findall(r"<(?:id|guid)>(.*?)</(?:id|guid)>", body) for path, body in feeds.items()}


@pytest.mark.django_db
def test_no_move_changes_an_id_that_feed_programs_know():
    page, _found = page_with_an_incident()
    before = ids(page)
    assert len(before["history.rss"]) == 1

    saved(page, slug="core")
    assert ids(page) == before
    saved(page, host="status.example.org")
    assert ids(page) == before
    saved(make.page(slug="external"), is_default=True)
    assert ids(page) == before


@pytest.mark.django_db
def test_two_pages_never_have_the_ids_of_one():
    first = make.page(slug="platform")
    saved(make.page(slug="other"), is_default=True)
    saved(first, slug="core")
    later = make.page(slug="platform")

    assert (first.tag_path, later.tag_path) == ("/p/platform/", f"/p/{later.public_id}/")


# As readers meet it


@pytest.fixture
def tree(settings, tmp_path):
    """The web process before Django, on what is really published."""
    settings.PUBLISH_ROOT = tmp_path

    def asked(path, method="GET", *, host="bridgewatch.example.com"):
        status, headers, _body = ask_ourselves(PublishedTree(None, root=tmp_path), path, method, host=host)
        return status, headers.get("Location")

    return asked


@pytest.mark.django_db(transaction=True)
def test_everything_published_under_a_former_slug_and_host_leads_on(tree, settings):
    sms = build.component("SMS")
    page = build.page(sms, slug="platform", is_default=False)
    build.page(slug="external")
    build.incident("SMS delayed", page=page, impacts=[(sms, None, 2)], updates=[(NOW, "investigating", "We look.")])
    publisher.want(Page.objects.all())
    store = publisher.stores.current()
    paths = {path.removesuffix("index.html") for path in store.paths(page.public_id)} - {"404.html", "503.html"}
    assert {"", "history.atom", "api/v2/summary.json", "badge.svg", "maintenance.ics"} < paths

    saved(page, slug="core", host="status.example.org")
    saved(page, host="status.example.net")

    for path in sorted(paths):
        assert tree(f"/p/platform/{path}") == (301, f"/p/core/{path}")
        assert tree(f"/{path}", host="status.example.org") == (301, f"https://status.example.net/{path}")
        assert tree(f"/p/core/{path}") == tree(f"/{path}", host="status.example.net") == (200, None)


@pytest.mark.django_db(transaction=True)
def test_what_stood_at_the_root_leads_on_when_another_page_is_the_default(tree):
    sms = build.component("SMS")
    page = build.page(sms, slug="platform", is_default=True)
    found = build.incident("Slow", page=page, impacts=[(sms, None, 2)], updates=[(NOW, "investigating", "We look.")])
    publisher.want(Page.objects.all())
    assert tree(f"/incidents/{found.public_id}/") == (200, None)

    saved(make.page(slug="external"), is_default=True)

    assert tree(f"/incidents/{found.public_id}/") == (301, f"/p/platform/incidents/{found.public_id}/")
    assert tree(f"/components/{sms.public_id}/badge.svg") == (301, f"/p/platform/components/{sms.public_id}/badge.svg")
    assert tree("/") == tree("/history.atom") == (200, None)  # of the new default
    assert tree("/incidents/inc_nothing/")[0] == 404


@pytest.mark.django_db(transaction=True)
def test_a_path_is_written_as_a_header_may_hold_it(tree):
    page = make.page(slug="platform", is_default=True)
    saved(page, slug="core")

    assert tree("/p/platform/a%0d%0aSet-Cookie:%20b=c/") == (301, "/a%0D%0ASet-Cookie:%20b=c/")
    assert tree("/p/platform//evil.example/")[0] == 404
    assert tree("/p/platform/%5Cevil.example/") == (301, "/%5Cevil.example/")


SLUGS = st.sampled_from(["alpha", "beta", "gamma"])
HOSTS = st.sampled_from(["", "a.example.com", "b.example.com"])


class Moving(TestCase):
    """However pages move about, every address that one of them had leads to one page, and each page by its id."""

    @hypothesis_settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2), SLUGS, HOSTS, st.booleans()), max_size=8))
    def test_every_address_there_was_leads_to_a_page(self, moves):
        rows = [make.page(slug=f"first-{n}", is_default=n == 0) for n in range(3)]
        had = {}
        for which, slug, host, is_default in moves:
            page = Page.objects.get(pk=rows[which].pk)
            if Page.objects.exclude(pk=page.pk).filter(slug=slug).exists():
                slug = page.slug
            if Page.objects.exclude(pk=page.pk).filter(host=host).exclude(host="").exists():
                host = page.host
            had |= dict.fromkeys(page_addresses.of(page), page.public_id)
            page.slug, page.host, page.is_default = slug, host, page.is_default or is_default
            pages.save_page(page, by=None, knowingly=True)
            had |= dict.fromkeys(page_addresses.of(page), page.public_id)  # who had it last, or has it
        for page in Page.objects.all():
            had |= dict.fromkeys(page_addresses.of(page), page.public_id)
        for (kind, name), last in had.items():
            slug, host = (name, "") if kind == "slug" else (None, name)
            assert page_addresses.pages_at(slug=slug, host=host)[0].public_id == last
        sites = publisher._sites()
        for kind in ("slug", "host"):
            leads = sites[f"former_{kind}s"] | sites[f"{kind}s"]
            assert leads == {name: last for (of, name), last in had.items() if of == kind} | {
                f"first-{n}": row.public_id for n, row in enumerate(rows) if kind == "slug"
            }


# Before it is saved


@pytest.fixture
def lead(client):
    client.force_login(make.in_group("Engineering Leads"))


def ticked(client, page, **changes):
    """Sent again with the tick that the screen then shows."""
    asked = posted(client, page, **changes)
    assert asked.status_code == 200
    key = re.search(r'name="moves" value="(\w+)"', asked.content.decode())[1]
    return asked.content.decode(), client.post(address(page), typed(asked) | {"moves": key})


@pytest.mark.django_db(transaction=True)
def test_the_form_says_what_becomes_of_old_links_before_it_moves_a_page(client, lead, tree):
    page = make.page(make.component(name="SMS"), is_default=True, slug="platform", host="status.example.com")
    publisher.want([page])

    html, answer = ticked(client, page, slug="core", host="status.example.org")

    assert "/p/platform/ becomes /p/core/. Whoever follows an old link is led on" in html
    assert "status.example.com becomes status.example.org." in html
    assert "Known of Plain Post: 4 feeds, 2 calendars, 4 badges, 8 addresses for programs and 4 pages." in html
    assert answer.status_code == 302
    page.refresh_from_db()
    assert (page.slug, page.host) == ("core", "status.example.org")
    assert re.sub(r"\s+", " ", client.get(address(page)).content.decode()).count("/p/platform/, until") == 1


@pytest.mark.django_db
def test_the_form_says_what_a_new_default_does_to_the_old_one(client, lead):
    make.page(name="Larkwire", label="Platform", slug="platform", is_default=True)
    page = make.page(name="Larkwire", label="External", slug="external")

    html, answer = ticked(client, page, is_default="on")

    assert "At / readers find Larkwire External instead of Larkwire Platform, which stands at /p/platform/." in html
    assert answer.status_code == 302
    assert Page.objects.get(is_default=True) == page


@pytest.mark.django_db
def test_who_agreed_to_one_move_has_not_agreed_to_another(client, lead):
    page = make.page(is_default=True, slug="platform")
    asked = posted(client, page, slug="core")
    key = re.search(r'name="moves" value="(\w+)"', asked.content.decode())[1]

    assert client.post(address(page), typed(asked) | {"moves": key, "slug": "voice"}).status_code == 200
    page.refresh_from_db()
    assert page.slug == "platform"


@pytest.mark.django_db
def test_a_new_page_takes_a_former_address_knowingly(client, lead):
    platform = make.page(name="Larkwire", label="Platform", is_default=True, slug="platform")
    saved(platform, slug="core")
    page = make.page(slug="other")

    html, answer = ticked(client, page, slug="platform")

    assert "/p/platform/ was an address of Larkwire Platform. Old links to it lead to Plain Post from then on" in html
    assert answer.status_code == 302


@pytest.mark.django_db
def test_what_is_no_move_is_not_asked_about(client, lead):
    page = make.page(is_default=True, slug="platform")

    assert posted(client, page, label="Voice", host="status.example.com").status_code == 302
    assert "Former addresses" not in client.get(address(page)).content.decode()


@pytest.mark.django_db
def test_a_page_that_goes_takes_what_led_to_it(client, lead):
    make.page(is_default=True)
    page = saved(make.page(slug="old"), slug="new")
    pages.remove_page(page, by=None)

    assert publisher._sites()["former_slugs"] == {}
    assert page_addresses.pages_at(slug="old", host="") == []


def test_live_paths_of_a_former_address_are_live(tmp_path):
    """The forms answer there themselves; nothing else of Django does."""
    store = publisher.stores.directory.DirectoryStore(tmp_path)
    sites = {"default": "sp_a", "slugs": {"core": "sp_a"}, "hosts": {}}
    former = {"former_slugs": {"old": "sp_a"}, "former_hosts": {"old.example.com": "sp_a"}}
    store.write_sites(lambda: sites | former)
    tree = PublishedTree(None, root=tmp_path)
    tree.ready("", "/", "")

    def found(path, host):
        return tree.find({"REQUEST_METHOD": "POST", "PATH_INFO": path, "HTTP_HOST": host, "HTTP_COOKIE": "a=b"})

    live = found("/subscriptions/sub_a.b/leave/", "old.example.com")
    assert isinstance(live, Live)
    assert urlsplit(live.environ["PATH_INFO"]).path == "/p/sp_a/subscriptions/sub_a.b/leave/"
    assert "HTTP_COOKIE" not in live.environ
    assert found("/p/old/subscribe/", "bridgewatch.example.com").kind == "forms"
    assert found("/admin/", "old.example.com").status == 405
