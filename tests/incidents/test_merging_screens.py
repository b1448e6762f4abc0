"""The screens that merge: a picker that shows what may be seen and no more, and one question before it is done."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import actions
from incidents.choices import Audience, Level
from incidents.forms.merging import SHOWN
from incidents.models import Incident
from incidents.scope import Affected
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads", first_name="Priya")
    client.force_login(person)
    return person


def address(incident, **query):
    return reverse("admin:incidents_incident_merge", args=[incident.public_id], query=query or None)


def workspace(incident):
    return reverse("admin:incidents_incident_change", args=[incident.public_id])


def offered(response):
    return [candidate.incident for candidate in response.context["candidates"] if not candidate.refusal]


@pytest.mark.parametrize("screen", ["change", "confirm", "dismiss"])
def test_a_suspicion_names_the_open_incidents_that_it_may_be_a_part_of(client, lead, screen):
    sms, voice = make.component(name="SMS"), make.component(name="Voice")
    affects = [Affected(sms, None, Level.DEGRADED)]
    known = make.told(title="SMS queue stuck", affects=affects)
    make.told(title="Voice cut off", affects=[Affected(voice, None, Level.DEGRADED)])
    make.resolved(title="SMS of yesterday", affects=affects)
    make.restricted(title="Keys seen", affects=affects, members=[lead])
    suspicion = make.suspicion(title="SMS slow?", affected=affects)

    response = client.get(reverse(f"admin:incidents_incident_{screen}", args=[suspicion.public_id]), follow=True)

    assert response.context["belongs_to"] == [known]
    assert f"{address(suspicion, into=known.public_id)}" in response.content.decode()


def test_who_may_not_merge_is_offered_the_reason_to_dismiss_it(client):
    client.force_login(make.in_group("Support"))
    affects = [make.component(name="SMS")]
    known = make.told(title="SMS queue stuck", affects=affects)
    suspicion = make.suspicion(title="SMS slow?", affected=[make.affected(affects[0])])
    way = reverse("admin:incidents_incident_dismiss", args=[suspicion.public_id], query={"part_of": known.public_id})

    assert way in client.get(workspace(suspicion)).content.decode()
    assert client.get(way).context["form"]["reason"].value() == "Part of “SMS queue stuck”."


def test_it_is_chosen_read_and_merged(client, lead):
    sms, place = make.component(name="SMS"), make.location(name="Ashburn")
    source = make.told(title="SMS late", affects=[Affected(sms, place, Level.MAJOR)])
    into = make.told(title="Queue stuck")
    assert address(source) in client.get(workspace(source)).content.decode()

    picker = client.get(address(source))
    assert offered(picker) == [into]
    assert f"?into={into.public_id}" in picker.content.decode()

    page = client.get(address(source, into=into.public_id))
    text = page.content.decode()
    assert "Queue stuck" in text
    assert "1 open impact goes on there from now" in text
    assert "cannot be undone" in text
    assert "no page changes" in text  # told, but on no page
    assert not Incident.objects.get(pk=source.pk).is_merged

    response = client.post(address(source), {"into": into.public_id, "reason": "The same disk."}, follow=True)
    assert response.redirect_chain[-1][0] == workspace(into)
    text = response.content.decode()
    assert "Merged. “SMS late” goes on here." in text
    assert "Came in" in text
    source.refresh_from_db()
    assert (source.merged_into, source.timeline.first().text) == (into, "The same disk.")

    text = client.get(workspace(source)).content.decode()
    assert "Work and updates go on in" in text
    assert workspace(into) in text
    assert "compose" not in client.get(workspace(source)).context["part"]
    assert address(source) not in text


def test_those_that_affect_the_same_come_first_and_those_that_do_not_fit_last(client, lead):
    sms = make.component(name="SMS")
    alike = make.told(title="Alike", affects=[sms])
    newer = make.told(title="Newer")
    unfit = make.internal(title="Inside only", affects=[sms])
    source = make.told(affects=[sms])
    shown = client.get(address(source)).context["candidates"]
    assert [candidate.incident for candidate in shown] == [alike, newer, unfit]
    assert "could not read" in shown[-1].refusal
    assert f"?into={unfit.public_id}" not in client.get(address(source)).content.decode()


@pytest.mark.parametrize("words", ["stuck", "QUEUE stuck", "sms ashb", "Ashburn", "id"])
def test_it_is_found_by_title_id_component_or_place(client, lead, words):
    sms, place = make.component(name="SMS outbound"), make.location(name="Ashburn")
    found = make.told(title="Queue stuck", affects=[Affected(sms, place)])
    make.told(title="Another one")
    source = make.told(affects=[sms])
    words = found.public_id if words == "id" else words
    assert offered(client.get(address(source, q=words))) == [found]


def test_nothing_found_says_so(client, lead):
    source = make.told()
    assert "No other incident that you see is open." in client.get(address(source)).content.decode()
    text = client.get(address(source, q='<b>"x')).content.decode()
    assert "has these words" in text
    assert '<b>"x' not in text


def test_neither_list_count_nor_address_tells_of_what_one_may_not_see(client, lead):
    hidden = make.restricted(title="Keys in a log")
    source = make.restricted(title="Mine", members=[lead])
    response = client.get(address(source))
    assert (response.context["candidates"], response.context["more"]) == ([], 0)
    for path in (address(source, q="Keys"), address(source, into=hidden.public_id)):
        text = client.get(path).content.decode()
        assert "Keys in a log" not in text
        assert "Mine" in text
    nothing = client.get(address(source, into="inc_nothingthere"))
    there = client.get(address(source, into=hidden.public_id))
    assert (nothing.status_code, there.status_code) == (422, 422)
    assert "There is no such incident, or it is not open to you." in there.content.decode()
    response = client.post(address(source), {"into": hidden.public_id})
    assert response.status_code == 422
    assert not Incident.objects.get(pk=source.pk).is_merged
    assert client.get(address(hidden)).status_code == 404


@pytest.mark.parametrize("into", ["\x07", "x" * 500, "' or 1=1", "🂡", "inc_"])
def test_nonsense_is_refused_in_words(client, lead, into):
    source = make.told()
    assert client.post(address(source), {"into": into}).status_code == 422
    assert client.get(address(source, into=into)).status_code in (200, 422)
    assert client.get(address(source, q=into)).status_code == 200


@pytest.mark.parametrize("group", ["Support", "Engineering", "Reliability", "Viewers"])
def test_others_find_no_way_and_read_why(client, group):
    client.force_login(make.in_group(group))
    source, into = make.told(), make.told()
    assert address(source) not in client.get(workspace(source)).content.decode()
    response = client.get(address(source))
    assert response.status_code == 403
    response = client.post(address(source), {"into": into.public_id})
    assert response.status_code == 403
    assert not Incident.objects.get(pk=source.pk).is_merged


def test_what_became_impossible_meanwhile_is_said_and_what_was_typed_stays(client, lead):
    source, into = make.told(), make.told()
    assert client.get(address(source, into=into.public_id)).status_code == 200
    actions.set_audience(into, audience=Audience.INTERNAL, reason="So", by=None)
    response = client.post(address(source), {"into": into.public_id, "reason": "The same disk."})
    assert response.status_code == 422
    text = response.content.decode()
    assert "could not read where it goes on" in text
    assert "The same disk." in text
    assert not Incident.objects.get(pk=source.pk).is_merged


def test_what_is_over_leads_back(client, lead):
    over = make.resolved()
    response = client.get(address(over), follow=True)
    assert response.redirect_chain[-1][0] == workspace(over)
    assert "Only an open incident can be merged" in response.content.decode()


def test_members_are_named_before_they_are_let_in(client, lead):
    amara = make.in_group("Support", first_name="Amara", last_name="Diallo")
    source, into = make.restricted(members=[lead, amara]), make.restricted(members=[lead])
    text = client.get(address(source, into=into.public_id)).content.decode()
    assert "let in there" in text
    assert "Amara Diallo" in text
    assert "follows that one" not in text


def test_a_suspicion_may_be_merged_right_there(client, lead):
    suspicion = make.suspicion()
    assert "Merge it into that incident" in client.get(workspace(suspicion)).content.decode()


def test_where_it_went_is_named_only_to_those_who_may_know(client):
    source, into = make.internal(title="Dashboards slow"), make.internal(title="Disk of the collector")
    actions.merge(source, into=into, by=None)
    actions.set_audience(into, audience=Audience.RESTRICTED, reason="So", by=None)
    client.force_login(make.in_group("Engineering"))
    for path in (workspace(source), reverse("admin:incidents_incident_history", args=[source.public_id])):
        text = client.get(path).content.decode()
        assert "another incident" in text
        assert "not open to you" not in text  # which would say that there is one to be kept from
        assert "Disk of the collector" not in text
        assert into.public_id not in text
    client.force_login(make.in_group("Security"))
    assert "Disk of the collector" in client.get(workspace(source)).content.decode()


def test_the_list_knows_merged(client, lead):
    source = make.merged(title="SMS late")
    listed = reverse("admin:incidents_incident_changelist")
    for query in ({"status__exact": "merged"}, {"open": "0"}, {"q": source.public_id}):
        assert "SMS late" in client.get(listed, query).content.decode()
    assert "SMS late" not in client.get(listed, {"open": "1"}).content.decode()


def test_the_picker_costs_the_same_whatever_is_open(client, lead):
    def cost():
        with CaptureQueriesContext(connection) as made:
            response = client.get(address(source))
        return len(made), response

    source = make.told()
    make.told()
    one, _response = cost()
    for _number in range(SHOWN + 3):
        make.told()
    many, response = cost()
    assert many <= one + 1  # the count, once there are more than are shown
    assert response.context["more"] == 4
    assert "4 more" in response.content.decode()
