"""A published post-mortem is told: to whom, when, in which words, and when not any more."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings as examples_of, strategies as st

from incidents import actions as incident_actions
from incidents.choices import Audience
from notifications.announcements import forecast
from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Transport, WebhookFormat
from notifications.content import postmortem_version, reasons
from notifications.messages.bodies import written
from notifications.messages.kinds import kind_of
from notifications.messages.mail import prepare
from notifications.messages.outgoing import News
from notifications.models import Announcement, Delivery, MessageSettings, Subscriber
from notifications.sending.outgoing import Batch, dress_of
from postmortems import actions
from postmortems.document import frozen
from postmortems.document.redaction import for_customers
from postmortems.models import Version
from statuspage.documents import api_v2
from statuspage.documents.state import derive
from statuspage.snapshot.load import load
from tests import factories as make
from tests.notifications.sent import end, leave, post, scene
from tests.parts import drawn, request_of
from tests.postmortems.examples import LONG
from tests.statuspage.test_postmortems import marked, names, secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def over():
    """Larkwire's page with an incident that is over, and nobody subscribed."""
    page, incident = scene()
    post(incident, page, status="resolved", body="It works again.")
    leave()
    incident.refresh_from_db()
    return page, incident


def publish(incident, **how):
    made = make.ready_to_publish(incident)
    actions.publish(made, by=None, **how)
    made.refresh_from_db()
    leave()
    return made


def announced():
    return Announcement.objects.filter(kind=Kind.POSTMORTEM).order_by("pk")


def told():
    return {row.subscriber for row in Delivery.objects.filter(announcement__kind=Kind.POSTMORTEM)}


def sent():
    """What leaves, and what is held back from leaving."""
    batch = Batch(Delivery.objects.filter(announcement__kind=Kind.POSTMORTEM).values_list("pk", flat=True))
    return batch.outgoing, list(batch.cancelled.values())


# To whom


def test_it_reaches_those_who_asked_for_post_mortems_and_those_who_were_told(over):
    page, _incident = over
    heard = make.subscriber(page, scope={"kind": Kind.INCIDENT})
    other, incident = page, make.confirmed(affects=[page.components.get()])
    post(incident, other, body="It is down.")
    leave()
    late = make.subscriber(page, scope={"kind": Kind.INCIDENT})  # came when it was over
    everything, reports = make.subscriber(page), make.subscriber(page, scope={"kind": Kind.POSTMORTEM})
    make.subscriber(page, scope={"kind": Kind.MAINTENANCE})
    make.subscriber(make.page(make.component(name="Voice")))
    hook = make.subscriber(page, transport=Transport.WEBHOOK)
    Subscriber.objects.filter(pk=late.pk).update(paused_at=None)
    incident = incident_actions.change_stage(incident, status="resolved", override_reason="Over.", by=None)

    publish(incident)

    assert told() == {heard, everything, reports, hook}
    assert announced().get().event == Event.POSTMORTEM_PUBLISHED


def test_each_address_gets_one_message_however_many_scopes_match(over):
    page, incident = over
    reader = make.subscriber(page)
    make.subscription(reader, page, kind=Kind.POSTMORTEM)
    make.subscription(reader, page, component=page.components.get())
    publish(incident)
    assert Delivery.objects.filter(announcement__kind=Kind.POSTMORTEM).count() == 1


def test_nobody_is_told_on_purpose(over):
    page, incident = over
    make.subscriber(page)
    publish(incident, notify=False)
    assert (announced().get().state, told()) == (AnnouncementState.SILENT, set())


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_of_what_is_not_public_nobody_is_told(over, audience):
    page, incident = over
    make.subscriber(page)
    incident_actions.set_audience(incident, audience=audience, reason="It is ours.", by=None)
    publish(incident)
    assert not announced().exists()


def test_the_number_is_known_before(over, same_queries):
    page, incident = over
    made = make.ready_to_publish(incident)
    person = make.in_group("Engineering Leads")
    assert made.incident.severity
    for number in range(20):
        make.subscriber(page, scope={"kind": Kind.POSTMORTEM})
        if number in (0, 19):
            with same_queries(at_most=20):
                found = forecast.forecast_postmortem(made)
    assert found.numbers == {Transport.EMAIL: 20}
    part = " ".join(drawn("postmortem_recipients postmortem", request_of(person), postmortem=made).split())
    assert "<b>20</b> subscribers by mail" in part
    assert drawn("postmortem_recipients postmortem", request_of(make.in_group("Viewers")), postmortem=made) == ""


# When, and when not any more


def test_it_waits_for_the_undo_delay_and_is_called_back_when_withdrawn(over):
    page, incident = over
    make.subscriber(page)
    MessageSettings.objects.create(page=page, undo_seconds=60)
    made = publish(incident)
    assert announced().get().state == AnnouncementState.WAITING
    actions.withdraw(made, reason="It named a customer.", by=None)
    assert announced().get().state == AnnouncementState.CALLED_BACK


