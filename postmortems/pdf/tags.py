"""What WeasyPrint 70 leaves out of a tagged PDF, added just before the file is written."""

from __future__ import annotations

from collections.abc import Iterator

import pydyf

PRINTS = 4  # a flag of an annotation
LETTERS = b"/CIDInit /ProcSet findresource begin"  # how a table from glyphs to letters begins
UNSEEN = b"200b"  # a space without width


def finish(document: object, pdf: pydyf.PDF) -> None:
    """Scope of header cells; running heads and feet as artifacts; links that print; a letter for every glyph."""
    tree = _Tree(pdf)
    tree.walk()
    for page in tree.pages():
        tree.take_out(page)
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("Subtype") == "/Link":
            each["F"] = PRINTS
        elif isinstance(each, pydyf.Stream) and each.stream and each.stream[0] == LETTERS:
            each.stream[:] = [_named(line) for line in each.stream]


def _named(line: object) -> object:
    """A glyph that stands for nothing that is seen, such as an end of right-to-left text, gets a letter like it.

    Readers that meet an empty one lose the letters of the whole font.
    """
    if isinstance(line, bytes) and line.endswith(b"> <>"):
        return line[:-1] + UNSEEN + b">"
    return line


class _Tree:
    def __init__(self, pdf: pydyf.PDF):
        self._pdf = pdf
        self._root = self._object(pdf.catalog["StructTreeRoot"])
        self._seen: set[int] = set()

    def _object(self, reference: bytes) -> dict:
        return self._pdf.objects[int(reference.split()[0])]

    def walk(self) -> None:
        for kid in self._root["K"]:
            self._visit(self._object(kid), in_head=False)

    def _visit(self, element: dict, *, in_head: bool) -> None:
        self._seen.add(element.number)
        kind = element["S"].lstrip("/")
        if kind == "TH":
            element["A"]["Scope"] = "/Column" if in_head else "/Row"
        for child in self._children(element):
            self._visit(child, in_head=in_head or kind == "THead")

    def _children(self, element: dict) -> Iterator[dict]:
        for kid in element.get("K", []):
            if isinstance(kid, bytes):
                child = self._object(kid)
                if isinstance(child, dict) and child.get("Type") == "/StructElem":
                    yield child

    def pages(self) -> list[dict]:
        return [each for each in self._pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page"]

    def take_out(self, page: dict) -> None:
        """What is marked on a page and hangs on no branch of the tree belongs to its furniture."""
        place = page["StructParents"]
        owners = self._object(self._root["ParentTree"])["Nums"][2 * place + 1]
        loose = {index for index, owner in enumerate(owners) if self._object(owner).number not in self._seen}
        stream = self._object(page["Contents"]).stream
        for at, mark in enumerate(stream):
            if isinstance(mark, dict) and mark.get("MCID") in loose and stream[at + 1] == b"BDC":
                stream[at - 1], stream[at] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})
