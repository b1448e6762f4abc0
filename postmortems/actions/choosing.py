"""Which form a post-mortem has: short or full. What was written stays, and what was internal stays internal."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError, NotAllowed
from incidents.models import User
from incidents.permissions import may, require
from postmortems.actions.base import locked, require_reason, save, save_audited
from postmortems.actions.marking import keep_from_customers, read_by_customers
from postmortems.choices import SectionKind, Stage, Visibility, Way
from postmortems.models import Postmortem, Section, Template
from postmortems.models.template import SectionBase
from postmortems.policy import demanded, falls_short, is_less, policy_of

COPIED = ("kind", "title", "visibility", "is_required", "guidance", "example", "position")


@transaction.atomic
def choose_way(
    postmortem: Postmortem, *, way: Way, by: User | None, reason: str = "", version: int | None = None
) -> Postmortem:
    """Make it a full RCA, or a short one: what was written stays, in the sections that both have or at the end.

    A section that is internal in either form stays internal, and rows that had no section which customers read become
    internal: nothing becomes public because the form changes. Once a review was asked for it cannot be made less;
    before, :func:`check_demands` says who may, and needs ``reason``.
    """
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(postmortem, by=by, version=version)
    if postmortem.stage != Stage.DRAFT:
        raise DomainError(_("Only a draft changes its form. Send it back first."))
    template = Template.objects.get(way=way)
    if template.pk == postmortem.template_id:
        return postmortem
    if is_less(way, Way(postmortem.template.way)) and postmortem.versions.exists():
        raise DomainError(_("A review of it was asked for already: it stays a full RCA."))
    check_demands(demanded(postmortem).way, way, by=by, reason=reason)
    before = read_by_customers(postmortem)
    _change_sections(postmortem, template, by=by)
    keep_from_customers(postmortem, before=before, by=by)
    postmortem.template = template
    policy = policy_of(postmortem.incident)
    postmortem.record_limit = policy.record_minutes if policy and template.has_records else None
    save(postmortem, "template", "record_limit", by=by, reason=reason or str(Way(way).label))
    return postmortem


def check_demands(asked: Way, way: Way, *, by: User | None, reason: str) -> None:
    """Less than what is ``asked`` for is chosen by those who may sign, and with a reason: so nobody passes by
    whoever would have had to sign."""
    if not is_less(way, asked):
        return
    if not may(by, "postmortems.sign_postmortem"):
        raise NotAllowed(
            _("The review policy asks for more. Who may sign post-mortems may choose less, with a reason.")
        )
    require_reason(reason)


def check_form(postmortem: Postmortem) -> None:
    """The form is what is demanded when it is published too, whatever the facts said when it was chosen."""
    choice = demanded(postmortem)
    if falls_short(postmortem, choice):
        words = {"way": choice.way.in_sentence, "why": choice.why}
        raise DomainError(
            _(
                "It has to be %(way)s: %(why)s. Change its form; who may sign post-mortems may then choose less, with a"
                " reason."
            )
            % words
        )


def _change_sections(postmortem: Postmortem, template: Template, *, by: User | None) -> None:
    offered = {_name(row): row.visibility for row in postmortem.template.sections.all()}
    here: dict[tuple[str, str], list[Section]] = {}
    for section in postmortem.sections.all():
        here.setdefault(_name(section), []).append(section)
    wanted = list(template.sections.all())
    for row in wanted:
        same = here.get(_name(row))
        section = same.pop(0) if same else Section(postmortem=postmortem)
        visibility = _stricter(section.visibility, row.visibility)
        for name in COPIED:
            setattr(section, name, getattr(row, name))
        section.visibility = visibility
        save_audited(section, by=by)
    left = sorted((section for rows in here.values() for section in rows), key=lambda each: (each.position, each.pk))
    for position, section in enumerate(left, start=len(wanted) + 1):
        if _is_kept(section, offered.get(_name(section), "")):
            section.position, section.is_required = position, False
            save_audited(section, by=by)
        else:
            section.delete()


def _name(section: SectionBase) -> tuple[str, str]:
    """What makes a section the same one in two forms: its kind; of texts of their own, their title."""
    return section.kind, section.title.strip().casefold() if section.kind == SectionKind.TEXT else ""


def _stricter(one: str, other: str) -> Visibility:
    return Visibility.INTERNAL if Visibility.INTERNAL in (one, other) else Visibility.CUSTOMERS


def _is_kept(section: Section, offered: str) -> bool:
    """It holds words, also removed ones, or what somebody said about it; or it is internal, and without it the mark on
    its rows, or that of a person, would be lost."""
    if section.paragraphs.exists() or section.comments.exists():
        return True
    is_marked = section.kind != SectionKind.TEXT or offered != Visibility.INTERNAL
    return section.visibility == Visibility.INTERNAL and is_marked
