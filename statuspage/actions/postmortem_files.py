"""PDFs of post-mortems are asked for, in the dress of a page. They are drawn elsewhere and later."""

from __future__ import annotations

from django.db import transaction

from incidents.choices import Audience
from incidents.models import Incident, User
from postmortems import actions, editions
from postmortems.choices import Paper, Reader
from postmortems.document.edition import Dress
from postmortems.editions import Drawn
from postmortems.models import Postmortem, Rendering, Version
from statuspage.models import Page
from statuspage.snapshot import layout
from statuspage.snapshot.dress import dress_of
from statuspage.snapshot.files import made_for
from statuspage.snapshot.load import page_facts
from statuspage.snapshot.names import as_named, names_in
from statuspage.snapshot.postmortems import files_on


@transaction.atomic
def ask_for_customers(incident: Incident) -> None:
    """The customers' file of the version that stands, for each page that the incident stands on."""
    if incident.audience != Audience.PUBLIC:
        return
    version = Version.objects.standing().filter(postmortem__incident=incident).select_related("postmortem").first()
    if version is None:
        return
    for page in layout.pages_of(incident):
        ask(version.postmortem, reader=Reader.CUSTOMERS, page=page, version=version, by=None)


@transaction.atomic
def ask_anew(page: Page) -> None:
    """What the page names may have changed: of what stands there, files that print other names are made again."""
    wanted = files_on(page)
    there = set(Rendering.objects.filter(key__in=list(wanted)).values_list("key", flat=True))
    for key, version in wanted.items():
        if key not in there:
            ask(version.postmortem, reader=Reader.CUSTOMERS, page=page, version=version, by=None)


def drawn(postmortem: Postmortem, *, reader: Reader, page: Page | None, version: Version | None = None) -> Drawn:
    """All that a file is made of. Customers' files name only what the page names, where there is one."""
    if version is None:
        content, edition = editions.of_draft(postmortem, reader)
    else:
        content, edition = editions.content_for(version, reader), editions.edition_of(version, reader)
    if page is not None and reader == Reader.CUSTOMERS:
        content = as_named(content, layout.load(page), names_in(content), title=postmortem.incident.title)
    return Drawn(content, edition, _dress(postmortem.incident, page))


@transaction.atomic
def ask(
    postmortem: Postmortem,
    *,
    reader: Reader,
    page: Page | None,
    by: User | None,
    paper: Paper = Paper.A4,
    version: Version | None = None,
) -> Rendering:
    """The PDF of a version, or (none) of the draft as it stands, in the dress of ``page``, or of none."""
    return actions.ask_for_pdf(
        postmortem,
        drawn(postmortem, reader=reader, page=page, version=version),
        reader=reader,
        paper=paper,
        version=version,
        whose=made_for(page, version, reader=reader),
        by=by,
    )


def _dress(incident: Incident, page: Page | None) -> Dress:
    """Without a page that it stands on, that of the page where everything begins, without an address."""
    if page is not None:
        return dress_of(page_facts(page), incident.public_id)
    default = Page.objects.filter(is_default=True).first()
    return dress_of(page_facts(default)) if default else Dress(name="")
