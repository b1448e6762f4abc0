"""Short or full: what changes with the form of a post-mortem, and what never does."""

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from incidents import actions as incident_actions
from incidents.choices import Origin
from incidents.exceptions import DomainError
from postmortems import actions, policy
from postmortems.choices import RecordSection, SectionKind, Visibility, Way
from postmortems.document.redaction import for_customers
from postmortems.models import Cause, Mitigation, Paragraph, Postmortem, Question, Template, TemplateSection
from postmortems.reading import content_of
from tests import factories as make
from tests.walks.walking import WHOLE

pytestmark = pytest.mark.django_db
INTERNAL, CUSTOMERS = Visibility.INTERNAL, Visibility.CUSTOMERS


def read_by_customers(postmortem):
    return repr(for_customers(content_of(Postmortem.objects.get(pk=postmortem.pk))))


def chosen(postmortem, *ways):
    for way in ways:
        postmortem = actions.choose_way(postmortem, way=way, by=None, reason="It is enough.")
    return postmortem


def text_section(title, visibility=CUSTOMERS, way=Way.FULL, position=0):
    facts = {"kind": SectionKind.TEXT, "title": title, "visibility": visibility, "position": position}
    return TemplateSection.objects.create(template=Template.objects.get(way=way), **facts)


@settings(max_examples=80 if WHOLE else 5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=st.lists(st.booleans(), min_size=11, max_size=11), ways=st.lists(st.sampled_from(Way.values[1:])))
def test_no_word_becomes_public_because_the_form_changes(db, marks, ways):
    postmortem = make.postmortem(way="full", severity="minor")
    for number, (section, is_internal) in enumerate(zip(postmortem.sections.all(), marks, strict=True)):
        actions.add(Paragraph, postmortem, by=None, section=section, text=f"Wombat{number}Q")
        if is_internal:
            actions.mark_section(section, visibility=INTERNAL, by=None)
    for number, is_root in enumerate((True, False), start=20):
        actions.add(Cause, postmortem, by=None, text=f"Wombat{number}Q", is_root=is_root)
    actions.add(Mitigation, postmortem, by=None, at=postmortem.incident.started_at, text="Wombat30Q")
    secret = {word for word in [*(f"Wombat{n}Q" for n in range(31))] if word not in read_by_customers(postmortem)}
    for way in ways:
        postmortem = chosen(postmortem, way)
        shown = read_by_customers(postmortem)
        assert [word for word in secret if word in shown] == []
        assert postmortem.paragraphs.standing().filter(text__startswith="Wombat").count() == 11


@pytest.mark.parametrize(("kind", "ways"), [("impact", [Way.SHORT]), ("factors", [Way.SHORT, Way.FULL])])
def test_what_a_person_marked_internal_stays_so(kind, ways):
    postmortem = make.postmortem(way="full", severity="minor")
    actions.mark_section(make.section(postmortem, kind), visibility=INTERNAL, by=None)
    postmortem = chosen(postmortem, *ways)
    assert make.section(postmortem, kind).visibility == INTERNAL


def test_an_empty_text_that_only_the_other_form_has_goes_away():
    postmortem = chosen(make.postmortem(way="full", severity="minor"), Way.SHORT)
    assert not postmortem.sections.filter(kind=SectionKind.TEXT).exists()


@pytest.mark.parametrize("is_resolved", [True, False])
def test_a_section_that_the_other_form_has_not_stays_with_what_was_said_about_it(is_resolved):
    postmortem, by = make.postmortem(way="full", severity="minor"), make.in_group("Reliability")
    said = actions.comment(postmortem, section=make.section(postmortem, "summary"), text="For whom?", by=by)
    actions.resolve_comment(said, resolved=is_resolved, by=by)
    for ways in ([Way.SHORT], [Way.FULL]):
        postmortem = chosen(postmortem, *ways)
        assert [each.section.kind for each in postmortem.comments.all()] == ["summary"]


def test_a_paragraph_that_was_removed_comes_back_in_the_other_form():
    postmortem = make.postmortem(way="full", severity="minor")
    row = actions.add(Paragraph, postmortem, by=None, section=make.section(postmortem, "summary"), text="Wombat")
    actions.remove(row, by=None)
    postmortem = chosen(postmortem, Way.SHORT)
    actions.restore(Paragraph.objects.get(pk=row.pk), by=None)
    assert "Wombat" in read_by_customers(postmortem)


def test_texts_of_their_own_are_the_same_by_their_title():
    text_section("Background")
    text_section("What is next", way=Way.SHORT)
    postmortem = make.postmortem(way="full", severity="minor")
    for title in ("Background", "Lessons for ourselves"):
        actions.add(Paragraph, postmortem, by=None, section=postmortem.sections.get(title=title), text=f"Of {title}.")
    for ways in ([Way.SHORT], [Way.FULL]):
        postmortem = chosen(postmortem, *ways)
        texts = postmortem.sections.filter(kind=SectionKind.TEXT).exclude(title="What is next")
        assert {(each.title, each.visibility, *(row.text for row in each.paragraphs.all())) for each in texts} == {
            ("Background", CUSTOMERS, "Of Background."),
            ("Lessons for ourselves", INTERNAL, "Of Lessons for ourselves."),
        }


