"""What every chat gets, before any one chat's own form: the same parts in the same order for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.markdown.portable import escaped
from notifications.messages import maintenance
from notifications.messages.fact import Fact
from notifications.messages.maintenance import WindowNotice
from notifications.messages.notice import Notice
from notifications.messages.outgoing import PageDress
from notifications.messages.report import Report
from notifications.messages.staff import StaffNotice
from notifications.messages.transactional import Letter


@dataclass(frozen=True, slots=True)
class Note:
    """Texts marked "Markdown" come from people; all others are plain words."""

    fallback: str  # the whole in one line, for a notification
    flag: str
    slug: str  # of the colour; empty where it is no status
    title: str
    url: str
    at: str
    texts: tuple[str, ...]  # Markdown
    step: str
    promise: tuple[str, str] | None
    facts: tuple[Fact, ...]
    links: tuple[tuple[str, str], ...]  # the first is the main one
    quiet: tuple[tuple[str, str], ...]  # how to change or stop it
    source: str
    posted_at: datetime | None = None


def of_notice(said: Notice, page: PageDress | None) -> Note:
    flag = " · ".join(filter(None, [said.word, str(said.mark), said.stage]))
    if said.is_over:
        flag = f"{said.mark.shape} {said.stage}"
    at = said.at + (" · " + _("lasted %(span)s") % {"span": said.lasted} if said.lasted else "")
    facts = [
        Fact(place.name, str(place.mark) + (f" ({_('was: %s') % place.was})" if place.was else ""))
        for place in said.places
    ]
    if said.more_places:
        facts.append(Fact(said.more_places, ""))
    quiet = [
        (_("Change what you hear"), said.manage_url),
        (_("No more about this incident"), said.mute_url),
        (_("Stop all of it"), said.leave_url),
    ]
    return Note(
        fallback=f"{said.subject}. {said.gist}",
        flag=flag,
        slug=said.mark.slug,
        title=said.title,
        url=said.url,
        at=at,
        texts=tuple(filter(None, (said.header, escaped(said.line), said.intro, said.body, said.footer))),
        step="",
        promise=(_("Next update by"), said.promised) if said.promised else None,
        facts=tuple(facts),
        links=((said.opens, said.url),),
        quiet=tuple((label, url) for label, url in quiet if url),
        source=said.page,
        posted_at=said.posted_at,
    )


def of_report(said: Report, page: PageDress | None) -> Note:
    quiet = [
        (_("Change what you hear"), said.manage_url),
        (_("No more about this incident"), said.mute_url),
        (_("Stop all of it"), said.leave_url),
    ]
    return Note(
        fallback=f"{said.subject}. {said.gist}",
        flag=" · ".join(filter(None, [said.word, said.kind])),
        slug="",
        title=said.title,
        url=said.url,
        at=said.at,
        texts=tuple(filter(None, (said.header, said.intro, _words(said.change), said.body, said.footer))),
        step="",
        promise=None,
        facts=tuple(Fact(*each) for each in said.answers),
        links=((said.opens, said.url), (_("The incident"), said.incident_url)),
        quiet=tuple((label, url) for label, url in quiet if url),
        source=said.page,
        posted_at=said.posted_at,
    )


def of_window(said: WindowNotice, page: PageDress | None) -> Note:
    quiet = [
        (_("Change what you hear"), said.manage_url),
        (_("No more about this maintenance"), said.mute_url),
        (_("Stop all of it"), said.leave_url),
    ]
    advice = f"**{_('What you need to do')}**\n\n{said.advice}" if said.advice else ""
    line = _words(said.line)
    return Note(
        fallback=f"{said.subject}. {said.gist}",
        flag=f"{said.mark.shape} {said.kind} · {said.stage}",
        slug=said.mark.slug,
        title=said.title,
        url=said.url,
        at=said.at,
        texts=tuple(filter(None, (said.header, line, said.intro, advice, said.body, said.footer))),
        step="",
        promise=None,
        facts=(
            *(Fact(*each) for each in maintenance.lines(said)),
            *(Fact(place.name, str(place.mark)) for place in said.places),
            *([Fact(said.more_places, "")] if said.more_places else ()),
        ),
        links=((_("Open the maintenance"), said.url),),
        quiet=tuple((label, url) for label, url in quiet if url),
        source=said.page,
        posted_at=said.posted_at,
    )


def of_staff(said: StaffNotice, page: PageDress | None) -> Note:
    parts = [said.is_drill and _("Drill"), str(said.mark) if said.mark else "", said.word]
    return Note(
        fallback=" ".join(filter(None, [said.subject + ".", said.line])),
        flag=" · ".join(filter(None, parts)),
        slug=said.mark.slug if said.mark else "",
        title=said.title,
        url=said.url,
        at="",
        texts=(_words(said.line),) if said.line else (),
        step=said.next_step,
        promise=(_("Due by"), said.due) if said.due else None,
        facts=said.fields,
        links=said.links,
        quiet=(),
        source=_("Bridgewatch, internal"),
    )


def of_letter(said: Letter, page: PageDress | None) -> Note:
    items = "\n".join(f"- {escaped(item)}" for item in said.items)
    return Note(
        fallback=f"{said.title}. {said.text}",
        flag="",
        slug="",
        title=said.title,
        url=said.button[1] if said.button else "",
        at="",
        texts=tuple(filter(None, (_words(said.text), items, _words(said.after)))),
        step="",
        promise=None,
        facts=(),
        links=(said.button,) if said.button and said.button[1] else (),
        quiet=(),
        source=page.name if page else "Bridgewatch",
    )


def _words(text: str) -> str:
    """Plain words as Markdown."""
    return "\n".join(escaped(line) for line in text.splitlines())
