"""A page under its own host name: what is taken for one, and where the name then stands."""

import json
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, strategies as st

from incidents.choices import Status
from incidents.exceptions import DomainError
from statuspage import documents
from statuspage.actions import hosts, pages
from statuspage.models import Page
from statuspage.snapshot.load import load
from tests import factories as make
from tests.statuspage import build
from tests.statuspage.build import NOW
from tests.statuspage.page_form import address, posted


@pytest.fixture(autouse=True)
def bridgewatch(settings):
    settings.PUBLIC_URL = "https://bridgewatch.example.com"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("", ""),
        ("  ", ""),
        ("status.example.com", "status.example.com"),
        (" Status.Example.COM. ", "status.example.com"),
        ("https://status.example.com/", "status.example.com"),
        ("HTTP://status.example.com/history/?a=b#c", "status.example.com"),
        ("//status.example.com", "status.example.com"),
        ("status.example.com/p/platform/", "status.example.com"),
        ("https://status.example.com:443/", "status.example.com"),
        ("https://someone:secret@status.example.com/", "status.example.com"),
        ("zustand.münchen.example", "zustand.xn--mnchen-3ya.example"),
        ("日本。example", "xn--wgv71a.example"),
        ("xn--fa-hia.example", "xn--fa-hia.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("0.example", "0.example"),
    ],
)
def test_whatever_is_pasted_the_host_is_taken(typed, host):
    assert hosts.clean(typed) == host


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "status.example.com:8443",
            "Leave the port out: readers come by the usual one. Write only status.example.com.",
        ),
        ("10.0.0.1", "This is an IP address."),
        ("http://10.0.0.1:8000/", "This is an IP address."),
        ("::1", "This is an IP address."),
        ("http://[::1]/", "This is an IP address."),
        ("2130706433", "This is an IP address."),
        ("127.1", "This is an IP address."),
        ("127.1.", "This is an IP address."),
        ("http://①⓪.0.0.①/", "This is an IP address."),
        ("status.0x7f", "This is an IP address."),
        ("status", "This is not a host name."),
        ("localhost", "This is not a host name."),
        ("a_b.example", "This is not a host name."),
        ("-a.example", "This is not a host name."),
        ("a..example", "This is not a host name."),
        ("a b.example", "This is not a host name."),
        ("a\0b.example", "This is not a host name."),
        ("*.example.com", "This is not a host name."),
        ("https://", "This is not a host name."),
        ("http://[bad", "This is not a host name."),
        ("a.example:99999", "This is not a host name."),
        ("javascript:alert(1)", "This is not a host name."),
        (f"{'a' * 64}.example", "This is not a host name."),
        ("a." * 130 + "example", "This is not a host name."),
        ("☃.example", "This name cannot be written in DNS."),
        ("\ue000.example", "This name cannot be written in DNS."),
        ("bridgewatch.example.com", "At bridgewatch.example.com staff sign in"),
        ("https://Bridgewatch.example.com:8000/admin/", "staff sign in"),
    ],
)
def test_a_refusal_says_what_to_write_instead(typed, sentence):
    with pytest.raises(DomainError) as refused:
        hosts.clean(typed)

    assert sentence in str(refused.value)
    assert refused.value.field == "host"


@given(st.text(max_size=80) | st.from_regex(r"(https?://)?[\w.:@\[\]/-]{0,40}", fullmatch=True))
def test_no_text_brings_it_down_and_what_is_taken_stays_as_it_is(typed):
    try:
        host = hosts.clean(typed)
    except DomainError:
        return
    assert re.fullmatch(r"([a-z0-9-]+\.)+[a-z0-9-]+|", host)
    assert hosts.clean(host) == host


# Where the name stands


