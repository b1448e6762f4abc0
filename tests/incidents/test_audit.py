"""Who edited, and why: every tracked row that a verb writes says so (M-03). The timeline only grows."""

import pytest
from simple_history.utils import get_history_manager_for_model

from incidents import actions, models
from incidents.choices import Audience, Level, Status
from incidents.models import Impact, Incident, IncidentUpdate, TimelineEntry
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate_only_warns")]

REASONED = {  # verbs that take a reason, which the history keeps beside the name
    "dismiss": (make.suspicion, lambda i, o: actions.dismiss(i, reason="Because", **o)),
    "reconsider": (make.dismissed, lambda i, o: actions.reconsider(i, reason="Because", **o)),
    "reopen": (make.resolved, lambda i, o: actions.reopen(i, reason="Because", **o)),
    "change_facts": (make.told, lambda i, o: actions.change_facts(i, volume=5, reason="Because", **o)),
    "set_audience": (
        make.told,
        lambda i, o: actions.set_audience(i, audience=Audience.INTERNAL, reason="Because", **o),
    ),
    "change_stage": (make.told, lambda i, o: actions.change_stage(i, status=Status.IDENTIFIED, note="Because", **o)),
    "withdraw_update": (make.told, lambda i, o: actions.withdraw_update(i.updates.get(), reason="Because", **o)),
}


@pytest.mark.parametrize("verb", REASONED)
def test_the_history_names_the_person_and_the_reason(verb):
    make_incident, act = REASONED[verb]
    person = make.user(groups=["Engineering Leads", "Security"])
    incident = make_incident()
    act(incident, {"by": person})
    last = incident.history.first()
    assert (last.history_user, last.history_change_reason) == (person, "Because")


def test_every_row_written_in_a_life_names_the_person():
    lead = make.user(groups=["Engineering Leads", "Security"])
    sms = make.component()
    incident = make.suspicion(by=lead, affected=[make.affected(sms)])
    actions.confirm(incident, rule=make.rule(), severity=make.severity(), by=lead)
    actions.attest(incident, condition="stable", by=lead)
    actions.assign(incident, owner=lead, by=lead)
    first = make.update(incident, by=lead, states=[make.affected(sms, level=Level.MAJOR)])
    actions.correct_update(first, body="Better.", by=lead)
    make.update(incident, status=Status.RESOLVED, by=lead)
    actions.reopen(incident, reason="Again", by=lead)
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="So", by=lead)

    for model in (Incident, IncidentUpdate, Impact):
        history = get_history_manager_for_model(model).all()
        assert history.exists()
        assert {row.history_user for row in history} == {lead}
    assert {entry.by for entry in TimelineEntry.objects.all()} == {lead}


def test_a_long_reason_does_not_break_the_history():
    incident = actions.dismiss(make.suspicion(), reason="long " * 100, by=None)
    assert incident.history.first().history_change_reason.strip() == ("long " * 100).strip()
    assert len(incident.timeline.first().text) == 500


def test_the_system_is_nobody():
    assert make.told().history.first().history_user is None


def test_the_timeline_is_append_only():
    entry = make.told().timeline.first()
    entry.text = "Never happened."
    for change in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            change()


@pytest.mark.parametrize(
    "model", [models.Team, models.Location, models.Component, models.Severity, models.DeclareRule, models.Pin]
)
def test_what_people_edit_has_a_history(model):
    assert get_history_manager_for_model(model)
