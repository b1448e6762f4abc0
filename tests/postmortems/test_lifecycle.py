"""From a resolved incident to a published post-mortem, through the actions: what is asked for, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Audience, Origin, Status
from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from postmortems import actions, gates
from postmortems.choices import EventKind, Reader, Stage, Way
from postmortems.document.redaction import for_customers
from postmortems.editions import edition_of
from postmortems.exceptions import PublicationGateNotMet
from postmortems.models import ActionItem, Cause, Mitigation, Paragraph, Postmortem, Version
from postmortems.offered_events import offered
from postmortems.reading import content_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def fresh(postmortem):
    return Postmortem.objects.get(pk=postmortem.pk)


def test_what_a_policy_asks_for_is_owed_from_the_resolution_on():
    incident = make.resolved(severity="major")
    postmortem = incident.postmortem
    assert postmortem.template.way == Way.FULL
    assert postmortem.owed_since == incident.resolved_at
    assert (postmortem.record_limit, postmortem.publish_limit) == (24 * 60, 48 * 60)


@pytest.mark.parametrize(
    ("facts", "way"),
    [
        ({"severity": "minor"}, Way.SHORT),
        ({"severity": "critical"}, Way.FULL),
        ({"severity": "critical", "origin": Origin.EXTERNAL}, None),
    ],
)
def test_the_way_follows_origin_and_severity(facts, way):
    incident = make.resolved(**facts)
    found = Postmortem.objects.filter(incident=incident).first()
    assert (found and found.template.way) == way


def test_drills_and_what_was_recorded_afterwards_owe_none():
    drill = make.drill(severity="major")
    make.update(drill, status="resolved", override_reason="Over.")
    make.backfilled(severity="major")
    assert not Postmortem.objects.exists()


def is_back(incident, way):
    if way == "reopened":
        incident_actions.reopen(incident, reason="It is back.", by=None)
    else:
        incident_actions.unresolve(incident, reason="Delays again.", by=None)


@pytest.mark.parametrize("way", ["reopened", "taken back"])
def test_what_nobody_touched_goes_with_the_resolution_that_began_it(way):
    incident = make.resolved(severity="major")
    is_back(incident, way)
    assert not Postmortem.objects.exists()
    make.update(incident, status="resolved", override_reason="Over again.")
    assert Postmortem.objects.get().incident == incident


WORK = {
    "drafted": lambda postmortem: actions.draft_from_facts(postmortem, by=None),
    "asked": lambda postmortem: actions.invite(postmortem, people=[make.in_group("Reliability")], by=None),
    "led": lambda postmortem: actions.lead(postmortem, user=make.in_group("Reliability"), by=None),
    "written": lambda postmortem: actions.add_cause(postmortem, is_root=True, by=None),
    "of another form": lambda postmortem: actions.choose_way(postmortem, way=Way.SHORT, reason="Small.", by=None),
}


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("way", ["reopened", "taken back"])
def test_what_has_work_in_it_stays(way, work):
    incident = make.resolved(severity="major")
    WORK[work](incident.postmortem)
    is_back(incident, way)
    assert Postmortem.objects.get().incident == incident


@pytest.mark.parametrize(("way", "left"), [("reopened", 1), ("taken back", 0)])
def test_a_promise_goes_only_with_the_all_clear_that_made_it(way, left):
    incident = make.resolved(severity="major")
    actions.promise(incident, minutes=60, by=make.in_group("Support"))
    is_back(incident, way)
    assert Postmortem.objects.count() == left


def test_one_that_somebody_began_stays():
    incident = make.resolved(severity="major", origin=Origin.EXTERNAL)
    actions.open_postmortem(incident, by=make.in_group("Reliability"), way=Way.SHORT)
    is_back(incident, "reopened")
    assert Postmortem.objects.get().incident == incident


def test_resolved_again_it_is_owed_from_then():
    incident = make.resolved(severity="major")
    actions.draft_from_facts(incident.postmortem, by=None)
    before = fresh(incident.postmortem).owed_since
    incident_actions.reopen(incident, reason="It is back.", by=None)
    make.update(incident, status="resolved", override_reason="Over again.")
    incident.refresh_from_db()
    after = fresh(incident.postmortem)
    assert after.owed_since == incident.resolved_at > before


def test_a_draft_begins_with_what_the_facts_tell():
    incident = make.resolved(severity="minor", body="Reports open slowly.")
    incident_actions.change_facts(incident, customers_affected=62, by=None)
    postmortem = make.postmortem(incident)
    texts = [event.text for event in postmortem.events.standing()]
    assert any("Reports open slowly." in text for text in texts)
    assert postmortem.assessments.get().customers == 62
    assert postmortem.paragraphs.get().text == "It works again."
    assert not actions.draft_from_facts(postmortem, by=None).events.filter(removed_at__isnull=False)


def test_what_was_written_for_staff_is_not_drafted_for_customers():
    incident = make.resolved(severity="minor")
    facts = {"data_impact": True, "data_impact_note": "14 rows of Wombat", "customer_impact": "Wombat cannot log in."}
    postmortem = make.postmortem(incident_actions.change_facts(incident, by=None, **facts))
    assert "Wombat cannot log in." in repr(content_of(postmortem))
    assert "Wombat" not in repr(for_customers(content_of(postmortem)))


def test_components_that_no_page_names_are_named_to_staff_only():
    page = make.page(make.component(name="SMS"))
    postmortem = make.postmortem(page=page, affects=[page.components.get(), make.component(name="Billing core")])
    lines = offered(postmortem.incident)
    assert {line.is_public for line in lines if "Billing core" in line.text} == {False}
    assert "Billing core" not in " ".join(event.text for event in for_customers(content_of(postmortem)).events)


def test_customers_read_no_gap_where_a_cause_is_for_staff():
    postmortem = make.postmortem(way="full", severity="major")
    facts = [("Factor", False, False), ("Root for staff", True, True), ("Root", True, False), ("Second", False, False)]
    for text, is_root, is_internal in facts:
        actions.add(Cause, postmortem, by=None, text=text, is_root=is_root, is_internal=is_internal)

    def numbers(read=lambda content: content):
        return {each.text: each.number for each in read(content_of(fresh(postmortem))).causes}

    assert numbers() == {"Root": 1, "Factor": 2, "Second": 3, "Root for staff": 4}
    actions.mark_section(make.section(postmortem, "root_cause"), visibility="internal", by=None)
    assert numbers(for_customers) == {"Factor": 1, "Second": 2}


def test_the_end_is_offered_once_with_the_words_of_its_update():
    incident = make.resolved()
    ends = [line.text for line in offered(incident) if line.kind == EventKind.RESOLVED]
    assert ends == ["Resolved: It works again."]
    assert "Resolved" not in [line.text for line in offered(incident)]
    by_hand = incident_actions.change_stage(
        make.told(severity="minor"), status=Status.RESOLVED, override_reason="Over.", by=None
    )
    assert [line.text for line in offered(by_hand) if line.kind == EventKind.RESOLVED] == ["Resolved"]


def test_a_short_one_is_published_in_one_act():
    postmortem = make.ready_to_publish()
    version = actions.publish(postmortem, by=None)
    postmortem = fresh(postmortem)
    assert postmortem.stage == Stage.PUBLISHED
    assert (version.number, version.published_at is not None) == (1, True)
    assert postmortem.standing == version
    assert Postmortem.objects.public().get() == postmortem


def test_a_gate_that_is_not_met_lets_nothing_through():
    postmortem = make.postmortem()
    with pytest.raises(PublicationGateNotMet) as refusal:
        actions.publish(postmortem, by=None)
    assert {missing.gate for missing in refusal.value.missing} == {"sections"}
    assert not Version.objects.exists()
    assert fresh(postmortem).stage == Stage.DRAFT


def test_an_action_that_nobody_wrote_yet_may_replace_a_measure_and_counts_for_nothing():
    postmortem = make.postmortem(way="full", severity="major")
    measure = actions.add(Mitigation, postmortem, by=None, at=timezone.now(), text="Restarted.", lasts="temporary")
    action = actions.add(ActionItem, postmortem, by=None)
    actions.link(action, measure, on=True, by=None)
    content = content_of(postmortem)
    assert ([each.fixes for each in content.mitigations], content.actions) == ([()], ())
    assert "fixes" in {missing.gate for missing in gates.missing(content)}


def test_a_full_one_is_signed_by_every_role_before_it_is_published():
    postmortem = make.ready_to_publish(way="full", severity="major")
    with pytest.raises(DomainError, match="not approved"):
        actions.publish(postmortem, by=None)
    version = actions.ask_for_review(postmortem, by=None)
    with pytest.raises(DomainError, match="stays as it was read"):
        actions.add(Paragraph, postmortem, by=None, section=postmortem.sections.first(), text="More.")
    reliability, manager = make.in_group("Reliability"), make.in_group("Managers")
    with pytest.raises(NotAllowed, match="Members of Managers"):
        actions.sign(postmortem, role="Managers", by=reliability, digest=version.digest)
    with pytest.raises(DomainError, match="another version"):
        actions.sign(postmortem, role="Managers", by=manager, digest="0" * 64)
    for role, person in (
        ("Reliability", reliability),
        ("Engineering Leads", make.in_group("Engineering Leads")),
        ("Managers", manager),
    ):
        assert fresh(postmortem).stage == Stage.IN_REVIEW
        actions.sign(postmortem, role=role, by=person, digest=version.digest)
    assert fresh(postmortem).stage == Stage.APPROVED
    actions.publish(postmortem, by=manager)
    assert fresh(postmortem).stage == Stage.PUBLISHED
    assert [sign_off.role for sign_off in version.sign_offs.all()] == ["Reliability", "Engineering Leads", "Managers"]


def test_each_person_signs_one_role_of_a_version():
    postmortem = make.ready_to_publish(way="full", severity="major")
    roles = postmortem.template.signatories.select_related("group")
    everything = make.user(groups=[each.group.name for each in roles])
    version = actions.ask_for_review(postmortem, by=None)
    actions.sign(postmortem, role=roles[0].role, by=everything, digest=version.digest)
    with pytest.raises(DomainError, match="for another role"):
        actions.sign(postmortem, role=roles[1].role, by=everything, digest=version.digest)
    postmortem.refresh_from_db()
    assert postmortem.stage == Stage.IN_REVIEW


def test_a_full_one_is_signed_also_where_the_last_role_was_taken_out():
    postmortem = make.ready_to_publish(way="full", severity="major")
    postmortem.template.signatories.all().delete()
    with pytest.raises(DomainError, match="not approved"):
        actions.publish(postmortem, by=None)
    actions.ask_for_review(postmortem, by=None)
    with pytest.raises(DomainError, match="not approved"):
        actions.publish(postmortem, by=None)


def test_sent_back_it_is_a_draft_and_the_next_version_is_signed_anew():
    postmortem = make.ready_to_publish(way="full", severity="major")
    first = actions.ask_for_review(postmortem, by=None)
    person = make.in_group("Reliability")
    actions.sign(postmortem, role="Reliability", by=person, digest=first.digest)
    with pytest.raises(DomainError, match="Say why"):
        actions.send_back(postmortem, reason=" ", by=person)
    actions.send_back(postmortem, reason="Cause 1 is not the cause.", by=person)
    assert fresh(postmortem).stage == Stage.DRAFT
    second = actions.ask_for_review(postmortem, by=None)
    assert second.number == 2
    assert not second.sign_offs.exists()


def test_what_is_published_never_changes_and_is_put_right_by_the_next_version():
    postmortem = make.published()
    first = postmortem.standing
    with pytest.raises(TypeError):
        first.save()
    actions.revise(postmortem, reason="The count was wrong.", by=None)
    actions.change(postmortem.assessments.of_document().get(), by=None, customers=63)
    assert fresh(postmortem).standing == first
    second = actions.publish(postmortem, by=None, change="The count is 63, not 62.")
    assert (fresh(postmortem).standing, second.number) == (second, 2)
    assert first.content["counts"]["customers"] == 62
    assert second.content["counts"]["customers"] == 63


def test_customers_read_what_a_correction_changed_and_nothing_of_the_review_before():
    postmortem = make.ready_to_publish(severity="minor")
    actions.publish(postmortem, by=None, change="Cause 4 of Wombat has an action.")
    actions.revise(postmortem, reason="A count is wrong.", by=None)
    last = actions.publish(postmortem, by=None, change="63, not 62.")
    told = {reader: [change for _n, _at, change in edition_of(last, reader).versions] for reader in Reader}
    assert told[Reader.CUSTOMERS] == ["", "63, not 62."]
    assert told[Reader.STAFF] == ["Cause 4 of Wombat has an action.", "63, not 62."]


def test_withdrawn_no_version_of_it_stands():
    postmortem = make.published()
    actions.revise(postmortem, reason="The count was wrong.", by=None)
    actions.publish(postmortem, by=None)
    actions.withdraw(postmortem, reason="It named a customer.", by=None)
    postmortem = fresh(postmortem)
    assert (postmortem.standing, postmortem.published_at, postmortem.stage) == (None, None, Stage.DRAFT)
    assert not Postmortem.objects.public().exists()


def test_it_is_not_published_while_its_incident_is_open():
    postmortem = make.ready_to_publish()
    incident_actions.reopen(postmortem.incident, reason="It is back.", by=None)
    with pytest.raises(DomainError, match="not resolved"):
        actions.publish(postmortem, by=None)


def test_it_begins_when_the_incident_is_mitigated_and_not_before():
    incident = make.told()
    with pytest.raises(DomainError, match="neither mitigated nor resolved"):
        actions.open_postmortem(incident, by=None)
    incident_actions.change_facts(incident, mitigated_at=timezone.now(), by=None)
    assert actions.open_postmortem(incident, by=None) == actions.open_postmortem(incident, by=None)


def test_a_promise_to_customers_starts_the_clock_where_no_policy_does():
    incident = make.resolved(origin=Origin.EXTERNAL)
    postmortem = actions.promise(incident, minutes=48 * 60, by=None)
    assert (postmortem.is_promised, postmortem.publish_limit) == (True, 48 * 60)
    assert postmortem.owed_since == incident.resolved_at


def test_what_is_restricted_is_for_members_only():
    member, other = make.in_group("Reliability"), make.in_group("Reliability")
    incident = make.restricted(members=[member], severity="minor")
    incident = incident_actions.change_stage(incident, status=Status.RESOLVED, override_reason="Over.", by=None)
    postmortem = incident.postmortem
    assert Postmortem.objects.visible_to(member).get() == postmortem
    assert not Postmortem.objects.visible_to(other).exists()
    with pytest.raises(NotAllowed):
        actions.draft_from_facts(postmortem, by=other)
    assert not Postmortem.objects.public().exists()
    assert incident.audience == Audience.RESTRICTED


@pytest.mark.parametrize(
    "act",
    [
        lambda postmortem, by: actions.open_postmortem(postmortem.incident, by=by),
        lambda postmortem, by: actions.draft_from_facts(postmortem, by=by),
        lambda postmortem, by: actions.draft_from_records(postmortem, by=by),
        lambda postmortem, by: actions.ask_for_review(postmortem, by=by),
        lambda postmortem, by: actions.publish(postmortem, by=by),
        lambda postmortem, by: actions.withdraw(postmortem, reason="No.", by=by),
        lambda postmortem, by: actions.invite(postmortem, people=[by], by=by),
        lambda postmortem, by: actions.choose_way(postmortem, way=Way.FULL, by=by),
        lambda postmortem, by: actions.sign(postmortem, role="Managers", by=by, digest=""),
        lambda postmortem, by: actions.add(Paragraph, postmortem, by=by),
    ],
)
def test_who_may_not_is_refused(act):
    postmortem = make.postmortem()
    with pytest.raises((NotAllowed, PermissionDenied)):
        act(postmortem, make.in_group("Viewers"))


def test_who_read_an_older_version_does_nothing():
    postmortem = make.ready_to_publish()
    was = postmortem.version
    actions.lead(postmortem, user=make.in_group("Reliability"), by=None)
    with pytest.raises(StaleVersion):
        actions.publish(postmortem, by=None, version=was)


def test_made_full_it_keeps_what_was_written():
    postmortem = make.ready_to_publish()
    words = set(postmortem.paragraphs.standing().values_list("text", flat=True))
    actions.choose_way(postmortem, way=Way.FULL, by=None)
    assert set(postmortem.paragraphs.standing().values_list("text", flat=True)) == words
    titles = list(postmortem.sections.values_list("title", flat=True))
    assert titles[:3] == ["Summary", "Scope and impact", "Timeline"]
    assert len(titles) == len(set(titles))


def test_a_version_is_published_within_limits_or_late():
    postmortem = make.published()
    assert postmortem.published_at >= postmortem.owed_since
    assert postmortem.published_at - postmortem.owed_since < timedelta(minutes=1)
