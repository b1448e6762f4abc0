"""Published post-mortems against what was signed, against the gates, and against what stands on each page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from postmortems import gates, quoted
from postmortems.choices import RenderingState
from postmortems.document import frozen
from postmortems.document.values import Content
from postmortems.models import Rendering, Version
from statuspage import stores
from statuspage.models import Page, PublishState
from statuspage.snapshot.postmortems import files_on


def versions(now: datetime) -> Iterator[str]:
    """What stands is what was signed, and no gate was open when it was."""
    for version in Version.objects.standing().select_related("postmortem"):
        words = {"postmortem": version.postmortem.public_id, "n": version.number}
        text = json.dumps(version.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        if sha256(text.encode()).hexdigest() != version.digest:
            yield _("%(postmortem)s, version %(n)d: its content is not what was signed.") % words
        for missing in gates.missing(frozen.load(Content, version.content)):
            yield _("%(postmortem)s, version %(n)d was published, but: %(missing)s.") % (
                words | {"missing": missing.sentence}
            )


def quoting(now: datetime) -> Iterator[str]:
    """What customers read in it was corrected or withdrawn where it came from."""
    rows = quoted.current_versions().filter(published_at__isnull=False, withdrawn_at__isnull=True)
    for version, quotes in quoted.versions_quoting(rows):
        for each in quotes:
            yield _("%(postmortem)s, version %(n)d still quotes %(update)s, which was %(what)s (%(place)s).") % {
                "postmortem": version.postmortem.public_id,
                "n": version.number,
                "update": each.update.public_id,
                "what": each.what,
                "place": each.place,
            }


def published(now: datetime) -> Iterator[str]:
    """Each stands on each of its pages, and with the file that was drawn of it."""
    behind = set(PublishState.objects.behind().values_list("page", flat=True))
    store = stores.current()
    for page in Page.objects.exclude(pk__in=behind):
        found = files_on(page)
        rows = Rendering.objects.filter(key__in=list(found)).values_list("key", "state", "pdf")
        asked = {key: bytes(pdf) if state == RenderingState.DONE else None for key, state, pdf in rows}
        for key, version in found.items():
            public_id = version.postmortem.public_id
            words = {"postmortem": public_id, "page": page}
            if store.read(page.public_id, f"postmortems/{public_id}/index.html") is None:
                yield _("%(postmortem)s is published, and does not stand on %(page)s.") % words
            if key not in asked:
                yield _("%(postmortem)s: nobody asked for its PDF for %(page)s.") % words
            elif store.read(page.public_id, f"postmortems/{public_id}.pdf") != asked[key]:
                yield _("%(postmortem)s: the PDF on %(page)s is not the one that was drawn.") % words
