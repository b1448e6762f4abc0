"""An update that is being written, as the customer will see it, and what could be better about it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from incidents import markdown, moments
from incidents.choices import Level
from incidents.models import IncidentUpdate
from statuspage.composer import checklist as parts, texts
from statuspage.composer.checklist import ChecklistItem, Draft
from statuspage.documents import times, words


@dataclass
class Preview:
    """What a template needs to show the draft. Words are in the page's language, times in the page's zone."""

    draft: Draft
    title: str

    @property
    def page(self):
        return self.draft.page

    @property
    def level(self) -> Level:
        if self.draft.is_last:
            return Level.OPERATIONAL
        return max((item.level or Level.OPERATIONAL for item in self.draft.affected), default=Level.OPERATIONAL)

    @property
    def level_name(self) -> str:
        return self.level.name.lower()

    @cached_property
    def words(self) -> dict[str, str]:
        with translation.override(self.page.language):
            return {
                "level": str(self.level.label),
                "stage": words.stage(self.draft.status, reopens=self.draft.reopens),
                "at": times.hour(self.draft.now, ZoneInfo(self.page.time_zone)).text,
                "scope": texts.in_words([item for item in self.draft.affected if item.level]) if self.owes_next else "",
                "report": texts.promise_in_words(self.draft.report_by, self.page, now=self.draft.now),
                "promise": texts.promise_in_words(self.draft.promised_at, self.page, now=self.draft.now),
            }

    @cached_property
    def html(self) -> SafeString:
        update = IncidentUpdate(body=self.draft.body, tried=self.draft.tried, next_step=self.draft.next_step)
        with translation.override(self.page.language):
            return markdown.render(update.text.strip())

    @property
    def owes_next(self) -> bool:
        return not self.draft.is_last

    @property
    def promise(self) -> str:
        """In the zone of the person who writes."""
        return moments.moment(self.draft.promised_at, now=self.draft.now) if self.draft.promised_at else ""

    @property
    def promise_elsewhere(self) -> str:
        """In the page's zone, where its clock shows another time then."""
        at = self.draft.promised_at
        if at is None or timezone.localtime(at).utcoffset() == at.astimezone(ZoneInfo(self.page.time_zone)).utcoffset():
            return ""
        return self.words["promise"]

    @cached_property
    def parts(self) -> list[ChecklistItem]:
        return parts.checklist_of(self.draft)

    @cached_property
    def hints(self) -> list[str]:
        return [*(part.hint for part in self.parts if not part.is_met), *parts.hints(self.draft)]
