"""How an incident stands and how it went, said alike on the front page, on its own and in the history."""

import re
from datetime import timedelta

import pytest

from incidents.choices import Status
from statuspage import documents
from statuspage.snapshot.load import load
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW, minutes
from tests.statuspage.test_documents import words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
INVESTIGATING, IDENTIFIED, MONITORING, RESOLVED = (
    Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED,
)  # fmt: skip


def read(page, incident, *, touched=None, now=NOW):
    """The front page, the incident's own, and the history."""
    shot = load(page.pk, touched=touched, now=now)
    drawn = {each.path: each.body.decode() for each in [*documents.hot(shot), *documents.permanent(shot)]}
    paths = ("index.html", f"incidents/{incident.public_id}/index.html", "history/index.html")
    return [words(drawn[path]) if path in drawn else "" for path in paths]


@pytest.fixture
def parts():
    return build.component("SMS"), build.component("Voice"), build.component("Email")


@pytest.fixture
def page(parts):
    return build.page(*parts)


def reopened(page, part, **fields):
    """Out for six hours four days ago, well for three days, and out again for eleven minutes."""
    began = NOW - 4 * DAY
    return build.incident(
        "SMS late", page=page, began=began,
        impacts=[(part, None, 2, began, began + minutes(360)), (part, None, 2, NOW - minutes(11))],
        updates=[
            (began + minutes(20), INVESTIGATING, "We are looking."),
            (began + minutes(660), MONITORING, "We watch it."),
            (began + minutes(700), RESOLVED, "It works."),
            (NOW - minutes(10), INVESTIGATING, "It is back."),
        ],
        **fields,
    )  # fmt: skip


def test_since_is_when_what_is_shown_began_and_a_reopened_incident_counts_no_healthy_day(page, parts):
    front, own, history = read(page, reopened(page, parts[0]))
    assert "Reopened, partial outage since 14:27 UTC SMS late Affected SMS" in front
    assert "So far began Sun 15 Nov, 14:38 UTC Thu 19 Nov, 14:28 UTC Reopened" in front
    assert "Reopened, partial outage since Thu 19 Nov 2026, 14:27 UTC SMS late Affected SMS" in own
    assert "So far began Sun 15 Nov 2026, 14:38 UTC Thu 19 Nov, 14:28 UTC Reopened" in own
    assert "Reopened, partial outage since Thu 19 Nov, 14:27 UTC, began 14:38 UTC, Investigating" in history


def test_a_time_without_its_day_is_of_the_day_that_stands_above_it(page, parts):
    made = reopened(page, parts[0])
    own = read(page, made)[1]
    stages = r"((?:\w+ \d+ \w+, )?\d\d:\d\d) UTC (Reopened, investigating|Resolved|Monitoring|Investigating)"
    assert re.findall(stages, own) == [
        ("Thu 19 Nov, 14:28", "Reopened, investigating"),
        ("Mon 16 Nov, 02:18", "Resolved"),
        ("01:38", "Monitoring"),
        ("Sun 15 Nov, 14:58", "Investigating"),
    ]


def test_what_broke_again_and_ended_says_how_long_it_was_broken(page, parts):
    made = reopened(page, parts[0], ended=NOW, status=RESOLVED)
    build.update(made, at=NOW, status=RESOLVED, body="It works again.")
    front, own, history = read(page, made)
    said = "Partial outage Sun 15 Nov, 14:38 UTC to Thu 19 Nov, 14:38 UTC, 6 h 11 min of it"
    assert said in front
    assert said in history
    assert "Resolved Thu 19 Nov 2026, 14:38 UTC lasted 4 days SMS late" in own
    assert "Duration 4 days, affected for 6 h 11 min of it" in own


