"""Which action items are listed: read from the address, so that a choice can be kept as a bookmark."""

from __future__ import annotations

from datetime import datetime

import django_filters
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Team, User
from postmortems.choices import OPEN_ACTIONS, ActionKind, ActionState, Priority
from postmortems.models import ActionItem
from postmortems.models.action_item import ActionItemQuerySet, is_late

OPEN, MINE, OVERDUE, DONE, ALL = "open", "mine", "overdue", "done", "all"
SHOWS = [
    (OPEN, _("Open")), (MINE, _("Mine")), (OVERDUE, _("Overdue")), (DONE, _("Done")), (ALL, _("All")),
]  # fmt: skip
LONGEST_FIRST = (F("due_on").asc(nulls_last=True), "-priority", "asked_at", "pk")
NEWEST_FIRST = ("-closed_at", "-pk")


class ActionItemFilter(django_filters.FilterSet):
    """``show`` is not among the filters: it is the list that the rest narrows, and each has its count."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ActionKind.choices, empty_label=_("Every kind"))
    owner = django_filters.ModelChoiceFilter(
        label=_("Owner"), queryset=User.objects.none(), empty_label=_("Every owner"), null_label=_("No owner"),
        null_value="none",
    )  # fmt: skip
    team = django_filters.ModelChoiceFilter(
        label=_("Team"), field_name="owner__team", queryset=Team.objects.order_by("name"), empty_label=_("Every team")
    )
    priority = django_filters.ChoiceFilter(
        label=_("Priority"), choices=list(reversed(Priority.choices)), empty_label=_("Every priority")
    )
    q = django_filters.CharFilter(label=_("Incident or action"), method="of_text", max_length=200)

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def __init__(self, data, *, user: User, now: datetime):
        super().__init__(data, ActionItem.objects.visible_to(user))
        self.user, self.now = user, now
        owners = User.objects.filter(action_items__in=self.queryset).distinct()
        self.filters["owner"].queryset = owners.order_by("first_name", "last_name", "username")
        chosen = self.data.get("show")
        self.show = chosen if chosen in dict(SHOWS) else OPEN

    def of_text(self, queryset, name, value):
        found = Q(postmortem__incident__title__icontains=value) | Q(text__icontains=value)
        return queryset.filter(found | Q(postmortem__incident__public_id=value) | Q(key=value))

    @property
    def items(self) -> ActionItemQuerySet:
        """Longest overdue first; of what is over, the last to be closed first."""
        if self.show == DONE:
            return self.qs.filter(self._of(DONE)).order_by(*NEWEST_FIRST)
        if self.show == ALL:
            return self.qs.order_by(F("closed_at").desc(nulls_first=True), *LONGEST_FIRST)
        return self.qs.filter(self._of(self.show)).order_by(*LONGEST_FIRST)

    def counts(self) -> dict[str, int]:
        """Of each list, as the rest narrows it. Two queries."""
        return self.qs.order_by().aggregate(**{show: Count("pk", filter=self._of(show)) for show, _label in SHOWS})

    def _of(self, show: str) -> Q:
        found = {
            OPEN: Q(state__in=OPEN_ACTIONS),
            MINE: Q(state__in=OPEN_ACTIONS, owner=self.user),
            DONE: Q(state=ActionState.DONE),
            ALL: Q(pk__isnull=False),
        }
        return found[show] if show != OVERDUE else Q(state__in=OPEN_ACTIONS) & is_late(self.now)
