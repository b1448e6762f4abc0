"""Headers of everything that is answered from the published tree: strict, and without a cookie.

Used by :mod:`statuspage.serving` (``of(path)``) and written into the web server's configuration later.
"""

from __future__ import annotations

from django.conf import settings

Headers = list[tuple[str, str]]

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
CROSS_ORIGIN = (".json", ".atom", ".rss")  # widgets and exporters fetch these from elsewhere (FORMATS 14)

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY: Headers = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
if settings.BEHIND_TLS:
    SECURITY.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))

FRESH = ("Cache-Control", "no-cache, s-maxage=1, stale-if-error=86400")  # ask each time; a CDN may bridge our absence
FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")  # the name holds a hash of the bytes

NO_STORE: Headers = [("Cache-Control", "no-store"), *SECURITY]
PLAIN: Headers = [("Content-Type", CONTENT_TYPES[".txt"]), *NO_STORE]


def of(path: str) -> Headers:
    """The headers of the document at ``path`` below a page, or of the asset at ``assets/…``."""
    suffix = path[path.rfind(".") :] if "." in path else ".html"
    found: Headers = [
        ("Content-Type", CONTENT_TYPES.get(suffix, "application/octet-stream")),
        FOR_EVER if path.startswith("assets/") else FRESH,
        *SECURITY,
    ]
    if suffix in CROSS_ORIGIN or suffix == ".woff2":
        found.append(("Access-Control-Allow-Origin", "*"))
    return found
