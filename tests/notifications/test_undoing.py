"""The undo delay: a countdown in the workspace, and a way back that takes the text off the page too."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents import actions
from incidents.exceptions import DomainError, NotAllowed
from notifications.actions import undoing
from notifications.choices import AnnouncementState, DeliveryState
from notifications.models import MessageSettings
from notifications.templatetags.notifications_parts import update_messages
from tests import factories as make
from tests.notifications.sent import deliveries, end, leave, news, post, scene, told
from tests.parts import drawn, request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted():
    page, incident = scene()
    make.subscriber(page)
    MessageSettings.objects.create(page=page, undo_seconds=30)
    update = post(incident, page, body="Too early.")
    leave()
    return page, incident, update


def workspace(incident):
    return reverse("admin:incidents_incident_change", args=[incident.public_id])


def test_called_back_nobody_is_told_and_no_page_shows_it(posted):
    _page, _incident, update = posted
    person = make.in_group("Support")

    undoing.call_back(update, by=person)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        leave()

    update.refresh_from_db()
    assert (update.withdrawn_by, update.withdrawal_reason) == (person, "Called back before its messages left.")
    assert news().get().state == AnnouncementState.CALLED_BACK
    assert not deliveries().exists()


def test_after_its_time_it_is_refused_and_the_update_stays(posted):
    _page, _incident, update = posted

    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=True):
        with pytest.raises(DomainError, match="just left"):
            undoing.call_back(update, by=None)
        leave()

    update.refresh_from_db()
    assert update.withdrawn_at is None
    assert deliveries().count() == 1


def test_only_whoever_may_publish_calls_back(posted):
    with pytest.raises(NotAllowed):
        undoing.call_back(posted[2], by=make.in_group("Engineering"))
    assert news().get().state == AnnouncementState.WAITING


def test_the_workspace_counts_down_and_calls_back(client, posted):
    _page, incident, update = posted
    client.force_login(make.in_group("Support"))
    address = reverse("notifications_staff:call_back", args=[update.public_id])

    html = client.get(workspace(incident)).content.decode()
    assert "Messages leave at" in html
    assert address in html
    assert "Messages have not left yet" in html

    assert client.post(address).headers["Location"] == workspace(incident)
    html = client.get(workspace(incident)).content.decode()
    assert "Called back: nobody was told" in html
    assert address not in html
    composer = reverse("statuspage_staff:composer", args=[incident.public_id])
    assert f"{composer}?draft=1" in html
    assert "Too early." in client.get(f"{composer}?draft=1").content.decode()


def test_two_that_have_not_left_are_told_apart_the_newest_first(posted):
    page, incident, first = posted
    second = post(incident, page, body="We found <it>.")

    html = drawn("messages_leaving incident", request_of(make.in_group("Support")), incident=incident)

    older, newer = (reverse("notifications_staff:call_back", args=[row.public_id]) for row in (first, second))
    places = [html.index(text) for text in ("<q>We found &lt;it&gt;.</q>", newer, "<q>Too early.</q>", older)]
    assert places == sorted(places)
    assert html.count(", posted ") == 2


def test_engineering_sees_the_countdown_without_the_button(client, posted):
    _page, incident, update = posted
    client.force_login(make.in_group("Engineering"))

    html = client.get(workspace(incident)).content.decode()

    assert "Messages leave at" in html
    assert reverse("notifications_staff:call_back", args=[update.public_id]) not in html


def test_too_late_is_said_and_nothing_is_taken_off(client, posted):
    _page, _incident, update = posted
    client.force_login(make.in_group("Support"))

    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=True):
        answer = client.post(reverse("notifications_staff:call_back", args=[update.public_id]), follow=True)

    assert "Its messages have just left" in answer.content.decode()
    update.refresh_from_db()
    assert update.withdrawn_at is None


# Under each update: who was told


def under(person, incident):
    """What stands under each update, by its public id."""
    request, told = request_of(person), update_messages({"request": request_of(person)}, incident)
    updates = {row.public_id: row for row in incident.updates.all()}
    return {each: drawn("messages_of update told", request, update=updates[each], told=told) for each in told}


def test_told_of_how_many_and_how_many_fail(client):
    page, incident = scene()
    told(page, incident, readers=5)
    rows = list(deliveries())
    end(rows[:3], DeliveryState.SENT)
    end(rows[3:4], DeliveryState.FAILED)
    end(rows[4:], DeliveryState.CANCELLED)
    person = make.in_group("Support")
    client.force_login(person)

    [line] = under(person, incident).values()

    assert "Told 3 of 4, 1 failing" in line
    assert "Told 3 of 4, 1 failing" in client.get(workspace(incident)).content.decode()


def test_on_the_way_told_all_and_nobody_on_purpose():
    page, incident = scene()
    told(page, incident, readers=2)
    silent = post(incident, page, body="Not for mail.", deliver_notifications=False)
    first = incident.updates.order_by("pk").first()
    person = make.in_group("Support")

    lines = under(person, incident)
    assert "Told 0 of 2, 2 on the way" in lines[first.public_id]
    assert "Nobody told, on purpose" in lines[silent.public_id]
    end(deliveries(), DeliveryState.SENT)
    assert "Told 2<" in under(person, incident)[first.public_id]


def test_the_queries_do_not_follow_the_updates(same_queries):
    page, incident = scene()
    told(page, incident)
    person = make.in_group("Support")
    under(person, incident)
    with same_queries(at_most=10):
        under(person, incident)
    for _n in range(4):
        told(page, incident, readers=1)
    with same_queries(at_most=10):
        assert len(under(person, incident)) == 5


def test_who_may_not_see_the_incident_learns_nothing(client):
    page, incident = scene()
    told(page, incident)
    incident.refresh_from_db()
    actions.set_audience(incident, audience="restricted", reason="A leak.", by=None)
    client.force_login(make.in_group("Support"))

    assert client.get(reverse("notifications_staff:recipients", args=[incident.public_id])).status_code == 404
