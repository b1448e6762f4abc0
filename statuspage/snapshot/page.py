"""The page itself, as plain frozen values: what it is called, where it stands and how it is dressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Logo:
    """PNG bytes, the size they are shown in, and the scheme in whose paper they would drown, if any."""

    image: bytes = field(repr=False)
    digest: str
    width: int
    height: int
    faint_on: str  # "", "light" or "dark"

    @property
    def path(self) -> str:
        return f"assets/logo.{self.digest[:12]}.png"


@dataclass(frozen=True, slots=True)
class Page:
    pk: int
    id: str
    name: str
    label: str
    slug: str
    is_default: bool
    path: str  # "/" or "/p/<slug>/"
    url: str  # the canonical base of feeds, JSON and mail, ending in a slash
    host: str  # of its own, or empty
    zone: ZoneInfo
    language: str
    brand_color: str
    support_url: str
    support_email: str
    organizer: str  # the address that calendars name for its maintenance
    past_days: int
    tag_host: str
    tag_path: str
    first_url: str  # canonical when the page was made
    created_at: datetime
    links: tuple[Link, ...]
    logo: Logo | None = None
    logo_on_dark: Logo | None = None  # takes its place there

    @property
    def root(self) -> str:
        """Where links begin that must hold at any depth, at ``PUBLIC_URL`` and on the page's own host."""
        return self.url if self.host else self.path

    @property
    def logos(self) -> tuple[Logo, ...]:
        return tuple(logo for logo in (self.logo, self.logo_on_dark) if logo)

    @property
    def title(self) -> str:
        return f"{self.name} {self.label}".strip()
