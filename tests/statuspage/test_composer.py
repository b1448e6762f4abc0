"""The composer: open, Post. Permissions, refusals at their fields, two people at once, nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.models import Impact
from incidents.scope import Affected
from statuspage.composer.checklist import Draft
from statuspage.composer.drafts import Preview
from statuspage.models import PageIncident
from tests import factories as make
from tests.statuspage.staff import TIMED, fields, scene, url
from tests.walks.walking import draw

pytestmark = pytest.mark.django_db
NOW = "2026-11-20T14:00:00+00:00"
LATER = "2026-11-20T14:24:10+00:00"


@pytest.fixture
def support(client):
    person = make.in_group("Support", first_name="Mira", last_name="Jansen")
    client.force_login(person)
    return person


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads", first_name="Priya")
    client.force_login(person)
    return person


def workspace(client, incident):
    return client.get(reverse("admin:incidents_incident_change", args=[incident.public_id]))


def opened(client, incident):
    """The composer's form as it stands in the workspace."""
    return fields(workspace(client, incident))


def post(client, incident, given, **changes):
    return client.post(url("composer", incident), given | changes)


def test_two_clicks_post_an_update(client, support):
    """Open the incident, press Post: what is filled in is enough (DESIGN section 1)."""
    with time_machine.travel(NOW, tick=False):
        page, incident = scene()
    with time_machine.travel(LATER, tick=False):
        response = post(client, incident, opened(client, incident))

    assert response.status_code == 302
    update = incident.updates.first()
    assert update.status == Status.INVESTIGATING
    assert update.body == (
        "The problem with SMS continues: it works, slower or less reliably than it should. "
        "We are still looking for its cause. The next update follows by 14:54 UTC."
    )
    assert update.promised_at.isoformat() == "2026-11-20T14:54:00+00:00"
    assert update.template_unmodified
    assert update.author == support
    assert PageIncident.objects.get(incident=incident).page == page
    told = workspace(client, incident).content.decode()
    assert "Withdraw it" in told
    assert url("withdraw", update) in told


def test_the_first_notice_proposes_its_page_and_the_first_template(client, support):
    page, incident = scene(told=False)

    given = opened(client, incident)

    assert given["pages"] == page.public_id
    assert given["body"].startswith("We are aware of a problem with SMS: it works, slower or less reliably")
    assert post(client, incident, given).status_code == 302
    incident.refresh_from_db()
    assert incident.first_notice_at is not None


def test_it_stands_alone_too(client, support):
    _page, incident = scene()

    response = client.get(url("composer", incident))

    assert response.status_code == 200
    assert fields(response) == opened(client, incident) | {"read_at": fields(response)["read_at"]}


