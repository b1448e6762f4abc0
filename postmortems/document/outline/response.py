"""What was done, by whom and with what effect, and what customers were told meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, pgettext

from postmortems.choices import Lasts
from postmortems.document.outline.causes import action_name, rests_on
from postmortems.document.outline.course import Course, Told
from postmortems.document.outline.values import Cell, Head, Line, Row, Table
from postmortems.document.values import Content, Mitigation
from postmortems.document.words import Calendar, due_day, lasting


def log(content: Content, calendar: Calendar, *, is_internal: bool, title: str = "") -> Table | None:
    if not content.mitigations:
        return None
    heads = (
        Head(pgettext("a moment", "Time")),
        Head(_("Role and name") if is_internal else _("Role"), is_internal=is_internal),
        Head(pgettext("what was done", "Action")),
        Head(pgettext("of what was done", "Result")),
    )
    rows = tuple(
        Row(_step(each, calendar, is_internal=is_internal), each.is_internal)
        for each in sorted(content.mitigations, key=lambda each: each.at)
    )
    caption = _("What was done, by whom, with what result. What had no effect is kept.") if content.is_full else ""
    return Table(name="response", title=title, caption=caption, heads=heads, rows=rows)


def _step(each: Mitigation, calendar: Calendar, *, is_internal: bool) -> tuple[Cell, ...]:
    who = [Line(each.role)] if each.role else []
    who += [Line(each.who, "strong")] if is_internal and each.who else []
    effect = [Line(each.effect)] if each.effect else []
    if each.lasts == Lasts.NO_EFFECT and not each.effect:
        effect.append(Line(_("Without effect")))
    if each.is_temporary:
        end = _("temporary, until %(time)s") % {"time": calendar.near(each.ended_at)} if each.ended_at else None
        effect.append(Line(end or _("temporary"), "quiet"))
    rests = rests_on(each.sources)
    what = [Line(each.text)]
    what += [Line(_("Rests on %(sources)s") % {"sources": rests}, "quiet")] if is_internal and rests else []
    return (Line(calendar.near(each.at)),), tuple(who) or (Line("–"),), tuple(what), tuple(effect) or (Line("–"),)


def temporary(content: Content, calendar: Calendar) -> Table | None:
    if not content.temporary:
        return None
    rows = tuple(Row(_measure(content, each, calendar), each.is_internal) for each in content.temporary)
    return Table(
        name="temporary",
        title=_("Temporary measures and their lasting fix"),
        heads=(Head(_("In force")), Head(_("Temporary measure")), Head(_("Lasting fix")), Head(_("Due"))),
        rows=rows,
    )


def _measure(content: Content, each: Mitigation, calendar: Calendar) -> tuple[Cell, ...]:
    began = calendar.near(each.at)
    told = {"start": began, "end": calendar.near(each.ended_at) if each.ended_at else ""}
    force = _("%(start)s to %(end)s") % told if each.ended_at else _("since %(start)s") % told
    fixes = [action for action in content.actions if action.number in each.fixes]
    named = tuple(Line(f"{action_name(action.number)} {action.text}") for action in fixes)
    due: Sequence[Line] = [Line(due_day(fix.due_on) if fix.due_on else "–") for fix in fixes]
    return (Line(force),), (Line(each.text),), named or (Line(_("none named"), "quiet"),), tuple(due) or (Line("–"),)


def notices(course: Course, calendar: Calendar) -> Table | None:
    if not course.notices:
        return None
    return Table(
        name="notices",
        title=_("What customers were told"),
        heads=(
            Head(pgettext("of a notice", "Sent")),
            Head(pgettext("of a notice", "Status")),
            Head(_("Notice")),
            Head(pgettext("of a notice", "Promised")),
            Head(pgettext("a promise", "Kept")),
        ),
        rows=tuple(Row(_notice(each, calendar)) for each in course.notices),
    )


def _notice(each: Told, calendar: Calendar) -> tuple[Cell, ...]:
    notice = each.notice
    promised = "–"
    if each.limit is not None:
        promised = _("within %(span)s") % {"span": lasting(each.limit)}
    elif each.promised_at:
        promised = calendar.near(each.promised_at)
    return (
        (Line(calendar.near(notice.at)),),
        (Line(notice.status),),
        (Line(notice.text, "markdown"),),
        (Line(promised),),
        (_kept(each),),
    )


def _kept(each: Told) -> Line:
    if each.limit is not None and each.took is not None:
        early, seconds = each.limit - each.took, 0.0
    elif each.promised_at:
        seconds = (each.promised_at - each.notice.at).total_seconds()
        early = int(abs(seconds) // 60) * (1 if seconds >= 0 else -1)
    else:
        return Line("–")
    if each.is_late:
        return Line(_("%(span)s late") % {"span": lasting(-early)}, "over")
    return Line(_("%(span)s early") % {"span": lasting(early)} if early else _("on time"))
