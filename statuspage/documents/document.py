"""One published file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    path: str  # below the page's folder, or below the root for assets
    content_type: str
    body: bytes


HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