@pytest.mark.parametrize("group", ["Engineering", "Reliability", "Viewers", "Managers"])
def test_who_may_not_publish_is_told_who_does(client, group):
    _page, incident = scene()
    given_by_support = {"version": incident.version, "status": "identified", "body": "Hello.", "next": "30"}
    rows = {"rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}
    client.force_login(make.in_group(group))

    response = client.get(url("composer", incident))
    refused = post(client, incident, given_by_support | rows)

    assert "Support publishes" in response.content.decode()
    assert refused.status_code == 403
    assert incident.updates.count() == 1


def test_a_restricted_incident_is_not_there_for_others(client, support):
    incident = make.restricted()

    assert client.get(url("composer", incident)).status_code == 404
    assert post(client, incident, {}).status_code == 404
    assert client.post(url("preview", incident)).status_code == 404


def test_strangers_are_asked_to_sign_in(client):
    _page, incident = scene()

    assert client.get(url("composer", incident)).status_code == 302
    assert client.post(url("preview", incident)).status_code == 302


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_what_is_not_for_the_public_has_no_composer(client, audience):
    person = make.user(groups=["Support", "Security"])
    client.force_login(person)
    incident = make.confirmed(audience=audience, by=person)

    response = client.get(url("composer", incident))

    assert "Open it to the public before you write to customers." in response.content.decode()


def test_a_drill_is_written_as_if_and_stands_nowhere(client, support):
    make.page(is_default=True)
    incident = make.drill()

    response = post(client, incident, opened(client, incident))

    assert response.status_code == 302
    assert incident.updates.count() == 1
    assert not PageIncident.objects.exists()


# Stages and the gate


def test_only_possible_stages_are_offered(client, support):
    _page, incident = scene(severity="major")

    html = client.get(url("composer", incident)).content.decode()

    assert 'value="monitoring"' in html
    assert 'name="status" value="resolved"' not in html
    assert "<b>5 of 6</b> missing in the gate" in html


def test_support_cannot_resolve_past_the_gate(client, support):
    _page, incident = scene(severity="major")

    response = post(client, incident, opened(client, incident), status="resolved")

    assert response.status_code == 422
    assert "This stage is not possible now" in response.content.decode()
    assert incident.updates.count() == 1


def test_a_lead_overrides_with_a_reason(client, lead):
    _page, incident = scene(severity="major")
    given = opened(client, incident)

    refused = post(client, incident, given, status="resolved")
    done = post(client, incident, given, status="resolved", override_reason="The carrier swears it holds.")

    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Write why it may be resolved all the same" in html
    assert "The closure gate is not met" not in html
    assert done.status_code == 302
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED
    assert incident.resolutions.get().override_reason == "The carrier swears it holds."
    assert not Impact.objects.filter(ended_at=None).exists()


def test_a_refused_all_clear_is_still_shown_as_one(client, lead):
    """The stage stays chosen, so the preview, what it says and the button are those of an all-clear."""
    _page, incident = scene(severity="major")

    form = post(client, incident, opened(client, incident), status="resolved").content.decode()
    form = form[form.index('id="compose"') :].partition("</form>")[0]

    assert 'name="status" value="resolved" checked' in form
    assert "<b>Resolved</b>" in form
    assert "That it works" in form
    assert "When we speak next" not in form
    assert form.count("Stable without hands") == 1
    assert "> Resolve and post </button>" in " ".join(form.split())


def test_the_button_says_what_it_does(client, support):
    _page, incident = scene()

    html = client.get(url("composer", incident)).content.decode()

    button = 'data-label="Post to Platform" data-resolve-label="Resolve and post"> Post to Platform </button>'
    assert button in " ".join(html.split())


@pytest.mark.parametrize(("zone", "elsewhere"), [("Europe/London", ""), ("Europe/Berlin", "14:54 UTC")])
def test_the_promise_is_said_in_the_page_s_zone_where_its_clock_shows_another_time(zone, elsewhere):
    page, at = make.page(), datetime(2026, 11, 20, 14, 54, tzinfo=UTC)
    draft = Draft(Status.IDENTIFIED, "Seen.", page, affected=[], promised_at=at, now=at - timedelta(minutes=30))
    with timezone.override(zone):
        assert Preview(draft, "SMS late").promise_elsewhere == elsewhere


@pytest.mark.parametrize("at", ["", "2020-01-01T10:00"])
def test_a_promise_that_is_none_is_neither_checked_nor_named(client, support, at):
    _page, incident = scene()
    given = opened(client, incident) | {"next": "custom", "promised_at": at, "wanted": "1"}

    html = client.post(url("preview", incident), given).content.decode()

    assert "by ." not in html
    assert "Next update by" not in html
    assert "Choose when customers hear from you next." in html


def test_a_gate_that_only_warns_says_so(client, support, gate_only_warns):
    _page, incident = scene()

    html = client.get(url("composer", incident)).content.decode()
    response = post(client, incident, opened(client, incident), status="resolved")

    assert "Missing, as a warning only:" in html
    assert "The gate is not met:" not in html
    assert response.status_code == 302
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED
    assert incident.updates.first().promised_at is None


def test_after_the_all_clear_only_more_of_it(client, support, gate_only_warns):
    _page, incident = scene()
    post(client, incident, opened(client, incident), status="resolved")

    given = opened(client, incident)
    response = post(client, incident, given, body="The report follows on Monday.")

    assert given["status"] == "resolved"
    assert (given["body"], given["filled"], given["template"]) == ("", "", "none")
    assert response.status_code == 302
    assert incident.updates.first().status == Status.RESOLVED


def test_monitoring_offers_to_end_all_impacts(client, support):
    _page, incident = scene(places=3)

    post(client, incident, opened(client, incident), status="monitoring", end_impacts="on")

    assert not incident.impacts.open().exists()
    assert {state.level for state in incident.updates.first().states.all()} <= {Level.OPERATIONAL}


def test_the_tick_counts_for_monitoring_only(client, support):
    _page, incident = scene()

    post(client, incident, opened(client, incident), status="identified", end_impacts="on")

    assert incident.impacts.open().count() == 1


# What is affected


def test_states_and_a_new_row_are_written_in_the_same_act(client, support):
    _page, incident = scene()
    voice, place = make.component(name="Voice"), make.location(name="Virginia")
    given = opened(client, incident) | {
        "rows-0-level": "3",
        "rows-1-component": voice.public_id,
        "rows-1-location": place.public_id,
        "rows-1-level": "2",
    }

    assert post(client, incident, given).status_code == 302
    now = {str(impact) for impact in incident.impacts.open()}
    assert now == {"SMS: Major outage", "Voice in Virginia: Partial outage"}


def test_a_new_row_without_a_level_is_as_bad_as_the_severity(client, support):
    _page, incident = scene(severity="major")
    voice = make.component(name="Voice")

    post(client, incident, opened(client, incident) | {"rows-1-component": voice.public_id})

    assert incident.impacts.open().get(component=voice).level == Level.PARTIAL


def test_the_same_place_twice_is_refused_at_its_row(client, support):
    _page, incident = scene()
    given = opened(client, incident)

    response = post(client, incident, given | {"rows-1-component": given["rows-0-component"], "rows-1-level": "3"})

    assert response.status_code == 422
    assert "This place stands above already; choose its state there." in response.content.decode()
    assert incident.updates.count() == 1


# Refusals: at their field, nothing half-saved, everything typed survives


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "   "}, "Write what customers should read."),
        ({"status": ""}, "Choose the stage."),
        ({"status": "dismissed"}, "This stage is not possible now"),
        ({"next": "custom", "promised_at": ""}, "Choose when customers hear from you next."),
        ({"next": "custom", "promised_at": "2020-01-01T00:00"}, "The promised time has passed; choose a later one."),
        ({"next": "custom", "promised_at": "soon"}, "Write a date and a time, such as"),
        ({"next": "7"}, "This can not be chosen"),
        ({"pages": "sp_gone"}, "One of the pages is gone; choose again."),
        ({"pages": []}, "Choose at least one page."),
        ({"rows-0-level": "9"}, "Choose one of the four states."),
        ({"body": "x" * 25_001}, "This is longer than 25,000 characters"),
        ({"tried": "x" * 2_001}, "Write at most 2000 characters; these are 2001."),
        ({"version": "x"}, "Write a whole number, such as 30."),
    ],
)
def test_a_refusal_stands_at_its_field(client, support, changes, sentence):
    _page, incident = scene()
    before = incident.version
    typed = {"body": "Typed with <care>.", "next_step": "The second route."}

    response = post(client, incident, opened(client, incident) | typed | changes)

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert "The second route." in html
    assert "body" in changes or "Typed with &lt;care&gt;." in html
    incident.refresh_from_db()
    assert (incident.version, incident.updates.count()) == (before, 1)


