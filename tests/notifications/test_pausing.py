"""The switch for all sending: who may, what stands on every page meanwhile, and that nothing is lost."""

import re
from html import unescape

import pytest
from django.urls import reverse

from incidents.exceptions import DomainError, NotAllowed
from notifications.actions import pausing
from notifications.choices import Transport
from notifications.models import SendingSwitch
from notifications.queue import claims
from tests import factories as make
from tests.notifications.sent import deliveries, scene, told
from tests.parts import drawn, request_of

pytestmark = pytest.mark.django_db


def paused(client, group="Support", **fields):
    person = make.in_group(group, first_name="Ana", last_name="Ruiz", **fields)
    client.force_login(person)
    return person


def test_paused_with_who_when_and_why():
    person = make.in_group("Support")

    pausing.pause(reason="The provider blocks us.", by=person)

    switch = SendingSwitch.now()
    assert (switch.paused_by, switch.reason) == (person, "The provider blocks us.")
    assert switch.paused_at


def test_nobody_pauses_without_a_reason_nor_twice_nor_without_the_right():
    with pytest.raises(DomainError, match="Say why"):
        pausing.pause(reason=" ", by=None)
    with pytest.raises(NotAllowed):
        pausing.pause(reason="x", by=make.in_group("Engineering"))
    with pytest.raises(DomainError, match="leaving already"):
        pausing.resume(by=None)
    assert SendingSwitch.now().paused_at is None

    pausing.pause(reason="x", by=None)
    with pytest.raises(DomainError, match="paused it already"):
        pausing.pause(reason="y", by=None)
    with pytest.raises(NotAllowed):
        pausing.resume(by=make.in_group("Engineering"))
    assert SendingSwitch.now().reason == "x"


def test_what_gathers_is_due_when_it_goes_on():
    page, incident = scene()
    pausing.pause(reason="x", by=None)
    told(page, incident, readers=2)
    assert deliveries().count() == 2

    pausing.resume(by=None)

    assert len(claims.claim(Transport.EMAIL).pks) == 2


def test_the_screen_asks_once_and_keeps_what_was_typed(client):
    paused(client)
    address = reverse("notifications_staff:pause")

    assert "Nothing leaves any more" in client.get(address).content.decode()
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert SendingSwitch.now().paused_at is None

    assert client.post(address, {"reason": "Blocked <b>"}).status_code == 302
    assert SendingSwitch.now().paused_at


def test_every_staff_page_says_so_with_the_way_on(client):
    page, incident = scene()
    person = paused(client)
    home, workspace = reverse("admin:index"), reverse("admin:incidents_incident_change", args=[incident.public_id])
    assert "paused all messages" not in client.get(home).content.decode()

    pausing.pause(reason="The provider <b>blocks</b> us.", by=person)
    told(page, incident, readers=2)

    for address in (home, workspace, reverse("admin:statuspage_page_changelist"), reverse("notifications_staff:queue")):
        html = client.get(address).content.decode()
        assert "Ana Ruiz paused all messages" in html, address
        assert "The provider &lt;b&gt;blocks&lt;/b&gt; us." in html
        assert "2 messages wait." in html
        assert "Let messages leave" in html
    client.post(reverse("notifications_staff:resume"), {"back": workspace})
    assert SendingSwitch.now().paused_at is None


def test_who_may_not_reads_it_without_a_button(client):
    pausing.pause(reason="Blocked.", by=None)
    paused(client, "Viewers")

    html = client.get(reverse("admin:index")).content.decode()
    assert "paused all messages" in html
    assert "Let messages leave" not in html
    assert client.get(reverse("notifications_staff:pause")).status_code == 403
    client.post(reverse("notifications_staff:resume"))
    assert SendingSwitch.now().paused_at


def test_the_way_back_leads_nowhere_else(client):
    pausing.pause(reason="Blocked.", by=None)
    paused(client)

    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        answer = client.post(reverse("notifications_staff:resume"), {"back": bad})
        assert answer.headers["Location"] == reverse("notifications_staff:queue")


def field(html):
    """What the form on a page sends as the way back."""
    return unescape(re.search(r'name="back" value="([^"]*)"', html)[1])


@pytest.mark.parametrize("query", ["", "?to=staff&before=9"])
def test_letting_messages_leave_leads_back_to_the_page_with_a_word(client, query):
    _page, incident = scene()
    person = paused(client)
    pages = [
        reverse("admin:index"),
        reverse("admin:incidents_incident_change", args=[incident.public_id]),
        reverse("notifications_staff:queue"),
        reverse("admin:statuspage_page_changelist"),
    ]
    for address in pages if not query else [f"{pages[2]}{query}"]:
        pausing.pause(reason="Blocked.", by=person)
        to = field(client.get(address).content.decode())
        assert to == address

        landed = client.post(reverse("notifications_staff:resume"), {"back": to}, follow=True)

        assert landed.redirect_chain == [(address, 302)]
        assert "Messages leave again" in landed.content.decode()


def test_a_fragment_is_no_way_back(client):
    pausing.pause(reason="Blocked.", by=None)
    person = paused(client)
    _page, incident = scene()
    fragment, home = reverse("notifications_staff:recipients", args=[incident.public_id]), reverse("admin:index")

    fetched = request_of(person, address=fragment, referer=f"http://testserver{home}?a=1")
    assert field(drawn("sending_banner", fetched)) == f"{home}?a=1"
    assert field(drawn("sending_banner", request_of(person, address=fragment))) == ""

    answer = client.post(reverse("notifications_staff:resume"), {"back": fragment})
    assert answer.headers["Location"] == reverse("notifications_staff:queue")
    bad = {"referer": f"https://evil.example{home}"}
    answer = client.post(reverse("notifications_staff:resume"), {"back": ""}, headers=bad)
    assert answer.headers["Location"] == reverse("notifications_staff:queue")


def test_from_an_answer_to_a_form_it_leads_to_where_the_form_stood(client):
    pausing.pause(reason="Blocked.", by=None)
    paused(client)
    report, home = reverse("admin:incidents_incident_report"), reverse("admin:index")

    html = client.post(report, {}, headers={"referer": f"http://testserver{home}"}).content.decode()

    assert field(html) == home


def test_while_nothing_is_paused_a_page_pays_one_query_for_the_banner(django_assert_num_queries):
    request = request_of(make.in_group("Viewers"))

    with django_assert_num_queries(1):  # the switch
        assert drawn("sending_banner", request) == ""