def test_restricted_before_it_left_it_does_not_leave(over):
    page, incident = over
    make.subscriber(page)
    made = publish(incident)
    incident_actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    assert sent() == ([], [reasons.IS_NOT_PUBLIC])
    assert set(Delivery.objects.filter(announcement__kind=Kind.POSTMORTEM).values_list("state", flat=True)) == {
        DeliveryState.CANCELLED
    }
    assert made.incident == incident


def test_withdrawn_after_it_was_written_it_does_not_leave(over):
    page, incident = over
    make.subscriber(page)
    made = publish(incident)
    now = timezone.now()  # a worker has it in hand
    Delivery.objects.update(state=DeliveryState.SENDING, holder="worker", claimed_at=now, leased_until=now)
    actions.withdraw(made, reason="It named a customer.", by=None)
    assert sent() == ([], [reasons.IS_POSTMORTEM_WITHDRAWN])


def test_a_storm_holds_it_back(over):
    page, incident = over
    make.subscriber(page)
    MessageSettings.objects.create(page=page, storm_limit=1)
    publish(incident)
    leave()
    held, inside = announced()
    assert (held.state, inside.event) == (AnnouncementState.HELD, Event.STAFF_HELD)
    assert inside.content["title"] == incident.title


def correct(made, **how):
    actions.revise(made, reason="The count was wrong.", by=None)
    actions.change(made.assessments.of_document().get(), by=None, customers=63)
    actions.publish(made, by=None, change="The count is 63, not 62.", **how)
    leave()


def test_a_correction_is_told_only_where_its_author_asks(over):
    page, incident = over
    reader = make.subscriber(page)
    made = publish(incident)
    end(Delivery.objects.filter(subscriber=reader), DeliveryState.SENT)
    correct(made, notify=False)
    assert [row.event for row in announced().exclude(state=AnnouncementState.SILENT)] == ["postmortem.published"]
    correct(made, notify=True)
    assert announced().last().event == "postmortem.corrected"
    mail = next(each for each in sent()[0] if each.news.event == "postmortem.corrected")
    assert b"[Larkwire: Post-mortem corrected] SMS delayed in Frankfurt" in prepare(mail).head
    assert "The count is 63, not 62." in text_of(mail)


def test_what_has_not_left_leaves_with_the_version_that_stands(over):
    page, incident = over
    make.subscriber(page)
    MessageSettings.objects.create(page=page, undo_seconds=60)
    made = publish(incident)
    correct(made, notify=True)
    row = announced().get()
    MessageSettings.objects.update(undo_seconds=0)
    Announcement.objects.update(release_at=row.created_at)
    leave()
    (mail,) = sent()[0]
    assert (mail.news.event, mail.news.content["number"]) == ("postmortem.published", 2)
    assert "63 of 4,100" in text_of(mail)


def test_corrected_after_it_was_written_it_leaves_corrected(over):
    page, incident = over
    make.subscriber(page)
    made = publish(incident)
    correct(made, notify=False)
    (mail,) = sent()[0]
    assert "63 of 4,100" in text_of(mail)


# In which words


def text_of(outgoing):
    """The words of its mail."""
    page = outgoing.page
    said = kind_of(outgoing.news, page).said(outgoing.news, page, _utc(), "")
    return "\n".join([said.title, said.change, said.body, *(text for _question, text in said.answers)])


def _utc():
    from zoneinfo import ZoneInfo

    return ZoneInfo("UTC")


def test_the_mail_stands_in_the_thread_of_the_incident(over):
    page, incident = over
    make.subscriber(page)
    publish(incident)
    (mail,) = sent()[0]
    prepared = prepare(mail)
    assert b"Subject: [Larkwire: Post-mortem] SMS delayed in Frankfurt" in prepared.head
    assert prepared.thread == incident.public_id
    assert prepared.list_url
    whole = unescape(prepared.addressed(mail).decode())
    assert f"postmortems/{incident.postmortem.public_id}/" in whole.replace("=\r\n", "")


def test_chats_and_programs_get_it(over):
    page, incident = over
    for transport in (Transport.SLACK, Transport.TEAMS, Transport.DISCORD):
        make.subscriber(page, transport=transport)
    make.subscriber(page, transport=Transport.WEBHOOK)
    made = publish(incident)
    bodies = {each.recipient.transport: json.loads(written(each)[1]) for each in sent()[0]}
    assert all(f"postmortems/{made.public_id}/" in json.dumps(body) for body in bodies.values())
    hook = bodies[Transport.WEBHOOK]
    assert (hook["type"], hook["data"]["incident"]["status"]) == ("postmortem.published", "postmortem")
    assert hook["data"]["postmortem"]["id"] == made.public_id
    assert hook["data"]["postmortem"]["body"].startswith("## ")


