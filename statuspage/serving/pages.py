"""What this process holds in memory of a published page."""

from __future__ import annotations

from statuspage.documents import kinds
from statuspage.serving.answers import ServedDocument, read_document
from statuspage.stores.directory import PageFolder
from statuspage.stores.files import TWINS

LARGEST_CACHE = 2_000  # permanent documents kept in memory for a page; then it begins anew


class ServedPage:
    """One page's documents as of one version: the hot set in memory, permanent pages as they are asked for.

    Permanent pages are kept only once all of the version is written: one read before may be of the version before, with
    what was taken back since, and nobody would ever look again.
    """

    def __init__(self, store: PageFolder, version: str):
        self.version = version
        self.store = store
        self._is_whole = False
        self._entries: dict[str, ServedDocument | None] = {}
        folder = store.versions / version
        for file in folder.rglob("*"):
            if file.is_file() and file.suffix not in TWINS:
                path = file.relative_to(folder).as_posix()
                self._keep(path, read_document(file, path))
        if not self._entries:
            raise FileNotFoundError(folder)

    def find(self, path: str) -> ServedDocument | None:
        """The document at ``path`` below the page, or nothing."""
        try:
            return self._entries[path]
        except KeyError:
            if not kinds.PUBLISHED.permanent.fullmatch(path):
                return None
        self._is_whole = self._is_whole or self.store.is_whole(self.version)
        is_whole = self._is_whole  # asked before it is read
        if len(self._entries) > LARGEST_CACHE:
            permanent = kinds.PUBLISHED.permanent
            self._entries = {kept: entry for kept, entry in self._entries.items() if not permanent.fullmatch(kept)}
        name = f"{path}index.html" if path.endswith("/") else path
        entry = read_document(self.store.permanent / name, name)
        if is_whole and not kinds.PUBLISHED.large.fullmatch(name):
            self._keep(name, entry)
        return entry

    def holds(self, path: str, entry: ServedDocument) -> bool:
        """Whether what :meth:`find` gave is that of this version, for as long as it stands."""
        return self._entries.get(path) is entry

    def _keep(self, path: str, entry: ServedDocument | None) -> None:
        self._entries[path] = entry
        if path.endswith("index.html"):
            self._entries[path.removesuffix("index.html")] = entry
