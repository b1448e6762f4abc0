"""What must be there in an empty database: groups, severities, declare rules."""

from django.apps import apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from incidents import defaults

OURS = ["incidents", "postmortems", "statuspage", "notifications"]


@receiver(post_migrate, dispatch_uid="incidents_defaults")
def install_defaults(*, app_config, using, **kwargs):
    if app_config.name == "incidents":
        defaults.install(using=using)
        defaults.install_groups(apps=[apps.get_app_config(label) for label in OURS], using=using)
