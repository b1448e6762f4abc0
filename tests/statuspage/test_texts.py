"""Texts filled in from the facts, and what a good update says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from incidents.choices import Level, Status
from incidents.models import Component, Location
from incidents.scope import Affected
from incidents.wording import what_where
from statuspage.composer import checklist, texts
from statuspage.defaults import BACK, TEMPLATES
from statuspage.models import Page
from tests import factories as make

NOW = datetime(2026, 11, 20, 14, 24, tzinfo=UTC)
SOON = NOW + timedelta(minutes=30)
FRANKFURT, SINGAPORE = Location(pk=1, name="Frankfurt"), Location(pk=2, name="Singapore")
SMS, WHATSAPP = Component(pk=1, name="SMS"), Component(pk=2, name="WhatsApp")
AFFECTED = [
    Affected(WHATSAPP, FRANKFURT, Level.DEGRADED),
    Affected(SMS, FRANKFURT, Level.PARTIAL),
    Affected(SMS, SINGAPORE, Level.PARTIAL),
]
PAGE = Page(name="Larkwire", label="Platform", time_zone="Europe/Berlin", support_url="https://help.example.com/")


def facts(**changes):
    values = {"title": "SMS late", "page": PAGE, "affected": AFFECTED, "promised_at": SOON, "now": NOW} | changes
    return texts.Facts(**values)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{{ components }}", "WhatsApp in Frankfurt, and SMS in Frankfurt and Singapore"),
        ("x{{ locations }}", "x"),
        ("{{ impact }}", "some of it does not work"),
        ("{{ states }}", "SMS in Frankfurt and Singapore: partial outage. WhatsApp in Frankfurt: degraded."),
        ("{{ next_update }}", "15:54 CET"),
        ("{{ support_url }}", "https://help.example.com/"),
        ("{{ page }}: {{ title }}", "Larkwire Platform: SMS late"),
        ("{% if locations %}in {{ locations }}{% else %}and no more{% endif %}", "and no more"),
    ],
)
def test_variables_come_from_the_facts(body, text):
    assert texts.render(body, facts()) == text


IN = "{{ components }}{% if locations %} in {{ locations }}{% endif %}"


@pytest.mark.parametrize(
    ("affected", "said"),
    [
        ([(SMS, FRANKFURT), (WHATSAPP, FRANKFURT)], "SMS and WhatsApp in Frankfurt"),
        ([(SMS, FRANKFURT), (SMS, SINGAPORE)], "SMS in Frankfurt and Singapore"),
        ([(SMS, FRANKFURT), (SMS, SINGAPORE), (WHATSAPP, SINGAPORE), (WHATSAPP, FRANKFURT)],
         "SMS and WhatsApp in Frankfurt and Singapore"),
        ([(SMS, FRANKFURT), (WHATSAPP, SINGAPORE)], "SMS in Frankfurt, and WhatsApp in Singapore"),
        ([(SMS, None), (WHATSAPP, FRANKFURT)], "SMS, and WhatsApp in Frankfurt"),
        ([(SMS, None), (SMS, FRANKFURT)], "SMS"),
        ([(SMS, None)], "SMS"),
        ([], "some of our services"),
    ],
)  # fmt: skip
def test_a_template_multiplies_nothing(affected, said):
    """Only Frankfurt was hit, and a text said SMS and WhatsApp in Frankfurt and Singapore."""
    rows = [Affected(component, place, Level.PARTIAL) for component, place in affected]
    assert texts.render(IN, facts(affected=rows)) == said


@given(st.lists(st.tuples(st.sampled_from(["SMS", "Voice", "RCS"]), st.sampled_from(["Paris", "Oslo", "Rome", ""]))))
def test_nothing_is_named_in_a_place_that_was_not_given(pairs):
    everywhere = {name for name, place in pairs if not place}
    found = [(name, place) for names, where in what_where(pairs) for name in names for place in where or [""]]
    kept = [(name, "" if name in everywhere else place) for name, place in pairs]
    assert set(found) == set(kept)
    assert len(found) == len(set(found))


def test_an_all_clear_still_says_what_it_was_about():
    well = [Affected(SMS, FRANKFURT, Level.OPERATIONAL)]

    assert texts.render("{{ components }} in {{ locations }}", facts(affected=well)) == "SMS in Frankfurt"


def test_where_nothing_is_known_the_page_is_named():
    assert texts.render("a problem with {{ components }}", facts(affected=[])) == "a problem with some of our services"


def test_a_promise_on_another_day_names_the_day():
    assert texts.render("{{ next_update }}", facts(promised_at=NOW + timedelta(days=1))) == "Sat 21 Nov, 15:24 CET"


def test_names_are_not_escaped_and_not_read_as_a_template():
    """The text is plain; whoever shows it escapes it."""
    odd = [Affected(Component(pk=9, name="<b>{{ title }}</b> & co"), None, Level.MAJOR)]

    assert texts.render("{{ components }}", facts(affected=odd)) == "<b>{{ title }}</b> & co"


@pytest.mark.parametrize("bodies", [*TEMPLATES.values(), [BACK]])
def test_the_texts_of_a_new_installation_are_usable_as_they_are(bodies):
    for _name, body in bodies:
        texts.check(body)
        assert "{" not in texts.render(body, facts())


@pytest.mark.parametrize(
    "body",
    [
        "{{ componentz }}",
        "{% if place %}x{% endif %}",
        "{% if components %}{{ place }}{% endif %}",
        "{{ components|default:place }}",
        "{{ title.upper }}",
        "{{ title.__class__ }}",
        "{% load i18n %}",
        "{% include 'x' %}",
        "{% extends 'admin/base.html' %}",
        "{% for x in title %}{{ x }}{% endfor %}",
        "{% url 'admin:index' %}",
        "{{ title|ljust:'99999999' }}",
        "{{ title|safe }}",
        "{% if components %}",
        "{{ }}",
        "{% if " + "not " * 1200 + "title %}x{% endif %}",
        "{% if title %}x{% endif %}" * 51,
        "{{ title }}" * 101,
        "{% if title %}x" + "{% elif title %}x" * 99 + "{% endif %}",
        "x" * 5_001,
    ],
)
def test_a_text_can_do_nothing_but_write(body):
    with pytest.raises(texts.BrokenText):
        texts.check(body)
    assert texts.render(body, facts())  # what stands in the database already is shown as it is, never a 500


def test_a_text_is_refused_before_its_thousand_parts_are_read():
    with pytest.raises(texts.BrokenText, match="up to 100 variables and conditions"):
        texts.check("{% if title %}" * 300)
    with pytest.raises(texts.BrokenText, match="up to 5,000 characters"):
        texts.check("{% if title %}" * 3000)
    texts.check("{% if title %}x{% endif %}" * 50)


def test_an_unknown_variable_is_answered_with_those_that_there_are():
    with pytest.raises(texts.BrokenText, match=r"There is no variable “componentz”\. Use one of: components, "):
        texts.check("{{ componentz }}")


def test_a_pages_own_texts_come_before_those_of_every_page(db):
    page, other = make.page(), make.page()
    own = page.templates.create(status=Status.INVESTIGATING, name="Ours", body="x", position=9)
    other.templates.create(status=Status.INVESTIGATING, name="Theirs", body="x")

    found = texts.templates_for(page)[Status.INVESTIGATING]

    assert found[0] == own
    assert [row.name for row in found[1:]] == ["First notice", "Still investigating", "Back again"]


# What a good update says (0-16, 2-12, 3-23, 1-14)


def draft(body, **changes):
    values = {"status": Status.IDENTIFIED, "page": PAGE, "affected": AFFECTED, "promised_at": SOON, "now": NOW}
    return checklist.Draft(body=body, **values | changes)


def missing(body, **changes):
    return [part.key for part in checklist.checklist_of(draft(body, **changes)) if not part.is_met]


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("SMS in Frankfurt is late. We are moving traffic.", []),
        ("sms is late. Our engineers are on it.", []),
        ("Messages are late. We are moving traffic.", ["fails"]),
        ("SMSC is late. We are moving traffic.", ["fails"]),
        ("There is a problem with SMS. We are moving traffic.", ["impact"]),
        ("We do not know the cause of the problem with SMS; we are looking.", ["impact"]),
        ("SMS is being looked at. There is no news yet. We are moving traffic.", ["impact"]),
        ("SMS are not delivered. We are moving traffic.", []),
        ("SMS is late.", ["done"]),
        ("", ["fails", "impact", "done"]),
    ],
)
def test_what_fails_and_what_is_done(body, keys):
    assert missing(body) == keys


def test_where_no_component_was_chosen_nothing_says_what_fails():
    assert missing("Some of our services are late. We are looking.", affected=[]) == ["fails"]


def test_from_the_second_update_on_what_was_tried_and_what_comes_next_are_asked_for():
    """2-17."""
    body = "SMS is late. We are moving traffic."
    assert missing(body, is_again=True) == ["done"]
    assert missing(body, is_again=True, tried="Restarted the link.") == ["done"]
    assert missing(body, is_again=True, tried="Restarted the link.", next_step="Another route.") == []


def test_what_was_tried_says_what_is_done():
    assert missing("SMS is late.", tried="Restarted the link.") == []


def test_without_a_promise_nobody_knows_when():
    assert missing("SMS is late. We are moving traffic.", promised_at=None) == ["next"]


def test_the_last_update_says_where_to_turn():
    assert missing("SMS works again.", status=Status.RESOLVED, promised_at=None) == ["next"]
    text = "SMS works again. Write to https://help.example.com"
    assert missing(text, status=Status.RESOLVED, promised_at=None) == []


def test_hints_about_places_template_and_a_time_that_contradicts_the_promise():
    found = checklist.hints(draft("SMS in Frankfurt is late until 13:00. We work on it.", is_unmodified=True))

    assert [hint.split(".")[0] for hint in found] == [
        "This is the template as it stands",
        "The text does not say where: Singapore",
        "The text names 13:00; the promise is 15:54 CET",
    ]
