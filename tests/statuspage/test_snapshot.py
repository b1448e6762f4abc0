"""What a snapshot holds, and what it never does."""

from datetime import timedelta

import pytest

from incidents.choices import Audience, ComponentState, Level, Status
from incidents.models import Impact, Incident, Location, Pin
from statuspage import documents
from statuspage.models import PageComponent, PageIncident
from statuspage.snapshot import load as snapshot
from tests.statuspage import build
from tests.statuspage.build import NOW, minutes

pytestmark = pytest.mark.django_db
SEEN = [(NOW - minutes(40), Status.INVESTIGATING, "We are looking into it.")]


def load(page, *, touched=None, now=NOW, due=None, taken_back=snapshot.NOTHING):
    return snapshot.load(page.pk, touched=touched, now=now, due=due, taken_back=taken_back)


def paths(found):
    return {document.path for document in found}


def of(component):
    names = ["index.html", "badge.svg", "badge.json", "history.atom", "history.rss"]
    return {f"components/{component.public_id}/{name}" for name in names}


def test_the_number_of_queries_does_not_grow(same_queries, django_assert_num_queries):
    group = build.component("Channels")
    place = Location.objects.create(name="Frankfurt")
    page = build.page(group)
    for number in range(50):
        part = build.component(f"Part {number}", group)
        row = build.incident("Late", page=page, impacts=[(part, place, Level.DEGRADED)], updates=SEEN)
        build.update(row, at=NOW - minutes(5), told=[(part, place, Level.DEGRADED)])
        Pin.objects.create(component=part, level=2, reason="x", started_at=NOW, ends_at=NOW + minutes(5))
        if number not in (0, 49):
            continue
        with same_queries(at_most=24, kind="all"):
            all_of_it = load(page)
        with same_queries(at_most=28, kind="touched"):
            one = load(page, touched={"incident": {row.pk}}, due=NOW + minutes(1))
        with django_assert_num_queries(0):
            documents.hot(all_of_it), documents.permanent(all_of_it), documents.gone(all_of_it)

        assert len(all_of_it.incidents) == len(one.incidents) == number + 1
        assert one.touched == {row.pk}


NOT_FOR_THE_PUBLIC = {
    "restricted": {"audience": Audience.RESTRICTED},
    "internal": {"audience": Audience.INTERNAL},
    "drill": {"audience": Audience.DRILL},
    "suspected": {"status": Status.SUSPECTED},
    "dismissed": {"status": Status.DISMISSED},
}


@pytest.mark.parametrize("fields", NOT_FOR_THE_PUBLIC.values(), ids=NOT_FOR_THE_PUBLIC)
def test_what_is_not_public_leaves_no_trace_in_any_document(fields):
    part = build.component("SMS")
    page = build.page(part)
    clean = b"".join(document.body for document in documents.hot(load(page)))
    row = build.incident("Sesame", page=page, impacts=[(part, None, Level.MAJOR)], updates=SEEN, **fields)

    shot = load(page)

    assert shot.incidents == ()
    assert documents.gone(shot) == [
        f"history/{NOW:%Y-%m}/index.html",
        f"incidents/{row.public_id}/index.html",
    ]
    written = [*documents.hot(shot), *documents.permanent(shot)]
    assert not [
        document.path for document in written if b"Sesame" in document.body or row.public_id.encode() in document.body
    ]
    assert b"".join(document.body for document in documents.hot(shot)) == clean  # its impact colours nothing


def test_untold_and_withdrawn_leave_no_trace():
    part = build.component("SMS")
    page = build.page(part)
    untold = build.incident("Untold", page=page, impacts=[(part, None, Level.MAJOR)])
    told = build.incident("Told", page=page, impacts=[(part, None, Level.DEGRADED)], updates=SEEN)
    build.update(told, at=NOW - minutes(3), body="Called back", withdrawn_at=NOW, status=Status.IDENTIFIED)

    shot = load(page)

    assert [incident.title for incident in shot.incidents] == ["Told"]
    assert shot.incidents[0].status == Status.INVESTIGATING
    body = b"".join(document.body for document in [*documents.hot(shot), *documents.permanent(shot)])
    assert b"Called back" not in body
    assert untold.public_id.encode() not in body


