"""An incident record page by page, without a script: what is typed is written, or comes back with the reason."""

import re

import pytest
from django.urls import reverse

from incidents import veiled
from incidents.actions import add_note, change_stage
from postmortems import actions
from postmortems.answers import key_of
from postmortems.choices import RecordSection
from postmortems.models import ActionItem, Cause, Event, Mitigation, Paragraph, Record
from postmortems.offered_events import offered
from tests import factories as make
from tests.incidents.browser import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    person = make.in_group("Engineering", first_name="Jun", last_name="Watanabe")
    client.force_login(person)
    return person


@pytest.fixture
def record(author):
    [record] = actions.invite(make.postmortem(way="full", severity="major"), people=[author], by=None)
    return record


def address(record, section="", **query):
    name, args = ("record_section", [record.public_id, section]) if section else ("record", [record.public_id])
    return reverse(f"postmortems_staff:{name}", args=args) + "".join(f"?{key}={value}" for key, value in query.items())


def page(client, record, section, **query):
    response = client.get(address(record, section, **query))
    assert response.status_code == 200
    return response


def shown(client, record, section, **query):
    """The form of a section as a browser would send it back, untouched."""
    return form(page(client, record, section, **query), address(record, section))


def row_of(kind, record, **facts):
    return actions.add(kind, record.postmortem, record=record, by=None, **facts)


@pytest.mark.parametrize("section", RecordSection.values)
def test_a_section_sent_back_untouched_changes_nothing(client, record, section):
    filled(record)
    before = {kind: list(kind.objects.values()) for kind in (Cause, Event, Mitigation, ActionItem, Paragraph)}
    response = client.post(address(record, section), shown(client, record, section))
    assert response.status_code == 302
    assert {kind: list(kind.objects.values()) for kind in before} == before


def filled(record, *, rows=1):
    for number in range(rows):
        cause = row_of(Cause, record, text=f"Cause {number}", is_root=not number)
        measure = row_of(Mitigation, record, at=record.invited_at, text=f"Measure {number}", lasts="temporary")
        row_of(Event, record, at=record.invited_at, text=f"Event {number}", link="https://example.org/log")
        item = row_of(ActionItem, record, text=f"Action {number}", owner=record.person)
        actions.link(item, cause, on=True, by=None)
        actions.link(item, measure, on=True, by=None)
    question = record.postmortem.template.questions.first()
    row_of(Paragraph, record, question=question, key=key_of(record, question), text="Two lines.\nOf one answer.")


def test_a_new_row_and_its_fields_are_written_with_one_button(client, record):
    data = shown(client, record, "causes")
    [key] = {name.removeprefix("new-") for name in data if name.startswith("new-cau")}
    response = client.post(
        address(record, "causes"), data | {f"{key}-text": "A lock was held.", f"{key}-is_root": "true", "do": "add:cau"}
    )
    assert response.headers["Location"].endswith("?open=cau")
    cause = Cause.objects.get()
    assert (cause.key, cause.text, cause.is_root, cause.record) == (key, "A lock was held.", True, record)
    again = shown(client, record, "causes", open="cau")
    assert [name for name in again if name.startswith("new-cau")]  # the row to write in next


def test_an_answer_is_added_changed_and_emptied(client, record):
    question = record.postmortem.template.questions.get(label="How did you know?")
    name = f"{key_of(record, question)}-text"
    for text in ("An alert.", "An alert at 20:18.\nThen a call.", ""):
        client.post(address(record, "detection"), shown(client, record, "detection") | {name: text})
        assert [part.text for part in Paragraph.objects.all()] == [text]


def test_rows_are_ordered_removed_and_taken_back(client, record):
    one, two = row_of(Cause, record, text="One"), row_of(Cause, record, text="Two")
    client.post(address(record, "causes"), shown(client, record, "causes") | {"do": f"up:{two.key}"})
    assert list(Cause.objects.order_by("position")) == [two, one]
    response = client.post(address(record, "causes"), shown(client, record, "causes") | {"do": f"remove:{two.key}"})
    assert list(Cause.objects.standing()) == [one]
    after = client.get(response.headers["Location"])
    assert "Removed: Two" in after.content.decode()
    client.post(address(record, "causes"), shown(client, record, "causes") | {"do": f"restore:{two.key}"})
    assert Cause.objects.standing().count() == 2


