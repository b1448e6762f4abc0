"""Facts changed below: raise what is wanted of the pages concerned. Rows only; publishing follows on commit."""

from django.apps import apps as registry
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver

from incidents import signals
from incidents.choices import Audience
from incidents.maintenance import signals as of_maintenance
from postmortems import signals as of_postmortems
from postmortems.choices import Reader
from statuspage import defaults
from statuspage.actions import postmortem_files
from statuspage.models import Page, PageIncident, PageWindow
from statuspage.publishing import publisher
from statuspage.snapshot import layout
from statuspage.snapshot.values import INCIDENT, POSTMORTEM, WINDOW

PUBLIC_FACTS = [
    signals.confirmed,
    signals.update_posted,
    signals.stage_changed,
    signals.resolved,
    signals.reopened,
]
TAKEN_BACK = [
    signals.update_corrected,
    signals.update_withdrawn,
    signals.unresolved,
    signals.audience_changed,
]


@receiver(PUBLIC_FACTS, dispatch_uid="publish_incident")
def publish_incident(*, incident, **kwargs):
    publisher.want(layout.pages_of(incident), subject=(INCIDENT, incident.pk))


@receiver(TAKEN_BACK, dispatch_uid="publish_what_was_taken_back")
def publish_what_was_taken_back(*, incident, **kwargs):
    publisher.want(layout.pages_of(incident), subject=(INCIDENT, incident.pk), takes_back=True)


@receiver(signals.audience_changed, dispatch_uid="ask_for_files_of_what_is_public_now")
def ask_for_files(*, incident, **kwargs):
    postmortem_files.ask_for_customers(incident)


@receiver(of_postmortems.published, dispatch_uid="publish_postmortem")
def publish_postmortem(*, postmortem, version, **kwargs):
    """A later version takes the place of what readers have: that goes first."""
    incident = postmortem.incident
    postmortem_files.ask_for_customers(incident)
    publisher.want(layout.pages_of(incident), subject=(INCIDENT, incident.pk), takes_back=version.number > 1)


@receiver(of_postmortems.withdrawn, dispatch_uid="publish_withdrawn_postmortem")
def publish_withdrawn_postmortem(*, postmortem, **kwargs):
    incident = postmortem.incident
    publisher.want(layout.pages_of(incident), subject=(INCIDENT, incident.pk), takes_back=True)


@receiver(of_postmortems.rendered, dispatch_uid="publish_file")
def publish_file(*, postmortem, rendering, **kwargs):
    if rendering.version_id and rendering.reader == Reader.CUSTOMERS:
        publisher.want(layout.pages_of(postmortem.incident), subject=(POSTMORTEM, postmortem.pk))


@receiver(signals.facts_changed, dispatch_uid="publish_changed_facts")
def publish_changed_facts(*, incident, changed=(), **kwargs):
    """A title that was put right is text that was taken back, also where the file of a post-mortem prints it; times and
    impacts are not."""
    if "title" in changed:
        postmortem_files.ask_for_customers(incident)
    publisher.want(layout.pages_of(incident), subject=(INCIDENT, incident.pk), takes_back="title" in changed)


@receiver(signals.merged, dispatch_uid="publish_merged")
def publish_merged(*, incident, into, **kwargs):
    """Where readers followed the one, they find the other: on each of its pages that names something of it."""
    pages = layout.pages_of(incident)
    if incident.audience == into.audience == Audience.PUBLIC:
        affected = [impact.component for impact in into.impacts.select_related("component")]
        rows = [PageIncident(page=page, incident=into) for page in layout.concerned(pages, affected)]
        PageIncident.objects.bulk_create(rows, ignore_conflicts=True)
    publisher.want(pages, subject=(INCIDENT, incident.pk), takes_back=True)
    publisher.want(layout.pages_of(into), subject=(INCIDENT, into.pk), takes_back=True)


@receiver(of_maintenance.told, dispatch_uid="publish_window")
def publish_window(*, window, **kwargs):
    if window.is_public:
        publisher.want(layout.pages_of_window(window), subject=(WINDOW, window.pk))


@receiver(of_maintenance.changed, dispatch_uid="publish_changed_window")
def publish_changed_window(*, window, text_lost=False, **kwargs):
    """What only staff know of it changes no page."""
    if window.is_public and text_lost:
        publisher.want(layout.pages_of_window(window), subject=(WINDOW, window.pk), takes_back=True)


@receiver(post_save, sender=PageWindow, dispatch_uid="publish_placed_window")
def publish_placed_window(*, instance, **kwargs):
    """Placed once it is announced, which is rare: as a rule nobody has read of it yet."""
    if instance.window.is_public:
        publisher.want([instance.page], subject=(WINDOW, instance.window_id))


@receiver(post_delete, sender=PageWindow, dispatch_uid="publish_without_window")
def publish_without_window(*, instance, origin=None, **kwargs):
    """Taken off a page, it is gone there. A page that is deleted itself goes as a whole."""
    if (origin if isinstance(origin, type) else getattr(origin, "model", type(origin))) is not Page:
        pages = Page.objects.filter(pk=instance.page_id)
        publisher.want(pages, subject=(WINDOW, instance.window_id), takes_back=True)


@receiver(signals.catalogue_changed, dispatch_uid="publish_catalogue")
def publish_catalogue(**kwargs):
    pages = list(Page.objects.all())
    for page in pages:
        postmortem_files.ask_anew(page)
    publisher.want(pages)


@receiver(post_migrate, dispatch_uid="statuspage_defaults")
def install_defaults(*, app_config, using, apps=registry, **kwargs):
    if app_config.name == "statuspage" and "stagetemplate" in apps.all_models["statuspage"]:
        defaults.install(using=using)
