"""What a post-mortem quotes of an update that customers read no more, and who is warned of it."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from incidents import actions as incident_actions
from postmortems import actions, home, quoted
from postmortems.models import Paragraph, Version
from postmortems.reading import content_of
from statuspage.checks import truth_postmortems
from tests import factories as make

pytestmark = pytest.mark.django_db

WRONG, RIGHT = "Messages to Frankfurt are lost.", "Messages to Frankfurt are late; none is lost."


@pytest.fixture
def incident():
    incident = make.told(title="SMS delayed", severity="minor", body=WRONG)
    make.update(incident, status="resolved", body="It works again.", override_reason="For a test.")
    incident.refresh_from_db()
    return incident


def first(incident):
    return incident.updates.order_by("posted_at", "pk").first()


def correct(incident):
    return incident_actions.correct_update(first(incident), body=RIGHT, reason="None was lost.", by=None)


def places(postmortem):
    return sorted(each.place for each in quoted.in_content(content_of(postmortem), postmortem.incident))


def test_of_a_published_version_it_is_said_where(incident):
    postmortem = make.published(incident)
    assert quoted.versions_quoting(quoted.current_versions()) == []
    update = correct(incident)
    [(version, quotes)] = quoted.versions_quoting(quoted.current_versions())
    assert version.number == 1
    assert sorted((each.place, each.what, each.update) for each in quotes) == [
        ("Timeline", "corrected", update), ("What customers were told", "corrected", update),
    ]  # fmt: skip
    found = list(truth_postmortems.quoting(timezone.now()))
    assert (
        f"{postmortem.public_id}, version 1 still quotes {update.public_id}, which was corrected (Timeline)." in found
    )


def test_a_draft_that_follows_and_one_that_was_put_right_quote_nothing(incident):
    postmortem = make.postmortem(incident)
    section = postmortem.sections.first()
    actions.add(Paragraph, postmortem, by=None, section=section, text=f"We wrote: *{WRONG}*")
    correct(incident)
    assert places(postmortem) == ["Timeline", section.title]
    for row in (postmortem.events.get(entry__update=first(incident)), postmortem.paragraphs.get(section=section)):
        row.postmortem = postmortem
        actions.change(row, by=None, text=f"Customers read that {RIGHT}")
    assert places(postmortem) == []


def test_what_was_withdrawn_and_stands_again_in_another_update_is_quoted_from_there(incident):
    postmortem = make.published(incident)
    again = make.told(body=WRONG)  # of another incident: that one does not count
    incident_actions.withdraw_update(first(incident), reason="Wrong.", by=None)
    [(_version, quotes)] = quoted.versions_quoting(quoted.current_versions())
    assert {each.what for each in quotes} == {"withdrawn"}
    assert (len(quotes), again.pk != incident.pk, postmortem.stage) == (2, True, "published")


def test_of_versions_without_ids_it_is_the_time_that_tells(incident):
    postmortem = make.published(incident)
    version = postmortem.versions.get()
    for notice in version.content["notices"]:
        assert notice.pop("id").startswith("upd_")
    Version.objects.filter(pk=version.pk).update(content=version.content)
    correct(incident)
    [(_version, quotes)] = quoted.versions_quoting(quoted.current_versions())
    assert "What customers were told" in {each.place for each in quotes}


def test_whoever_corrects_is_warned_and_the_lead_finds_it_at_home_until_it_is_put_right(client, incident):
    lead = make.in_group("Engineering Leads", first_name="Lead")
    postmortem = make.published(incident)
    actions.lead(postmortem, user=lead, by=None)
    person = make.in_group("Support")
    client.force_login(person)
    address = reverse("statuspage_staff:correct", args=[first(incident).public_id])
    update = first(incident)
    given = {"version": incident.version, "body": RIGHT, "tried": "", "next_step": "", "reason": "None was lost."}
    response = client.post(address, given)
    assert response.status_code == 302, response.content.decode()
    said = [str(each) for each in get_messages(response.wsgi_request)]
    assert said[1:] == [
        "The post-mortem still quotes the old text (version 1). Who sees to it has to put it right: Lead."
    ]
    details = [step.detail for step in home.steps(lead, timezone.now()).mine]
    assert details == ["Post-mortem: quotes an update that was corrected or withdrawn since; put it right"]

    client.force_login(lead)
    review = reverse("postmortems_staff:review", args=[postmortem.public_id])
    html = re.sub(r"\s+", " ", client.get(review).content.decode())
    assert "It quotes what customers read nowhere else any more" in html
    assert f"What customers were told: “{WRONG}” The update was corrected since." in html
    actions.revise(postmortem, reason="It quotes what is wrong.", by=lead)
    publish = reverse("postmortems_staff:publish", args=[postmortem.public_id])
    assert "Put it right in the draft before anybody signs" in client.get(publish).content.decode()
    event = postmortem.events.get(entry__update=update)
    event.postmortem = postmortem
    actions.change(event, by=lead, text=RIGHT)
    assert "It quotes what customers" not in client.get(publish).content.decode()
    actions.publish(postmortem, by=lead)
    assert [step.detail for step in home.steps(lead, timezone.now()).mine] == []
    assert list(truth_postmortems.quoting(timezone.now())) == []


def test_looking_costs_the_same(same_queries):
    def one_more():
        incident = make.told(severity="minor", body=WRONG)
        make.update(incident, status="resolved", body="It works again.", override_reason="For a test.")
        incident.refresh_from_db()
        make.published(incident)
        correct(incident)

    one_more()
    with same_queries(at_most=3):
        assert len(quoted.versions_quoting(quoted.current_versions())) == 1
    one_more()
    one_more()
    with same_queries(at_most=3):
        assert len(quoted.versions_quoting(quoted.current_versions())) == 3
