"""A restricted incident is known to its members and to Security, and to nobody else, on any screen around it."""

import pytest
from django.contrib import admin

from incidents.models import Incident
from incidents.veiled import veil
from tests import factories as make
from tests.incidents.around import GROUPS, LIST, acts, snapshot, where
from tests.walks.walking import draw

pytestmark = pytest.mark.django_db

SECRET = "Keys of one customer seen in a log"


def addresses(incident):
    impact = incident.impacts.first()
    version = incident.history.first()
    return [
        *(where(incident, act) for act, _data, _permission in acts(incident)),
        where(incident), where(incident, "history"), f"{LIST}{incident.public_id}/history/{version.pk}/",
        where(incident, "confirm"), where(incident, "delete"), f"{LIST}{incident.public_id}/change/",
        f"{LIST}{incident.public_id}/", where(incident, f"impacts/{veil(impact.pk)}"),
    ]  # fmt: skip


@pytest.mark.parametrize("group", [*GROUPS, None])
def test_a_restricted_incident_is_known_to_its_members_and_security_only(client, group):
    stranger = make.superuser() if group is None else make.in_group(group)
    member = make.in_group("Viewers") if group is None else make.in_group(group)
    incident = make.restricted(title=SECRET, members=[member])
    make.suspicion(title="Something else")
    sees = group == "Security"

    client.force_login(stranger)
    for address in draw(addresses(incident), 0.3, salt=str(group)):
        response = client.get(address, follow=True)
        if not sees:
            assert SECRET not in response.content.decode(), address
            assert incident.public_id not in response.content.decode().replace(address, ""), address
    for act, data, _permission in draw(acts(incident), 0.3, salt=str(group)):
        if not sees:
            before = snapshot(incident)
            assert client.post(where(incident, act), data).status_code == 404, act
            assert snapshot(incident) == before

    for query in ["", "?open=1", f"?q={incident.public_id}", "?q=Keys", "?audience__exact=restricted", "?all="]:
        listed = client.get(LIST + query).content.decode()
        assert (SECRET in listed) is sees, query
    count = client.get(LIST).context["cl"].result_count
    assert count == (2 if sees else 1)
    assert (SECRET in client.get(f"{LIST}report/").content.decode()) is sees

    client.force_login(member)
    assert client.get(where(incident)).status_code == 200
    assert SECRET in client.get(LIST).content.decode()
    assert client.get(where(incident, "history")).status_code == 200


def test_autocomplete_finds_only_what_is_visible(client):
    """Whatever field of a later app points at an incident searches through the same queryset."""
    make.restricted(title=SECRET)
    seen = make.told(title="Seen")

    class Request:
        user = make.in_group("Support")

    assert list(admin.site._registry[Incident].get_queryset(Request)) == [seen]


def test_a_removed_member_no_longer_finds_it(client):
    leaving, staying = make.in_group("Engineering"), make.in_group("Support")
    incident = make.restricted(members=[leaving, staying])
    client.force_login(leaving)

    response = client.post(where(incident, "members"), {"remove": leaving.pk})

    assert response.url == LIST
    assert client.get(where(incident)).status_code == 404


def test_the_last_member_stays(client):
    member = make.in_group("Engineering")
    incident = make.restricted(members=[member])
    client.force_login(member)

    client.post(where(incident, "members"), {"remove": member.pk})

    assert list(incident.members.all()) == [member]
