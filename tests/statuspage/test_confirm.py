"""Confirming a suspicion: by which rule, how bad, for whom, and the first notice in the same act."""

import pytest
from django.urls import reverse

from incidents import actions
from incidents.choices import Audience, Category, EntryKind, Level, SeverityLevel, Status
from incidents.exceptions import DomainError, NotAllowed
from incidents.scope import Affected
from statuspage.actions import publish_update
from statuspage.models import PageIncident
from tests import factories as make
from tests.statuspage.staff import TIMED, fields, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(client):
    person = make.in_group("Support", first_name="Mira")
    client.force_login(person)
    return person


@pytest.fixture
def scene():
    """A page that names SMS, and a suspicion about it."""
    sms = make.component(name="SMS")
    page = make.page(sms, name="Larkwire", label="Platform", is_default=True)
    incident = make.suspicion(affected=[Affected(sms, None, Level.DEGRADED)], summary="14 tickets since 13:33.")
    return page, incident


def opened(client, incident):
    return fields(client.get(url("confirm", incident)), None)


def post(client, incident, given, **changes):
    return client.post(url("confirm", incident), given | changes)


def flow():
    return {"rule": str(make.rule("flow").pk)}


def share():
    return {"rule": str(make.rule("merchants").pk)}


def test_confirming_publishes_the_first_notice_in_the_same_act(client, support, scene):
    page, incident = scene
    given = opened(client, incident)

    response = post(client, incident, given, **flow())

    incident.refresh_from_db()
    assert response.status_code == 302
    assert given["publish"] == "on"
    assert incident.status == Status.INVESTIGATING
    assert incident.judged_by == support
    update = incident.updates.get()
    assert update.body.startswith("We are aware of a problem with SMS: it works, slower")
    assert update.promised_at is not None
    assert update.template_unmodified
    assert PageIncident.objects.get().page == page


def test_what_is_known_stands_beside_the_questions(client, support, scene):
    _page, incident = scene

    html = client.get(url("confirm", incident)).content.decode()

    assert "14 tickets since 13:33." in html
    assert reverse("admin:incidents_incident_dismiss", args=[incident.public_id]) in html


def test_an_engineer_confirms_and_support_is_asked(client, scene):
    _page, incident = scene
    client.force_login(make.in_group("Engineering"))
    given = opened(client, incident)

    response = post(client, incident, given, publish="on", body="Sneaked in.", **flow())

    incident.refresh_from_db()
    assert "body" not in given
    assert response.status_code == 302
    assert incident.status == Status.INVESTIGATING
    assert not incident.updates.exists()
    assert type(incident).objects.awaiting_first_notice().get() == incident


def test_a_page_tells_by_itself_in_the_name_of_an_engineer_who_confirms(client, scene):
    """2-14."""
    page, incident = scene
    page.first_notice_by_itself = True
    page.save()
    engineer = make.in_group("Engineering")
    client.force_login(engineer)
    shown = client.get(url("confirm", incident)).content.decode()
    assert "The first notice goes out by itself" in shown

    post(client, incident, opened(client, incident), publish="on", body="Sneaked in.", **flow())

    update = incident.updates.get()
    assert (update.author, update.template_unmodified) == (engineer, True)
    assert update.body.startswith("We are aware of a problem with SMS")
    assert update.promised_at is not None
    assert PageIncident.objects.get().page == page
    with pytest.raises(NotAllowed):
        publish_update(incident, by=engineer, pages=[page], status=Status.IDENTIFIED, body="More.", by_itself=False)
    with pytest.raises(DomainError, match="Customers have read of it already"):
        publish_update(incident, by=engineer, pages=[page], status=Status.IDENTIFIED, body="More.", by_itself=True)


def test_whoever_may_publish_decides_even_where_a_page_tells_by_itself(client, support, scene):
    page, incident = scene
    page.first_notice_by_itself = True
    page.save()
    given = opened(client, incident)
    del given["publish"]
    post(client, incident, given, **flow())
    assert not incident.updates.exists()


def test_only_pages_that_all_tell_by_themselves_do(client, scene):
    page, incident = scene
    other = make.page(*page.components.all())
    page.first_notice_by_itself = True
    page.save()
    client.force_login(make.in_group("Engineering"))
    post(client, incident, opened(client, incident), **flow())
    assert other.origin == page.origin
    assert not incident.updates.exists()


def test_counts_typed_for_another_rule_are_not_kept(client, support, scene):
    _page, incident = scene
    post(client, incident, opened(client, incident) | {"rule_affected": "10", "rule_total": "100"} | flow())
    incident.refresh_from_db()
    assert (incident.status, incident.rule_affected, incident.rule_total) == ("investigating", None, None)


