"""Who an action item is left to while a document is written, and what is asked of one that is done."""

import pytest
from django.urls import reverse

from incidents.exceptions import DomainError
from incidents.models import Incident
from postmortems import actions
from postmortems.models import ActionItem
from tests import factories as make

pytestmark = pytest.mark.django_db


def at(name, postmortem):
    return reverse(f"postmortems_staff:{name}", args=[postmortem.public_id])


@pytest.mark.parametrize("who", [{"is_staff": False}, {"is_active": False}])
def test_an_action_is_left_to_nobody_who_could_not_work_on_it(client, writer, who):
    postmortem = make.postmortem()
    action, other = postmortem.actionitems.get(), make.user(first_name="Wombat", **who)
    with pytest.raises(DomainError) as refused:
        actions.change(action, by=writer, owner=other)
    assert refused.value.field == "owner"
    with pytest.raises(DomainError, match="could not work on it"):
        actions.add(ActionItem, postmortem, by=writer, owner=other)
    with pytest.raises(DomainError, match="could not work on it"):
        actions.track(action, by=writer, owner=other)
    assert "Wombat" not in client.get(at("write", postmortem)).content.decode()
    ActionItem.objects.filter(pk=action.pk).update(owner=other)  # since they left
    assert f'<option value="{other.pk}" selected' in client.get(at("write", postmortem)).content.decode()


def test_an_owner_who_may_not_see_a_restricted_one_is_refused_and_not_taken_over():
    postmortem, other = make.postmortem(way="full", severity="major"), make.in_group("Engineering")
    [record] = actions.invite(postmortem, people=[make.in_group("Engineering")], by=None)
    proposed = actions.add(ActionItem, postmortem, record=record, by=None, text="A copy.", owner=other)
    Incident.objects.update(audience="restricted")
    with pytest.raises(DomainError, match="may not see this incident"):
        actions.add(ActionItem, postmortem, by=None, owner=other)
    assert actions.take_over(proposed, by=None).owner is None


def test_done_in_a_draft_asks_for_what_shows_it_as_elsewhere(client, writer):
    postmortem = make.postmortem()
    action = postmortem.actionitems.get()
    name = f"{action.key}.state"
    actions.change(action, by=None, text="A copy.", proof="Reports run at night.")
    answer = client.post(at("write", postmortem), {f"read.{name}": "todo", name: "done"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "It asks for: Reports run at night." in html
    assert f"/action-items/{action.key}/" in html  # where it is said
    actions.track(action, by=writer, state="done", reason="Ran three nights.")
    action.refresh_from_db()
    assert action.closed_at
