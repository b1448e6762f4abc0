"""Which keys of a bucket are whose: the map of addresses as it stands in the bucket, and what is yet to be removed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from statuspage.stores.base import Sites
from statuspage.stores.bucket.objects import Objects

OURS = ".bridgewatch/"  # nothing below it is for readers: the bucket's policy keeps it closed
SITES = f"{OURS}sites.json"
APART = ("p/", "hosts/", "assets/", OURS)  # stand at the root and are not the default page's
NOBODY: Sites = {"default": None, "slugs": {}, "hosts": {}}


PREFIX = re.compile(r"(?:p|hosts)/[^/]+/|")


def prefix_of(key: str) -> str:
    """Where the page stands that the key would be of."""
    return PREFIX.match(key)[0]


@dataclass(frozen=True, slots=True)
class Stale:
    """A prefix that was a page's. ``until`` is set when it was cleaned first; it is cleaned again until then, because
    a publisher that was frozen may still create something there."""

    owner: str
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """The map, and prefixes that are to be cleaned. A prefix is "" or ends in a slash."""

    sites: Sites = field(default_factory=lambda: NOBODY)
    stale: Mapping[str, Stale] = field(default_factory=dict)

    @classmethod
    def read(cls, body: bytes) -> Addresses:
        kept = json.loads(body)
        return cls(kept["sites"], {prefix: Stale(**stale) for prefix, stale in kept["stale"].items()})

    def body(self) -> bytes:
        stale = {prefix: {"owner": each.owner, "until": each.until} for prefix, each in self.stale.items()}
        return json.dumps({"sites": self.sites, "stale": stale}, indent=1, sort_keys=True).encode()

    def owners(self) -> dict[str, str]:
        """Every prefix and the page that stands there: where it stood before too, for a bucket leads nobody on."""
        slugs = self.sites.get("former_slugs", {}) | self.sites["slugs"]
        hosts = self.sites.get("former_hosts", {}) | self.sites["hosts"]
        owners = {f"p/{slug}/": page_id for slug, page_id in slugs.items()}
        owners |= {f"hosts/{host}/": page_id for host, page_id in hosts.items()}
        return owners | ({"": self.sites["default"]} if self.sites["default"] else {})

    def prefixes(self, page_id: str) -> tuple[str, ...]:
        """Where the page stands: ``p/<slug>/`` first, which every page has."""
        return tuple(sorted((p for p, owner in self.owners().items() if owner == page_id), key=_slug_first))

    def pages(self) -> set[str]:
        return set(self.owners().values())

    def moved(self, sites: Sites) -> Addresses:
        """The same with other addresses: what a page stood at and no longer does is stale, what came back is not."""
        after = replace(self, sites=sites)
        owners = after.owners()
        lost = {prefix: Stale(owner) for prefix, owner in self.owners().items() if owners.get(prefix) != owner}
        stale = {**self.stale, **lost}
        return replace(after, stale={p: each for p, each in stale.items() if owners.get(p) != each.owner})


def addresses(objects: Objects) -> tuple[Addresses, str | None]:
    """The map as it is in the bucket, and its ETag; an empty one before the first."""
    found = objects.get(SITES)
    return (Addresses.read(found[0]), found[1].etag) if found else (Addresses(), None)


def _slug_first(prefix: str) -> tuple[bool, str]:
    return not prefix.startswith("p/"), prefix