def test_an_incident_stands_only_on_its_page():
    part = build.component("SMS")
    here, there = build.page(part), build.page(part, slug="other", is_default=False)
    build.incident("Here", page=here, impacts=[(part, None, Level.MAJOR)], updates=SEEN)
    assert [incident.title for incident in load(here).incidents] == ["Here"]
    assert load(there).incidents == ()


def test_the_stage_is_the_one_told_whatever_is_known_inside():
    page = build.page(part := build.component("SMS"))
    build.incident("Ahead", page=page, impacts=[(part, None, 2)], updates=SEEN, status=Status.RESOLVED, ended=NOW)
    found = load(page).incidents[0]
    assert (found.status, found.ended_at, found.is_open) == (Status.INVESTIGATING, None, True)


def test_a_page_names_only_its_own_components():
    channels = build.component("Channels")
    sms, secret = build.component("SMS", channels), build.component("Gateway seven", channels)
    inner = build.component("Inner", secret)
    other = build.component("Other tree")
    page = build.page(channels)
    PageComponent.objects.create(page=page, component=secret, is_shown=False)
    build.incident("Late", page=page, impacts=[(secret, None, 3), (sms, None, 1), (other, None, 3)], updates=SEEN)

    shot = load(page)

    assert set(shot.tree.components) == {channels.pk, sms.pk}
    (impact,) = shot.incidents[0].impacts
    assert (impact.component, impact.state) == (sms.pk, ComponentState.DEGRADED)
    assert of(secret) | of(inner) | of(other) <= set(documents.gone(shot))
    assert b"Gateway seven" not in b"".join(document.body for document in documents.hot(shot))


def test_an_impact_above_the_page_covers_what_the_page_shows_below():
    platform = build.component("Platform")
    channels = build.component("Channels", platform)
    sms = build.component("SMS", channels)
    page = build.page(channels)
    build.incident("All down", page=page, impacts=[(platform, None, 3)], updates=SEEN)
    shot = load(page)
    assert shot.tree.roots == (channels.pk,)
    assert [impact.component for impact in shot.incidents[0].impacts] == [channels.pk]
    assert documents.state.derive(shot).components == dict.fromkeys((channels.pk, sms.pk), ComponentState.MAJOR)


def test_a_part_shown_below_a_hidden_one_stands_at_the_top_in_the_order_of_the_layout():
    a, b = build.component("A"), build.component("B")
    hidden = build.component("Hidden", a)
    deep = build.component("Deep", hidden)
    page = build.page(b, a)
    PageComponent.objects.create(page=page, component=hidden, is_shown=False, position=9)
    PageComponent.objects.create(page=page, component=deep, position=8)
    assert load(page).tree.roots == (b.pk, a.pk, deep.pk)


def test_old_incidents_stay_out_but_fifty_are_always_there():
    page = build.page(part := build.component("SMS"))
    for n in range(60):
        began = NOW - timedelta(days=200 + n)
        over = [(began, Status.INVESTIGATING, "x"), (began + minutes(9), Status.RESOLVED, "y")]
        build.incident(f"Old {n}", page=page, began=began, ended=began + minutes(9), updates=over)
    long_ago = NOW - timedelta(days=500)
    stays = build.incident("Still open", page=page, began=long_ago, impacts=[(part, None, 1)], updates=SEEN)
    told_open = build.incident("Forgotten", page=page, began=long_ago, ended=long_ago + minutes(9), updates=SEEN)

    shot = load(page, touched={})

    assert len(shot.incidents) == 52
    assert {stays.pk, told_open.pk} <= {incident.pk for incident in shot.incidents}
    assert len(shot.months) > 2


