"""Templates and policies on the staff side: what is asked for is changed, and neither made nor deleted."""

import pytest
from django.urls import reverse

from incidents.choices import Origin, SeverityLevel
from postmortems.choices import Way
from postmortems.models import ReviewPolicy, Template
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


def fields(form):
    """What a browser would send back of a form and its inlines, as they stand."""
    found = {}
    for bound in form:
        value = bound.value()
        if value is True:
            found[bound.html_name] = "on"
        elif value not in (None, False):
            found[bound.html_name] = value
    return found


def test_the_policy_of_an_incident_is_changed_with_its_limits(client, lead):
    policy = ReviewPolicy.objects.get(origin=Origin.EXTERNAL, severity=SeverityLevel.MAJOR)
    address = reverse("admin:postmortems_reviewpolicy_change", args=[policy.pk])
    response = client.post(address, {"way": Way.SHORT, "record_minutes": "60"})
    assert "Only a full RCA has incident records" in response.content.decode()
    client.post(address, {"way": Way.SHORT, "publish_minutes": "1440"})
    policy.refresh_from_db()
    assert (policy.way, policy.publish_minutes) == (Way.SHORT, 1440)
    assert policy.history.first().history_user == lead


def with_inlines(page):
    data = fields(page.context["adminform"].form)
    for inline in page.context["inline_admin_formsets"]:
        data |= fields(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= fields(form)
    return data


def test_a_template_shows_its_sections_and_questions_and_keeps_each_kind_once(client, lead):
    template = Template.objects.get(way=Way.FULL)
    address = reverse("admin:postmortems_template_change", args=[template.pk])
    page = client.get(address)
    assert "Detection and detection gap" in page.content.decode()
    assert "Why not sooner?" in page.content.decode()
    data = with_inlines(page)
    assert client.post(address, data).status_code == 302
    twice = data | {"sections-1-kind": data["sections-0-kind"]}
    assert "Another section is of this kind already" in client.post(address, twice).content.decode()
    roles = [name for name in data if name.startswith("signatories-") and name.endswith("-role")]
    gone = data | {name.replace("-role", "-DELETE"): "on" for name in roles}
    assert "signed by one role at least" in client.post(address, gone).content.decode()
    same = data | {"signatories-1-role": data["signatories-0-role"]}
    assert "This role is asked to sign already" in client.post(address, same).content.decode()
    assert template.signatories.count() == len(roles)
    renamed = data | {"sections-0-title": "In short"}
    assert client.post(address, renamed).status_code == 302
    assert template.sections.first().title == "In short"


@pytest.mark.parametrize(("rows", "field"), [("sections", "kind"), ("signatories", "role")])
def test_two_rows_trade_what_each_has_once(client, lead, rows, field):
    template = Template.objects.get(way=Way.FULL)
    address = reverse("admin:postmortems_template_change", args=[template.pk])
    data = with_inlines(client.get(address))
    one, two = f"{rows}-0-{field}", f"{rows}-1-{field}"
    assert client.post(address, data | {one: data[two], two: data[one]}).status_code == 302
    first, second = getattr(template, rows).all()[:2]
    assert (getattr(first, field), getattr(second, field)) == (data[two], data[one])
    assert [row.history.count() for row in (first, second)] == [2, 2]  # as installed, and traded
    assert first.history.first().history_user == lead


@pytest.mark.parametrize(("rows", "field"), [("sections", "kind"), ("signatories", "role")])
def test_a_row_takes_what_one_that_goes_had(client, lead, rows, field):
    template = Template.objects.get(way=Way.FULL)
    address = reverse("admin:postmortems_template_change", args=[template.pk])
    data = with_inlines(client.get(address))
    taken = data[f"{rows}-1-{field}"]
    posted = data | {f"{rows}-0-{field}": taken, f"{rows}-1-DELETE": "on"}
    assert client.post(address, posted).status_code == 302
    assert [getattr(row, field) for row in getattr(template, rows).all()].count(taken) == 1


@pytest.mark.parametrize("name", ["template", "reviewpolicy"])
def test_none_is_made_or_deleted(client, lead, name):
    model = {"template": Template, "reviewpolicy": ReviewPolicy}[name]
    assert client.get(reverse(f"admin:postmortems_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:postmortems_{name}_add")).status_code == 403
    row = model.objects.first()
    assert client.get(reverse(f"admin:postmortems_{name}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    ("rows", "field", "said"),
    [("sections", "kind", "of this kind already"), ("signatories", "role", "asked to sign already")],
)
def test_what_a_row_has_that_the_form_does_not_hold_is_not_had_twice(client, lead, rows, field, said):
    """Somebody else added it meanwhile, or the form says that it holds fewer rows than it sends."""
    template = Template.objects.get(way=Way.FULL)
    address = reverse("admin:postmortems_template_change", args=[template.pk])
    data = with_inlines(client.get(address))
    answer = client.post(address, data | {f"{rows}-INITIAL_FORMS": "1"})
    assert (answer.status_code, said in answer.text) == (200, True)
