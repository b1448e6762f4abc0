"""An incident leaves readers who were told of it: it is not shown any more, or goes on elsewhere. Whoever heard the
beginning hears the end. Rows only."""

from __future__ import annotations

from collections.abc import Sequence

from django.dispatch import receiver
from django.utils import timezone

from incidents import signals
from incidents.choices import Audience
from incidents.models import Incident, User
from notifications.announcements.announce import announce, last_author
from notifications.announcements.recall import call_back
from notifications.audience import reach
from notifications.choices import AnnouncementState, Event, Kind, Reach
from notifications.content.incident import scope_of_removal
from notifications.models import Announcement
from statuspage import signals as of_pages
from statuspage.models import Page
from statuspage.snapshot import layout


@receiver(signals.audience_changed, dispatch_uid="call_back_incident")
def call_back_incident(*, incident: Incident, previous: str, tell: bool = True, **kwargs) -> None:
    """What the public may not read any more is not sent any more; whoever was told of it hears that it is gone."""
    if incident.audience != Audience.PUBLIC:
        waiting = Announcement.objects.filter(incident=incident, reach=Reach.SUBSCRIBERS)
        call_back(waiting.exclude(event=Event.INCIDENT_REMOVED))
    if previous == Audience.PUBLIC:
        _tell_removed(incident, layout.pages_of(incident), tell=tell, by=last_author(incident))


@receiver(signals.merged, dispatch_uid="tell_of_merge")
def tell_of_merge(*, incident: Incident, **kwargs) -> None:
    """Whoever was told of it, or follows it, hears where it goes on: for them, and their programs, it ends here.

    Followers are noted before they move along (``followers_move_along``, which is connected after this).
    """
    told = Announcement.objects.filter(kind=Kind.INCIDENT, incident=incident, reach=Reach.SUBSCRIBERS)
    told = told.exclude(state__in=[AnnouncementState.CALLED_BACK, AnnouncementState.SILENT])
    if incident.audience == Audience.PUBLIC and told.exists():
        announce(
            Event.INCIDENT_MERGED, key=f"merged:{incident.public_id}", reach=Reach.SUBSCRIBERS, incident=incident,
            content={"followers": reach.followers(incident)}, by=last_author(incident),
        )  # fmt: skip


@receiver(of_pages.incident_taken_off, dispatch_uid="tell_taken_off")
def tell_taken_off(*, incident: Incident, pages: Sequence[Page], tell: bool, by: User | None, **kwargs) -> None:
    """Whoever was told of it by these pages hears that they do not show it any more."""
    if incident.audience == Audience.PUBLIC:
        _tell_removed(incident, pages, tell=tell, by=by)


def _tell_removed(incident: Incident, pages: Sequence[Page], *, tell: bool, by: User | None) -> None:
    """Once each time that it leaves. That nobody is told, on purpose, is a row too."""
    if not reach.anybody_heard(scope_of_removal(incident, pages)):
        return
    announce(
        Event.INCIDENT_REMOVED, key=f"removed:{incident.public_id}:{timezone.now().isoformat()}",
        reach=Reach.SUBSCRIBERS, incident=incident, content={"left": sorted(page.pk for page in pages)}, by=by,
        state=AnnouncementState.WAITING if tell else AnnouncementState.SILENT,
    )  # fmt: skip
