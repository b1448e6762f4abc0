"""Makes Django ready in a process that pytest did not start; where it is ready already nothing happens."""

import django
from django.apps import apps

if not apps.ready:
    django.setup()
