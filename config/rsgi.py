"""The web process: published pages are answered from memory, before Django; the rest waits its turn for Django."""

import sys

from config.wsgi import application as django_application

# Only now are settings and models ready.
from django.conf import settings  # isort: skip

from notifications import health as messages  # isort: skip
from statuspage.health import probes  # isort: skip
from statuspage.serving import SERVED, Front, PublishedTree  # isort: skip

# A thread that publishes in this process goes on for ten milliseconds before readers in it get their turn: at half of
# the reads that the machine can take, changes are visible twice as soon, and no reader waits for long.
sys.setswitchinterval(0.01)

application = Front(
    PublishedTree(django_application, root=settings.PUBLISH_ROOT, probes=probes(messages), ledger=SERVED)
)
