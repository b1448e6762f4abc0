"""What is wrong with the settings is said at the start, not at the first publishing."""

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from statuspage import stores


@register
def store_can_be_opened(app_configs, **kwargs):
    try:
        stores.current()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="statuspage.E001")]
    return []
