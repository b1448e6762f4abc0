"""Round after round through the screens: asked, sent back, signed, published, put right, withdrawn, and again."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from incidents.exceptions import DomainError
from postmortems import actions, editions
from postmortems.choices import Reader, Stage
from postmortems.models import Postmortem
from tests import factories as make

pytestmark = pytest.mark.django_db

ROLES = ("Reliability", "Engineering Leads", "Managers")


class People:
    """Everybody's browser: whoever is asked for reads the screen and presses what stands there."""

    def __init__(self, client, postmortem):
        self.client, self.postmortem = client, postmortem
        self.lead = make.in_group("Engineering Leads", first_name="Priya", last_name="Nair")
        self.signers = {role: make.in_group(role) for role in ROLES}
        client.force_login(self.lead)

    def at(self, name):
        return reverse(f"postmortems_staff:{name}", args=[self.postmortem.public_id])

    def reads(self, name, *, by=None):
        return self.reads_at(self.at(name), by=by)

    def reads_at(self, address, *, by=None):
        self.client.force_login(by or self.lead)
        response = self.client.get(address)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    def does(self, name, *, by=None, status=302, **data):
        self.client.force_login(by or self.lead)
        self.postmortem = Postmortem.objects.get(pk=self.postmortem.pk)
        response = self.client.post(self.at(name), {"version": self.postmortem.version} | data)
        assert response.status_code == status, response.content.decode()[:2000]
        self.postmortem = Postmortem.objects.get(pk=self.postmortem.pk)
        return re.sub(r"\s+", " ", response.content.decode())

    def asked_and_signed(self, **data):
        """Asked for where the screen offers it, then signed by everybody."""
        html = self.reads("review")
        assert f'action="{self.at("ask")}"' in html
        assert f'href="{self.at("publish")}"' not in html
        self.does("ask", **data)
        digest = self.postmortem.versions.first().digest
        for role, person in self.signers.items():
            self.does("sign", by=person, role=role, digest=digest)
        assert self.postmortem.stage == Stage.APPROVED

    def publishes(self):
        assert f'href="{self.at("publish")}"' in self.reads("review")
        self.does("publish", notify="on")
        assert self.postmortem.stage == Stage.PUBLISHED


@pytest.fixture
def people(client):
    return People(client, make.ready_to_publish(way="full", severity="major"))


def test_what_was_published_is_put_right_by_a_review_of_its_own(people):
    people.asked_and_signed()
    people.publishes()
    people.does("revise", reason="The count of customers was wrong.")
    assert "has signed" not in people.reads("review")
    assert "these sign it: Reliability, Engineering Leads, Managers." in people.reads("publish")
    people.asked_and_signed(change="63, not 62.")
    assert "Readers get it in place of version 1." in people.reads("publish")
    people.publishes()
    assert list(people.postmortem.versions.values_list("number", flat=True)) == [2, 1]


def test_what_was_withdrawn_is_reviewed_and_published_again(people):
    people.asked_and_signed()
    people.publishes()
    people.does("withdraw", reason="It named a customer.")
    day = date_format(timezone.localtime(), "j M Y")
    said = f"Withdrawn on {day} by {people.lead}: It named a customer."
    card = f"/admin/incidents/incident/{people.postmortem.incident.public_id}/change/"
    everywhere = [people.at("write"), people.at("review"), reverse("postmortems_staff:postmortems"), card]
    assert [said in people.reads_at(address) for address in everywhere] == [True] * 4
    people.asked_and_signed(change="Names nobody.")
    assert "in place of" not in people.reads("publish")
    assert said in people.reads("review")
    people.publishes()
    assert [said in people.reads_at(address) for address in everywhere[1:]] == [False] * 3


def test_a_record_stays_in_from_the_approval_on_until_it_is_a_draft_again(people):
    [record] = actions.invite(people.postmortem, people=[people.lead], by=None)
    people.postmortem.template.questions.update(is_required=False)
    actions.submit_record(record, by=people.lead)
    take_back = reverse("postmortems_staff:take_back_record", args=[record.public_id])
    whole = reverse("postmortems_staff:whole_record", args=[record.public_id])
    assert take_back in people.reads_at(whole)
    people.asked_and_signed()
    for stage in ("approved", "published"):
        if stage == "published":
            people.publishes()
        assert take_back not in people.reads_at(whole)
        with pytest.raises(DomainError, match=f"The post-mortem is {stage}, and rests on this record: it stays in."):
            actions.take_back_record(record, by=people.lead)
    people.does("revise", reason="The count of customers was wrong.")
    assert take_back in people.reads_at(whole)
    assert not actions.take_back_record(record, by=people.lead).is_submitted


