"""Parts that other apps draw on screens of incidents: as they are opened, for the same person, or not at all."""

import pytest

from incidents import actions
from incidents.models import User
from notifications.models import MessageSettings
from postmortems.learning import index
from tests import factories as make
from tests.notifications.sent import leave, post, scene
from tests.parts import drawn, request_of

pytestmark = pytest.mark.django_db
OF_INCIDENT = [
    "composer incident",
    "messages_leaving incident",
    "messages_of update told",
    "similar_incidents incident",
]
TYPED = {"body": "Typed elsewhere", "status": "resolved", "draft": "1"}


@pytest.fixture
def incident():
    """Its last update waits for the end of the undo delay; another one with its title is over."""
    page, incident = scene()
    make.resolved(title=incident.title)
    index.read_marked()
    make.subscriber(page)
    MessageSettings.objects.create(page=page, undo_seconds=30)
    post(incident, page, body="Too <early>.")
    leave()
    incident.refresh_from_db()
    return incident


def part(call, request, incident):
    if "told" in call:
        call = "update_messages incident as told %}{% " + call
    return drawn(call, request, incident=incident, update=incident.updates.get())


@pytest.mark.parametrize("call", [*OF_INCIDENT, "recipients incident.public_id"])
def test_a_part_is_as_it_is_opened_whatever_was_posted_around_it(incident, call):
    person = make.in_group("Support")
    posted = request_of(person, "post", "/admin/?draft=1", TYPED)

    html = part(call, posted, incident)

    assert html
    assert "Typed elsewhere" not in html
    assert without_token(html) == without_token(part(call, request_of(person), incident))
    assert (posted.method, posted.POST["body"], posted.GET["draft"]) == ("POST", "Typed elsewhere", "1")


def test_its_text_is_escaped_once(incident):
    assert "<q>Too &lt;early&gt;.</q>" in part(
        "messages_leaving incident", request_of(make.in_group("Support")), incident
    )


@pytest.mark.parametrize("call", [*OF_INCIDENT, "messages_held incident", "recipients incident.public_id"])
def test_nothing_stands_there_for_whoever_may_not_see_the_incident(incident, call):
    actions.set_audience(incident, audience="restricted", reason="A leak.", by=None)
    incident.refresh_from_db()

    assert part(call, request_of(make.in_group("Support")), incident) == ""


@pytest.mark.parametrize("call", [*OF_INCIDENT, "messages_held", "recipients incident.public_id"])
def test_nothing_stands_there_without_any_right(incident, call):
    assert part(call, request_of(make.user()), incident) == ""


@pytest.mark.parametrize(
    "call", ["open_actions incident", "open_actions_beside incident", "open_actions_beside chosen=chosen"]
)
def test_what_was_agreed_on_before_stands_for_those_only_who_may_see_it(incident, call):
    component = incident.impacts.get().component
    earlier = make.postmortem(make.resolved(affects=[make.affected(component)]))
    make.action_item(earlier, text="Page on <queue age>")
    person = make.in_group("Support")

    def html_for(user):
        return drawn(call, request_of(user), incident=incident, chosen=[str(component.pk), "x", "9" * 30])

    assert "Page on &lt;queue age&gt;" in html_for(person)
    assert html_for(make.user(permissions=["view_incident"])) == html_for(make.user()) == ""
    actions.set_audience(earlier.incident, audience="restricted", reason="A leak.", by=None)
    assert "queue age" not in html_for(make.in_group("Support"))


def test_of_the_pages_only_the_staff_side_reads(incident):
    assert "bw-quiet" in drawn("page_status", request_of(make.user()))
    assert drawn("page_status", request_of(User(is_staff=False))) == ""


@pytest.mark.parametrize("call", ["composer incident", "messages_leaving incident"])
def test_the_token_that_its_form_posts_reaches_the_answer(incident, call):
    request = request_of(make.in_group("Support"))

    assert 'name="csrfmiddlewaretoken" value="' in part(call, request, incident)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]


def without_token(html):
    """The token is masked anew each time; the moment at which the form was read goes on."""
    return [
        line
        for line in html.splitlines()
        if not any(name in line for name in ("csrfmiddlewaretoken", "read_at", "promised_at"))
    ]
