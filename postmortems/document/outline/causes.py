"""Causes, the actions that work on them, and the matrix of both, in which holes can be seen."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _, pgettext

from postmortems.choices import ActionKind, ActionState, Affects, CauseKind, Priority
from postmortems.document.addresses import PAGE
from postmortems.document.outline.values import Cell, Head, Line, Row, Table, Whys
from postmortems.document.values import Action, Cause, Content, Source
from postmortems.document.words import due_day, first_sentences, without_stop

ABREAST = 12  # actions that stand beside each other in the matrix
SHORT = 400  # letters of a cause in the matrix; what is longer ends with a sentence


def cause_name(number: int) -> str:
    return pgettext("the number of a cause", "C%(n)d") % {"n": number}


def action_name(number: int) -> str:
    return pgettext("the number of an action", "A%(n)d") % {"n": number}


def rests_on(sources: Sequence[Source]) -> str:
    return ", ".join(dict.fromkeys(source.label for source in sources))


def causes(found: Sequence[Cause], *, caption: str, is_internal: bool) -> Table | None:
    if not found:
        return None
    heads = [Head(_("Cause")), Head(_("What was so")), Head(_("Kind")), Head(_("Affected"))]
    if is_internal:
        heads.append(Head(_("Rests on"), is_internal=True))
    return Table(
        name="causes",
        caption=caption,
        heads=tuple(heads),
        rows=tuple(Row(_cause(cause, is_internal=is_internal), cause.is_internal) for cause in found),
    )


def _cause(cause: Cause, *, is_internal: bool) -> tuple[Cell, ...]:
    cells: list[Cell] = [
        (Line(cause_name(cause.number)),),
        (Line(cause.text),),
        (Line(str(CauseKind(cause.kind).label)),),
        (Line(str(Affects(cause.affects).label), mark=str(Affects(cause.affects).value)),),
    ]
    if is_internal:
        cells.append((Line(rests_on(cause.sources), "quiet"),))
    return tuple(cells)


def whys(found: Sequence[Cause]) -> list[Whys]:
    asked = [cause for cause in found if cause.whys]
    shape = _("Five whys") if len(asked) == 1 else _("Five whys of %(cause)s")
    return [
        Whys(
            shape % {"cause": cause_name(cause.number)} if len(asked) > 1 else shape,
            cause.whys,
            cause.is_internal,
        )
        for cause in asked
    ]


def actions(content: Content, *, is_internal: bool) -> Table | None:
    if not content.actions:
        return None
    heads = (
        Head(_("Action, kind")),
        Head(pgettext("of an action", "What")),
        Head(_("Owner and name") if is_internal else _("Owner"), is_internal=is_internal),
        Head(_("Due")),
        Head(pgettext("of an action", "State")),
        Head(_("Cause")),
    )
    rows = tuple(Row(_action(each, is_internal=is_internal), each.is_internal) for each in content.actions)
    return Table(name="actions", heads=heads, rows=rows)


def _action(action: Action, *, is_internal: bool) -> tuple[Cell, ...]:
    what = [Line(action.text)]
    owner = [Line(action.role or ("" if action.owner and is_internal else "–"))]
    kind = [Line(action_name(action.number)), Line(str(ActionKind(action.kind).label), "quiet")]
    if is_internal:
        owner += [Line(action.owner, "strong")] if action.owner else []
        kind += [Line(_("High priority"), "quiet")] if action.priority == Priority.HIGH else []
        what += [_ticket(action.ticket)] if action.ticket else []
        what += [Line(_("Proof: %(proof)s") % {"proof": action.proof}, "quiet")] if action.proof else []
        rests = rests_on(action.sources)
        what += [Line(_("Rests on %(sources)s") % {"sources": rests}, "quiet")] if rests else []
    state = [Line(str(ActionState(action.state).label), "strong" if action.state == ActionState.DONE else "")]
    state += [Line(due_day(action.done_on), "quiet")] if action.done_on else []
    due = due_day(action.due_on) if action.due_on else "–"
    works_on = _(", ").join(cause_name(number) for number in action.causes)
    owner = [line for line in owner if line.text]
    return tuple(kind), tuple(what), tuple(owner), (Line(due),), tuple(state), (Line(works_on or "–"),)


def _ticket(address: str) -> Line:
    """A ticket by the last part of its address: MSG-2201."""
    if not PAGE.fullmatch(address):
        return Line(address, "quiet")
    return Line(address.partition("?")[0].rstrip("/").rpartition("/")[2], "quiet", link=address)


def matrix(content: Content, *, shows_holes: bool) -> list[Table]:
    """A table for each dozen actions; of several, each with the causes that its actions work on, and the first with
    those that none works on. ``shows_holes``: a cause on which nothing works for good is said to be one."""
    if not content.causes or not content.working:
        return []
    works = list(content.working)
    parts = [works[at : at + ABREAST] for at in range(0, len(works), ABREAST)]
    return [_part(content, part, place, len(parts), shows_holes=shows_holes) for place, part in enumerate(parts)]


def _part(content: Content, part: list[Action], place: int, parts: int, *, shows_holes: bool) -> Table:
    heads = [Head(_("Cause")), Head(_("What was so"))]
    heads += [Head(action_name(action.number), look="narrow") for action in part]
    causes = _of_part(content, part, is_first=place == 0) if parts > 1 else content.causes
    span = {"first": action_name(part[0].number), "last": action_name(part[-1].number)}
    return Table(
        name="matrix",
        title=_("Which action works on which cause") if place == 0 else "",
        caption=_("Actions %(first)s to %(last)s") % span if parts > 1 else "",
        legend=_legend(content, shows_holes=shows_holes) if place == 0 else (),
        heads=tuple(heads),
        rows=tuple(_matrix_row(content, cause, part, shows_holes=shows_holes) for cause in causes),
    )


def _of_part(content: Content, part: list[Action], *, is_first: bool) -> list[Cause]:
    worked_on = {number for action in part for number in action.causes}
    others = {number for action in content.working for number in action.causes} if is_first else set()
    return [cause for cause in content.causes if cause.number in worked_on or (is_first and cause.number not in others)]


def _legend(content: Content, *, shows_holes: bool) -> tuple[Line, ...]:
    signs = [Line(_("works for good"), mark="good"), Line(_("temporary"), mark="temporary")]
    if shows_holes and any(_is_hole(content, cause) for cause in content.causes):
        signs.append(Line(_("nothing works for good yet"), mark="hole"))
    return tuple(signs)


def _is_hole(content: Content, cause: Cause) -> bool:
    return all(action.is_temporary for action in content.actions_on(cause))


def _matrix_row(content: Content, cause: Cause, part: list[Action], *, shows_holes: bool) -> Row:
    is_hole = shows_holes and _is_hole(content, cause)
    what = Line(first_sentences(without_stop(cause.text), SHORT))
    hole = (Line(_("no lasting action"), "over"),) if is_hole else ()
    cells = [(Line(cause_name(cause.number)),), (what, *hole), *(_sign(cause, action) for action in part)]
    return Row(tuple(cells), cause.is_internal)


def _sign(cause: Cause, action: Action) -> Cell:
    if cause.number not in action.causes:
        return (Line("·", "none"),)
    if action.is_temporary:
        return (Line(_("temporary"), "sign", "temporary"),)
    return (Line(_("works for good"), "sign", "good"),)
