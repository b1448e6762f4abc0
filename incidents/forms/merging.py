"""Merging an incident: which one it goes on in, found among the open ones; then what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from incidents import scope
from incidents.actions import merging
from incidents.choices import Status
from incidents.models import Impact, Incident, User

SHOWN = 20  # all are counted; for another one, type a word of it


@dataclass(frozen=True)
class Candidate:
    """An open incident in the picker. ``refusal`` says why it cannot be chosen, where that is so."""

    incident: Incident
    scope: str
    refusal: str


class PickerForm(forms.Form):
    q = forms.CharField(
        label=_("Find an open incident"),
        required=False,
        max_length=200,
        widget=forms.SearchInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("By a word of its title, its id, or what is affected. Example: Frankfurt SMS."),
    )


def candidates(incident: Incident, *, user: User, words: str = "") -> tuple[list[Candidate], int]:
    """Open incidents that this person may see, those that fit and affect the same first; and how many there are.

    Four queries, whatever is open. Everything comes through ``visible_to``: what is not open to them is not counted.
    """
    here = incident.impacts.values("component")
    alike = Impact.objects.filter(incident=OuterRef("pk"), component__in=here)
    found = Incident.objects.visible_to(user).open().exclude(pk=incident.pk).filter(_matches(words))
    rows = list(
        found.annotate(is_alike=Exists(alike))
        .order_by("-is_alike", "-declared_at", "-pk")
        .select_related("severity")
        .prefetch_related("impacts__component", "impacts__location")[: SHOWN + 1]
    )
    count = len(rows) if len(rows) <= SHOWN else found.count()
    rows = rows[:SHOWN]
    public = merging.public_of([incident, *rows])
    shown = [Candidate(row, scope.in_words(row), merging.why_not(incident, row, public=public)) for row in rows]
    return sorted(shown, key=lambda candidate: bool(candidate.refusal)), count


def belongs_to(incident: Incident, *, user: User) -> list[Incident]:
    """Open incidents that a suspicion may be a part of: confirmed, with a component of its own among theirs, and such
    as it may be merged into. The newest first; nothing where it is no suspicion any more."""
    if incident.status != Status.SUSPECTED:
        return []
    shared = Impact.objects.open().filter(component__in=incident.impacts.values("component"))
    rows = Incident.objects.visible_to(user).working().filter(impacts__in=shared).exclude(pk=incident.pk).distinct()
    found = rows.order_by("-declared_at", "-pk")[:SHOWN]
    return [row for row in found if not merging.why_not(incident, row, public=())]


def _matches(words: str) -> Q:
    """Every word stands in the title, the name of a component or of a location, or is the id."""
    found = Q()
    for word in words.split()[:8]:
        named = Impact.objects.filter(
            Q(component__name__icontains=word) | Q(location__name__icontains=word), incident=OuterRef("pk")
        )
        found &= Q(title__icontains=word) | Q(public_id=word) | Q(Exists(named))
    return found


class MergeForm(forms.Form):
    reason = forms.CharField(
        label=_("How do you know that it is the same?"),
        required=False,
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For staff, in the timeline. Example: both begin with the restart of the same gateway."),
    )
