"""The screens of a post-mortem, from the list to the review: each answers, says what is true and leads on."""

import pytest
from django.urls import reverse

from incidents import actions as incident_actions
from incidents.actions import change_stage
from postmortems import actions
from postmortems.choices import Stage, Way
from postmortems.models import Paragraph, Postmortem
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads", first_name="Priya", last_name="Nair")
    client.force_login(person)
    return person


def at(name, postmortem, *args):
    return reverse(f"postmortems_staff:{name}", args=[postmortem.public_id, *args])


def page(client, address, status=200, **data):
    response = client.get(address, data)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_the_list_leads_with_what_is_owed_and_says_what_is_late(client, lead):
    make.published()
    make.postmortem(way="full", severity="major", title="Voice calls dropped")
    html = page(client, reverse("postmortems_staff:postmortems"))
    assert "1 is not published yet." in html
    assert html.index("Voice calls dropped") < html.index("SMS delayed")
    assert "SMS delayed" not in page(client, reverse("postmortems_staff:postmortems"), stage="draft")
    assert "Nothing found" in page(client, reverse("postmortems_staff:postmortems"), q="no such title")


def test_the_list_says_whose_incident_is_open_again(client, lead):
    postmortem = make.postmortem(make.resolved(severity="major"), way="full", by=lead)
    actions.draft_from_facts(postmortem, by=None)
    address = reverse("postmortems_staff:postmortems")
    assert "Its incident is" not in page(client, address)
    incident_actions.reopen(postmortem.incident, reason="It is back.", by=None)
    assert "Its incident is open again" in page(client, address)


def test_the_list_costs_the_same_for_many(client, lead, same_queries):
    for _round in range(2):
        for _each in range(1 if _round == 0 else 8):
            make.postmortem(way="full", severity="major")
        with same_queries(at_most=24):
            client.get(reverse("postmortems_staff:postmortems"))


def test_an_incident_leads_to_its_post_mortem_with_the_reason(client, lead):
    incident = make.resolved(origin="external")
    address = reverse("postmortems_staff:begin", args=[incident.public_id])
    assert "None is asked for, because it was minor" in page(client, address)
    response = client.post(address, {"way": "short"})
    assert response.status_code == 302
    assert incident.postmortem.template.way == Way.SHORT
    assert client.get(address).url == response.url


def test_before_it_is_over_none_is_begun(client, lead):
    address = reverse("postmortems_staff:begin", args=[make.told().public_id])
    assert "neither mitigated nor resolved" in page(client, address)
    assert client.post(address, {"way": "short"}).status_code == 422


def test_what_is_missing_stands_before_anybody_is_asked_and_leads_there(client, lead):
    postmortem = make.postmortem(way="full", severity="major")
    html = page(client, at("review", postmortem))
    assert "Summary is empty" in html
    section = make.section(postmortem, "summary")
    assert f"{at('write', postmortem)}#section-{section.pk}" in html
    response = client.post(at("ask", postmortem), {"version": postmortem.version})
    assert response.status_code == 422
    assert Postmortem.objects.get(pk=postmortem.pk).stage == Stage.DRAFT


def test_it_is_asked_for_signed_and_published_through_its_screens(client, lead):
    postmortem = make.ready_to_publish(way="full", severity="major")
    client.post(at("ask", postmortem), {"version": postmortem.version, "change": "First."})
    version = postmortem.versions.get()
    html = page(client, at("review", postmortem))
    assert "Your sign-off is asked for" in html
    for group in ("Reliability", "Engineering Leads", "Managers"):
        client.force_login(make.in_group(group))
        client.post(at("sign", postmortem), {"role": group, "digest": version.digest})
    assert "Every role has signed" in page(client, at("review", postmortem))
    postmortem.refresh_from_db()
    html = page(client, at("publish", postmortem))
    assert "Version 1 is published as it was signed" in html
    client.post(at("publish", postmortem), {"version": postmortem.version, "notify": "on"})
    postmortem.refresh_from_db()
    assert postmortem.stage == Stage.PUBLISHED
    assert "Version 1 is published" in page(client, at("review", postmortem))


def test_it_is_sent_back_and_put_right_with_a_reason(client, lead):
    postmortem = make.ready_to_publish(way="full", severity="major")
    actions.ask_for_review(postmortem, by=None)
    postmortem.refresh_from_db()
    assert client.post(at("send_back", postmortem), {"version": postmortem.version}).status_code == 422
    data = {"version": postmortem.version, "reason": "Cause 1 is not the cause."}
    assert client.post(at("send_back", postmortem), data).status_code == 302
    assert "Cause 1 is not the cause." in page(client, at("review", postmortem))