@pytest.mark.parametrize("count", [3, 60])
def test_what_is_loaded_for_one_reason_shows_nowhere_else(count):
    """The hot set is the same whether it is written for an old incident's sake, for all, or for none."""
    page = build.page(part := build.component("SMS"), created_at=NOW - timedelta(days=20))
    part.introduced_on = (NOW - timedelta(days=20)).date()
    part.save()
    old = [
        build.incident(f"Old {n}", page=page, began=NOW - timedelta(days=100 + n), ended=NOW - timedelta(days=100),
                       impacts=[(part, None, 3)], updates=[(NOW - timedelta(days=99 - n), Status.RESOLVED, "Over.")])
        for n in range(2)
    ]  # fmt: skip
    for n in range(count):
        began = NOW - timedelta(days=2, hours=n)
        build.incident(f"New {n}", page=page, began=began, ended=began + minutes(9), impacts=[(part, None, 1)],
                       updates=[(began + minutes(9), Status.RESOLVED, "Over.")])  # fmt: skip
    build.update(old[1], at=NOW - minutes(3), status=Status.RESOLVED, body="A late word.")

    hot = [documents.hot(load(page, touched=touched)) for touched in (None, {}, {"incident": {old[1].pk}})]

    assert hot[0] == hot[1] == hot[2]


# Which permanent pages are looked at


def test_only_what_is_concerned_is_written():
    first, second = build.component("SMS"), build.component("Voice")
    page = build.page(first, second)
    old = NOW - timedelta(days=70)
    gone = build.incident("Old", page=page, began=old, ended=old + minutes(5), impacts=[(second, None, 1)],
                          updates=[(old, Status.RESOLVED, "x")])  # fmt: skip
    new = build.incident("New", page=page, impacts=[(first, None, 1)], updates=SEEN)

    shot = load(page, touched={"incident": {new.pk}}, due=NOW + minutes(5))

    assert paths(documents.permanent(shot)) == {
        f"incidents/{new.public_id}/index.html",
        f"history/{NOW:%Y-%m}/index.html",
        *of(first),
    }
    assert documents.gone(shot) == []
    everything = paths(documents.permanent(load(page)))
    assert {f"incidents/{gone.public_id}/index.html", f"components/{second.public_id}/index.html"} < everything


def test_a_month_that_an_incident_left_is_written_anew_or_goes():
    page = build.page(part := build.component("SMS"))
    row = build.incident("Moved", page=page, impacts=[(part, None, 1)], updates=SEEN)
    row.started_at = NOW - timedelta(days=40)
    row.save()
    shot = load(page, touched={"incident": {row.pk}}, due=NOW + minutes(5))
    assert "history/2026-10/index.html" in paths(documents.permanent(shot))
    assert documents.gone(shot) == ["history/2026-11/index.html"]


def test_a_deleted_incident_leaves_its_address():
    page = build.page(build.component("SMS"))
    row = build.incident("Deleted", page=page, updates=SEEN)
    pk, public_id = row.pk, row.public_id
    Incident.objects.get(pk=pk).delete()
    assert f"incidents/{public_id}/index.html" in documents.gone(
        load(page, touched={"incident": {pk}}, due=NOW + minutes(5))
    )


def test_taken_off_the_page_it_goes_although_public():
    page = build.page(part := build.component("SMS"))
    row = build.incident("Off", page=page, impacts=[(part, None, 1)], updates=SEEN)
    PageIncident.objects.all().delete()
    shot = load(page, touched={"incident": {row.pk}}, due=NOW + minutes(5))
    assert f"incidents/{row.public_id}/index.html" in documents.gone(shot)
    assert paths(documents.permanent(shot)) == of(part)


def test_a_component_that_an_incident_no_longer_hits_is_looked_at():
    first, second = build.component("SMS"), build.component("Voice")
    page = build.page(first, second)
    row = build.incident("Moves", page=page, impacts=[(first, None, 1)], updates=SEEN)
    impact = Impact.objects.get()
    impact.component = second
    impact.save()
    shot = load(page, touched={"incident": {row.pk}}, due=NOW + minutes(5))
    assert shot.touched_components == {first.pk, second.pk}


