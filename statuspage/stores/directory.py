"""The published tree in a directory: one pointer switches a page's hot set; a fence keeps older bytes out.

Everything a publisher writes for a page stands under the page's file lock together with the check of its token, so
that a publisher which lost its lease can never put older bytes over newer ones (DESIGN section 8). A static server
reads the same tree: ``p/<slug>``, ``hosts/<name>`` and ``default`` lead to a page, ``current`` and ``permanent`` below
it hold its documents.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from statuspage.documents.document import Document, Pending, RenderError, loses_text
from statuspage.documents.kinds import HEARTBEAT
from statuspage.stores.base import Fenced, Sites
from statuspage.stores.files import TWINS, Folder, holds, locked, remove


def _leads_to(link: Path) -> str | None:
    try:
        return os.readlink(link).rpartition("/")[2]  # asked at every look: a Path would cost ten times as much
    except OSError:
        return None


class PageFolder:
    """Where one page stands."""

    def __init__(self, root: Path, page_id: str):
        self.folder = Path(root) / "pages" / page_id
        self.permanent = self.folder / "permanent"
        self.versions = self.folder / "versions"
        self.pointer = self.folder / "current"
        self.whole = self.folder / "whole"  # leads to the version whose permanent pages are all written

    def version(self) -> str | None:
        return _leads_to(self.pointer)

    def is_whole(self, version: str) -> bool:
        """Whether everything of this version is written. Until then a permanent page may be that of the one before."""
        return _leads_to(self.whole) == version


class DirectoryStore:
    """Below one root on this machine's disk."""

    def __init__(self, root: Path):
        self.root = Path(root)

    def page(self, page_id: str) -> PageFolder:
        return PageFolder(self.root, page_id)

    def version(self, page_id: str) -> str | None:
        return self.page(page_id).version()

    def read(self, page_id: str, path: str) -> bytes | None:
        page = self.page(page_id)
        for folder in (page.pointer, page.permanent):
            with suppress(OSError):
                return (folder / path).read_bytes()
        return None

    def paths(self, page_id: str) -> set[str]:
        page = self.page(page_id)
        return {
            file.relative_to(folder).as_posix()
            for folder in (page.pointer.resolve(), page.permanent)
            for file in folder.rglob("*")
            if file.is_file() and file.suffix not in TWINS and file.name != HEARTBEAT
        }

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
        page = self.page(page_id)
        files = Folder(page.folder / "scratch")
        with locked(page.folder / "lock"):
            self._pass_fence(page, files, token)
            files.empty()
            for path in gone:
                remove(page.permanent / path)
            first, later = self._in_order(page, permanent)
            losing = [each for each in first if loses_text(each)]
            broken = self._write(page, files, losing)
            fresh_broken = self._write(page, files, [each for each in first if not loses_text(each)])
            if fresh_broken and not (takes_back or losing):
                raise fresh_broken  # the hot set would lead to where nothing stands
            current, fresh = page.versions / (page.version() or "none"), page.versions / version
            try:
                fresh.mkdir(parents=True, exist_ok=True)
                for document in hot:
                    files.write_or_link(fresh / document.path, document.body, current / document.path)
                files.replace_link(page.pointer, f"versions/{version}")
            except OSError:
                if fresh != current:
                    shutil.rmtree(fresh, ignore_errors=True)  # a full disk needs the room
                raise
            for folder in page.versions.iterdir():
                if folder.name != version:
                    shutil.rmtree(folder, ignore_errors=True)
            later_broken = self._write(page, files, later)
            if error := broken or fresh_broken or later_broken:
                raise error
            files.replace_link(page.whole, f"versions/{version}")

    def _in_order(self, page: PageFolder, permanent: Iterable[Document | Pending]):
        """What the switch waits for, and what waits for the switch."""
        first: list[Document | Pending] = []
        later: list[Document | Pending] = []
        for each in permanent:
            (first if loses_text(each) or not (page.permanent / each.path).exists() else later).append(each)
        return first, later

    def _write(self, page: PageFolder, files: Folder, permanent: Iterable[Document | Pending]) -> RenderError | None:
        """The error of the first that cannot be drawn, which holds up no other. What loses text goes then: no page is
        better than what was taken back."""
        broken = None
        for each in permanent:
            try:
                document = each.drawn()
            except RenderError as error:
                broken = broken or error
                if loses_text(each):
                    remove(page.permanent / each.path)
            else:
                files.write_if_changed(page.permanent / each.path, document.body)
        return broken

    def _pass_fence(self, page: PageFolder, files: Folder, token: int) -> None:
        fence = page.folder / "token"
        highest = int(fence.read_text()) if fence.exists() else 0
        if token < highest:
            raise Fenced(token, highest)
        files.replace(fence, str(token).encode())

    def write_assets(self, assets: Iterable[Document]) -> None:
        files = Folder(self.root / "scratch")
        for document in assets:
            path = self.root / document.path
            if not path.exists():
                files.write(path, document.body)

    def write_sites(self, read: Callable[[], Sites]) -> None:
        files = Folder(self.root / "scratch")
        with locked(self.root / "lock"):
            sites = read()
            body = json.dumps(sites, indent=1, sort_keys=True).encode()
            if not holds(self.root / "sites.json", body):
                self._write_links(files, sites)
                files.replace(self.root / "sites.json", body)
            known = set(sites["slugs"].values())
            for folder in (self.root / "pages").glob("*"):
                if folder.name not in known:
                    shutil.rmtree(folder, ignore_errors=True)

    def _write_links(self, files: Folder, sites: Sites) -> None:
        """The same for a static server, which reads no JSON."""
        links = {
            "p": sites["slugs"],
            "hosts": sites["hosts"],
            "former/p": sites.get("former_slugs", {}),
            "former/hosts": sites.get("former_hosts", {}),
        }
        for name, leads in links.items():
            (self.root / name).mkdir(parents=True, exist_ok=True)
            for old in (self.root / name).iterdir():
                if old.name not in leads:
                    old.unlink()
            for address, page_id in leads.items():
                files.replace_link(self.root / name / address, f"{'../' * (name.count('/') + 1)}pages/{page_id}")
        former = sites.get("former_defaults") or [None]
        for name, page_id in (("default", sites["default"]), ("former/default", former[0])):
            if page_id:
                files.replace_link(self.root / name, f"{'../' * name.count('/')}pages/{page_id}")
            else:
                (self.root / name).unlink(missing_ok=True)

    def beat(self, page_id: str, body: bytes) -> None:
        page = self.page(page_id)
        if page.permanent.exists():
            Folder(self.root / "scratch").replace(page.permanent / HEARTBEAT, body)
