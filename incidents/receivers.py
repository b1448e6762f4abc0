"""What must be there in an empty database: groups, severities, declare rules."""

from django.apps import apps as registry
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from incidents import defaults, groups


@receiver(post_migrate, dispatch_uid="incidents_defaults")
def install_defaults(*, app_config, using, apps=registry, **kwargs):
    """``apps`` is the state that the database is migrated to: on the way back there may be no tables to fill."""
    if app_config.name == "incidents" and "severity" in apps.all_models["incidents"]:
        defaults.install(using=using)
        groups.install(using=using)
