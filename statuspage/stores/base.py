"""What every store of published bytes promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NotRequired, Protocol, TypedDict

from statuspage.documents.document import Document, Pending


class Fenced(Exception):
    """A publisher with a newer lease has written already; this one must not."""

    def __init__(self, token: int, highest: int):
        super().__init__(f"Publisher {token} has lost its claim to {highest}.")
        self.highest = highest


class Busy(Exception):
    """Another publisher is writing and does not let go: it may be frozen."""


class Sites(TypedDict):
    """Which address leads to which page, by public id; and where pages stood before, as far as no page stands there."""

    default: str | None
    slugs: dict[str, str]
    hosts: dict[str, str]
    former_slugs: NotRequired[dict[str, str]]
    former_hosts: NotRequired[dict[str, str]]
    former_defaults: NotRequired[list[str]]  # the last one first


class Store(Protocol):
    """Bytes of pages, each page under its public id. What is read is what readers get."""

    def version(self, page_id: str) -> str | None:
        """The version that readers see; none before the first."""

    def read(self, page_id: str, path: str) -> bytes | None:
        """The document at ``path`` below the page, uncompressed; nothing if it is not there."""

    def paths(self, page_id: str) -> set[str]:
        """Every path below the page that answers, heartbeat and compressed twins left out."""

    def write(
        self,
        page_id: str,
        *,
        token: int,
        version: str,
        hot: Iterable[Document],
        permanent: Iterable[Document | Pending],
        gone: Iterable[str],
        takes_back: bool = False,
    ) -> None:
        """First what loses text, so that nothing leads back to it; then permanent pages that did not stand yet, which
        the hot set may lead to; the hot set; and the other permanent pages, which are drawn only then and written only
        where their bytes changed. What loses text and cannot be drawn anew goes.

        A permanent page that did not stand yet and cannot be drawn keeps the hot set from switching, unless something
        loses text or ``takes_back`` says that something was taken back. Any other that cannot be drawn stays as it is,
        and holds up no other. Its ``RenderError`` is raised when all else is written.

        What is gone, and what only older versions held, can not be read from any address afterwards. Raises
        :class:`Fenced` if a higher token has written, :class:`Busy` if another publisher holds on.
        """

    def write_assets(self, assets: Iterable[Document]) -> None:
        """Add hashed assets; older ones stay, because pages of an older release may be open somewhere."""

    def write_sites(self, read: Callable[[], Sites]) -> None:
        """Write which address leads to which page, and remove pages that are no longer named.

        ``read`` is called under the store's lock where it has one, so that the last to write knows most.
        """

    def beat(self, page_id: str, body: bytes) -> None:
        """Write the page's heartbeat (``heartbeat.json``), if the page stands."""
