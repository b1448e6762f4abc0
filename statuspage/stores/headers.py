"""What goes with every published byte: strict, and the same from every server (DESIGN section 8)."""

from __future__ import annotations

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

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
BADGE = "public, max-age=60"  # FORMATS 12
IMMUTABLE = "public, max-age=31536000, immutable"
SHARED = {  # what widgets of other sites may read (FORMATS 14)
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


def for_path(path: str, *, tls: bool = False) -> dict[str, str]:
    """Headers of the document at ``path`` (below the page's folder, or ``assets/…``), all but type, length and ETag."""
    headers = {
        "Content-Security-Policy": OF_A_PICTURE if path.endswith(".svg") else POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if tls:
        headers["Strict-Transport-Security"] = HSTS
    if path == "heartbeat.json":
        headers["Cache-Control"] = "no-store"
    elif path.startswith("assets/"):
        headers |= {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
    elif is_badge(path):
        headers |= {"Cache-Control": BADGE, "Vary": "Accept-Encoding"}
    else:
        headers |= {"Cache-Control": "no-cache", "CDN-Cache-Control": CDN, "Vary": "Accept-Encoding"}
    if is_open_to_all(path):
        headers |= SHARED
    return headers


def is_open_to_all(path: str) -> bool:
    """Widgets fetch these across origins (FORMATS 14)."""
    return path.startswith("api/v2/") or path.endswith((".atom", ".rss")) or is_badge(path)


def is_badge(path: str) -> bool:
    return path.rsplit("/", 1)[-1] in ("badge.svg", "badge.json")


def content_type(path: str) -> str:
    """By the ending; a path without one is a folder, which holds HTML."""
    return CONTENT_TYPES.get(
        path[path.rfind(".") :] if "." in path.rsplit("/", 1)[-1] else ".html", "application/octet-stream"
    )