def test_a_wrong_value_comes_back_beside_its_field_and_the_rest_is_saved(client, record):
    row = record.assessments.get()
    data = shown(client, record, "impact") | {f"{row.key}-customers": "many", f"{row.key}-data": "None lost"}
    response = client.post(address(record, "impact"), data)
    text = response.content.decode()
    said = "Write a whole number, such as 30."
    assert (response.status_code, said in text, 'value="many"' in text) == (422, True, True)
    row.refresh_from_db()
    assert (row.customers, row.data) == (None, "None lost")


def test_a_new_row_that_cannot_be_added_comes_back_with_what_was_typed(client, record):
    data = shown(client, record, "mitigation")
    [key] = {name.removeprefix("new-") for name in data if name.startswith("new-mit")}
    typed = {f"{key}-text": "Restarted it", f"{key}-at": "soon"}
    response = client.post(address(record, "mitigation"), data | typed)
    text = response.content.decode()
    assert (response.status_code, "Write a day and a time, such as 2026-12-09 14:30" in text) == (422, True)
    assert "Restarted it" in text
    assert not Mitigation.objects.exists()
    again = form(response, address(record, "mitigation"))
    client.post(address(record, "mitigation"), again | {f"{key}-at": "2026-11-20T20:44"})
    assert Mitigation.objects.get().text == "Restarted it"


def test_what_somebody_else_wrote_meanwhile_comes_back_and_saving_again_decides(client, record):
    cause, lena = row_of(Cause, record, text="A lock"), make.in_group("Reliability", first_name="Lena")
    data = shown(client, record, "causes") | {f"{cause.key}-text": "Mine"}
    actions.change(cause, by=lena, text="Theirs")
    response = client.post(address(record, "causes"), data)
    assert response.status_code == 422
    assert "Lena changed this meanwhile to “Theirs”" in response.content.decode()
    cause.refresh_from_db()
    assert cause.text == "Theirs"
    client.post(address(record, "causes"), form(response, address(record, "causes")))
    cause.refresh_from_db()
    assert cause.text == "Mine"


def test_lines_of_the_incident_are_taken_by_ticks_and_untaken(client, record):
    lines = [veiled.veil(line.pk) for line in offered(record.postmortem.incident)]
    data = shown(client, record, "timeline")
    client.post(address(record, "timeline"), data | {"take": lines[:2]})
    assert Event.objects.standing().filter(record=record).count() == 2
    client.post(address(record, "timeline"), shown(client, record, "timeline") | {"take": lines[1:2]})
    assert [veiled.veil(event.entry_id) for event in Event.objects.standing()] == lines[1:2]


def test_a_figure_is_disputed_and_stays(client, record):
    name = "dispute-detect-note"
    client.post(address(record, "timeline"), shown(client, record, "timeline") | {name: "The first alert was lost."})
    dispute = record.disputes.get()
    assert (dispute.metric, dispute.note, dispute.by) == ("detect", "The first alert was lost.", record.person)
    assert "The first alert was lost." in page(client, record, "timeline").content.decode()
    client.post(address(record, "timeline"), shown(client, record, "timeline") | {name: ""})
    assert not record.disputes.exists()


def test_actions_work_on_causes_and_components_are_hit(client, record):
    filled(record)
    cause, item = row_of(Cause, record, text="Another"), ActionItem.objects.get()
    data = shown(client, record, "actions")
    assert cause.text in re.sub(r"<[^>]+>", "", page(client, record, "actions").content.decode())
    client.post(address(record, "actions"), data | {f"link-{item.key}": [cause.key]})
    assert (list(item.causes.all()), list(item.fixes.all())) == ([cause], [])
    sms, paris, row = make.component(name="SMS"), make.location(name="Paris"), record.assessments.get()
    data = shown(client, record, "impact") | {f"link-{row.key}": [sms.public_id, paris.public_id]}
    client.post(address(record, "impact"), data)
    assert (list(row.components.all()), list(row.locations.all())) == ([sms], [paris])


