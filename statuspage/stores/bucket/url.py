"""``PUBLISH_STORAGE_URL``: which bucket, where in it, and how it is reached. Never who we are: that is in AWS_…"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "s3://bucket/optional/prefix?region=eu-central-1&endpoint=https://s3.example.com&virtual_hosted=false"
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
OPTIONS = ("region", "endpoint", "virtual_hosted")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bucket is. Without an endpoint it is Amazon's, or what AWS_ENDPOINT_URL says."""

    bucket: str
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    virtual_hosted: bool = False

    def __str__(self) -> str:
        return f"{self.bucket} at {self.endpoint}" if self.endpoint else self.bucket


def parse(url: str) -> Place:
    """Raises :class:`ImproperlyConfigured` with what to write instead; what was written is not repeated in it."""
    parts = _split(url)
    if parts.scheme != "s3":
        raise _wrong("begins with s3://")
    if "@" in parts.netloc or parts.password:
        raise _wrong("holds no credentials; they belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if not BUCKET.fullmatch(parts.netloc):
        raise _wrong("names a bucket after s3://")
    prefix = parts.path.strip("/")
    if prefix and not PREFIX.fullmatch(prefix):
        raise _wrong("has a prefix of letters, digits, '.', '_' and '-' between single slashes")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(pairs)
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown or parts.fragment or len(pairs) != len(options):
        raise _wrong(f"takes {', '.join(OPTIONS)}, each once")
    hosted = options.get("virtual_hosted", "false").lower()
    if hosted not in ("true", "false"):
        raise _wrong("says virtual_hosted=true or virtual_hosted=false")
    endpoint = _endpoint(options.get("endpoint", ""))
    return Place(
        bucket=parts.netloc,
        prefix=prefix,
        region=options.get("region", ""),
        endpoint=_hosted(endpoint, parts.netloc) if hosted == "true" else endpoint,
        virtual_hosted=hosted == "true",
    )


def _split(url: str):
    try:
        return urlsplit(url)
    except ValueError:
        raise _wrong("is an address") from None


def _endpoint(text: str) -> str:
    if not text:
        return ""
    parts = _split(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc:
        raise _wrong("has an endpoint that begins with https:// (or http://, inside a trusted network)")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _wrong("has an endpoint without a path; bucket and prefix stand before the question mark")
    return f"{parts.scheme}://{parts.netloc}"


def _hosted(endpoint: str, bucket: str) -> str:
    """The endpoint with the bucket before its name, once."""
    scheme, _slashes, host = endpoint.partition("://")
    return endpoint if not endpoint or host.startswith(f"{bucket}.") else f"{scheme}://{bucket}.{host}"


def _wrong(what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"PUBLISH_STORAGE_URL is not right: it {what}. For example: {EXAMPLE}")
