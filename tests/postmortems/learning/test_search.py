"""What search finds, ranks and shows, the same on SQLite and PostgreSQL; and nothing of what one may not see."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from incidents import actions
from incidents.choices import Level
from postmortems import actions as pm
from postmortems.learning import search, words
from postmortems.learning.search import Wanted
from postmortems.learning.texts import Where
from postmortems.models import ActionItem, Cause, Mitigation, Paragraph, SearchMark, SearchText
from tests import factories as make
from tests.postmortems.learning import past

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make.in_group("Reliability")


def look(person, typed="", **narrowed):
    past.read()
    found = search.found(person, Wanted(words=words.wanted(typed), **narrowed))
    return [hit.incident.title for hit in search.hits(person, found, words.wanted(typed))]


def texts(person, typed):
    past.read()
    beginnings = words.wanted(typed)
    hits = search.hits(person, search.found(person, Wanted(words=beginnings)), beginnings)
    return [
        (snippet.where, snippet.of, "".join(f"[{text}]" if is_hit else text for is_hit, text in snippet.pieces))
        for hit in hits
        for snippet in hit.snippets
    ]


def test_every_text_is_found(person):
    found = make.ready_to_publish(title="Aardvark", summary="Badger")
    incident = found.incident
    actions.change_facts(incident, by=None, customer_impact="Caracal", reason="More is known.")
    make.told(title="Another", body="Nothing of it")
    make.update(incident, status="resolved", body="Dingo", tried="Echidna", next_step="Fossa")
    actions.add_note(incident, text="Gecko", by=None)
    section = found.sections.get(kind="root_cause")
    pm.add(Paragraph, found, by=None, section=section, text="Hyena")
    pm.add(Cause, found, by=None, text="Ibex")
    pm.add(ActionItem, found, by=None, text="Jackal", proof="Kiwi")
    pm.add(Mitigation, found, by=None, at=timezone.now(), text="Lemur", effect="Marmot", faster="Narwhal")
    animals = "aardvark badger caracal dingo echidna fossa gecko hyena ibex jackal kiwi lemur marmot narwhal"
    for word in words.words(animals):
        assert look(person, word) == ["Aardvark"], word
        assert look(person, word[:3].upper()) == ["Aardvark"], word
        assert look(person, word[1:]) == [], word
    assert look(person, found.public_id) == look(person, incident.public_id) == ["Aardvark"]


def test_every_word_has_to_be_somewhere_in_it(person):
    make.told(title="SMS delayed in Frankfurt", body="A gateway restarts.")
    make.told(title="SMS delayed in Singapore", body="A carrier is slow.")
    assert look(person, "frankfurt gateway") == ["SMS delayed in Frankfurt"]
    assert look(person, "singapore gateway") == []
    assert sorted(look(person, "sms a")) == ["SMS delayed in Frankfurt", "SMS delayed in Singapore"]


def test_german_and_english_stand_side_by_side(person):
    make.told(title="SMS in München verzögert", body="Die Störung dauert an. We are looking into it.")
    for typed in ("münchen", "MUNCHEN", "Störung looking", "die we", "verzogert"):
        assert look(person, typed) == ["SMS in München verzögert"], typed


def test_a_title_is_before_a_text_and_a_new_one_before_an_old_one(person):
    now = timezone.now()
    make.told(title="Queue", body="A lock was held.", started_at=now - timedelta(hours=9))
    make.told(title="Lock held", started_at=now - timedelta(hours=8))
    make.told(title="Lock held", body="It works.", started_at=now - timedelta(hours=7))
    assert look(person, "lock") == ["Lock held", "Lock held", "Queue"]
    newest = search.found(person, Wanted(words=("lock",)))[:2]
    assert [hit.incident.started_at for hit in search.hits(person, newest, ())] == sorted(
        (hit.incident.started_at for hit in search.hits(person, newest, ())), reverse=True
    )


def test_what_was_taken_back_is_found_no_more(person):
    found = make.postmortem(title="Taken back")
    update = make.update(found.incident, status="resolved", body="Zebra")
    cause = pm.add(Cause, found, by=None, text="Yak")
    assert look(person, "zebra") == look(person, "yak") == ["Taken back"]
    actions.withdraw_update(update, by=None, reason="It was wrong.")
    pm.remove(cause, by=None)
    assert look(person, "zebra") == look(person, "yak") == []
    pm.restore(cause, by=None)
    assert look(person, "yak") == ["Taken back"]
    pm.change(cause, by=None, text="Xerus")
    assert look(person, "yak") == []
    assert look(person, "xerus") == ["Taken back"]


def test_it_says_where_it_stands(person):
    found = make.postmortem(title="Reports slow", way="full")
    pm.invite(found, people=[], teams=[make.team(name="Messaging core")], by=None)
    record = found.records.get()
    pm.add(Cause, found, by=None, record=record, text="A lock <b>was</b> held & held.")
    pm.add(Cause, found, by=None, text="The **lock** had no limit.")
    assert texts(person, "lock") == [
        (Where.CAUSE.label, "", "The [lock] had no limit."),
        (Where.CAUSE.label, "Messaging core", "A [lock] <b>was</b> held & held."),
    ]


@pytest.mark.parametrize("group", ["Viewers", "Engineering Leads"])
def test_what_is_restricted_is_found_by_its_members_only(group):
    member, stranger = make.in_group(group), make.in_group(group)
    secret = make.restricted(title="Zanzibar keys", members=[member])
    actions.add_note(secret, text="Zanzibar again", by=None)
    make.told(title="Zanzibar calls dropped")
    assert look(member, "zanz") == ["Zanzibar keys", "Zanzibar calls dropped"]
    assert look(stranger, "zanz") == look(make.superuser(), "zanz") == ["Zanzibar calls dropped"]
    assert look(make.in_group("Security"), "zanz") == ["Zanzibar keys", "Zanzibar calls dropped"]
    assert search.hits(stranger, [secret.pk], ("zanz",)) == []
    assert look(stranger) == ["Zanzibar calls dropped"]


def test_it_is_narrowed(person):
    root = make.component(name="Messaging")
    sms = make.component(name="SMS", parent=root)
    voice, frankfurt, paris = make.component(name="Voice"), make.location(), make.location()
    one = make.ready_to_publish(
        title="One", affects=[make.affected(sms, frankfurt, Level.MAJOR)], severity="major",
        started_at=timezone.now() - timedelta(days=40),
    )  # fmt: skip
    make.told(title="Two", affects=[make.affected(voice)])
    make.told(title="Three", affects=[make.affected(sms, paris), make.affected(voice, frankfurt)])
    below = frozenset({root.pk, sms.pk})
    month = timezone.now() - timedelta(days=30)
    assert look(person, components=below) == ["Three", "One"]
    assert look(person, components=below, location=frankfurt.pk) == ["One"]
    assert look(person, location=frankfurt.pk) == ["Three", "Two", "One"]  # Two is everywhere
    assert look(person, severity=2) == ["One"]
    assert look(person, kind="change") == ["One"]
    assert look(person, kind="capacity") == []
    assert look(person, end=month) == ["One"]
    assert look(person, start=month) == ["Three", "Two"]
    assert look(person, with_postmortem=True) == [one.incident.title]
    assert look(person, "thr", start=month, components=below) == ["Three"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_anything_may_be_typed(person, typed):
    assert look(person, f"{typed} zzz") == []


@pytest.mark.parametrize("typed", ["a' OR 1=1 --", "sms & !sms | (x <-> y):*A", "\\", "%", "_", "'", "9" * 200, "x:1A"])
def test_operators_are_no_operators(person, typed):
    make.told(title="Began", body=f"It began {typed} and ended.")
    assert look(person, typed) == ["Began"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_what_stands_there_is_found(person, text):
    incident = make.suspicion(title="Anything")
    actions.add_note(incident, text=f"x{text}", by=None)
    assert "Anything" in look(person, f"x{text}")
    incident.delete()


def test_it_takes_as_many_queries_for_one_and_for_fifty(person, same_queries):
    parts = [make.component()]
    look(person)  # what they may is read once
    for count in (1, 49):
        past.fill(count, parts, every=1)
        past.read()
        with same_queries(at_most=16):
            found = search.found(person, Wanted(words=("pace",)))
            assert len(search.hits(person, found, ("pace",))) in (1, 50)


def test_a_change_is_read_after_the_commit(django_capture_on_commit_callbacks, same_queries):
    with django_capture_on_commit_callbacks(execute=True):
        incident = make.suspicion(title="Quokka")
    assert not SearchMark.objects.exists()
    assert "quokka" in SearchText.objects.get(incident=incident).words
    actions.assign(incident, owner=make.user(), by=None)
    assert not SearchMark.objects.exists()  # nobody's words changed
    with django_capture_on_commit_callbacks(execute=True) as waiting:
        for number in range(300):
            actions.add_note(incident, text=f"Numbat{number}", by=None)
        assert SearchMark.objects.count() == 1
    assert len(waiting) == 1
    assert not SearchMark.objects.exists()
    assert "numbat299" in SearchText.objects.get(incident=incident).words


def test_what_is_written_after_a_savepoint_was_rolled_back_is_read(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        incident = make.suspicion(title="Quokka")
    with django_capture_on_commit_callbacks(execute=True):
        with suppress(ZeroDivisionError), transaction.atomic():
            actions.add_note(incident, text="Wombat", by=None)
            raise ZeroDivisionError
        actions.add_note(incident, text="Numbat", by=None)
        with suppress(ZeroDivisionError), transaction.atomic():
            actions.add_note(incident, text="Bilby", by=None)
            raise ZeroDivisionError
    assert not SearchMark.objects.exists()
    found = SearchText.objects.get(incident=incident).words
    assert ("numbat" in found, "wombat" in found, "bilby" in found) == (True, False, False)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has the index")
def test_postgresql_has_an_index_of_the_words():
    with connection.cursor() as cursor:
        indexes = connection.introspection.get_constraints(cursor, SearchText._meta.db_table)
    assert indexes["search_text_words"]["columns"] == ["words"]
    assert indexes["search_text_words"]["type"] == "gin"