def test_it_leads_to_the_first_section_that_is_not_complete(client, record):
    assert client.get(address(record)).headers["Location"] == address(record, "timeline")
    question = record.postmortem.template.questions.first()
    row_of(Paragraph, record, question=question, text="It was late.")
    row_of(Event, record, at=record.invited_at, text="Late")
    assert client.get(address(record)).headers["Location"] == address(record, "detection")


def test_it_is_handed_in_when_required_answers_are_there_and_taken_back(client, record):
    whole = reverse("postmortems_staff:whole_record", args=[record.public_id])
    text = client.get(whole).content.decode()
    assert "3 answers are missing before it can be handed in" in text
    question = record.postmortem.template.questions.get(label="How did you know?")
    assert f"{address(record, 'detection')}#id_{key_of(record, question)}-text" in text
    hand_in = reverse("postmortems_staff:submit_record", args=[record.public_id])
    assert "Not answered yet" in client.post(hand_in, follow=True).content.decode()
    for each in record.postmortem.template.questions.filter(is_required=True):
        row_of(Paragraph, record, question=each, text="Because.")
    assert "Ready to be handed in" in client.get(whole).content.decode()
    client.post(hand_in)
    record.refresh_from_db()
    assert (record.is_submitted, record.submitted_by) == (True, record.person)
    client.post(reverse("postmortems_staff:take_back_record", args=[record.public_id]))
    record.refresh_from_db()
    assert not record.is_submitted


def test_who_only_reads_is_led_to_the_whole_of_it_and_writes_nothing(client, record):
    cause = row_of(Cause, record, text="A lock")
    data = shown(client, record, "causes") | {f"{cause.key}-text": "Mine"}
    client.force_login(make.in_group("Viewers"))
    whole = reverse("postmortems_staff:whole_record", args=[record.public_id])
    assert client.get(address(record)).headers["Location"] == whole
    assert client.post(address(record, "causes"), data).headers["Location"] == whole
    text = client.get(whole).content.decode()
    assert ("A lock" in text, "Hand in" in text, "data-saving" in text) == (True, False, False)
    cause.refresh_from_db()
    assert cause.text == "A lock"


def test_what_is_restricted_does_not_exist_for_others(client, author):
    member = make.in_group("Engineering")
    incident = make.restricted(members=[member], severity="major")
    incident = change_stage(incident, status="resolved", by=None, override_reason="Over.")
    found = make.postmortem(incident, way="full")
    [record] = actions.invite(found, people=[member], by=None)
    names = ("record", "whole_record")
    addresses = [reverse(f"postmortems_staff:{name}", args=[record.public_id]) for name in names]
    for path in [*addresses, *(address(record, section) for section in RecordSection.values)]:
        assert client.get(path).status_code == 404
    client.force_login(member)
    text = client.get(address(record, "causes")).content.decode()
    assert "data-closed" in text  # nothing of it is kept on the device for longer than the tab


def test_every_page_costs_the_same_for_one_row_and_for_fifty(client, record, same_queries):
    filled(record)
    pages = {section: address(record, section) for section in RecordSection.values}
    pages["whole"] = reverse("postmortems_staff:whole_record", args=[record.public_id])
    for _turn in range(2):
        for name, path in pages.items():
            client.get(path)
            with same_queries(at_most=40, kind=name):
                client.get(path)
        for number in range(50):
            facts = {"postmortem": record.postmortem, "record": record, "text": f"Row {number}"}
            Cause.objects.create(**facts)
            Mitigation.objects.create(**facts, at=record.invited_at, lasts="temporary")
            Event.objects.create(**facts, at=record.invited_at)
            ActionItem.objects.create(**facts, owner=make.in_group("Engineering"))
            add_note(record.postmortem.incident, text=f"Note {number}", by=record.person)


def test_a_record_has_a_key_for_each_answer_before_anybody_writes(record):
    questions = list(record.postmortem.template.questions.all())
    keys = {key_of(record, question) for question in questions}
    assert len(keys) == len(questions)
    assert all(re.fullmatch(r"par_[a-z0-9]{24}", key) for key in keys)
    assert Record.objects.count() == 1
