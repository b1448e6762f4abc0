"""Short or full: what changes with the form of a post-mortem, and what never does."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from postmortems import actions
from postmortems.choices import RecordSection, SectionKind, Visibility, Way
from postmortems.document.redaction import for_customers
from postmortems.models import Cause, Mitigation, Paragraph, Postmortem, Question, Template, TemplateSection
from postmortems.reading import content_of
from tests import factories as make

pytestmark = pytest.mark.django_db
INTERNAL, CUSTOMERS = Visibility.INTERNAL, Visibility.CUSTOMERS


def read_by_customers(postmortem):
    return repr(for_customers(content_of(Postmortem.objects.get(pk=postmortem.pk))))


def chosen(postmortem, *ways):
    for way in ways:
        postmortem = actions.choose_way(postmortem, way=way, by=None)
    return postmortem


def text_section(title, visibility=CUSTOMERS, way=Way.FULL, position=0):
    facts = {"kind": SectionKind.TEXT, "title": title, "visibility": visibility, "position": position}
    return TemplateSection.objects.create(template=Template.objects.get(way=way), **facts)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
