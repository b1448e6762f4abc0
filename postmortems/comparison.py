"""Two states of a document side by side, as a person reads them: by section, with the words that went and came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.moments import moment
from incidents.timeline.difference import difference
from postmortems.document.values import Content


@dataclass(frozen=True)
class Changed:
    """One thing that is different. ``words`` are pieces of :func:`incidents.timeline.difference.difference`."""

    what: str
    words: list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """All that is different in one part of the document."""

    title: str
    changes: list[Changed]


Lines = dict[str, str]


def compared(old: Content, new: Content) -> list[Part]:
    """Only what differs, in the order of the document."""
    found = []
    before, after = dict(_parts(old)), dict(_parts(new))
    for title in dict.fromkeys([*after, *before]):
        changes = list(_changed(before.get(title, {}), after.get(title, {})))
        if changes:
            found.append(Part(title, changes))
    return found


def _parts(content: Content) -> Iterator[tuple[str, Lines]]:
    yield _("Facts"), _facts(content)
    for section in content.sections:
        lines = {
            each.key or str(at): _marked(each.text, each.is_internal) for at, each in enumerate(section.paragraphs)
        }
        yield section.title, lines | {"visibility": section.visibility.label}
    yield (
        _("Timeline: events"),
        {each.key: _marked(f"{moment(each.at)} {each.text}", each.is_internal) for each in content.events},
    )
    yield _("Causes"), {each.key: _cause(each) for each in content.causes}
    yield _("What was done"), {each.key: _mitigation(each) for each in content.mitigations}
    yield _("Actions"), {each.id: _action(each) for each in content.actions}


def _facts(content: Content) -> Lines:
    counts, times = content.counts, content.times
    found = {
        _("Title"): content.title,
        _("Severity"): content.severity,
        _("Customers affected"): str(counts.customers or ""),
        _("Of all"): str(counts.customers_total or ""),
        _("Volume"): f"{counts.volume or ''} {counts.volume_unit}".strip(),
        _("How long"): counts.lasting,
        _("Data"): counts.data,
    }
    names = {
        _("Began"): times.started_at,
        _("Detected"): times.detected_at,
        _("Mitigated"): times.mitigated_at,
        _("Resolved"): times.resolved_at,
        _("Caught up"): times.caught_up_at,
    }
    return found | {name: moment(at) if at else "" for name, at in names.items()}


def _event(event) -> str:
    return _marked(f"{moment(event.at)} {event.text}", event.is_internal)


def _cause(cause) -> str:
    role = _("root cause") if cause.is_root else _("factor")
    whys = "".join(f" {why.question} {why.answer}" for why in cause.whys)
    return _marked(f"{cause.text} ({role}, {cause.kind.label}, {cause.affects.label}){whys}", cause.is_internal)


def _mitigation(row) -> str:
    until = f" – {moment(row.ended_at)}" if row.ended_at else ""
    return _marked(f"{moment(row.at)}{until} {row.text} ({row.lasts.label}) {row.effect}".strip(), row.is_internal)


def _action(action) -> str:
    due = action.due_on.isoformat() if action.due_on else _("no due date")
    works = ", ".join(str(number) for number in action.causes)
    on = _("causes %(numbers)s") % {"numbers": works} if works else _("no cause")
    owner = action.owner or _("no owner")
    return _marked(
        f"{action.text} ({action.kind.label}, {owner}, {due}, {on}, {action.state.label})", action.is_internal
    )


def _marked(text: str, is_internal: bool) -> str:
    return f"[{_('internal')}] {text}" if is_internal else text


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Changed]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Changed("" if "_" in name or name.isdecimal() or name == "visibility" else name, difference(old, new))
