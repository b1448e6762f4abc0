"""An incident is over: its post-mortem is owed. It is not over: an empty one goes. It is opened: customers read what
stands. What is written can be found. What an empty database begins with."""

from django.apps import apps as registry
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver

from incidents import groups, signals
from postmortems import actions, defaults
from postmortems.learning import index
from postmortems.learning.texts import READ


@receiver(post_migrate, dispatch_uid="postmortems_defaults")
def install_defaults(*, app_config, using, apps=registry, **kwargs):
    """Signatories are members of groups, which may not stand yet: apps are called in the order of the settings."""
    if app_config.name == "postmortems" and "template" in apps.all_models["postmortems"]:
        groups.install(using=using)
        defaults.install(using=using)


@receiver(signals.resolved, dispatch_uid="expect_postmortem")
def expect_postmortem(*, incident, **kwargs):
    actions.expect(incident)


@receiver(signals.reopened, dispatch_uid="let_postmortem_go")
def let_go(*, incident, **kwargs):
    actions.let_go(incident)


@receiver(signals.unresolved, dispatch_uid="let_postmortem_go_with_its_resolution")
def let_go_with_its_resolution(*, incident, **kwargs):
    actions.let_go(incident, taken_back=True)


@receiver([signals.audience_changed, signals.update_posted], dispatch_uid="note_opened_postmortem")
def note_opened(*, incident, **kwargs):
    actions.note_opened(incident)


def mark_written(*, instance, update_fields, **kwargs):
    index.mark_written(instance, update_fields)


for table in READ:
    post_save.connect(mark_written, sender=table, dispatch_uid=f"mark_{table.__name__}")
