"""In what dress a post-mortem is drawn: that of a page, so that the post-mortem itself knows of none."""

from __future__ import annotations

from postmortems.document.edition import Dress
from statuspage.snapshot.page import Page


def dress_of(page: Page, incident_id: str = "") -> Dress:
    """With an incident, the address of its page."""
    logo = page.logo
    return Dress(
        name=page.title,
        language=page.language,
        zone=page.zone.key,
        color=page.brand_color,
        logo=logo.image if logo else b"",
        logo_width=logo.width if logo else 0,
        logo_height=logo.height if logo else 0,
        address=f"{page.url}incidents/{incident_id}/" if incident_id else "",
    )