def test_a_reader_of_statuspages_webhooks_gets_the_incident_with_its_post_mortem(over):
    page, incident = over
    make.subscriber(page, transport=Transport.WEBHOOK, format=WebhookFormat.STATUSPAGE)
    publish(incident)
    (each,) = sent()[0]
    body = json.loads(written(each)[1])["incident"]
    assert (body["id"], body["status"]) == (incident.public_id, "postmortem")
    assert body["postmortem_body"] == body["incident_updates"][0]["body"]
    assert [row["status"] for row in body["incident_updates"]] == ["postmortem", "resolved"]
    assert body["postmortem_published_at"] == body["incident_updates"][0]["created_at"]
    assert (body["postmortem_notified_subscribers"], body["postmortem_ignored"]) == (True, False)


@pytest.mark.parametrize("number", [1, 2])
def test_webhooks_and_the_api_say_the_same_times(over, number):
    page, incident = over
    make.subscriber(page, transport=Transport.WEBHOOK, format=WebhookFormat.STATUSPAGE)
    made = publish(incident)
    if number == 2:
        actions.revise(made, reason="The count was wrong.", by=None)
        actions.change(made.assessments.of_document().get(), by=None, customers=63)
        actions.publish(made, by=None, change="The count is 63, not 62.", notify=True)
        leave()
    told = json.loads(written(sent()[0][-1])[1])["incident"]
    snapshot = load(page.pk, touched=None, now=timezone.now())
    (api,) = [each for each in api_v2.bodies(snapshot, derive(snapshot))["incidents"]()["incidents"]
              if each["id"] == incident.public_id]  # fmt: skip
    same = [key for key in api if key.endswith("_at") or key in ("shortlink", "postmortem_body")]
    assert len(same) > 6
    assert {key: told[key] for key in same} == {key: api[key] for key in same}
    rows = [[(row["status"], row["body"], row["created_at"], row["updated_at"], row["display_at"])
             for row in each["incident_updates"]] for each in (told, api)]  # fmt: skip
    assert rows[0] == rows[1]


def test_a_long_one_stays_below_what_webhooks_may_weigh(over):
    page, incident = over
    make.subscriber(page, transport=Transport.WEBHOOK, format=WebhookFormat.STATUSPAGE)
    make.subscriber(page, transport=Transport.WEBHOOK)
    made = make.ready_to_publish(incident)
    paragraph = made.paragraphs.of_document().first()
    actions.change(paragraph, by=None, text="Words of a report. " * 500)
    for _more in range(4):
        actions.add(type(paragraph), made, by=None, section=paragraph.section, text="Words of a report. " * 500)
    actions.publish(made, by=None)
    leave()
    bodies = [written(each)[1] for each in sent()[0]]
    assert max(map(len, bodies)) < 20_000
    address = f"/postmortems/{made.public_id}/"
    for body in map(json.loads, bodies):
        text = body["incident"]["postmortem_body"] if "incident" in body else body["data"]["postmortem"]["body"]
        assert text.endswith(address)  # told briefly, and where the whole of it is: not cut off
        assert "**What prevents it:** " in text


def said_in_every_form(announcement_content, page):
    """The text of each message that there is of it."""
    dress = dress_of(page)
    news = News("ann_x", "postmortem.published", announcement_content, thread="inc_x")
    outgoing = make_outgoing(news, dress)
    yield "".join(piece.decode() for piece in prepare(outgoing).pieces)
    for transport in (Transport.SLACK, Transport.TEAMS, Transport.DISCORD, Transport.WEBHOOK):
        for shape in WebhookFormat if transport == Transport.WEBHOOK else [WebhookFormat.STANDARD]:
            recipient = replace(outgoing.recipient, transport=transport, format=shape)
            yield written(replace(outgoing, recipient=recipient))[1].decode()


def make_outgoing(news, page):
    from notifications.messages.outgoing import Outgoing, Recipient

    recipient = Recipient(Transport.EMAIL, "reader@example.com", token="sub_x.y")
    return Outgoing(1, "ann_x.1", news, page, recipient)


@examples_of(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_internal_is_in_any_message(over, data):
    page, incident = over
    content = marked(secrets(LONG), data.draw)
    made = make.postmortem(incident)
    made.versions.all().delete()
    at = incident.resolved_at
    Version.objects.create(
        postmortem=made, number=1, content=frozen.dump(content), digest="d", customers_digest="c", approved_at=at,
        published_at=at,
    )  # fmt: skip
    version = made.versions.get()
    told = postmortem_version.of_version(version, [page], is_correction=False)
    allowed = names(for_customers(content))
    for text in said_in_every_form(told, page):
        assert names(re.sub(r"=\r?\n", "", text)) <= allowed
    assert names(told) <= allowed
