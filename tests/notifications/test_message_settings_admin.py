"""How a page tells its subscribers: settings with their checks, texts that can do no harm, a sample and a test."""

import pytest
from django.urls import reverse

from notifications.choices import Event
from notifications.models import Delivery, MessageSettings, MessageText
from tests import factories as make
from tests.statuspage.staff import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return make.page(make.component(name="SMS"), name="Larkwire", is_default=True)


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


def address(page):
    return reverse("admin:notifications_messagesettings_change", args=[page.pk])


def opened(client, page):
    answer = client.get(address(page))
    assert answer.status_code == 200
    found = fields(answer, "messagesettings_form")
    return {name: value for name, value in found.items() if "__prefix__" not in name and not name.startswith("_")}


def save(client, page, **changes):
    return client.post(address(page), opened(client, page) | changes)


def test_every_page_stands_in_the_list_also_a_new_one(client, lead, page):
    make.page(name="Second")

    html = client.get(reverse("admin:notifications_messagesettings_changelist")).content.decode()

    assert "Larkwire" in html
    assert "Second" in html
    assert not MessageSettings.objects.exists()  # a look makes no rows


def test_a_page_that_nobody_touched_can_be_set_at_once(client, lead, page):
    assert save(client, page, undo_seconds="30", sender_name="  Larkwire   Status ").status_code == 302

    row = MessageSettings.objects.get()
    assert (row.page, row.undo_seconds, row.storm_limit, row.sender_name) == (page, 30, 12, "Larkwire Status")
    assert row.history.first().history_user == lead


def test_the_words_of_one_kind_of_mail(client, lead, page):
    words = {"texts-2-subject": "Over: {{ title }}", "texts-2-intro": "It works again."}

    assert save(client, page, **words).status_code == 302

    [text] = MessageText.objects.all()
    assert (text.event, text.subject, text.intro) == (Event.INCIDENT_RESOLVED, "Over: {{ title }}", "It works again.")
    assert "Over: {{ title }}" in client.get(address(page)).content.decode()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("header", "Hello {{ naem }}", "There is no variable"),
        ("footer", "{% include 'x' %}", "This is not understood"),
        ("texts-0-subject", "{{ titel }}", "There is no variable"),
        ("texts-0-subject", "Stop: {{ manage_url }}", "A subject is the same for everybody"),
        ("texts-1-intro", "{{ page", "Larkwire"),
        ("undo_seconds", "601", "600"),
        ("reply_to", "nobody", "@"),
    ],
)
def test_what_is_broken_is_said_beside_its_field_and_nothing_is_saved(client, lead, page, field, text, said):
    answer = save(client, page, **{field: text})

    if said == "Larkwire":  # an open brace alone is only text
        assert answer.status_code == 302
        return
    assert answer.status_code == 200
    html = answer.content.decode()
    assert said in html
    assert not MessageSettings.objects.filter(page=page).exclude(undo_seconds=0).exists()
    assert not MessageText.objects.exists()


def test_the_sample_is_the_mail_as_it_would_leave(client, lead, page):
    sample = reverse("notifications_staff:mail_sample", args=[page.public_id])

    told = client.post(sample, {
        "event": "incident.resolved", "subject": "Over on {{ page }}", "intro": "Hello from us.", "header": "Above.",
        "footer": "Below <script>alert(1)</script>", "sender_name": "Larkwire Status",
    }).json()  # fmt: skip

    assert told["subject"] == "Over on Larkwire"
    assert "Larkwire Status" in told["from"]
    for words in ("Hello from us.", "Above.", "Below"):
        assert words in told["html"]
    assert "<script>" not in told["html"]
    assert "There is no variable" in client.post(sample, {"header": "{{ x }}"}).json()["error"]


def test_a_test_goes_to_oneself_in_the_dress_of_the_page(client, lead, page):
    MessageSettings.objects.create(page=page)
    assert "Send me a test" in client.get(address(page)).content.decode()

    client.post(reverse("notifications_staff:test_message", args=[page.public_id]))

    row = Delivery.objects.get()
    assert (row.person, row.page, row.announcement.event) == (lead, page, Event.PAGE_TEST)


def test_without_an_address_there_is_a_sentence(client, page):
    client.force_login(make.in_group("Engineering Leads", email=""))

    answer = client.post(reverse("notifications_staff:test_message", args=[page.public_id]), follow=True)

    assert "You have no e-mail address" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_support_reads_and_changes_nothing(client, page):
    client.force_login(make.in_group("Support"))
    MessageSettings.objects.create(page=page, header="Ours")

    html = client.get(address(page)).content.decode()
    assert "Ours" in html
    assert "Send me a test" not in html
    assert client.post(address(page), {"undo_seconds": "9"}).status_code == 403
    assert client.post(reverse("notifications_staff:test_message", args=[page.public_id])).status_code == 403
    assert MessageSettings.objects.get().undo_seconds == 0


def test_nobody_without_the_right_sees_a_sample(client, page):
    client.force_login(make.user(permissions=["view_incident"]))

    assert client.post(reverse("notifications_staff:mail_sample", args=[page.public_id]), {}).status_code == 403
    assert client.get(address(page)).status_code in (302, 403)