def test_a_page_that_names_nothing_of_it_is_refused(client, support):
    _page, incident = scene()
    other = make.page(make.component(), name="Other")

    response = post(client, incident, opened(client, incident), pages=[other.public_id])

    assert response.status_code == 422
    assert "Other names nothing that this incident affects." in response.content.decode()


def test_hostile_words_stay_words(client, support):
    _page, incident = scene(title="<script>alert(1)</script>")
    words = "<script>alert(2)</script> \x00\x07 {{ title }} {% load x %} ]]>"

    post(client, incident, opened(client, incident), body=words.replace("\x00", ""))
    html = workspace(client, incident).content.decode()

    assert "<script>alert" not in html
    assert incident.updates.first().body == "<script>alert(2)</script>  {{ title }} {% load x %} ]]>"


# The text


def test_a_changed_text_keeps_its_words_and_follows_the_promise(client, support):
    with time_machine.travel(NOW, tick=False):
        _page, incident = scene()
    with time_machine.travel(LATER, tick=False):
        given = opened(client, incident)
        body = given["body"] + " SMPP is fine."
        post(client, incident, given, body=body, next="60")

    update = incident.updates.first()
    assert update.body.endswith("The next update follows by 15:24 UTC. SMPP is fine.")
    assert not update.template_unmodified