def page_with_an_incident(**fields):
    sms = build.component("SMS")
    row = build.page(sms, **fields)
    build.incident(
        "SMS delayed", page=row, impacts=[(sms, None, 2)], updates=[(NOW, Status.INVESTIGATING, "We look into it.")]
    )
    shot = load(row.pk, touched=None, now=NOW)
    found = [*documents.hot(shot), *documents.permanent(shot)]
    return row, {each.path: each.body.decode() for each in found if "svg" not in each.content_type}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "canonical", "root"),
    [
        ({}, "https://bridgewatch.example.com/", "/"),
        ({"is_default": False}, "https://bridgewatch.example.com/p/platform/", "/p/platform/"),
        ({"host": "status.example.com"}, "https://status.example.com/", "https://status.example.com/"),
        (
            {"host": "status.example.com", "is_default": False},
            "https://status.example.com/",
            "https://status.example.com/",
        ),
    ],
    ids=["default", "by its slug", "default with a host", "a host"],
)
def test_one_address_is_given_everywhere(given, canonical, root):
    row, found = page_with_an_incident(**given)

    assert row.canonical_url == canonical
    for path, body in found.items():
        if path.endswith("index.html"):
            assert f'<link rel="canonical" href="{canonical}{path.removesuffix("index.html")}">' in body
    assert "canonical" not in found["404.html"]
    assert f'<a class="name" href="{root}">' in found["404.html"]
    assert (
        f'<link href="{canonical}history.atom" rel="self"'
        in found["history.atom"].replace('rel="self" type="application/atom+xml" href', "href")
        or f'href="{canonical}history.atom"' in found["history.atom"]
    )
    assert f"<guid>{canonical}incidents/" in found["history.rss"]
    summary = json.loads(found["api/v2/summary.json"])
    assert summary["page"]["url"] == canonical.removesuffix("/")
    assert summary["incidents"][0]["shortlink"].startswith(f"{canonical}incidents/inc_")


@pytest.mark.django_db
def test_a_new_host_changes_no_id_of_a_feed():
    row, found = page_with_an_incident()
    ids = re.findall(r"<id>(.*?)</id>", found["history.atom"])

    pages.save_page(Page.objects.get(pk=row.pk), by=None)
    Page.objects.filter(pk=row.pk).update(host="status.example.com")
    later = documents.hot(load(row.pk, touched=None, now=NOW))

    feed = next(each.body.decode() for each in later if each.path == "history.atom")
    assert re.findall(r"<id>(.*?)</id>", feed) == ids
    assert "https://status.example.com/" in feed


@pytest.mark.django_db
def test_links_between_pages_stay_relative():
    _row, found = page_with_an_incident(host="status.example.com")

    links = re.findall(r'href="(.*?)"', re.sub(r"<link rel=\"canonical\".*?>", "", found["index.html"]))
    assert not [link for link in links if "status.example.com" in link]


# Who has it


@pytest.mark.django_db
def test_one_name_leads_to_one_page():
    make.page(name="Larkwire", label="Platform", is_default=True, host="status.example.com")
    other = make.page(host="")
    other.host = "HTTPS://Status.example.com/"

    with pytest.raises(DomainError, match="Larkwire Platform has this host name already"):
        pages.save_page(other, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=other.pk).update(host="status.example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.filter(pk=other.pk).update(host="Status.Example.org")
    make.page(host="")  # many have none


@pytest.fixture
def lead(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    client.force_login(make.in_group("Engineering Leads"))


@pytest.mark.django_db
def test_the_form_takes_the_host_and_staff_are_led_there(client, lead):
    page = make.page(is_default=True)

    saved = posted(client, page, host="https://status.example.com/")
    page.refresh_from_db()

    assert saved.status_code == 302
    assert page.host == "status.example.com"
    assert page.tag_host == "status.example.com"  # of the factory: the host changed nothing about it
    assert client.get(f"/admin/statuspage/page/{page.pk}/open/").headers["Location"] == "https://status.example.com/"
    assert (
        'href="https://status.example.com/"' in client.get(reverse("admin:statuspage_page_changelist")).content.decode()
    )
    assert posted(client, page).status_code == 302  # its own name is not another's


@pytest.mark.django_db
def test_the_form_says_what_to_set_up_and_what_is_wrong(client, lead):
    make.page(host="status.example.com", name="Larkwire", label="Platform")
    page = make.page(is_default=True)

    html = client.get(address(page)).content.decode()
    refused = posted(client, page, host="status.example.com").content.decode()
    wrong = posted(client, page, host="https://10.0.0.1/").content.decode()

    assert "point the name at this server (CNAME to bridgewatch.example.com)" in html
    assert "Larkwire Platform has this host name already. Choose another one." in refused
    assert "This is an IP address." in wrong
    assert 'value="https://10.0.0.1/"' in wrong