def test_who_read_an_older_version_reads_why_nothing_was_done(client, lead):
    postmortem = make.ready_to_publish()
    actions.lead(postmortem, user=lead, by=None)
    response = client.post(at("publish", postmortem), {"version": postmortem.version})
    assert response.status_code == 412
    assert "Somebody changed this post-mortem" in response.content.decode()


def test_customers_read_it_without_what_is_internal(client, lead):
    postmortem = make.ready_to_publish()
    section = make.section(postmortem, "root_cause")
    actions.add(Paragraph, postmortem, by=None, section=section, text="The contract names 400.", is_internal=True)
    assert "The contract names 400." in page(client, at("document", postmortem))
    html = page(client, at("document", postmortem), **{"for": "customers"})
    assert "The contract names 400." not in html
    assert "1 part is internal and left out" in html


def test_a_share_of_customers_is_said_once_and_the_same_everywhere(client, lead):
    postmortem = make.ready_to_publish()
    actions.change(postmortem.assessments.of_document().get(), by=None, customers=4, customers_total=4100)
    for name in ("review", "write"):
        assert "of 4,100 (under 0.1\u00a0%)" in page(client, at(name, postmortem))
    actions.change(postmortem.assessments.of_document().get(), by=None, customers=410)
    assert "of 4,100 (10\u00a0%)" in page(client, at("review", postmortem))


def test_a_comment_is_made_and_answered(client, lead):
    postmortem = make.ready_to_publish()
    section = make.section(postmortem, "impact")
    client.post(at("comment", postmortem), {"section": section.pk, "text": "How many messages?"})
    comment = postmortem.comments.get()
    assert "How many messages?" in page(client, at("review", postmortem))
    client.post(at("resolve_comment", postmortem, comment.pk), {"from": "review"})
    comment.refresh_from_db()
    assert comment.resolved_by == lead
    assert "1 is answered." in page(client, at("review", postmortem))
    client.post(at("resolve_comment", postmortem, comment.pk), {"open": "1"})
    comment.refresh_from_db()
    assert comment.resolved_at is None


def test_the_meeting_is_put_on_the_record(client, lead):
    postmortem = make.ready_to_publish(way="full", severity="major")
    data = {"at": "2026-11-21T10:00", "minutes": "40", "attendees": [lead.pk], "text": "One region a day."}
    assert client.post(at("meeting", postmortem), data).status_code == 302
    html = page(client, at("review", postmortem))
    assert "One region a day." in html
    assert "Priya Nair" in html
    for wrong in (
        {"attendees": ["9" * 20]},
        {"attendees": ["x"]},
        {"at": "9999-12-31T23:59"},
        {"at": "0001-01-01T00:00"},
    ):
        assert client.post(at("meeting", postmortem), data | wrong).context["form"].errors.keys() == wrong.keys()


def test_two_versions_stand_side_by_side(client, lead):
    postmortem = make.published()
    actions.revise(postmortem, reason="The count was wrong.", by=None)
    actions.change(postmortem.assessments.of_document().get(), by=None, customers=63)
    actions.publish(postmortem, by=None, change="63, not 62.")
    html = page(client, at("version", postmortem, 2), **{"with": 1})
    assert "<del>62</del>" in html
    assert "<ins>63</ins>" in html
    assert page(client, at("version", postmortem, 1))
    assert client.get(at("version", postmortem, 9)).status_code == 404
    assert client.get(at("version", postmortem, 2), {"with": "9" * 40}).status_code == 200


def test_the_history_says_who_changed_what(client, lead):
    postmortem = make.ready_to_publish()
    paragraph = postmortem.paragraphs.first()
    actions.change(paragraph, by=lead, text="Other words.")
    html = page(client, at("history", postmortem))
    assert "Priya Nair" in html
    assert "Other words." in html


@pytest.mark.parametrize("name", ["review", "document", "history", "write", "publish", "withdraw", "way", "meeting"])
def test_who_may_not_see_the_incident_finds_nothing(client, lead, name):
    incident = make.restricted(severity="minor")
    postmortem = make.postmortem(change_stage(incident, status="resolved", override_reason="Over.", by=None))
    assert client.get(at(name, postmortem)).status_code == 404
    assert postmortem.incident.title not in page(client, reverse("postmortems_staff:postmortems"))


def test_the_form_is_changed_and_what_was_written_stays(client, lead):
    postmortem = make.ready_to_publish()
    client.post(at("way", postmortem), {"way": "full", "version": postmortem.version})
    postmortem.refresh_from_db()
    assert postmortem.template.way == Way.FULL
