"""What the composer has to know about one incident, read once: stages, gate, texts, pages, what is affected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property

from incidents import choices, gate
from incidents.choices import Audience, Level, Status
from incidents.models import Impact, Incident, IncidentUpdate, User
from incidents.scope import Affected
from statuspage.composer import texts
from statuspage.composer.report_offer import ReportOffer, offer_of
from statuspage.models import Page, StageTemplate
from statuspage.snapshot import layout

NO_TEMPLATE = "none"


@dataclass
class ComposerContext:
    """Facts for the person at the composer. Each is read when it is first asked for, and once."""

    incident: Incident
    person: User
    now: datetime
    reopens: bool = False  # it is resolved, and the screen is the one that opens it again

    @cached_property
    def title(self) -> str:
        """As it will be published; a screen that asks for a title puts the typed one here."""
        return self.incident.title

    @cached_property
    def may_publish(self) -> bool:
        return self.person.has_perm("incidents.publish_incident")

    @cached_property
    def may_override(self) -> bool:
        return self.person.has_perm("incidents.override_incident")

    @property
    def is_drill(self) -> bool:
        return self.incident.audience == Audience.DRILL

    @property
    def is_tellable(self) -> bool:
        """Whether an update could be written at all; what stands in the way is a fact of the incident."""
        return self.incident.is_confirmed and self.incident.audience in (Audience.PUBLIC, Audience.DRILL)

    # Stages and the gate

    @cached_property
    def conditions(self) -> list[gate.Condition]:
        return gate.conditions(self.incident, now=self.now) if self.incident.status in choices.WORKING else []

    @property
    def missing(self) -> list[gate.Condition]:
        return gate.unmet(self.conditions)

    @cached_property
    def blocking(self) -> list[gate.Condition]:
        """What refuses to resolve as things stand; a lead may override (0-26)."""
        return gate.blocking(self.incident, self.missing)

    @property
    def warning(self) -> list[gate.Condition]:
        """What is missing and only warns."""
        return [condition for condition in self.missing if condition not in self.blocking]

    @property
    def gate_blocks(self) -> bool:
        return bool(self.blocking)

    @cached_property
    def stages(self) -> list[Status]:
        """The stages that an update may tell now. Reopening is a step of its own."""
        now = Status(self.incident.status)
        if now == Status.RESOLVED:
            return [now]
        possible = [stage for stage in choices.PUBLIC if stage == now or now.can_become(stage)]
        if self.gate_blocks and not self.may_override:
            possible.remove(Status.RESOLVED)
        return possible

    @property
    def has_all_clear(self) -> bool:
        """It is over, and customers have read so."""
        told = self.last is not None and self.last.status == Status.RESOLVED
        return told and self.incident.status == Status.RESOLVED

    @cached_property
    def report(self) -> ReportOffer | None:
        """The promise of a post-mortem that the all-clear may give."""
        return offer_of(self)

    # What is affected

    @cached_property
    def impacts(self) -> list[Impact]:
        return list(self.incident.impacts.select_related("component", "location"))

    @cached_property
    def affected(self) -> list[Affected]:
        return [Affected(i.component, i.location, Level(i.level)) for i in self.impacts if i.ended_at is None]

    @cached_property
    def affected_before(self) -> list[Affected]:
        """Every place that ever was, as working again: what an all-clear is about."""
        places = {(i.component_id, i.location_id): i for i in self.impacts}
        return [Affected(i.component, i.location, Level.OPERATIONAL) for i in places.values()]

    # Pages and texts

    @cached_property
    def every_page(self) -> list[Page]:
        return list(Page.objects.all())

    @cached_property
    def pages(self) -> list[Page]:
        """Where the incident stands, else where it belongs by origin and components (3-10)."""
        if self.is_drill:
            return []
        standing = layout.pages_of(self.incident)
        if standing:
            return standing
        components = [item.component for item in self.affected or self.affected_before]
        return layout.proposed(self.incident.origin, components)

    def lead(self, pages: Sequence[Page]) -> Page | None:
        """The page whose zone, language and texts are used; a drill borrows the first."""
        return next(iter(pages), None) or next(iter(self.every_page), None)

    @cached_property
    def last(self) -> IncidentUpdate | None:
        return self.incident.updates.visible().select_related("author").first()

    def templates(self, page: Page) -> dict[Status, list[StageTemplate]]:
        if page.pk not in self._templates:
            self._templates[page.pk] = texts.templates_for(page)
        return self._templates[page.pk]

    @cached_property
    def _templates(self) -> dict[int, dict[Status, list[StageTemplate]]]:
        return {}

    def template(self, page: Page, stage: Status, pk: str = "") -> StageTemplate | None:
        """The one chosen by ``pk``, if it is for the stage; else the first, or the second after another update;
        nothing where a person wants to begin from an empty field.
        """
        found = [] if pk == NO_TEMPLATE else self.templates(page).get(stage, [])
        for row in found:
            if str(row.pk) == pk:
                return row
        fitting = [row for row in found if row.is_back == self.says_it_is_back(stage)] or found
        again = self.last is not None and self.last.status == stage
        return next(iter(fitting[1:] if again and len(fitting) > 1 else fitting), None)

    def says_it_is_back(self, stage: Status) -> bool:
        """Whether customers, who read that it was over, read with this stage that it is not."""
        return self.last is not None and stage.reopens(self.last.status)

    @cached_property
    def _named(self) -> dict[int, set[int]]:
        return layout.component_ids(self.every_page)

    def on(self, pages: Iterable[Page], affected: Sequence[Affected]) -> list[Affected]:
        """Of what is affected, what these pages may name; all of it where they name nothing."""
        names: set[int] = set()
        for page in pages:
            names |= self._named.get(page.pk, set())
        return [item for item in affected if item.component.pk in names] or list(affected)
