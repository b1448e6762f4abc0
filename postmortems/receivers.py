"""An incident is over: its post-mortem is owed. And what must be there in an empty database."""

from django.apps import apps as registry
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from incidents import groups, signals
from postmortems import actions, defaults


@receiver(post_migrate, dispatch_uid="postmortems_defaults")
def install_defaults(*, app_config, using, apps=registry, **kwargs):
    """Signatories are members of groups, which may not stand yet: apps are called in the order of the settings."""
    if app_config.name == "postmortems" and "template" in apps.all_models["postmortems"]:
        groups.install(using=using)
        defaults.install(using=using)


@receiver(signals.resolved, dispatch_uid="expect_postmortem")
def expect_postmortem(*, incident, **kwargs):
    actions.expect(incident)
