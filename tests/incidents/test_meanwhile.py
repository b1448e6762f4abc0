"""Two people in one form of the admin: nobody undoes what the other has saved meanwhile."""

import pytest
from django.contrib.admin import site
from django.urls import reverse

from incidents.models import Severity
from incidents.staff.model_admin import TrackedModelAdmin
from statuspage.models import StageTemplate
from tests import factories as make
from tests.incidents.browser import Forms

pytestmark = pytest.mark.django_db


def address(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def posted_form(answer):
    """As a browser would send it: the only form of the page that has buttons to save."""
    [found] = [each for each in Forms(answer.content.decode()).forms.values() if "once" in each and "read" in each]
    return {name: value for name, value in found.items() if name not in ("once", "csrfmiddlewaretoken")}


def opened(client, row):
    return posted_form(client.get(address(row)))


def saved(client, row, data, **typed):
    answer = client.post(address(row), data | typed, follow=True)
    row.refresh_from_db()
    return answer


@pytest.fixture
def lena(client):
    person = make.superuser(first_name="Lena")
    client.force_login(person)
    return person


ROWS = {
    "component": (lambda: make.component(name="SMS"), "name", "description"),
    "location": (lambda: make.location(name="Berlin"), "name", "external_ids"),
    "stage template": (lambda: StageTemplate.objects.first(), "name", "body"),
    "severity": (lambda: Severity.objects.first(), "meaning", "color"),
    "team": (lambda: make.team(name="Core"), "name", "email"),
}


@pytest.mark.parametrize("kind", [*ROWS])
def test_what_was_not_touched_keeps_what_somebody_else_saved(client, lena, kind):
    made, theirs, _mine = ROWS[kind]
    row = made()
    mine = opened(client, row)
    text = f"{getattr(row, theirs)} anew"
    saved(client, row, opened(client, row), **{theirs: text})
    answer = saved(client, row, mine)

    assert getattr(row, theirs) == text
    assert "Kept what somebody else saved meanwhile" in answer.content.decode()


def test_both_are_kept_where_each_changed_another_field(client, lena):
    row = make.component(name="SMS", description="Texts.")
    mine = opened(client, row)
    saved(client, row, opened(client, row), name="SMS outbound")
    saved(client, row, mine, description="Texts to phones.")
    assert (row.name, row.description) == ("SMS outbound", "Texts to phones.")


def test_of_a_field_that_both_changed_the_later_is_told_and_may_save_again(client, lena):
    row = make.component(name="SMS", description="Texts.")
    mine = opened(client, row) | {"name": "SMS in Europe"}
    saved(client, row, opened(client, row), name="SMS outbound", description="Texts to phones.")
    answer = saved(client, row, mine)

    assert row.name == "SMS outbound"
    assert "Lena saved this at" in answer.content.decode()
    assert "“SMS outbound”. Save again to put yours there." in answer.content.decode()
    again = posted_form(answer)
    assert again["name"] == "SMS in Europe"
    saved(client, row, again)
    assert (row.name, row.description) == ("SMS in Europe", "Texts to phones.")


def test_who_is_told_and_sees_a_third_change_is_told_again(client, lena):
    row = make.component(name="SMS")
    mine = opened(client, row) | {"name": "SMS in Europe"}
    saved(client, row, opened(client, row), name="SMS outbound")
    again = posted_form(saved(client, row, mine))
    saved(client, row, opened(client, row), name="Text messages")
    assert "“Text messages”" in saved(client, row, again).content.decode()
    assert row.name == "Text messages"


def test_the_same_change_twice_is_no_quarrel(client, lena):
    row = make.component(name="SMS")
    mine = opened(client, row)
    saved(client, row, opened(client, row), name="SMS outbound")
    assert "Save again" not in saved(client, row, mine, name="SMS outbound").content.decode()


def test_the_same_choice_of_another_row_is_no_quarrel_either(client, lena):
    row, core = make.component(name="SMS"), make.team(name="Core")
    mine = opened(client, row) | {"team": str(core.pk)}
    saved(client, row, opened(client, row), team=str(core.pk))
    assert "Save again" not in saved(client, row, mine, name="SMS outbound").content.decode()
    assert (row.name, row.team) == ("SMS outbound", core)


def test_what_was_emptied_meanwhile_is_told_in_words(client, lena):
    row = make.component(name="SMS", team=make.team(name="Core"))
    mine = opened(client, row) | {"team": str(make.team(name="Edge").pk)}
    saved(client, row, opened(client, row), team="")
    assert "Lena emptied this at" in saved(client, row, mine).content.decode()
    assert row.team is None


@pytest.mark.parametrize("read", ["", "²", "9" * 40, "999999"])
def test_a_version_that_there_is_not_is_none(client, lena, read):
    row = make.component(name="SMS")
    assert saved(client, row, opened(client, row), name="Voice", read=read, seen=read).status_code == 200
    assert row.name == "Voice"


def test_every_form_of_a_row_with_a_history_says_which_version_it_shows(client, lena):
    """Whatever is registered tomorrow: its change form is one of these, or it has none."""
    of_rows = [each for each in site._registry.values() if hasattr(each.model, "history")]
    others = {type(each).__name__ for each in of_rows if not isinstance(each, TrackedModelAdmin)}
    assert others <= {"PinAdmin"}  # pins are set and lifted, not changed
