"""The web process: published pages are answered from memory, before Django; the rest goes to Django."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Only now are settings and models ready.
from django.conf import settings  # noqa: E402

from notifications import health as messages  # noqa: E402
from statuspage.health import probes  # noqa: E402
from statuspage.serving import SERVED, PublishedTree  # noqa: E402

# Whoever publishes in this process goes on for ten milliseconds before readers in it get their turn: at half of the
# reads that the machine can take, changes are visible twice as soon, and no reader waits for long.
sys.setswitchinterval(0.01)

application = PublishedTree(django_application, root=settings.PUBLISH_ROOT, probes=probes(messages), ledger=SERVED)
