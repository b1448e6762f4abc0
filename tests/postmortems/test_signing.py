"""A review asks for the roles that the template named when it began, whatever becomes of the template."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from incidents.exceptions import DomainError
from notifications.content.postmortem_review import signers
from postmortems import actions, home
from postmortems.choices import Stage
from postmortems.models import Signatory, Version
from tests import factories as make

pytestmark = pytest.mark.django_db
ROLES = ["Reliability", "Engineering Leads", "Managers"]


@pytest.fixture
def postmortem():
    return make.ready_to_publish(way="full", severity="major")


@pytest.fixture
def version(postmortem):
    return actions.ask_for_review(postmortem, by=None)


def sign(postmortem, version, role):
    person = make.in_group(role)
    actions.sign(postmortem, role=role, by=person, digest=version.digest)
    postmortem.refresh_from_db()
    return person


def waits(person):
    person = type(person).objects.get(pk=person.pk)
    return [step.title for step in home.steps(person, timezone.now()).mine]


@pytest.mark.parametrize("taken_out", [ROLES[1:2], ROLES[1:], ROLES])
def test_roles_that_are_taken_out_of_the_template_still_sign(postmortem, version, taken_out):
    sign(postmortem, version, "Reliability")
    Signatory.objects.filter(role__in=taken_out).delete()
    sign(postmortem, version, "Managers")
    assert postmortem.stage == Stage.IN_REVIEW
    sign(postmortem, version, "Engineering Leads")
    assert postmortem.stage == Stage.APPROVED


def test_a_role_that_is_added_signs_the_next_version(postmortem, version):
    Signatory.objects.create(template=postmortem.template, role="Security", group=Group.objects.get(name="Security"))
    with pytest.raises(DomainError, match="Nobody is asked"):
        sign(postmortem, version, "Security")
    actions.send_back(postmortem, reason="Security reads it too.", by=None)
    again = actions.ask_for_review(postmortem, by=None)
    sign(postmortem, again, "Security")
    assert [each["role"] for each in again.roles] == ["Security", *ROLES]


def test_members_of_the_group_that_was_asked_sign(postmortem, version):
    Signatory.objects.filter(role="Managers").update(group=Group.objects.get(name="Support"))
    sign(postmortem, version, "Managers")
    with pytest.raises(TypeError):
        version.roles = []
        version.save(update_fields=["roles"])


def test_the_screen_the_home_and_the_news_name_those_who_were_asked(client, postmortem, version):
    manager = make.in_group("Managers")
    Signatory.objects.filter(role="Managers").delete()
    assert waits(manager) == [str(postmortem)]
    assert manager in signers(version)
    client.force_login(manager)
    page = client.get(reverse("postmortems_staff:review", args=[postmortem.public_id]))
    assert [each.asked.role for each in page.context["mine"]] == ["Managers"]
    page = client.get(reverse("postmortems_staff:publish", args=[postmortem.public_id]))
    assert [each.role for each in page.context["unsigned"]] == ROLES


def test_where_the_group_is_gone_it_is_sent_back(client, postmortem, version):
    lead = sign(postmortem, version, "Engineering Leads")
    Group.objects.get(name="Managers").delete()
    client.force_login(lead)
    html = client.get(reverse("postmortems_staff:review", args=[postmortem.public_id])).content.decode()
    assert "Nobody may: its group was deleted" in html
    with pytest.raises(DomainError, match="Send it back"):
        actions.sign(postmortem, role="Managers", by=make.in_group("Reliability"), digest=version.digest)
    actions.send_back(postmortem, reason="Nobody signs for managers.", by=lead)
    postmortem.refresh_from_db()
    assert postmortem.stage == Stage.DRAFT


def test_a_version_from_before_asks_the_roles_of_the_template(client, postmortem, version):
    Version.objects.update(roles=None)
    Signatory.objects.filter(role="Managers").delete()
    manager, reliability = make.in_group("Managers"), make.in_group("Reliability")
    assert (waits(manager), waits(reliability)) == ([], [str(postmortem)])
    with pytest.raises(DomainError, match="Nobody is asked"):
        actions.sign(postmortem, role="Managers", by=manager, digest=version.digest)
    for role in ROLES[:2]:
        sign(postmortem, version, role)
    assert postmortem.stage == Stage.APPROVED
