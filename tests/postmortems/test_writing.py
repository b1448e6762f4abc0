"""The draft is written, also without a script: what was typed is saved, rows come and go, sources are taken over."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from postmortems import actions
from postmortems.document.redaction import for_customers
from postmortems.models import ActionItem, Cause, Citation, Event, Mitigation, Paragraph, Postmortem, Section
from postmortems.reading import content_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def at(name, postmortem):
    return reverse(f"postmortems_staff:{name}", args=[postmortem.public_id])


def write(client, postmortem, act="", **fields):
    """As a browser posts it: each field with what it held when it was read."""
    data = {"act": act}
    for name, (read, value) in fields.items():
        key, _dash, field = name.partition("__")
        data |= {f"read.{key}.{field}": read, f"{key}.{field}": value}
    return client.post(at("write", postmortem), data)


def full(**facts):
    """A draft with two records that are in, and that disagree."""
    postmortem = make.postmortem(way="full", severity="major", **facts)
    first, second = make.in_group("Engineering", first_name="Jun"), make.in_group("Engineering", first_name="Lena")
    records = actions.invite(postmortem, people=[first, second], by=None)
    for record, minutes, words in zip(records, (44, 57), ("The pace was 20.", "Nobody compared it."), strict=True):
        found = record.postmortem.incident.started_at.replace(minute=minutes)
        actions.add(Event, postmortem, by=None, record=record, at=found, text=f"Found: {words}", kind="cause_found")
        actions.add(Cause, postmortem, by=None, record=record, text=words)
        for question in postmortem.template.questions.all():
            actions.add(Paragraph, postmortem, by=None, record=record, question=question, text=f"{words} {question}")
        actions.submit_record(record, by=None)
    postmortem.refresh_from_db()
    return postmortem


def test_the_short_form_shows_what_the_facts_tell_and_what_customers_will_read(client, writer):
    postmortem = make.postmortem(body="Reports open slowly.")
    html = client.get(at("write", postmortem)).content.decode()
    assert "Reports open slowly." in html
    assert "As the customer reads it" in html
    assert "Short, because it was minor" in html


def test_one_that_a_policy_began_is_drafted_when_somebody_begins_to_write(client, writer):
    postmortem = make.resolved(severity="minor", body="Reports open slowly.").postmortem
    workspace = reverse("admin:incidents_incident_change", args=[postmortem.incident.public_id])
    button = '<button class="bw-btn" name="act" value="facts">Write it</button>'
    assert button in client.get(workspace).content.decode()
    assert "nothing is drafted yet" in client.get(at("write", postmortem)).content.decode()
    postmortem.refresh_from_db()
    assert postmortem.drafted_at is None  # reading changes nothing
    for _time in range(2):
        html = client.post(at("write", postmortem), {"act": "facts"}, follow=True).content.decode()
        assert "Reports open slowly." in html
        assert "What the facts tell is drafted already" in html
    assert button not in client.get(workspace).content.decode()
    assert postmortem.events.standing().count() == 2
    assert postmortem.paragraphs.standing().get().text == "It works again."


def test_what_was_typed_is_saved_and_nothing_else(client, writer):
    postmortem = make.postmortem()
    paragraph = postmortem.paragraphs.standing().get()
    was = paragraph.history.count()
    response = write(
        client, postmortem, **{f"{paragraph.key}__text": (paragraph.text, "We ended the query.\r\nTwice.")}
    )
    assert response.status_code == 302
    paragraph.refresh_from_db()
    assert paragraph.text == "We ended the query.\nTwice."
    write(
        client,
        postmortem,
        **{f"{paragraph.key}__text": ("We ended the query.\r\nTwice.", "We ended the query.\r\nTwice.")},
    )
    assert paragraph.history.count() == was + 1


def test_counts_are_marked_as_internal(client, writer):
    postmortem = make.postmortem()
    row = postmortem.assessments.get()
    assert f'name="{row.key}.is_internal"' in client.get(at("write", postmortem)).content.decode()
    fields = {"customers": ("", "62"), "is_internal": ("", "true")}
    assert (
        write(client, postmortem, **{f"{row.key}__{name}": typed for name, typed in fields.items()}).status_code == 302
    )
    content = content_of(Postmortem.objects.get())
    assert (content.counts.customers, for_customers(content).counts.customers) == (62, None)


def test_what_is_wrong_comes_back_at_its_field_with_everything_typed(client, writer):
    postmortem = make.postmortem()
    assessment = postmortem.assessments.get()
    response = write(
        client, postmortem,
        **{f"{assessment.key}__customers": ("", "many"), f"{assessment.key}__data": ("", "None was lost.")},
    )  # fmt: skip
    html = response.content.decode()
    assert response.status_code == 422
    assert "Write a whole number, such as 30." in html
    assert 'value="many"' in html
    assessment.refresh_from_db()
    assert (assessment.customers, assessment.data) == (None, "None was lost.")


def test_somebody_elses_words_stand_beside_mine(client, writer):
    postmortem = make.postmortem()
    paragraph, other = postmortem.paragraphs.standing().get(), make.in_group("Reliability", first_name="Lena")
    read = paragraph.text
    actions.change(paragraph, by=other, text="Lena wrote this.")
    response = write(client, postmortem, **{f"{paragraph.key}__text": (read, "I wrote this.")})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Lena wrote this." in html
    assert "I wrote this." in html
    paragraph.refresh_from_db()
    assert paragraph.text == "Lena wrote this."


@pytest.mark.parametrize(
    ("act", "table"), [("add:evt", Event), ("add:act", ActionItem), ("add:cau:root", Cause), ("add:mit", Mitigation)]
)
def test_rows_are_added_removed_and_put_back(client, writer, act, table):
    postmortem = make.postmortem()
    before = table.objects.of_document().filter(postmortem=postmortem).count()
    response = write(client, postmortem, act)
    row = table.objects.of_document().filter(postmortem=postmortem).latest("pk")
    assert response.url.endswith(f"#{row.key}")
    write(client, postmortem, f"remove:{row.key}")
    assert table.objects.of_document().filter(postmortem=postmortem).count() == before
    write(client, postmortem, f"restore:{row.key}")
    assert table.objects.of_document().filter(postmortem=postmortem).count() == before + 1


def test_paragraphs_and_whys_stand_where_they_were_added_and_move(client, writer):
    postmortem = make.postmortem()
    section = make.section(postmortem, "root_cause")
    write(client, postmortem, f"add:par:section-{section.pk}")
    write(client, postmortem, f"add:par:section-{section.pk}")
    first, second = section.paragraphs.order_by("position")
    write(client, postmortem, f"up:{second.key}")
    assert list(section.paragraphs.order_by("position")) == [second, first]
    cause = actions.add(Cause, postmortem, by=None, text="A lock", is_root=True)
    write(client, postmortem, f"add:why:{cause.key}")
    assert cause.whys.count() == 1


def test_an_action_is_linked_to_what_it_works_on(client, writer):
    postmortem = make.ready_to_publish()
    action = postmortem.actionitems.exclude(text="").get()
    cause = postmortem.causes.exclude(text="").get()
    name = f"link.{action.key}.{cause.key}"
    client.post(at("write", postmortem), {f"read.{name}": "true"})
    assert not action.causes.exists()
    client.post(at("write", postmortem), {f"read.{name}": "", name: "true"})
    assert action.causes.get() == cause


def test_the_only_action_of_a_short_one_works_on_the_only_cause_until_somebody_says_else(client, writer):
    postmortem = make.postmortem()
    cause, action = postmortem.causes.get(), postmortem.actionitems.get()
    assert action.causes.get() == cause
    html = client.get(at("write", postmortem)).content.decode()
    assert f'name="link.{action.key}.{cause.key}" value="true" checked' in html
    actions.link(action, cause, on=False, by=None)
    write(client, postmortem, "add:act")
    write(client, postmortem, f"remove:{action.key}")
    assert not cause.actions.exists()  # there were two, and nobody knows which is meant
    write(client, postmortem, f"remove:{postmortem.actionitems.of_document().get().key}")
    write(client, postmortem, "add:act")
    assert cause.actions.get() == postmortem.actionitems.of_document().get()


def test_an_action_is_added_to_what_it_works_on_or_replaces(client, writer):
    postmortem = make.postmortem(way="full", severity="major")
    cause = actions.add(Cause, postmortem, by=None, text="A lock")
    measure = actions.add(
        Mitigation, postmortem, by=None, text="Killed it", at=postmortem.incident.started_at, lasts="temporary"
    )
    html = client.get(at("write", postmortem)).content.decode()
    assert f'value="add:act:{cause.key}"' in html
    assert f'value="add:act:{measure.key}"' in html
    write(client, postmortem, f"add:act:{cause.key}")
    write(client, postmortem, f"add:act:{measure.key}")
    first, second = postmortem.actionitems.order_by("position")
    assert (first.causes.get(), second.fixes.get()) == (cause, measure)
    assert not second.causes.exists()
    paragraph = actions.add(
        Paragraph, postmortem, by=None, section=make.section(postmortem, "summary"), text="It was slow."
    )
    assert write(client, postmortem, f"add:act:{paragraph.key}").status_code == 422


def test_the_matrix_is_ticked_without_a_script_too(client, writer):
    postmortem = make.ready_to_publish(way="full", severity="major")
    [action], [cause] = postmortem.actionitems.all(), postmortem.causes.all()
    html = client.get(at("write", postmortem)).content.decode()
    name = f"link.{action.key}.{cause.key}"
    assert html.count(f'name="{name}"') == 1  # two ticks for one thing would contradict each other
    client.post(at("write", postmortem), {f"read.{name}": "true"})
    html = client.get(at("write", postmortem)).content.decode()
    assert f'<tr class="pm-hole" id="on-{cause.key}">' in html
    assert f"#on-{cause.key}" in html  # where the gate leads


def test_a_script_sends_an_act_by_itself_and_asks_for_what_follows_alone(client, writer):
    postmortem = make.postmortem()
    ask = {"headers": {"Accept": "application/json"}}
    added = client.post(at("write", postmortem), {"act": "add:evt"}, **ask)
    assert added.json() == {"to": postmortem.events.of_document().latest("pk").key}
    refused = client.post(at("write", postmortem), {"act": "add:zzz"}, **ask)
    assert (refused.status_code, refused.json()) == (422, {"error": "This is not something to do."})
    html = client.get(at("write", postmortem), {"now": "1"}).content.decode()
    assert html.count("data-drawn-anew") == 1
    assert "<html" not in html


def test_no_id_stands_twice_and_a_day_only_where_it_changes(client, writer):
    postmortem = make.ready_to_publish()
    at_ = postmortem.incident.started_at
    for hours in (0, 1, 30):
        actions.add(Event, postmortem, by=None, at=at_ + timedelta(hours=hours), text=f"After {hours}.")
    html = client.get(at("write", postmortem)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    times = re.findall(r"<time [^>]*>(.*?)</time>", html[html.index("pm-preview") :], re.S)
    days = [" " in re.sub(r"<[^>]*>|\s+", " ", each).strip() for each in times]
    assert days.count(True) == len({timezone.localdate(each.at) for each in postmortem.events.of_document()})


def test_a_section_is_kept_to_staff_and_shown_again(client, writer):
    postmortem = make.ready_to_publish()
    section = make.section(postmortem, "impact")
    write(client, postmortem, f"visibility:{section.pk}")
    assert Section.objects.get(pk=section.pk).visibility == "internal"
    write(client, postmortem, f"visibility:{section.pk}")
    assert Section.objects.get(pk=section.pk).visibility == "customers"


@pytest.mark.parametrize(
    "act",
    [
        "add:zzz",
        "add:par:section-0",
        "add:par:x",
        "add:why:cau_nothing",
        "up:usr_1",
        "remove:cau_nothing",
        "visibility:0",
    ],
)
def test_an_act_that_makes_no_sense_is_refused(client, writer, act):
    assert write(client, make.postmortem(), act).status_code == 422


def test_everything_that_records_say_is_taken_over_once(client, writer):
    postmortem = full()
    client.post(at("draft", postmortem))
    assert {cause.text for cause in postmortem.causes.of_document()} == {"The pace was 20.", "Nobody compared it."}
    assert postmortem.events.of_document().count() == 2
    count = Citation.objects.count()
    client.post(at("draft", postmortem))
    assert Citation.objects.count() == count
    html = client.get(at("write", postmortem)).content.decode()
    assert "A 4.1" in html
    assert "In the document" in html


def test_one_part_is_taken_over_and_its_change_is_seen_and_taken(client, writer):
    postmortem = full()
    source = postmortem.causes.filter(record__isnull=False).first()
    client.post(at("take_over", postmortem), {"source": source.key})
    taken = postmortem.causes.of_document().get()
    actions.change(source, by=None, text="The pace was 20 a second.")
    html = client.get(at("write", postmortem)).content.decode()
    assert "Changed after you took it" in html
    assert "<ins>20 a second.</ins>" in html
    citation = Citation.objects.get(source=source.key)
    client.post(at("take_over", postmortem), {"citation": citation.pk, "seen": "1"})
    taken.refresh_from_db()
    assert taken.text == "The pace was 20."
    assert "Changed after you took it" not in client.get(at("write", postmortem)).content.decode()
    actions.change(source, by=None, text="The pace was 20 per gateway.")
    client.post(at("take_over", postmortem), {"citation": citation.pk})
    taken.refresh_from_db()
    assert taken.text == "The pace was 20 per gateway."


def test_a_part_that_is_internal_by_now_is_said_to_have_changed_since(client, writer):
    postmortem = full()
    source = postmortem.causes.filter(record__isnull=False).first()
    taken = actions.take_over(source, by=None)
    actions.change(source, by=None, is_internal=True)
    assert "Changed after you took it" in client.get(at("write", postmortem)).content.decode()
    client.post(at("take_over", postmortem), {"citation": Citation.objects.get(source=source.key).pk})
    taken.refresh_from_db()
    assert taken.is_internal
    assert "Changed after you took it" not in client.get(at("write", postmortem)).content.decode()


def test_a_line_of_the_timeline_is_taken_over(client, writer):
    postmortem = full()
    html = client.get(at("write", postmortem), {"tab": "timeline"}).content.decode()
    assert "Take over" in html
    entry = postmortem.incident.timeline.filter(kind="update").first()
    client.post(at("take_over", postmortem), {"entry": entry.pk})
    assert postmortem.events.of_document().get().entry == entry


def test_a_contradiction_is_settled_by_choosing_and_open_again_when_a_claim_changes(client, writer):
    postmortem = full()
    html = client.get(at("write", postmortem)).content.decode()
    assert "When was the cause found?" in html
    event = postmortem.events.filter(record__isnull=False).first()
    chosen = event.at.replace(second=0, microsecond=0).isoformat()
    client.post(
        at("settle", postmortem), {"question": "time.cause_found", "chosen": chosen, "reason": "The file says so."}
    )
    html = client.get(at("write", postmortem)).content.decode()
    assert "The file says so." in html
    assert "Records say different things" not in html
    actions.change(event, by=None, at=event.at.replace(minute=45))
    assert "Records say different things" in client.get(at("write", postmortem)).content.decode()


def test_the_screen_costs_the_same_for_many_rows(client, writer, same_queries):
    postmortem = full()
    for count in (1, 20):
        for number in range(count):
            action = actions.add(ActionItem, postmortem, by=None, text=f"Do {number}")
            cause = actions.add(Cause, postmortem, by=None, text=f"So {number}")
            actions.link(action, cause, on=True, by=None)
            actions.add(Mitigation, postmortem, by=None, text="Done", at=postmortem.incident.started_at)
        with same_queries(at_most=60):
            client.get(at("write", postmortem))


def test_who_may_not_draft_reads_the_review_and_cannot_write(client):
    client.force_login(make.in_group("Viewers"))
    postmortem = make.postmortem()
    assert client.get(at("postmortem", postmortem)).url == at("review", postmortem)
    assert write(client, postmortem, "add:act").status_code == 403


def test_an_action_that_is_done_has_its_time_and_loses_it_when_it_is_not(client, writer):
    postmortem = make.ready_to_publish()
    action = postmortem.actionitems.exclude(text="").get()
    actions.change(action, by=None, state="done")
    action.refresh_from_db()
    assert action.closed_at is not None
    actions.change(action, by=None, state="in_progress")
    action.refresh_from_db()
    assert action.closed_at is None


def test_what_was_done_is_temporary_until_somebody_says_that_it_holds(client, writer):
    postmortem = make.ready_to_publish()
    assert "A temporary measure has no lasting fix" not in client.get(at("write", postmortem)).content.decode()
    write(client, postmortem, "add:mit")
    measure = postmortem.mitigations.of_document().latest("pk")
    actions.change(measure, by=None, text="Restarted it.")
    assert "A temporary measure has no lasting fix" in client.get(at("write", postmortem)).content.decode()
    actions.change(measure, by=None, lasts="permanent")
    assert "A temporary measure has no lasting fix" not in client.get(at("write", postmortem)).content.decode()