@pytest.mark.parametrize(("to", "lands_in"), [("text", "Lessons for ourselves"), ("gone", "Background")])
def test_an_answer_without_a_section_of_its_own_is_read_by_staff_first(to, lands_in):
    text_section("Background")
    postmortem = make.postmortem(way="full", severity="major")
    facts = {"section": RecordSection.DETECTION, "label": "What did you learn?"}
    question = Question.objects.create(template=postmortem.template, goes_to=to, **facts)
    record = actions.start_record(postmortem, by=make.in_group("Engineering"))
    answer = actions.add(Paragraph, postmortem, by=None, record=record, question=question, text="Wombat")
    part = actions.take_over(answer, by=None)
    assert (part.section.title, part.is_internal) == (lands_in, to == "gone")
    assert "Wombat" not in read_by_customers(postmortem)


def test_less_than_the_policy_asks_for_is_chosen_by_who_may_sign_and_with_a_reason(client):
    postmortem, address = make.ready_to_publish(way="full", severity="critical"), "postmortems_staff:way"
    data = {"way": "short", "reason": "It is enough."}
    client.force_login(make.in_group("Support"))
    assert client.post(reverse(address, args=[postmortem.public_id]), data).status_code == 403
    lead = make.in_group("Engineering Leads", first_name="Jun", last_name="Watanabe")
    client.force_login(lead)
    answer = client.post(reverse(address, args=[postmortem.public_id]), data | {"reason": " "})
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"reason"})
    assert Postmortem.objects.get().template.way == Way.FULL
    assert client.post(reverse(address, args=[postmortem.public_id]), data).status_code == 302
    html = client.get(reverse("postmortems_staff:write", args=[postmortem.public_id])).content.decode()
    assert "Short, by choice of Jun Watanabe: It is enough." in html
    assert "It is enough." in postmortem.history.values_list("history_change_reason", flat=True)


def test_nor_is_it_begun_as_less(client):
    incident = make.told(severity="major")
    incident_actions.change_facts(incident, mitigated_at=timezone.now(), by=None)
    for person in (make.in_group("Support"), make.in_group("Reliability")):
        with pytest.raises(DomainError):
            actions.open_postmortem(incident, way=Way.SHORT, by=person)
    made = actions.open_postmortem(incident, way=Way.SHORT, by=person, reason="It is enough.")
    assert (policy.chosen(made).why, policy.chosen(made).who) == ("It is enough.", str(person))


@pytest.mark.parametrize("severity", ["minor", "major"])
def test_once_a_review_was_asked_for_it_becomes_no_less(severity):
    postmortem = make.ready_to_publish(way="full", severity=severity)
    actions.ask_for_review(postmortem, by=None)
    actions.send_back(postmortem, reason="A count is wrong.", by=None)
    with pytest.raises(DomainError, match="stays a full RCA"):
        actions.choose_way(postmortem, way=Way.SHORT, by=None, reason="It is enough.")


def refused_as_short(postmortem, by):
    with pytest.raises(DomainError, match="It has to be incident records and an RCA"):
        actions.publish(Postmortem.objects.get(pk=postmortem.pk), by=by)
    assert not postmortem.versions.published().exists()


def test_facts_that_are_changed_for_a_moment_take_no_review_away():
    support = make.in_group("Support")
    incident = make.resolved(severity="critical")
    postmortem = incident.postmortem
    incident = incident_actions.change_facts(incident, by=support, origin=Origin.EXTERNAL)
    assert policy.way_of(incident).way == Way.NONE
    with pytest.raises(DomainError, match="Who may sign"):
        actions.choose_way(Postmortem.objects.get(pk=postmortem.pk), way=Way.SHORT, by=support, reason="It is enough.")


def test_a_short_form_of_what_turned_out_worse_is_not_published(client):
    support, lead = make.in_group("Support"), make.in_group("Engineering Leads")
    postmortem = make.ready_to_publish(way="short", severity="minor")
    incident_actions.change_facts(postmortem.incident, by=support, severity=make.severity("critical"))
    refused_as_short(postmortem, support)
    refused_as_short(postmortem, lead)
    client.force_login(lead)
    address = reverse("postmortems_staff:write", args=[postmortem.public_id])
    assert "It cannot be published as a short one" in client.get(address).content.decode()
    for way in (Way.FULL, Way.SHORT):
        actions.choose_way(Postmortem.objects.get(pk=postmortem.pk), way=way, by=lead, reason="One query, known cause.")
    assert "It cannot be published as a short one" not in client.get(address).content.decode()
    assert actions.publish(Postmortem.objects.get(pk=postmortem.pk), by=support).published_at


def test_what_was_begun_as_short_before_it_got_worse_and_was_resolved_is_not_published():
    support = make.in_group("Support")
    incident = make.told(severity="minor")
    incident_actions.change_facts(incident, by=None, mitigated_at=timezone.now())
    postmortem = actions.open_postmortem(incident, by=support)
    assert postmortem.template.way == Way.SHORT
    incident_actions.change_facts(incident, by=support, severity=make.severity("critical"))
    make.update(incident, status="resolved", body="Over.", override_reason="Over for the sake of a test.")
    refused_as_short(postmortem, support)


def test_a_next_version_has_the_form_of_what_stands(client):
    postmortem = make.published(way="short", severity="minor")
    incident_actions.change_facts(postmortem.incident, by=None, severity=make.severity("critical"))
    actions.revise(postmortem, reason="63 customers.", by=None)
    client.force_login(make.in_group("Engineering Leads"))
    html = client.get(reverse("postmortems_staff:write", args=[postmortem.public_id])).content.decode()
    assert "It cannot be published as a short one" not in html
    assert actions.publish(Postmortem.objects.get(pk=postmortem.pk), by=None, change="63, not 62.").number == 2
