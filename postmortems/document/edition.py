"""What a document says of itself, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """``role`` is asked to sign; who did, and when."""

    role: str
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """What a document says of itself: which version, for whom, how far it is, and who signed."""

    number: int  # 0: a draft that no version was made of
    is_draft: bool
    is_internal: bool
    digest: str  # SHA-256 of the content that it shows, in hexadecimal
    published_at: datetime | None = None
    sign_offs: tuple[SignOff, ...] = ()
    versions: tuple[tuple[int, datetime, str], ...] = ()  # published before and with it: number, when, what changed


@dataclass(frozen=True, slots=True)
class Dress:
    """Whose document it is, and how that looks: the page's, so that nothing here knows of pages."""

    name: str  # the organisation, or the page
    language: str = "en"
    zone: str = "UTC"  # in which all times are written
    color: str = ""  # of the rule at the top, as #rrggbb; empty: ink
    logo: bytes = b""  # PNG
    logo_width: int = 0  # CSS pixels
    logo_height: int = 0
    address: str = ""  # of the incident on the page; empty where it stands on none
