"""What goes with every published byte: strict, and the same from every server (DESIGN section 8)."""

from __future__ import annotations

from statuspage.documents import kinds
from statuspage.documents.document import SVG
from statuspage.documents.kind import Caching, ending

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",  # the heartbeat
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
OF_A_PICTURE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # opened by itself, an SVG is a document
HSTS = "max-age=31536000"
BADGE = "public, max-age=60"
IMMUTABLE = "public, max-age=31536000, immutable"
SHARED = {  # what widgets of other sites may read
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = SHARED | {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, Pragma, "
    "X-Requested-With",
    "Access-Control-Max-Age": "86400",  # seconds
    "Allow": "GET, HEAD, OPTIONS",
}
CDN = "max-age=1, stale-if-error=86400"  # RFC 9213: for caches in between; browsers ask each time
PACKED = {"Vary": "Accept-Encoding"}
CACHING = {
    Caching.ASKED_EACH_TIME: {"Cache-Control": "no-cache", "CDN-Cache-Control": CDN} | PACKED,
    Caching.A_MINUTE: {"Cache-Control": BADGE} | PACKED,
    Caching.NEVER_STORED: {"Cache-Control": "no-store"},
    Caching.FOR_EVER: {"Cache-Control": IMMUTABLE} | PACKED,
}


def for_path(path: str, *, tls: bool = False) -> dict[str, str]:
    """Headers of the document at ``path`` (below the page's folder, or ``assets/…``), all but type, length and ETag."""
    kind = kinds.PUBLISHED.of(path)
    headers = {
        "Content-Security-Policy": policy(content_type(path)),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if tls:
        headers["Strict-Transport-Security"] = HSTS
    headers |= CACHING[kind.caching if kind else Caching.ASKED_EACH_TIME]
    if is_open_to_all(path):
        headers |= SHARED
    return headers


def policy(content_type: str) -> str:
    return OF_A_PICTURE if content_type == SVG else POLICY


def is_open_to_all(path: str) -> bool:
    """Widgets fetch these across origins."""
    return kinds.PUBLISHED.shared.search(f"/{path}") is not None


def content_type(path: str) -> str:
    """By the ending; a path without one is a folder, which holds HTML."""
    known = kinds.PUBLISHED.endings.get(ending(path))
    return known[0] if known else "application/octet-stream"
