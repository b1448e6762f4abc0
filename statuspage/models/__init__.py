"""Pages, what stands on them, how staff write to them, and how far they are published."""

from statuspage.models.former_address import AddressKind, FormerAddress
from statuspage.models.logo import PageLogo, Scheme
from statuspage.models.page import Page, PageComponent, PageIncident, PageLink, PageSeries, PageWindow
from statuspage.models.publishing import DirtyPage, PublishState
from statuspage.models.shown import ShownSubject
from statuspage.models.template import StageTemplate

__all__ = [
    "AddressKind",
    "DirtyPage",
    "FormerAddress",
    "Page",
    "PageComponent",
    "PageIncident",
    "PageLink",
    "PageLogo",
    "PageSeries",
    "PageWindow",
    "PublishState",
    "Scheme",
    "ShownSubject",
    "StageTemplate",
]
