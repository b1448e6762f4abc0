"""Merging: one incident ends, what is still open goes on in the other, nobody loses sight of it (DESIGN section 3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents import actions, choices, signals
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.clocks import clocks
from incidents.clocks.clock import State
from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.models import Incident
from incidents.scope import Affected
from incidents.timeline import timeline
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make.in_group("Engineering Leads", first_name="Priya")


def merge(source, into, by=None, **options):
    return actions.merge(source, into=into, by=by, **options)


def open_at(incident):
    return {(i.component, i.location): Level(i.level) for i in incident.impacts.open()}


def clocks_of(incident):
    row = clocks.annotated(Incident.objects.all()).get(pk=incident.pk)
    return {clock.key: clock for clock in clocks.clocks_of(row)}


def test_the_source_ends_and_says_where_it_goes_on(lead):
    source, into = make.told(title="SMS late in Ashburn"), make.told(title="Queue is stuck")
    version = into.version
    merged = merge(source, into, lead, reason="Same queue.")
    into.refresh_from_db()
    assert (merged.status, merged.merged_into, merged.resolved_at) == (Status.MERGED, into, None)
    assert merged.merged_at is not None
    assert not merged.resolutions.exists()
    assert not merged.impacts.open().exists()
    assert merged.updates.visible().count() == 1
    assert into.updates.visible().count() == 1
    assert (into.status, into.version) == (Status.INVESTIGATING, version + 1)
    assert merged.history.first().history_user == lead

    gone, before = timeline.read(merged, user=lead)[:2]
    assert before.kind != EntryKind.IMPACT  # nothing works again by this
    assert (gone.kind, gone.text) == (EntryKind.MERGED, "Same queue.")
    assert "Queue is stuck" in gone.sentence
    assert "Priya" in gone.sentence
    came_in = next(entry for entry in timeline.read(into, user=lead) if entry.kind == EntryKind.CAME_IN)
    assert "SMS late in Ashburn" in came_in.sentence
    assert came_in.text == ""


def test_what_is_open_goes_on_from_then_and_no_place_is_doubled():
    sms, voice, rcs, mail = (make.component(name=name) for name in ("SMS", "Voice", "RCS", "Email"))
    here = make.location(name="Ashburn")
    source = make.told(
        affects=[
            Affected(sms, here, Level.MAJOR), Affected(voice, here, Level.PARTIAL), Affected(rcs, None, Level.DEGRADED),
            Affected(mail, here, Level.DEGRADED),
        ]
    )  # fmt: skip
    actions.set_impacts(source, [Affected(rcs, None, Level.OPERATIONAL)], by=None)
    into = make.told(affects=[Affected(sms, here, Level.DEGRADED), Affected(mail, None, Level.PARTIAL)])
    worse = into.impacts.get(component=sms)

    merged = merge(source, into)

    assert open_at(into) == {
        (sms, here): Level.MAJOR,
        (voice, here): Level.PARTIAL,
        (mail, None): Level.PARTIAL,  # everywhere, and worse: Ashburn says nothing new
    }
    worse.refresh_from_db()
    assert worse.ended_at == merged.merged_at
    assert into.impacts.get(component=voice).started_at == merged.merged_at
    assert {impact.ended_at for impact in source.impacts.exclude(component=rcs)} == {merged.merged_at}


def test_its_clocks_stop_and_what_was_kept_stays_kept():
    told, untold = make.told(), make.confirmed(severity="major", detected_at=timezone.now() - timedelta(hours=1))
    suspicion, into = make.suspicion(), make.told()
    assert clocks_of(untold)["first_notice"].state(timezone.now()) == State.LATE
    for source in (told, untold, suspicion):
        merge(source, into)
    assert {key: clock.is_running for key, clock in clocks_of(told).items()} == {"first_notice": False}
    assert clocks_of(told)["first_notice"].state(timezone.now()) == State.MET
    assert clocks_of(untold) == {}
    assert clocks_of(suspicion) == {}
    assert not Incident.objects.awaiting_first_notice().exists()
    assert not Incident.objects.awaiting_telling().exists()


def test_what_is_merged_is_over_for_good():
    merged = make.merged()
    into = make.told()
    for act in (
        lambda: make.update(merged, status=Status.INVESTIGATING),
        lambda: actions.change_stage(merged, status=Status.MONITORING, by=None),
        lambda: actions.reopen(merged, reason="So", by=None),
        lambda: actions.set_impacts(merged, [make.affected()], by=None),
        lambda: merge(merged, into),
    ):
        with pytest.raises(DomainError):
            act()
    with pytest.raises(DomainError, match="Write to customers where it goes on"):
        make.update(merged, status=Status.INVESTIGATING)
    actions.add_note(merged, text="The same disk.", by=None)
    actions.correct_update(merged.updates.get(), body="Better said.", by=None)


def test_the_promise_of_what_was_merged_cannot_be_moved():
    source, soon = make.confirmed(), timezone.now() + timedelta(minutes=20)
    update = make.update(source, promised_at=soon)
    merge(source, make.told())
    with pytest.raises(DomainError, match="no longer wait"):
        actions.correct_update(update, body="B", promised_at=soon + timedelta(minutes=5), reason="So", by=None)


REFUSED = [
    (make.told, make.resolved, "is over"),
    (make.told, make.dismissed, "is over"),
    (make.told, make.drill, "drill"),
    (make.drill, make.told, "drill"),
    (make.restricted, make.told, "restricted"),
    (make.restricted, make.internal, "restricted"),
    (make.internal, make.restricted, "more people see this one"),
    (make.suspicion, make.restricted, "more people see this one"),
    (make.confirmed, make.suspicion, "only a suspicion"),
    (make.told, make.internal, "could not read"),
    (make.told, make.confirmed, "first notice"),
    (make.resolved, make.told, "Only an open incident"),
    (make.backfilled, make.told, "Only an open incident"),
    (make.dismissed, make.told, "Only an open incident"),
]


@pytest.mark.parametrize(("source", "into", "words"), REFUSED)
def test_what_does_not_fit_is_refused_in_words(source, into, words):
    source, into = source(), into()
    source.refresh_from_db()
    with pytest.raises(DomainError, match=words):
        merge(source, into)
    source.refresh_from_db()
    assert not source.is_merged


FITTING = [
    (make.told, make.told),
    (make.suspicion, make.suspicion),
    (make.suspicion, make.told),
    (make.suspicion, make.internal),
    (make.confirmed, make.told),
    (make.confirmed, make.confirmed),
    (make.confirmed, make.internal),
    (make.internal, make.told),
    (make.drill, make.drill),
    (make.restricted, make.restricted),
]


@pytest.mark.parametrize(("source", "into"), FITTING)
def test_what_fits_is_merged(source, into):
    assert merge(source(), into()).is_merged


def test_not_into_itself_and_never_in_a_ring():
    one, two, three = make.told(), make.told(), make.told()
    with pytest.raises(DomainError, match="itself"):
        merge(one, one)
    merge(one, two)
    merge(two, three)
    for source, into in ((three, one), (three, two), (make.told(), two)):
        with pytest.raises(DomainError, match="merged itself"):
            merge(source, into)


def test_it_is_said_where_the_chosen_one_went_to_those_who_may_know(lead):
    hidden = make.restricted(title="Keys in a log", members=[make.in_group("Security")])
    between = make.restricted(title="Odd log lines")
    merge(between, hidden)
    actions.add_member(between, user=lead, by=None)
    source = make.restricted(members=[lead])
    with pytest.raises(DomainError, match="merged itself") as refusal:
        merge(source, between, lead)
    assert "Keys" not in str(refusal.value)
    actions.add_member(hidden, user=lead, by=None)
    with pytest.raises(DomainError, match="Keys in a log"):
        merge(source, between, lead)


def test_both_must_be_open_to_whoever_merges(lead):
    seen, unseen = make.restricted(members=[lead]), make.restricted()
    for source, into in ((seen, unseen), (unseen, seen)):
        with pytest.raises(NotAllowed, match="no such incident"):
            merge(source, into, lead)


def test_members_come_with_it_where_the_lead_may_let_people_in(lead):
    amara, jun = make.in_group("Support"), make.in_group("Engineering")
    source = make.restricted(members=[lead, amara, jun])
    into = make.restricted(members=[lead, jun])
    merge(source, into, lead)
    assert set(into.members.all()) == {lead, amara, jun}
    assert next(e.data["user"] for e in into.timeline.filter(kind=EntryKind.MEMBER)) == str(amara)

    only_merges = make.user(permissions=["merge_incident"])
    source, into = make.restricted(members=[only_merges, amara]), make.restricted(members=[only_merges])
    merge(source, into, only_merges)
    assert set(into.members.all()) == {only_merges}


def test_the_other_is_named_only_where_it_may_be_seen(lead):
    engineer = make.in_group("Engineering")
    source, into = make.internal(title="Dashboards slow"), make.internal(title="Disk of the collector")
    merge(source, into)
    assert "Disk of the collector" in timeline.read(source, user=engineer)[0].sentence
    actions.set_audience(into, audience=Audience.RESTRICTED, reason="Names in it.", by=None)
    sentence = timeline.read(source, user=engineer)[0].sentence
    assert sentence == "Merged by the system into another incident"
    assert "Dashboards" not in timeline.read(into, user=None)[0].sentence


def test_an_old_version_is_refused():
    source, into = make.told(), make.told()
    make.update(source, status=Status.IDENTIFIED)
    with pytest.raises(StaleVersion):
        merge(source, into, version=source.version)


def test_one_signal_inside_the_transaction():
    heard = []

    def listen(sender, incident, into, **kwargs):
        heard.append((incident, into, incident.status, transaction.get_connection().in_atomic_block))

    signals.merged.connect(listen)
    try:
        source, into = make.told(), make.told()
        merge(source, into)
    finally:
        signals.merged.disconnect(listen)
    assert heard == [(source, into, Status.MERGED, True)]


@pytest.mark.parametrize(
    "broken",
    [
        {"status": Status.MERGED},
        {"status": Status.MERGED, "merged_at": "now"},
        {"merged_at": "now", "merged_into": "other"},
        {"status": Status.MERGED, "merged_at": "now", "merged_into": "itself"},
    ],
)
def test_the_database_keeps_what_merged_means(broken):
    row, other = make.told(), make.told()
    known = {"now": timezone.now(), "other": other, "itself": row}
    values = {name: known.get(value, value) for name, value in broken.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=row.pk).update(**values)


def test_merged_is_a_status_of_its_own():
    assert Status.MERGED not in {*choices.OPEN, *choices.WORKING, *choices.PUBLIC}
    assert Status.MERGED in choices.SHOWN
    assert choices.TRANSITIONS[Status.MERGED] == set()
    assert {old for old in Status if old.can_become(Status.MERGED)} == set(choices.OPEN)
    assert "Review" in str(make.merged().stage)