def test_a_worst_level_is_what_it_was_up_to(page, parts):
    made = build.incident(
        "Voice cut off", page=page, began=NOW - minutes(60),
        impacts=[
            (parts[1], None, 2, NOW - minutes(60), NOW - minutes(40)),
            (parts[1], None, 3, NOW - minutes(40), NOW - minutes(20)),
            (parts[1], None, 2, NOW - minutes(20)),
        ],
        updates=[(NOW - minutes(50), IDENTIFIED, "A router.")],
    )  # fmt: skip
    front, own, history = read(page, made)
    assert "Partial outage since 13:38 UTC Voice cut off Affected" in front
    assert "So far up to major outage 13:48 UTC Identified" in front
    assert "Partial outage since Thu 19 Nov 2026, 13:38 UTC Voice cut off Affected" in own
    assert "So far up to major outage 13:48 UTC Identified" in own
    assert "Partial outage since 13:38 UTC, up to major outage, Identified" in history
    made.impacts.filter(ended_at=None).update(ended_at=NOW - minutes(5))
    build.update(made, at=NOW - minutes(4), status=MONITORING, body="We watch it.")
    build.update(made, at=NOW - minutes(2), status=MONITORING, body="Still well.")
    front, own, history = read(page, made)
    assert "Monitoring since 14:34 UTC Voice cut off Was affected" in front
    assert "So far began 13:38 UTC, up to major outage 14:36 UTC Monitoring" in front
    assert "Monitoring since Thu 19 Nov 2026, 14:34 UTC Voice cut off Was affected" in own
    assert "So far began Thu 19 Nov 2026, 13:38 UTC, up to major outage 14:36 UTC Monitoring" in own
    assert "Monitoring since 14:34 UTC, began 13:38 UTC, up to major outage Monitoring" not in history
    assert "Monitoring since 14:34 UTC, began 13:38 UTC, up to major outage" in history
    assert "Was affected Voice" in front
    assert "Was affected Voice" in own


def test_what_is_over_says_the_time_of_its_impacts(page, parts):
    made = build.incident(
        "Flows late", page=page, began=NOW - minutes(120), ended=NOW - minutes(10),
        impacts=[(parts[0], None, 1, NOW - minutes(120), NOW - minutes(51))],
        updates=[(NOW - minutes(110), INVESTIGATING, "Seen."), (NOW - minutes(10), RESOLVED, "Over.")],
    )  # fmt: skip
    front, own, history = read(page, made)
    assert "Degraded 12:38 to 13:47 UTC, 1 h 9 min" in front
    assert "Degraded 12:38 to 13:47 UTC, 1 h 9 min" in history
    assert "Resolved Thu 19 Nov 2026, 14:28 UTC lasted 1 h 50 min Flows" in own
    assert "Duration 1 h 50 min, affected for 1 h 9 min of it" in own


def test_a_stretch_that_began_on_another_day_than_the_one_above_names_it(page, parts):
    midnight = NOW.replace(hour=0, minute=0)
    made = build.incident(
        "Late at night", page=page, began=midnight - minutes(10), ended=midnight + minutes(60),
        impacts=[(parts[0], None, 1, midnight + minutes(5), midnight + minutes(30))],
        updates=[(midnight + minutes(60), RESOLVED, "Over.")],
    )  # fmt: skip
    assert "Degraded Thu 19 Nov, 00:05 to 00:30 UTC, 25 min" in read(page, made)[0]


def test_what_another_incident_has_broken_is_not_called_well_on_the_incidents_own_page_either(page, parts):
    sms, voice, _email = parts
    made = build.incident("Voice", page=page, impacts=[(voice, None, 2)], updates=[(NOW, INVESTIGATING, "Seen.")])
    assert "Not affected SMS and Email" in read(page, made)[1]
    other = build.incident("SMS", page=page, impacts=[(sms, None, 2)], updates=[(NOW, INVESTIGATING, "Seen.")])
    front, own, _history = read(page, made, touched={"incident": [other.pk]})
    assert "Not affected Email." in front
    assert "Not affected Email." in own  # written anew though nobody touched it


def test_one_that_is_over_says_what_it_did_not_affect_itself():
    row, components, places = larkwire.demo()
    made = larkwire.outage(row, components, places, resolved=True)
    now = NOW + timedelta(hours=3)
    front, own, history = read(row, made, now=now)
    assert "Not affected by it Viber, Voice" in own
    assert "Up to major outage 13:52 to 16:13 UTC, 2 h 21 min" in front
    assert "Up to major outage 13:52 to 16:13 UTC, 2 h 21 min" in history
