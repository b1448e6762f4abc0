"""PDFs of post-mortems are asked for, in the dress of a page. They are drawn elsewhere and later."""

from __future__ import annotations

from django.db import transaction

from incidents.choices import Audience
from incidents.models import Component, Incident, User
from postmortems import actions, editions
from postmortems.choices import Paper, Reader
from postmortems.document.values import Content, Dress
from postmortems.editions import Drawn
from postmortems.models import Postmortem, Rendering, Version
from statuspage.models import Page
from statuspage.snapshot import layout
from statuspage.snapshot.dress import as_named, dress_of
from statuspage.snapshot.load import page_facts


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


def drawn(postmortem: Postmortem, *, reader: Reader, page: Page | None, version: Version | None = None) -> Drawn:
    """All that a file is made of. Customers' files name only what the page names, where there is one."""
    if version is None:
        content, edition = editions.of_draft(postmortem, reader)
    else:
        content, edition = editions.content_for(version, reader), editions.edition_of(version, reader)
    if page is not None and reader == Reader.CUSTOMERS:
        content = _named(content, page)
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
        whose=page.public_id if page else "",
        by=by,
    )


def _named(content: Content, page: Page) -> Content:
    named = {impact.component_id for impact in content.impacts}
    keys = dict(Component.objects.filter(public_id__in=named).values_list("public_id", "pk"))
    return as_named(content, layout.load(page), keys)


def _dress(incident: Incident, page: Page | None) -> Dress:
    """Without a page that it stands on, that of the page where everything begins, without an address."""
    if page is not None:
        return dress_of(page_facts(page), incident.public_id)
    default = Page.objects.filter(is_default=True).first()
    return dress_of(page_facts(default)) if default else Dress(name="")
