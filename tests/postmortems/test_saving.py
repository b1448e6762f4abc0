"""Fields are saved while people write: what was typed is written once, and over nobody's words."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import veiled
from incidents.actions import change_stage
from incidents.exceptions import DomainError
from postmortems import actions, presence
from postmortems.actions.checking import SENTENCES
from postmortems.actions.parts import MOST
from postmortems.answers import key_of
from postmortems.models import ActionItem, Cause, Event, Paragraph
from postmortems.offered_events import offered
from tests import factories as make

pytestmark = pytest.mark.django_db
KEY = "cau_abcdefghijkl"


@pytest.fixture
def writer(client):
    person = make.in_group("Reliability")
    client.force_login(person)
    return person


@pytest.fixture
def draft(db):
    return make.postmortem(way="full", severity="major")


def send(client, target, *changes, **more):
    name = "save_document" if target._meta.model_name == "postmortem" else "save_record"
    response = client.post(
        reverse(f"postmortems_staff:{name}", args=[target.public_id]),
        json.dumps({"changes": changes, **more}),
        content_type="application/json",
    )
    return response.json() if response.status_code == 200 else response


def add(**values):
    return {"do": "add", "kind": "cau", "key": KEY, "values": values}


def put(field, value, *, read="", key=KEY):
    return {"do": "set", "key": key, "field": field, "read": read, "value": value}


def test_a_row_is_added_once_and_its_fields_are_written(client, writer, draft):
    answer = send(client, draft, add(text="A lock"), put("text", "A lock was held.", read="A lock"))
    assert [result["done"] for result in answer["results"]] == [True, True]
    answer = send(client, draft, add(text="A lock"), put("is_root", "true"))
    assert [result.get("done") for result in answer["results"]] == [True, True]
    cause = Cause.objects.get()
    assert (cause.text, cause.is_root, cause.changed_by) == ("A lock was held.", True, writer)


def test_what_somebody_else_wrote_is_not_written_over(client, writer, draft):
    send(client, draft, add(text="A lock"))
    cause, other = Cause.objects.get(), make.in_group("Reliability", first_name="Lena", last_name="Fischer")
    actions.change(cause, by=other, text="A lock of a yearly report")
    at = cause.history.first().history_date
    answer = send(client, draft, put("kind", "capacity", read="change"), put("text", "A lock was held.", read="A lock"))
    assert answer["results"] == [
        {"done": True, "value": "capacity"},
        {"theirs": "A lock of a yearly report", "who": "Lena Fischer", "at": at.isoformat()},
    ]
    cause.refresh_from_db()
    assert (cause.text, cause.kind) == ("A lock of a yearly report", "capacity")


def test_what_was_sent_twice_is_no_clash(client, writer, draft):
    send(client, draft, add(text="A lock"))
    change = put("text", "A lock was held.", read="A lock")
    assert send(client, draft, change, change)["results"] == [{"done": True, "value": "A lock was held."}] * 2


def test_a_wrong_value_is_refused_in_a_sentence_and_holds_up_nothing(client, writer, draft):
    answer = send(
        client, draft, add(text="A lock"), put("kind", "no such kind"), put("text", "x" * 2001, read="A lock"),
        put("affects", "impact", read="both"), put("postmortem", "1"), put("record", "1"),
    )  # fmt: skip
    results = answer["results"]
    assert [("error" in result) for result in results] == [False, True, True, False, True, True]
    assert "2000" in results[2]["error"]


def test_removed_it_comes_back(client, writer, draft):
    send(client, draft, add(text="A lock"), {"do": "remove", "key": KEY})
    assert not Cause.objects.standing().exists()
    send(client, draft, {"do": "restore", "key": KEY})
    assert Cause.objects.standing().get().text == "A lock"


def test_rows_are_put_in_order_and_linked(client, writer, draft):
    other = "cau_bbbbbbbbbbbb"
    send(client, draft, add(text="One"), add(text="Two") | {"key": other}, {"do": "order", "keys": [other, KEY]})
    assert list(Cause.objects.order_by("position").values_list("text", flat=True)) == ["Two", "One"]
    due = (timezone.localdate() + timedelta(days=24)).isoformat()
    item = {"do": "add", "kind": "act", "key": "act_aaaaaaaaaaaa", "values": {"text": "Do it", "due_on": due}}
    link = {"do": "link", "key": "act_aaaaaaaaaaaa", "other": KEY, "on": True}
    send(client, draft, item, link)
    action = ActionItem.objects.get()
    assert (action.due_on.isoformat(), [cause.text for cause in action.causes.all()]) == (due, ["One"])
    send(client, draft, link | {"on": False})
    assert not action.causes.exists()


def test_a_paragraph_stands_in_a_section_of_its_own_document(client, writer, draft):
    section, foreign = draft.sections.first(), make.postmortem(way="full", severity="major").sections.first()
    words = {"do": "add", "kind": "par", "key": "par_aaaaaaaaaaaa", "values": {"text": "It began."}}
    send(client, draft, words | {"under": f"section-{section.pk}"})
    assert Paragraph.objects.get(key="par_aaaaaaaaaaaa").section == section
    answer = send(client, draft, words | {"key": "par_bbbbbbbbbbbb", "under": f"section-{foreign.pk}"})
    assert "error" in answer["results"][0]


def test_a_record_is_written_by_whom_it_is_of(client, draft):
    author = make.in_group("Engineering")
    [record] = actions.invite(draft, people=[author], by=None)
    client.force_login(author)
    event = {
        "do": "add",
        "kind": "evt",
        "key": "evt_aaaaaaaaaaaa",
        "values": {"at": "2026-11-20T20:44", "text": "Found"},
    }
    assert send(client, record, event)["results"] == [{"done": True}]
    assert Event.objects.filter(record=record).get().text == "Found"
    assert "error" in send(client, draft, add(text="Mine"))["results"][0]
    client.force_login(make.in_group("Engineering"))
    assert "error" in send(client, record, put("text", "Not mine", read="Found", key="evt_aaaaaaaaaaaa"))["results"][0]


def test_others_are_seen_and_what_they_changed(client, writer, draft):
    send(client, draft, add(text="A lock"), where={"part": KEY})
    other = make.in_group("Reliability", first_name="Lena", last_name="Fischer")
    client.force_login(other)
    answer = send(client, draft, since="2026-01-01T00:00:00+00:00")
    assert [row["part"] for row in answer["here"]] == [KEY]
    assert answer["changed"][KEY]["fields"]["text"] == "A lock"


def test_a_draft_in_review_is_not_written(client, writer):
    draft = make.ready_to_publish(way="full", severity="major")
    actions.ask_for_review(draft, by=None)
    assert "stays as it was read" in send(client, draft, add(text="More"))["results"][0]["error"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"changes": 1}', '{"changes": [1]}', pytest.param('{"changes": ' + "[" * 2000, id="deep")]
)
def test_what_is_no_list_of_changes_is_a_bad_request(client, writer, draft, body):
    address = reverse("postmortems_staff:save_document", args=[draft.public_id])
    assert client.post(address, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {}, {"do": 1}, {"do": "set", "key": ["x"]}, {"do": "set", "key": "usr_1", "field": "text"},
        {"do": "add", "kind": "cau", "key": "cau_1"}, {"do": "add", "kind": "cau", "key": KEY, "values": []},
        {"do": "order", "keys": 3}, {"do": "link", "key": KEY, "other": KEY},
        {"do": "add", "kind": "zzz", "key": "zzz_aaaaaaaaaaaa"}, {"do": "set", "key": KEY, "field": "__class__"},
        {"do": "add", "kind": "why", "key": "why_aaaaaaaaaaaa", "under": KEY},
        {"do": "add", "kind": "par", "key": "par_aaaaaaaaaaaa", "under": "section-" + "9" * 400},
        {"do": "add", "kind": "act", "key": "act_aaaaaaaaaaaa", "values": {"owner": "9" * 400}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(client, writer, draft, change):
    actions.add(Cause, draft, by=None, key=KEY, text="A lock") if change.get("do") in ("link", "set") else None
    assert "error" in send(client, draft, change)["results"][0]


def test_who_may_not_see_it_finds_nothing(client, writer):
    incident = make.restricted(severity="major")
    incident = change_stage(incident, status="resolved", by=None, override_reason="Over.")
    draft = make.postmortem(incident, way="full")
    assert send(client, draft, add(text="A lock")).status_code == 404


def test_lines_are_taken_figures_disputed_and_components_hit_field_by_field(client, draft):
    author = make.in_group("Engineering")
    [record] = actions.invite(draft, people=[author], by=None)
    client.force_login(author)
    entry = veiled.veil(offered(draft.incident)[0].pk)
    take = {"do": "take", "entry": entry, "on": True}
    assert send(client, record, take, take)["results"] == [{"done": True, "key": Event.objects.get().key}] * 2
    send(client, record, take | {"on": False})
    assert not Event.objects.standing().exists()
    assert "error" in send(client, record, take | {"entry": "22222222222a"})["results"][0]

    note = {"do": "set", "key": "dispute-detect", "field": "note", "read": "", "value": " Seen  earlier. "}
    assert send(client, record, note)["results"] == [{"done": True, "value": "Seen earlier."}]
    clash = send(client, record, note | {"value": "Never."})["results"][0]
    assert (clash["theirs"], clash["who"]) == ("Seen earlier.", str(author))
    for wrong in ({"key": "dispute-nothing"}, {"field": "text"}):
        assert "error" in send(client, record, note | wrong)["results"][0]

    sms, row = make.component(name="SMS"), record.assessments.get()
    hit = {"do": "link", "key": row.key, "other": sms.public_id, "on": True}
    assert send(client, record, hit)["results"] == [{"done": True}]
    assert list(row.components.all()) == [sms]
    assert "error" in send(client, record, hit | {"other": "comp_nothing"})["results"][0]
    answer = send(client, record, hit | {"on": False})
    assert (list(row.components.all()), answer["progress"]["impact"]["state"]) == ([], "none")


def test_an_answer_is_one_row_though_two_begin_it_at_once(client, draft):
    team = make.team()
    jun, lena = make.in_group("Engineering", team=team), make.in_group("Engineering", team=team)
    [record] = actions.invite(draft, teams=[team], by=None)
    question = draft.template.questions.first()
    key = key_of(record, question)
    begun = {"do": "add", "kind": "par", "key": key, "under": f"question-{question.pk}"}
    client.force_login(jun)
    assert send(client, record, begun, put("text", "Mine", key=key))["results"][1]["done"]
    client.force_login(lena)
    assert send(client, record, begun, put("text", "Hers", key=key))["results"][1]["theirs"] == "Mine"
    assert Paragraph.objects.get().text == "Mine"


def test_nothing_is_written_in_the_name_of_somebody_else(client, writer, draft):
    response = send(client, draft, add(text="A lock"), person=str(writer.pk + 1))
    assert (response.status_code, response.json()) == (409, {"person": str(writer)})
    assert not Cause.objects.exists()
    assert send(client, draft, add(text="A lock"), person=str(writer.pk))["results"] == [{"done": True}]


@pytest.mark.parametrize("text", ["\ud800", "\0"])
def test_what_no_database_holds_is_refused_at_its_field(client, writer, draft, text):
    send(client, draft, add(text="A lock"))
    assert "error" in send(client, draft, put("text", text, read="A lock"))["results"][0]
    assert "error" in send(client, draft, add(text=text) | {"key": "cau_bbbbbbbbbbbb"})["results"][0]
    assert send(client, draft, where={"part": text, "section": text})["results"] == []


def test_a_time_that_two_hours_of_a_night_are_called_is_kept_while_others_change(client, draft):
    author = make.in_group("Engineering", time_zone="Europe/Berlin")
    [record] = actions.invite(draft, people=[author], by=None)
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, as an hour later
    event = actions.add(Event, draft, record=record, by=None, at=twice, text="Late")
    client.force_login(author)
    changes = [
        put("text", "Late again", read="Late", key=event.key),
        put("at", "2026-10-25T04:00", read="2026-10-25 02:30 CEST", key=event.key),
    ]
    assert [result.get("done") for result in send(client, record, *changes)["results"]] == [True, True]
    event.refresh_from_db()
    assert (event.text, event.at) == ("Late again", datetime(2026, 10, 25, 3, 0, tzinfo=UTC))


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
                                "2026-13-45T00:00:00+00:00", "x" * 400])  # fmt: skip
def test_a_moment_that_no_clock_said_breaks_no_saving(client, writer, draft, at):
    assert send(client, draft, add(text="A lock"), since=at)["results"] == [{"done": True}]


@pytest.mark.parametrize("year", ["0001", "1969", "2100", "9999"])
def test_years_that_nobody_means_are_refused_in_a_sentence(client, writer, draft, year):
    at, said = f"{year}-06-15T12:30", {"error": "Write a year from 1970 to 2099."}
    event = {"do": "add", "kind": "evt", "key": "evt_abcdefghijkl", "values": {"text": "Far", "at": at}}
    until = [add() | {"kind": "mit", "key": "mit_abcdefghijkl", "values": {"text": "Done", "at": "2026-06-15T12:30"}},
             put("ended_at", at, key="mit_abcdefghijkl")]  # fmt: skip
    due = {"do": "add", "kind": "act", "key": "act_abcdefghijkl", "values": {"text": "Do it", "due_on": at[:10]}}
    results = send(client, draft, event, *until, due)["results"]
    assert [results[0], results[2], results[3]] == [said] * 3
    with pytest.raises(DomainError, match="Write a year"):
        actions.add(Event, draft, by=None, at=datetime(int(year), 6, 15, 12, 30, tzinfo=UTC), text="Far")


def test_an_action_is_newly_due_today_or_later_and_what_is_over_stays_as_it_is(client, writer, draft):
    item = make.action_item(draft, due_in=-3)  # as it was agreed on, some days ago
    today = timezone.now().astimezone(item.zone).date()
    said = {"error": "This day is over. Choose today or a later one."}

    def due(days):
        day = (today + timedelta(days=days)).isoformat()
        return {"do": "set", "key": item.key, "field": "due_on", "value": day}

    done = {"do": "set", "key": item.key, "field": "state", "value": "done"}
    new = {"do": "add", "kind": "act", "key": "act_abcdefghijkl", "values": {"text": "x", "due_on": due(-1)["value"]}}
    results = send(client, draft, due(-3), due(-1), new, due(0))["results"]
    assert [results[1], results[2]] == [said, said]
    assert ["error" in result for result in results] == [False, True, True, False]
    results = send(client, draft, done, due(-1))["results"]
    assert not any("error" in result for result in results)


def test_no_constraint_speaks_its_own_name(client, writer, draft):
    counts = draft.assessments.get().key
    mitigation = add() | {"kind": "mit", "key": "mit_abcdefghijkl", "values": {"text": "x", "at": "2026-06-15T12:30"}}
    results = send(
        client, draft, put("customers_total", "5", key=counts), put("customers", "6", key=counts), mitigation,
        put("ended_at", "2026-06-15T12:29", key="mit_abcdefghijkl"),
        {"do": "add", "kind": "asm", "key": "asm_aaaaaaaaaaaa"},
    )["results"]  # fmt: skip
    assert [results[n]["error"] for n in (1, 3, 4)] == [
        "No more customers can be affected than there are in all.",
        "It cannot end before it begins.",
        "It has its counts already. Load the page again.",
    ]


def test_every_constraint_of_a_part_has_a_sentence_or_is_about_a_list():
    for table in presence.TABLES:
        for constraint in table._meta.constraints:
            assert constraint.name in SENTENCES or constraint.name.endswith(("_is_known", "_is_closed_iff_closed"))


def test_there_are_as_many_rows_of_a_kind_as_anybody_can_read(client, writer, draft):
    causes = [Cause(postmortem=draft, text=f"Cause {n}", key=f"cau_{n:012}") for n in range(MOST - 1)]
    Cause.objects.bulk_create(causes)
    results = send(client, draft, add(text="The last"), add(text="One more") | {"key": "cau_bbbbbbbbbbbb"})["results"]
    assert results == [{"done": True}, {"error": "It has 100 rows of this kind already, and takes no more."}]
    results = send(client, draft, {"do": "remove", "key": KEY}, add(text="In its place") | {"key": "cau_cccccccccccc"},
                   {"do": "restore", "key": KEY})["results"]  # fmt: skip
    assert [sorted(result) for result in results] == [["done"], ["done"], ["error"]]


def test_nobody_takes_the_key_that_the_answer_of_somebody_else_is_going_to_have(client, draft):
    question = draft.template.questions.first()
    theirs, mine = (make.in_group("Engineering") for _ in range(2))
    record, own = actions.start_record(draft, by=theirs), actions.start_record(draft, by=mine)
    answer = {"do": "add", "kind": "par", "key": key_of(record, question), "values": {"text": "It began."}}
    client.force_login(mine)
    assert "error" in send(client, own, answer | {"under": f"question-{question.pk}"})["results"][0]
    client.force_login(make.in_group("Reliability"))
    assert "error" in send(client, draft, answer | {"under": f"section-{draft.sections.first().pk}"})["results"][0]
    client.force_login(theirs)
    assert send(client, record, answer | {"under": f"question-{question.pk}"})["results"] == [{"done": True}]


def test_nothing_is_written_into_a_row_that_somebody_removed(client, writer, draft):
    other, why = make.in_group("Reliability", first_name="Oskar", last_name="Nyman"), "why_aaaaaaaaaaaa"
    below = {"do": "add", "kind": "why", "key": why, "under": KEY, "values": {"text": "Why?"}}
    send(client, draft, add(text="A lock"), below)
    actions.remove(Cause.objects.get(), by=other)
    refused = {
        "error": "Oskar Nyman removed this row. Nothing was written into it.", "removed": KEY, "who": "Oskar Nyman",
    }  # fmt: skip
    words, order = put("text", "A lock was held.", read="A lock"), {"do": "order", "keys": [KEY] * 2}
    results = send(client, draft, words, put("answer", "Because.", key=why), order)["results"]
    assert results == [refused, refused, {"done": True}]
    cause = Cause.objects.get()
    assert (cause.text, cause.changed_by) == ("A lock", other)  # so that everybody hears who removed it
    results = send(client, draft, {"do": "restore", "key": KEY}, words)["results"]
    assert results[1] == {"done": True, "value": "A lock was held."}


def test_without_a_script_too_words_for_a_removed_row_come_back(client, writer, draft):
    send(client, draft, add(text="A lock"))
    actions.remove(Cause.objects.get(), by=make.in_group("Reliability"))
    address = reverse("postmortems_staff:write", args=[draft.public_id])
    response = client.post(address, {f"read.{KEY}.text": "A lock", f"{KEY}.text": "A lock was held."})
    assert "You wrote: A lock was held." in response.content.decode()


def test_a_refusal_of_two_fields_says_so(client, writer, draft):
    counts = draft.assessments.get().key
    changes = put("customers_total", "5", key=counts), put("customers", "6", key=counts), put("volume", "x", key=counts)
    results = send(client, draft, *changes)["results"]
    assert [result.get("together") for result in results] == [None, True, None]