# Taken back


def test_what_may_still_say_it_is_what_loses_text():
    first, second = build.component("SMS"), build.component("Voice")
    page = build.page(first, second)
    back = build.incident("Back", page=page, impacts=[(first, None, 1)], updates=SEEN)
    old = NOW - timedelta(days=70)
    other = build.incident("Other", page=page, began=old, ended=old + minutes(5), impacts=[(second, None, 1)],
                           updates=[(old, Status.RESOLVED, "x")])  # fmt: skip

    shot = load(
        page, touched={"incident": {back.pk, other.pk}}, due=NOW + minutes(5), taken_back={"incident": {back.pk}}
    )

    pending = {each.path: each.loses_text for each in documents.pending(shot)}
    losing = {f"incidents/{back.public_id}/index.html", f"history/{NOW:%Y-%m}/index.html", *of(first)}
    assert {path for path, loses_text in pending.items() if loses_text} == losing
    assert {f"incidents/{other.public_id}/index.html", *of(second)} < pending.keys()


def test_a_component_that_it_named_before_loses_text_too_and_so_does_what_came_in():
    first, second = build.component("SMS"), build.component("Voice")
    page = build.page(first, second)
    row = build.incident("Moves", page=page, impacts=[(first, None, 1)], updates=SEEN)
    came_in = build.incident("Came in", page=page, updates=SEEN)
    Incident.objects.filter(pk=came_in.pk).update(merged_into=row, merged_at=NOW, status=Status.MERGED)
    impact = Impact.objects.get()
    impact.component = second
    impact.save()

    shot = load(page, touched=None, due=NOW + minutes(5), taken_back={"incident": {row.pk}})

    assert shot.taken_back.components == {first.pk, second.pk}
    assert shot.taken_back.incidents == {row.pk, came_in.pk}


# Time alone


def test_next_change_is_the_first_of_promise_pin_and_midnight():
    page = build.page(part := build.component("SMS"), time_zone="Asia/Singapore")
    assert documents.next_change(load(page)) == NOW.replace(hour=16, minute=0)  # midnight there
    Pin.objects.create(component=part, level=1, reason="x", started_at=NOW, ends_at=NOW + minutes(30))
    assert documents.next_change(load(page)) == NOW + minutes(30)
    row = build.incident("Late", page=page, impacts=[(part, None, 1)], updates=[*SEEN])
    build.update(row, at=NOW - minutes(2), promised_at=NOW + minutes(12))
    assert documents.next_change(load(page)) == NOW + minutes(12)
    assert documents.next_change(load(page, now=NOW + minutes(12))) == NOW + minutes(30)


def test_a_promise_that_passed_since_then_touches_its_page():
    page = build.page(part := build.component("SMS"))
    row = build.incident("Late", page=page, impacts=[(part, None, 1)], updates=[*SEEN])
    build.update(row, at=NOW - minutes(9), promised_at=NOW - minutes(1))
    assert load(page, touched={}, due=NOW - minutes(1)).touched == {row.pk}
    assert load(page, touched={}, due=NOW + minutes(1)).touched == set()


def test_a_pin_that_ended_and_midnight_touch_component_pages():
    sms, voice = build.component("SMS"), build.component("Voice")
    page = build.page(sms, voice)
    Pin.objects.create(component=sms, level=1, reason="x", started_at=NOW - minutes(60), ends_at=NOW - minutes(1))
    assert load(page, touched={}, due=NOW - minutes(1)).touched_components == {sms.pk}
    assert load(page, touched={}, due=NOW + minutes(9)).touched_components == set()
    midnight = NOW.replace(hour=0, minute=0)
    assert load(page, touched={}, now=midnight + minutes(1), due=midnight).touched_components == {sms.pk, voice.pk}
    assert load(page, touched={}).touched_components == {sms.pk, voice.pk}  # never published before