@pytest.mark.parametrize("group", ["Viewers", "Managers", "Reliability"])
def test_who_may_not_confirm(client, scene, group):
    _page, incident = scene
    client.force_login(make.in_group(group))

    assert client.get(url("confirm", incident)).status_code == 403
    assert post(client, incident, {"version": "1"} | flow()).status_code == 403
    incident.refresh_from_db()
    assert incident.status == Status.SUSPECTED


def test_a_restricted_suspicion_is_not_there_for_others(client, support):
    incident = make.suspicion(is_data_leak=True)

    assert client.get(url("confirm", incident)).status_code == 404


@pytest.mark.parametrize(
    ("affected", "total", "status"),
    [("1,240", "4 100", 302), ("26", "100", 302), ("25", "100", 422), ("1.025", "4,100", 422), ("0", "0", 422)],
)
def test_a_share_is_strictly_more(client, support, scene, affected, total, status):
    _page, incident = scene

    response = post(client, incident, opened(client, incident), rule_affected=affected, rule_total=total, **share())

    assert response.status_code == status


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Choose the rule that is met, or dismiss the suspicion."),
        (share, "This rule needs the counts: how many merchants, of how many."),
        (lambda: share() | {"rule_affected": "10"}, "Give both numbers"),
        (lambda: share() | {"rule_affected": "200", "rule_total": "100"}, "More are affected than there are"),
        (lambda: share() | {"rule_affected": "ten", "rule_total": "100"}, "Write a whole number, such as 1,240."),
        (lambda: share() | {"rule_affected": "1", "rule_total": "99999999999"}, "Write 2147483647 or less."),
        (
            lambda: share() | {"rule_affected": "10", "rule_total": "100"},
            "10 of 100 is 10.0 %; this rule asks for more",
        ),
        (lambda: flow() | {"severity": ""}, "Choose how severe it is."),
        (lambda: flow() | {"body": " "}, "Write what customers should read, or take away the tick."),
        (lambda: flow() | {"rows-0-level": "0"}, "Choose at least one component: it says what fails, and for whom."),
        (lambda: flow() | {"pages": []}, "Choose at least one page."),
        (lambda: flow() | {"next": "custom", "promised_at": ""}, "Choose when customers hear from you next."),
        (lambda: flow() | {"judged_by": "999999"}, "This can not be chosen"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_half_done(client, support, scene, changes, sentence):
    _page, incident = scene
    changes = changes() if callable(changes) else changes

    response = post(client, incident, opened(client, incident) | {"note": "Counted <by> hand."} | changes)

    html = response.content.decode()
    incident.refresh_from_db()
    assert response.status_code == 422
    assert sentence in html
    assert "Counted &lt;by&gt; hand." in html
    assert (incident.status, incident.version) == (Status.SUSPECTED, 1)
    assert not incident.updates.exists()


def test_without_the_tick_nothing_is_told(client, support, scene):
    _page, incident = scene
    given = opened(client, incident)
    del given["publish"]

    response = post(client, incident, given, body="", **flow())

    assert response.status_code == 302
    assert not incident.updates.exists()


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_what_is_not_public_is_never_told(client, support, scene, audience):
    _page, incident = scene

    post(client, incident, opened(client, incident), audience=audience, **flow())

    incident.refresh_from_db()
    assert incident.audience == audience
    assert not incident.updates.exists()


def test_a_data_leak_is_restricted_whatever_was_ticked(client, support, scene):
    _page, incident = scene

    post(client, incident, opened(client, incident), rule=str(make.rule("leak").pk))

    incident.refresh_from_db()
    assert (incident.audience, incident.category) == (Audience.RESTRICTED, Category.SECURITY)
    assert not incident.updates.exists()


def test_severity_owner_judge_and_scope_are_kept(client, support, scene):
    _page, incident = scene
    priya, place = make.in_group("Engineering"), make.location(name="Frankfurt")
    sms = incident.impacts.get().component
    given = opened(client, incident) | flow() | {
        "severity": str(SeverityLevel.CRITICAL.value), "owner": str(priya.pk), "judged_by": str(priya.pk),
        "rows-0-level": "0", "rows-1-component": sms.public_id, "rows-1-location": place.public_id, "rows-1-level": "3",
    }  # fmt: skip

    assert post(client, incident, given).status_code == 302
    incident.refresh_from_db()
    assert (incident.severity_id, incident.owner, incident.judged_by) == (SeverityLevel.CRITICAL, priya, priya)
    assert str(incident.impacts.open().get()) == "SMS in Frankfurt: Major outage"


def test_somebody_changed_the_suspicion_meanwhile(client, support, scene):
    _page, incident = scene
    given = opened(client, incident) | flow() | {"body": "Mine."}
    actions.change_facts(incident, by=None, title="SMS and Voice delayed")

    response = post(client, incident, given)

    assert response.status_code == 412
    assert "Somebody changed this suspicion while you were writing." in response.content.decode()
    again = fields(response, None)
    assert again["body"] == "Mine."
    assert post(client, incident, again).status_code == 302


def test_somebody_confirmed_it_meanwhile_and_the_notice_goes_on_as_an_update(client, support, scene):
    _page, incident = scene
    given = opened(client, incident) | flow() | {"body": "Mine."}
    actions.confirm(incident, rule=make.rule("flow"), severity=incident.severity, by=None)

    response = post(client, incident, given)
    handed = client.post(url("composer", incident), fields(response, None) | {"do": "resume"})

    assert response.status_code == 412
    assert "Somebody was quicker: it is investigating now." in response.content.decode()
    assert fields(handed)["body"] == "Mine."
    assert not incident.updates.exists()


def test_what_is_confirmed_already_leads_to_the_workspace(client, support):
    incident = make.confirmed()

    response = client.get(url("confirm", incident))

    assert response.headers["Location"] == reverse("admin:incidents_incident_change", args=[incident.public_id])


def test_the_preview_of_the_first_notice(client, support, scene):
    _page, incident = scene
    given = opened(client, incident) | {"body": "SMS is **late**.", "rows-0-level": "3"}

    html = client.post(url("preview", incident), given).content.decode()

    assert "SMS is <strong>late</strong>." in html
    assert "Major outage" in html


def test_hostile_words_stay_words(client, support, scene):
    _page, incident = scene
    actions.change_facts(incident, by=None, title="<script>alert(1)</script>", summary="<img src=x onerror=alert(2)>")

    html = client.get(url("confirm", incident)).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_number_of_queries_is_constant(client, support, same_queries):
    components = [make.component() for _n in range(50)]
    make.page(*components, is_default=True)
    few, many = (make.suspicion(affected=[Affected(item) for item in some]) for some in (components[:1], components))
    client.get(url("confirm", few))

    for incident in (few, many):
        with same_queries(at_most=52 + TIMED):
            assert client.get(url("confirm", incident)).status_code == 200


def test_the_title_is_put_right_before_customers_read_it(client, support, scene):
    _page, incident = scene
    given = opened(client, incident)

    response = post(client, incident, given, title="  SMS  arrive late ", **flow())

    incident.refresh_from_db()
    assert given["title"] == given["title_was"]
    assert response.status_code == 302
    assert incident.title == "SMS arrive late"
    assert incident.updates.exists()
    assert incident.timeline.filter(kind=EntryKind.FACT, data__field="title").exists()


def test_without_a_title_nothing_is_confirmed(client, support, scene):
    _page, incident = scene

    response = post(client, incident, opened(client, incident), title="  ", **flow())

    incident.refresh_from_db()
    assert response.status_code == 422
    assert "Say in a few words what fails." in response.content.decode()
    assert incident.status == Status.SUSPECTED


@pytest.mark.parametrize(("typed", "kept"), [(None, "Theirs"), ("Mine", "Mine")])
def test_a_title_that_somebody_else_changed_is_not_turned_back(client, support, scene, typed, kept):
    _page, incident = scene
    given = opened(client, incident) | flow() | ({"title": typed} if typed else {})
    actions.change_facts(incident, by=make.in_group("Engineering"), title="Theirs")

    stale = client.post(url("confirm", incident), given)
    done = client.post(url("confirm", incident), fields(stale, None))

    incident.refresh_from_db()
    assert (stale.status_code, done.status_code) == (412, 302)
    assert incident.title == kept


def test_the_preview_shows_the_title_as_typed(client, support, scene):
    _page, incident = scene

    html = client.post(url("preview", incident), opened(client, incident) | {"title": "Better words"}).content.decode()

    assert "Better words" in html


def test_the_footer_says_who_will_read_it(client, support, scene):
    _page, incident = scene
    given = opened(client, incident)

    told = client.get(url("confirm", incident)).content.decode()
    given.pop("publish")
    kept = post(client, incident, given, title="", **flow()).content.decode()

    assert "> Customers read it on Larkwire Platform at once. </p>" in " ".join(told.split())
    assert "> Only staff see it; customers read nothing yet. </p>" in " ".join(kept.split())