def test_a_chosen_time_in_the_persons_own_zone(client):
    client.force_login(make.in_group("Support", time_zone="Europe/Berlin"))
    with time_machine.travel(NOW, tick=False):
        _page, incident = scene()
    with time_machine.travel(LATER, tick=False):
        post(client, incident, opened(client, incident), next="custom", promised_at="2026-11-20T17:05")

    update = incident.updates.first()
    assert update.promised_at.isoformat() == "2026-11-20T16:05:00+00:00"
    assert update.body.endswith("follows by 16:05 UTC.")


def test_without_a_script_a_button_fills_in_the_template(client, support):
    _page, incident = scene()
    given = opened(client, incident) | {"status": "identified", "tried": "Restarted.", "do": "fill"}

    response = post(client, incident, given)

    after = fields(response)
    assert response.status_code == 200
    assert after["body"].startswith("We have found the cause of the problem with SMS")
    assert after["filled"] == after["body"]
    assert (after["status"], after["tried"]) == ("identified", "Restarted.")


def test_without_a_script_a_button_shows_the_preview(client, support):
    _page, incident = scene()

    response = post(client, incident, opened(client, incident), do="look", body="SMS is **very** late.")

    assert "SMS is <strong>very</strong> late." in response.content.decode()


def test_a_text_names_only_what_the_page_may_name(client, support):
    _page, incident = scene()
    actions.set_impacts(incident, [Affected(make.component(name="Secret router"), None, Level.MAJOR)], by=None)

    response = client.get(url("composer", incident))

    assert "Secret router" not in fields(response)["body"]
    assert "Secret router" not in response.content.decode().split('data-slot="preview"')[1].split("</aside>")[0]


def test_the_preview_is_made_from_what_the_form_holds(client, support):
    _page, incident = scene()
    given = opened(client, incident) | {"status": "identified", "body": "SMS <i>in</i> *Frankfurt*.", "next": "60"}

    with time_machine.travel(LATER, tick=False):
        html = client.post(url("preview", incident), given).content.decode()

    assert "SMS &lt;i&gt;in&lt;/i&gt; <em>Frankfurt</em>." in html
    assert "<b>15:24 UTC</b>" in html
    assert "Identified" in html
    assert "What was tried, what comes next<span> missing </span>" in " ".join(html.split())