def test_who_publishes_reads_what_is_true_in_each_stage(people):
    assert "It is a draft." in people.reads("publish")
    people.does("ask")
    people.does("sign", by=people.signers["Managers"], role="Managers", digest=people.postmortem.versions.get().digest)
    html = people.reads("publish")
    assert (
        "Version 1 is in review. Before it is published, these still have to sign it: Reliability, Engineering" in html
    )
    assert 'name="notify"' not in html
    for role in ("Reliability", "Engineering Leads"):
        digest = people.postmortem.versions.get().digest
        people.does("sign", by=people.signers[role], role=role, digest=digest)
    html = people.reads("publish")
    assert "Version 1 is published as it was signed. </p>" in html
    assert 'name="change"' not in html
    people.publishes()
    html = people.reads("publish")
    assert "Version 1 is published, since" in html
    assert f'href="{people.at("revise")}"' in html
    assert 'name="notify"' not in html
    assert "What happens" not in html


def test_a_short_one_asks_nobody_and_says_what_customers_read_of_a_second_version(client):
    people = People(client, make.ready_to_publish())
    html = people.reads("publish")
    assert "It is published as it stands now." in html
    assert 'name="change"' not in html
    people.publishes()
    people.does("revise", reason="The count was wrong.")
    html = people.reads("publish")
    assert "Customers read it with the new version." in html
    assert "who sign" not in html
    people.does("publish", change="63, not 62.")
    assert people.postmortem.versions.first().change == "63, not 62."
    assert people.does("publish", status=422)
    assert "as it was signed" not in people.reads("publish")


def test_the_reason_of_sending_back_stands_where_it_is_put_right_until_it_is_asked_for_again(people):
    people.does("ask")
    manager = people.signers["Managers"]
    people.does("send_back", by=manager, reason="Cause 1 is not it.")
    for name in ("write", "review"):
        html = people.reads(name)
        assert f"Version 1 was sent back by {manager}" in html
        assert "Cause 1 is not it." in html
    assert "Nothing has changed since version 1 was sent back." in people.reads("review")
    people.does("ask")
    assert "It reads as version 1, which was sent back: Cause 1 is not it." in people.reads("review", by=manager)
    people.does("send_back", by=manager, reason="Still not.")
    cause = people.postmortem.causes.of_document().get()
    cause.postmortem = people.postmortem
    actions.change(cause, by=None, text="An index was missing.")
    assert "Nothing has changed" not in people.reads("review")
    people.does("ask")
    html = people.reads("review", by=manager)
    assert "It reads as version" not in html
    assert "was sent back by" not in html.partition('id="h-versions"')[0]


def test_records_that_are_not_in_are_warned_of_and_stop_nobody(people):
    warning = "A record that was asked for is not in: Mira. What it would say is missing here."
    for name in ("review", "publish"):
        assert "not in:" not in people.reads(name)
    [record] = actions.invite(people.postmortem, people=[make.in_group("Engineering", first_name="Mira")], by=None)
    assert warning in people.reads("review")
    people.asked_and_signed()
    assert warning in people.reads("publish")
    type(record).objects.filter(pk=record.pk).update(submitted_at=timezone.now())
    assert warning not in people.reads("publish")
    people.publishes()


def test_customers_count_what_was_published(people):
    people.does("ask")
    people.does("send_back", by=people.signers["Managers"], reason="Cause 1 is not it.")
    people.asked_and_signed()
    people.publishes()
    assert "customers read it as version 1" in people.reads("review")
    people.does("revise", reason="62 is wrong.")
    people.asked_and_signed(change="63, not 62.")
    people.publishes()
    version = people.postmortem.versions.first()
    customers, staff = (editions.edition_of(version, reader) for reader in (Reader.CUSTOMERS, Reader.STAFF))
    assert (version.number, staff.number, customers.number) == (3, 3, 2)
    assert [number for number, _at, _change in customers.versions] == [1, 2]
    assert [number for number, _at, _change in staff.versions] == [2, 3]
    people.does("withdraw", reason="It names a customer.")
    people.asked_and_signed()
    people.publishes()
    assert editions.edition_of(people.postmortem.versions.first(), Reader.CUSTOMERS).number == 3
