"""What the buttons of a draft do to its rows, one act each, and where it goes on afterwards."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents import numbers
from incidents.exceptions import DomainError
from postmortems import actions
from postmortems.actions import parts as verbs
from postmortems.choices import Visibility
from postmortems.models import Cause, Mitigation, Paragraph, Part, Postmortem, Section, Why

BESIDE: dict[type[Part], tuple[str, ...]] = {Paragraph: ("section",), Cause: ("is_root",), Why: ("cause",)}


def do(postmortem: Postmortem, act: str, *, by) -> str:
    """``add:cau:root``, ``up:par_…``, ``visibility:7``: the key of the row or section to go on at, or nothing."""
    verb, _colon, rest = act.partition(":")
    if verb == "facts":  # a policy began it, and nobody has written in it yet
        actions.draft_from_facts(postmortem, by=by)
        return ""
    if verb == "add":
        return _add(postmortem, rest, by=by)
    if verb == "visibility":
        section = postmortem.sections.filter(pk=numbers.read(rest)).first()
        if section is None:
            raise DomainError(_("There is no such section."))
        was = section.visibility == Visibility.INTERNAL
        actions.mark_section(section, visibility=Visibility.CUSTOMERS if was else Visibility.INTERNAL, by=by)
        return f"section-{section.pk}"
    if verb in ("remove", "restore", "up", "down"):
        part = verbs.get(postmortem, rest)
        if verb == "remove":
            verbs.remove(part, by=by)
            return ""
        if verb == "restore":
            verbs.restore(part, by=by)
        else:
            _step(postmortem, part, -1 if verb == "up" else 1, by=by)
        return part.key
    return ""


def _add(postmortem: Postmortem, rest: str, *, by) -> str:
    """A new row: ``par:section-7``, ``cau:root``, ``why:cau_…``, ``act:cau_…`` (which works on it), or a kind alone."""
    kind, _colon, under = rest.partition(":")
    facts: dict = {}
    if kind == "act":
        other = verbs.get(postmortem, under) if under else None
        if other is not None and not isinstance(other, Cause | Mitigation):
            raise DomainError(_("An action works on a cause, or replaces a temporary measure."))
        return actions.add_action(postmortem, other, by=by).key
    if kind == "par":
        facts["section"] = Section.objects.filter(postmortem=postmortem, pk=numbers.read(under[8:])).first()
        if facts["section"] is None:
            raise DomainError(_("There is no such section."))
    elif kind == "why":
        facts["cause"] = verbs.get(postmortem, under)
        if not isinstance(facts["cause"], Cause):
            raise DomainError(_("A why leads to a cause."))
    elif kind == "cau":
        return actions.add_cause(postmortem, is_root=under == "root", by=by).key
    elif kind in ("evt", "mit"):
        facts["at"] = postmortem.incident.started_at.replace(second=0, microsecond=0)
    else:
        raise DomainError(_("This is not something to do."))
    return verbs.add(verbs.kind_of(f"{kind}_"), postmortem, by=by, **facts).key


def _step(postmortem: Postmortem, part: Part, by_one: int, *, by) -> None:
    """Up or down among the rows that it stands with."""
    beside = {name: getattr(part, name) for name in BESIDE.get(type(part), ())}
    found = list(type(part).objects.of_document().filter(postmortem=postmortem, **beside))
    at = next((index for index, row in enumerate(found) if row.pk == part.pk), None)
    if at is not None and 0 <= at + by_one < len(found):
        found.insert(at + by_one, found.pop(at))
        for row in found:
            row.postmortem = postmortem
        verbs.reorder(found, by=by)
