"""Makes the company: people with passwords, the catalogue, the pages, and then lets everything happen."""

from __future__ import annotations

import secrets
from datetime import date, time, timedelta
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.utils import timezone

from incidents.choices import SeverityLevel
from incidents.models import (
    BusinessCalendar,
    CalendarDay,
    ChangeFreeze,
    Component,
    DeclareRule,
    Location,
    Severity,
    Team,
    User,
)
from incidents.models.public_id import ALPHABET
from statuspage.demo import (
    before,
    catalogue,
    maintaining,
    past_external,
    past_merged,
    past_platform,
    present,
    reviews,
    windows,
)
from statuspage.demo.people import PEOPLE, TEAMS
from statuspage.demo.script import Cast
from statuspage.demo.stage import play
from statuspage.models import Page, PageComponent, PageLink


class Login(NamedTuple):
    username: str
    password: str
    group: str


def install() -> list[Login]:
    """Everything, in an installation that holds nothing yet; the caller's transaction makes it all or nothing."""
    teams = {name: Team.objects.create(name=name, description=text) for name, text in TEAMS.items()}
    people, logins = _people(teams)
    components = _components(teams)
    calendars = _calendars()
    cast = Cast(
        people=people,
        components=components,
        locations=_locations(calendars),
        severities={SeverityLevel(row.level).name.lower(): row for row in Severity.objects.all()},
        rules={row.label: row for row in DeclareRule.objects.all()},
    )
    _pages(components, calendars)
    ways = reviews.not_yet()
    past = [*before.STORIES, *past_platform.STORIES, *past_external.STORIES, *past_merged.STORIES]
    for story in sorted(past, key=lambda story: -story.day):
        play(story, cast)
    reviews.write(people, ways)
    for planned in windows.WINDOWS:
        maintaining.play(planned, cast)
    for story in (present.RESTRICTED, present.OPEN, present.SUSPECTED):
        play(story, cast)
    return logins


def _people(teams: dict[str, Team]) -> tuple[dict[str, User], list[Login]]:
    people, logins = {}, []
    for person in PEOPLE:
        is_administrator = person.group == "Administrator"
        password = _password()
        user = User.objects.create_user(
            username=person.username, email=f"{person.username}@ferrypost.example", password=password,
            first_name=person.first_name, last_name=person.last_name, team=teams[person.team],
            time_zone=person.time_zone, is_staff=True, is_superuser=is_administrator,
        )  # fmt: skip
        if not is_administrator:
            user.groups.add(Group.objects.get(name=person.group))
        people[person.username] = user
        logins.append(Login(person.username, password, person.group))
    return people, logins


def _password() -> str:
    """Twelve random characters that are easy to type: 60 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def _calendars() -> dict[str, BusinessCalendar]:
    """With days of their own in this year and the two after it, and the freeze of each."""
    years = range(timezone.localdate().year, timezone.localdate().year + 3)
    calendars = {
        name: BusinessCalendar.objects.create(name=name, public_id=public_id, country=country, subdivision=part)
        for name, (public_id, country, part) in catalogue.CALENDARS.items()
    }
    for name, days in catalogue.OWN_DAYS.items():
        for year in years:
            for month, day, title in days:
                CalendarDay.objects.create(calendar=calendars[name], day=date(year, month, day), name=title)
    name, first, last = catalogue.FREEZE
    for year in years:
        ChangeFreeze.objects.create(name=name, first_day=date(year, *first), last_day=date(year + 1, *last))
    return calendars


def _locations(calendars: dict[str, BusinessCalendar]) -> dict[str, Location]:
    return {
        name: Location.objects.create(
            name=name, public_id=place.public_id, time_zone=place.time_zone, position=position,
            calendar=calendars[place.calendar], off_peak_from=time(place.off_peak[0]),
            off_peak_until=time(place.off_peak[1]),
        )
        for position, (name, place) in enumerate(catalogue.LOCATIONS.items(), start=1)
    }  # fmt: skip


def _components(teams: dict[str, Team]) -> dict[str, Component]:
    components: dict[str, Component] = {}

    def add(parts: tuple[catalogue.Node, ...], parent: Component | None) -> None:
        for position, part in enumerate(parts, start=1):
            components[part.key] = Component.objects.create(
                public_id=f"comp_{part.key}", name=part.name, kind=part.kind, team=teams[part.team], parent=parent,
                description=part.description, position=position,
                introduced_on=timezone.localdate() - timedelta(days=part.age),
            )  # fmt: skip
            add(part.below, components[part.key])

    add(catalogue.TREE, None)
    return components


def _pages(components: dict[str, Component], calendars: dict[str, BusinessCalendar]) -> None:
    for position, dress in enumerate(catalogue.PAGES):
        page = Page.objects.create(
            name=catalogue.COMPANY, label=dress.label, slug=dress.slug, origin=dress.origin, position=position,
            is_default=position == 0, time_zone=dress.time_zone, brand_color=dress.brand_color,
            support_url=catalogue.SUPPORT_URL, support_email=catalogue.SUPPORT_EMAIL, tag_host=catalogue.TAG_HOST,
            calendar=calendars[dress.calendar],
        )  # fmt: skip
        for place, key in enumerate(dress.shows):
            PageComponent.objects.create(page=page, component=components[key], position=place)
        for place, (label, url) in enumerate(catalogue.LINKS.items()):
            PageLink.objects.create(page=page, label=label, url=url, position=place)
