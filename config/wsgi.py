"""The web process: published pages are answered from memory, before Django; the rest goes to Django."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Only now are settings and models ready.
from django.conf import settings  # noqa: E402

from statuspage.health import PROBES  # noqa: E402
from statuspage.serving import SERVED, PublishedTree  # noqa: E402

# Whoever renders or publishes in this process lets readers in between every half millisecond, not every five.
sys.setswitchinterval(0.0005)

application = PublishedTree(django_application, root=settings.PUBLISH_ROOT, probes=PROBES, ledger=SERVED)