def test_the_preview_of_a_half_filled_form_is_no_error(client, support):
    _page, incident = scene()

    for given in ({}, {"status": "nonsense", "next": "x", "rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "1"}):
        assert client.post(url("preview", incident), given).status_code == 200


# Two people at once


def meanwhile(incident, person, **changes):
    given = {"status": Status.MONITORING, "body": "A fix is in place.", "by": person}
    actions.post_update(incident, **given | changes)


def test_two_people_at_once_lose_nothing(client, support):
    _page, incident = scene()
    dana = make.in_group("Support", first_name="Dana")
    given = opened(client, incident) | {"status": "identified", "body": "Mine.", "tried": "Restarted."}
    meanwhile(incident, dana, states=[Affected(incident.impacts.get().component, None, Level.PARTIAL)])

    response = post(client, incident, given)

    html = response.content.decode()
    assert response.status_code == 412
    assert "Dana posted an update" in html
    assert "A fix is in place." in html
    assert incident.updates.count() == 2
    again = fields(response)
    assert again["body"] == "Mine."
    assert again["tried"] == "Restarted."
    assert (again["hold_status"], again["hold_rows-0"]) == ("theirs", "theirs")
    incident.refresh_from_db()
    assert again["version"] == str(incident.version)


def test_posting_mine_after_theirs_keeps_what_i_chose_of_theirs(client, support):
    _page, incident = scene()
    sms = incident.impacts.get().component
    given = opened(client, incident) | {"status": "identified", "body": "Mine."}
    promised_at = timezone.now() + timedelta(hours=2)
    meanwhile(incident, None, states=[Affected(sms, None, Level.PARTIAL)], promised_at=promised_at)
    again = fields(post(client, incident, given))

    done = post(client, incident, again, hold_status="mine")

    assert done.status_code == 302
    update = incident.updates.first()
    assert (update.body, update.status) == ("Mine.", Status.IDENTIFIED)
    assert incident.impacts.open().get().level == Level.PARTIAL
    assert update.promised_at == promised_at


def test_a_third_person_in_between_is_another_conflict(client, support):
    _page, incident = scene()
    given = opened(client, incident) | {"body": "Mine."}
    meanwhile(incident, None)
    again = fields(post(client, incident, given))
    meanwhile(incident, None, body="Yet another.")

    assert post(client, incident, again).status_code == 412
    assert incident.updates.count() == 3


def test_a_stage_that_is_no_longer_possible_cannot_be_chosen(client, support, gate_only_warns):
    _page, incident = scene()
    given = opened(client, incident) | {"status": "identified", "body": "Mine."}
    meanwhile(incident, None, status=Status.RESOLVED, body="Over.")

    response = post(client, incident, given)

    assert response.status_code == 412
    assert "Identified: not possible now" in response.content.decode()
    assert post(client, incident, fields(response)).status_code == 302
    assert incident.updates.first().status == Status.RESOLVED


def test_a_change_that_is_no_update_is_named_too(client, support):
    _page, incident = scene()
    given = opened(client, incident) | {"body": "Mine."}
    actions.attest(incident, condition="stable", by=make.in_group("Engineering", first_name="Tomas"))

    html = post(client, incident, given).content.decode()

    assert "Tomas changed the incident" in html
    assert "attested by Tomas" in html


def test_mine_becomes_a_private_note(client, support):
    _page, incident = scene()
    given = opened(client, incident) | {"body": "Mine.", "tried": "Restarted."}
    meanwhile(incident, None)
    again = fields(post(client, incident, given))

    response = post(client, incident, again, do="note")

    assert response.status_code == 302
    assert incident.timeline.filter(kind=EntryKind.NOTE).get().text == "Mine.\n\nRestarted."
    assert incident.updates.count() == 2


def test_mine_is_put_aside_and_taken_up_again(client, support):
    _page, incident = scene()
    given = opened(client, incident) | {"body": "Mine.", "status": "identified", "rows-0-level": "3"}

    post(client, incident, given, do="aside")
    offered = workspace(client, incident).content.decode()
    taken = fields(client.get(url("composer", incident), {"draft": "1"}))

    assert "A draft of yours from" in offered
    assert (taken["body"], taken["status"], taken["rows-0-level"]) == ("Mine.", "identified", "3")
    assert post(client, incident, taken).status_code == 302
    assert "A draft of yours from" not in workspace(client, incident).content.decode()


def test_a_draft_is_kept_for_a_day(client, support):
    _page, incident = scene()
    post(client, incident, opened(client, incident) | {"body": "Mine."}, do="aside")

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "A draft of yours from" not in workspace(client, incident).content.decode()


def test_a_draft_is_thrown_away(client, support):
    _page, incident = scene()
    post(client, incident, opened(client, incident) | {"body": "Mine."}, do="aside")

    post(client, incident, {"do": "discard"})

    assert "A draft of yours from" not in workspace(client, incident).content.decode()


# Costs


def test_the_number_of_queries_does_not_follow_the_impacts(client, support, same_queries):
    page, incident = scene()
    client.get(url("composer", incident))
    for places in (1, 50):
        for _n in range(places):
            make.impact(incident, item=make.component(parent=page.layout.get().component), location=make.location())
        with same_queries(at_most=38 + TIMED):
            assert client.get(url("composer", incident)).status_code == 200


# Somebody else is quicker: said before one posts


def news(client, incident, given):
    return client.get(url("changes_since", incident), {"version": given["version"], "since": given["read_at"]})


def test_nothing_new_is_no_news(client, support, django_assert_max_num_queries):
    _page, incident = scene()
    given = opened(client, incident)

    with django_assert_max_num_queries(7):  # session, person and rights; the incident
        assert news(client, incident, given).status_code == 204


def test_another_update_is_named_with_who_when_and_what(client, support):
    _page, incident = scene()
    given = opened(client, incident)
    ana = make.in_group("Support", first_name="Ana", last_name="Ruiz")
    make.update(incident, status=Status.IDENTIFIED, body="<b>A full disk.</b>", by=ana)

    html = news(client, incident, given).content.decode()

    assert "Ana Ruiz posted an update at" in html
    assert "look before you post" in html
    assert "&lt;b&gt;A full disk.&lt;/b&gt;" in html


def test_my_own_in_another_window_is_mine(client, support):
    _page, incident = scene()
    given = opened(client, incident)
    make.update(incident, by=support)

    assert "You posted an update at" in news(client, incident, given).content.decode()


def test_another_stage_is_named_a_note_is_no_news(client, support):
    _page, incident = scene()
    given = opened(client, incident)
    lena = make.in_group("Engineering", first_name="Lena", last_name="Fischer")
    actions.add_note(incident, text="A secret of ours.", by=lena)
    assert news(client, incident, given).status_code == 204
    actions.change_stage(incident, status=Status.IDENTIFIED, by=lena)

    html = news(client, incident, given).content.decode()

    assert "Investigating → Identified, by Lena Fischer" in html
    assert "A secret of ours." not in html


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-45T99:00", "2026-11-20T14:00:00"])
def test_a_time_that_is_none_still_gives_the_news(client, support, since):
    _page, incident = scene()
    make.update(incident, by=None)

    response = client.get(url("changes_since", incident), {"version": "1", "since": since})

    assert response.status_code == 200


def test_the_news_of_a_restricted_incident_is_for_its_members(client, support):
    assert client.get(url("changes_since", make.restricted())).status_code == 404


def test_resolving_can_be_taken_back_whole(client, support, gate_only_warns):
    _page, incident = scene()
    given = opened(client, incident) | {"status": "resolved", "body": "It works again."}
    assert post(client, incident, given).status_code == 302

    told = workspace(client, incident).content.decode()

    assert "Resolved and posted." in told
    assert "It is not over" in told
    assert reverse("admin:incidents_incident_unresolve", args=[incident.public_id]) in told
    withdrawal = client.get(url("withdraw", incident.updates.first())).content.decode()
    assert "Take the whole resolution back: it is Investigating again" in withdrawal


def test_after_the_all_clear_the_form_waits_folded(client, support, gate_only_warns):
    _page, incident = scene()
    make.update(incident, status=Status.RESOLVED, body="It works again.")

    assert '<details class="bw-card bw-after">' in workspace(client, incident).content.decode()
    refused = post(client, incident, opened(client, incident) | {"body": " "})
    assert refused.status_code == 422
    assert "bw-after" not in refused.content.decode()


def test_what_engineering_resolved_is_told_without_unfolding(client, support, gate_only_warns):
    _page, incident = scene()
    actions.change_stage(incident, status=Status.RESOLVED, by=None)
    shown = workspace(client, incident).content.decode()
    assert "bw-after" not in shown
    assert "Give the all-clear" in shown
    text = opened(client, incident)["body"]
    assert text.startswith("The problem with SMS is over and everything works again. If you still see it, please write")
    assert "https://help.example.com/" in text  # 1-14, 1-16


def test_a_minor_incident_is_asked_for_health_and_two_answers(client, support):
    _page, incident = scene()
    shown = workspace(client, incident).content.decode()
    assert "3 of what is missing block, the rest only warns" in " ".join(shown.split())
    assert "Stable without hands: not attested yet" in shown


@pytest.mark.parametrize("name", ["next", "rows-TOTAL_FORMS", "rows-0-level", "rows-0-component", "template"])
def test_no_number_breaks_the_composer_or_a_draft_of_it(client, support, name):
    _page, incident = scene()
    for value in draw(["9" * 4400, "9" * 25, "²", "0001-01-01T00:00"], 0.25, salt=name):
        typed = opened(client, incident) | {name: value}
        answers = [post(client, incident, typed, do=do) for do in ("fill", "look", "aside", "post")]

        assert [answer.status_code in (200, 302, 422) for answer in answers] == [True] * 4, value
        assert client.get(url("composer", incident), {"draft": "1"}).status_code == 200
