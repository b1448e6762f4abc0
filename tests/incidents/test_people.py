"""People are let in by a link, do what their groups may do, and hand out no right that they lack."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from incidents import permissions
from incidents.actions import people
from incidents.choices import Hours
from incidents.exceptions import NotAllowed
from incidents.groups import ready
from incidents.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db
ADD = "/admin/incidents/user/add/"
FACTS = {"first_name": "Lena", "last_name": "Öz", "email": "Lena@Example.com", "time_zone": "Europe/Zagreb"}


@pytest.fixture
def root(client):
    person = make.superuser()
    client.force_login(person)
    return person


def groups(*names):
    return [Group.objects.get(name=name).pk for name in names]


def link_for(client, person):
    return client.get(reverse("admin:incidents_user_invitation", args=[person.pk])).context["link"]


def follow(client, link, password="a quiet harbour 7"):
    """Open the link and set a password."""
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(address, {"new_password1": password, "new_password2": password})


def test_an_invited_person_sets_a_password_by_the_link_and_is_in(client, root):
    response = client.post(ADD, FACTS | {"groups": groups("Support")}, follow=True)
    lena = User.objects.get(email="lena@example.com")
    link = response.context["link"]
    assert link in response.content.decode()
    assert (lena.username, lena.time_zone, lena.is_staff, lena.is_superuser) == (
        "lena@example.com",
        "Europe/Zagreb",
        True,
        False,
    )
    assert [group.name for group in lena.groups.all()] == ["Support"]
    assert not lena.has_usable_password()
    client.logout()

    response = follow(client, link)

    assert response["Location"] == "/admin/"
    assert client.get("/admin/").context["user"] == lena
    lena.refresh_from_db()
    assert lena.check_password("a quiet harbour 7")


def test_the_token_does_not_stay_in_the_address(client, root):
    link = link_for(client, make.invited())
    client.logout()

    response = client.get(link, follow=True)

    assert response.redirect_chain[-1][0].endswith("/set-password/")


def test_a_link_works_once(client, root):
    link = link_for(client, make.invited())
    client.logout()
    follow(client, link)
    client.logout()

    response = client.get(link)

    assert "does not work any more" in response.content.decode()
    assert response.status_code == 200


def test_a_link_works_for_three_days(client, root):
    link, start = link_for(client, make.invited()), timezone.now()
    client.logout()

    with time_machine.travel(start + timedelta(days=2, hours=23)):
        assert client.get(link).status_code == 302
    with time_machine.travel(start + timedelta(days=3, minutes=1)):
        assert "does not work any more" in client.get(link).content.decode()


def test_a_fresh_link_ends_the_earlier_one(client, root):
    person = make.invited()
    old = link_for(client, person)

    fresh = client.post(reverse("admin:incidents_user_invitation", args=[person.pk]), follow=True).context["link"]
    client.logout()

    assert "does not work any more" in client.get(old).content.decode()
    assert client.get(fresh).status_code == 302


def test_a_link_for_somebody_deactivated_is_none(client, root):
    person = make.invited()
    link = link_for(client, person)
    people.set_active(person, is_active=False, by=root)
    client.logout()

    assert "does not work any more" in client.get(link).content.decode()


def test_a_weak_password_is_refused_beside_its_field(client, root):
    link = link_for(client, make.invited())
    client.logout()

    response = follow(client, link, password="1234")

    assert response.status_code == 200
    assert "too short" in response.content.decode()


def test_bad_input_is_said_beside_its_field_and_nothing_is_saved(client, root):
    make.user(email="taken@example.com")
    before = User.objects.count()

    response = client.post(ADD, FACTS | {"email": "TAKEN@example.com", "time_zone": "Middle/Earth"})

    errors = response.context["adminform"].form.errors
    assert "here already" in errors["email"][0]
    assert "is not a time zone" in errors["time_zone"][0]
    assert "Lena" in response.content.decode()
    assert User.objects.count() == before


# Nobody hands out what they do not have


def test_a_manager_can_invite_into_groups_that_may_no_more_than_they(client):
    client.force_login(make.in_group("Managers"))
    form = client.get(ADD).context["adminform"].form
    assert [group.name for group in form.fields["groups"].queryset] == ["Managers", "Viewers"]
    assert "is_superuser" not in form.fields

    client.post(ADD, FACTS | {"groups": groups("Viewers")})

    assert User.objects.get(email="lena@example.com").groups.get().name == "Viewers"


@pytest.mark.parametrize("extra", [{"groups": "Support"}, {"groups": "Security"}, {"is_superuser": "on"}])
def test_a_manager_cannot_grant_more_than_they_have_by_a_forged_form(client, extra):
    client.force_login(make.in_group("Managers"))
    if "groups" in extra:
        extra = {"groups": groups(extra["groups"])}

    client.post(ADD, FACTS | extra)

    assert not User.objects.filter(email="lena@example.com", is_superuser=True).exists()
    assert not User.objects.filter(email="lena@example.com", groups__name__in=["Support", "Security"]).exists()


def test_the_action_refuses_as_the_form_does():
    manager, viewer = make.in_group("Managers"), make.in_group("Viewers")

    with pytest.raises(NotAllowed, match="Support"):
        people.grant(viewer, groups=Group.objects.filter(name="Support"), is_superuser=False, by=manager)
    with pytest.raises(NotAllowed, match="administrator"):
        people.grant(viewer, groups=[], is_superuser=True, by=manager)
    assert [group.name for group in viewer.groups.all()] == ["Viewers"]


@pytest.mark.parametrize("mightier", ["superuser", "Support"])
def test_who_may_do_more_is_out_of_reach(client, mightier):
    client.force_login(make.in_group("Managers"))
    person = make.superuser() if mightier == "superuser" else make.in_group(mightier)
    before = person.email
    change = reverse("admin:incidents_user_change", args=[person.pk])

    assert client.get(change).status_code == 200  # to look at
    assert client.post(change, FACTS | {"username": "x"}).status_code == 403
    assert client.get(reverse("admin:incidents_user_invitation", args=[person.pk])).status_code == 403
    assert client.post(reverse("admin:incidents_user_access", args=[person.pk])).status_code == 403
    person.refresh_from_db()
    assert (person.email, person.is_active) == (before, True)


def test_nobody_raises_themselves(client):
    manager = make.in_group("Managers")
    client.force_login(manager)
    change = reverse("admin:incidents_user_change", args=[manager.pk])
    facts = FACTS | {"username": manager.username, "email": manager.email, "is_superuser": "on"}

    client.post(change, facts | {"groups": groups("Managers", "Security")})

    manager = User.objects.get(pk=manager.pk)
    assert not manager.is_superuser
    assert [group.name for group in manager.groups.all()] == ["Managers"]


def test_changing_details_keeps_the_groups_and_the_rest(client, root):
    person = make.invited(groups=["Support"], first_name="Mira", time_zone="UTC")
    change = reverse("admin:incidents_user_change", args=[person.pk])
    facts = FACTS | {"username": person.username, "groups": groups("Support", "Engineering")}

    assert client.post(change, facts).status_code == 302

    person.refresh_from_db()
    assert (person.first_name, person.email, person.time_zone) == ("Lena", "lena@example.com", "Europe/Zagreb")
    assert {group.name for group in person.groups.all()} == {"Support", "Engineering"}
    assert person.is_staff
    assert person.is_active


def test_a_superuser_can_make_another(client, root):
    client.post(ADD, FACTS | {"is_superuser": "on"})

    assert User.objects.get(email="lena@example.com").is_superuser


@pytest.mark.parametrize("group", [name for name in ready() if name != "Managers"])
def test_only_who_may_invite_reaches_the_forms(client, group):
    client.force_login(make.in_group(group))
    person = make.in_group("Viewers")

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, FACTS).status_code == 403
    assert client.post(reverse("admin:incidents_user_invitation", args=[person.pk])).status_code == 403
    assert client.post(reverse("admin:incidents_user_access", args=[person.pk])).status_code == 403
    assert client.get(reverse("admin:auth_group_add")).status_code == 403
    assert User.objects.get(pk=person.pk).is_active


def test_deactivating_keeps_out_at_once_and_is_undone(client, root):
    person = make.in_group("Viewers")
    access = reverse("admin:incidents_user_access", args=[person.pk])
    theirs = type(client)()
    theirs.force_login(person)
    assert theirs.get("/admin/").status_code == 200

    assert client.get(access).status_code == 200  # asks once
    person.refresh_from_db()
    assert person.is_active
    client.post(access)
    assert theirs.get("/admin/").status_code == 302
    client.post(access)

    person.refresh_from_db()
    assert person.is_active


def test_nobody_deactivates_themselves_and_nobody_is_deleted(client, root):
    client.post(reverse("admin:incidents_user_access", args=[root.pk]))
    root.refresh_from_db()
    assert root.is_active

    assert client.post(reverse("admin:incidents_user_delete", args=[root.pk]), {"post": "yes"}).status_code == 403


# One's own


def test_own_time_zone_and_shortcuts(client):
    person = make.in_group("Support")
    client.force_login(person)

    response = client.post(reverse("admin:preferences"), {"time_zone": "Asia/Singapore"}, follow=True)

    person.refresh_from_db()
    assert (person.time_zone, person.single_key_shortcuts) == ("Asia/Singapore", False)
    assert "Asia/Singapore" in response.content.decode()
    refused = client.post(reverse("admin:preferences"), {"time_zone": "Nowhere"})
    assert "is not a time zone" in refused.content.decode()
    person.refresh_from_db()
    assert person.time_zone == "Asia/Singapore"


def test_own_password(client):
    person = make.user(password=make.PASSWORD)
    client.force_login(person)
    facts = {"old_password": make.PASSWORD, "new_password1": "a quiet harbour 7", "new_password2": "a quiet harbour 7"}

    assert client.post("/admin/password_change/", facts).status_code == 302

    person.refresh_from_db()
    assert person.check_password("a quiet harbour 7")


# Groups


def names(group):
    return {permissions.name(row) for row in group.permissions.select_related("content_type")}


VIEWERS = [
    "see", "report", "maintenance_see", "postmortems_see", "catalogue_see", "calendars_see", "pages_see",
    "messages_see", "message_settings_see", "channels_see", "people_see",
]  # fmt: skip


def test_a_group_is_shown_and_changed_in_sentences(client, root):
    viewers = Group.objects.get(name="Viewers")
    change = reverse("admin:auth_group_change", args=[viewers.pk])
    before = names(viewers)
    form = client.get(change).context["adminform"].form
    assert form.initial["rights"] == VIEWERS

    client.post(change, {"name": "Viewers", "rights": [*VIEWERS, "note"]})
    assert names(viewers) == before | {"incidents.note_incident"}
    client.post(change, {"name": "Viewers", "rights": VIEWERS})
    assert names(viewers) == before


def test_saving_a_ready_group_as_it_stands_changes_nothing(client, root):
    for group in Group.objects.all():
        change, before = reverse("admin:auth_group_change", args=[group.pk]), names(group)
        rights = client.get(change).context["adminform"].form.initial["rights"]
        client.post(change, {"name": group.name, "rights": rights})
        assert names(group) == before, group


def test_every_permission_of_the_ready_groups_has_a_sentence():
    offered = set().union(*(right.names for right in permissions.rights().values()))

    assert set().union(*(names(group) for group in Group.objects.all())) <= offered


def test_every_right_names_permissions_that_exist():
    for right in permissions.rights().values():
        assert len(permissions.permissions(right.names)) == len(right.names), right.key


def test_who_may_change_groups_gives_and_takes_only_their_own_rights(client):
    person = make.in_group("Viewers")
    person.user_permissions.set(Permission.objects.filter(codename__in=["view_group", "change_group"]))
    client.force_login(person)
    viewers = Group.objects.get(name="Viewers")
    change, before = reverse("admin:auth_group_change", args=[viewers.pk]), names(viewers)

    response = client.post(change, {"name": "Viewers", "rights": ["see", "publish"]})

    assert "rights that you have yourself" in response.context["adminform"].form.errors["rights"][0]
    assert names(viewers) == before


def test_list_query_count_is_constant(client, root, same_queries):
    def ask():
        with same_queries(at_most=30):
            client.get("/admin/incidents/user/")

    make.in_group("Support")
    ask()
    for _number in range(50):
        make.in_group("Support", team=make.team())
    ask()


def test_a_group_that_the_work_is_shared_by_stays_and_one_is_told_why(client):
    client.force_login(make.superuser())
    support, own = Group.objects.get(name="Support"), Group.objects.create(name="Night shift")

    def act(group, name):
        return reverse(f"admin:auth_group_{name}", args=[group.pk])

    assert act(support, "delete") not in client.get(act(support, "change")).content.decode()
    assert act(own, "delete") in client.get(act(own, "change")).content.decode()
    assert "so it stays" in client.get(act(support, "delete")).content.decode()
    client.post(act(support, "delete"), {"post": "yes"})
    client.post(act(own, "delete"), {"post": "yes"})
    both = {"action": "delete_selected", "_selected_action": [support.pk], "post": "yes"}
    client.post(reverse("admin:auth_group_changelist"), both)

    assert list(Group.objects.filter(name__in=["Support", "Night shift"])) == [support]


def test_everybody_reads_times_in_the_hours_that_they_chose(client):
    """Shown, in fields, and in their mails; whoever chose none reads what is usual here."""
    person = make.in_group("Support", time_zone="Europe/Berlin")
    client.force_login(person)
    with time_machine.travel(datetime(2026, 11, 20, 20, 30, tzinfo=UTC), tick=False):
        incident = make.confirmed(severity=make.severity("minor"))
        address, facts = (
            reverse(f"admin:incidents_incident_{act}", args=[incident.public_id]) for act in ("change", "facts")
        )
        found = []
        for chosen in ("", "12", "24"):
            client.post(reverse("admin:preferences"), {"time_zone": "Europe/Berlin", "hours": chosen})
            shown, field = (client.get(each).content.decode() for each in (address, facts))
            shown = re.sub(r"<[^>]*>", "", shown)
            found.append(("9:30 PM" in shown, "21:30" in shown, 'value="2026-11-20 9:30 PM"' in field))
    assert found == [(False, True, False), (True, False, True), (False, True, False)]
    person.refresh_from_db()
    person.hours = "12"
    assert (person.clock_hours, User().clock_hours) == (Hours.TWELVE, Hours.TWENTY_FOUR)
    with override_settings(CLOCK_HOURS="12"):
        assert User().clock_hours == Hours.TWELVE
