"""A PDF as a reader's program sees it: its structure, its texts, its fonts."""

from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import IndirectObject


@dataclass
class Element:
    """A branch of the tag tree. ``text`` is what stands directly in it, ``whole`` what stands below it too."""

    kind: str
    alternative: str = ""
    scope: str = ""
    children: list["Element"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)  # page, MCID

    def below(self, kind=None):
        for child in self.children:
            if kind is None or child.kind == kind:
                yield child
            yield from child.below(kind)


class Read:
    def __init__(self, data: bytes):
        self.reader = PdfReader(BytesIO(data))
        self.catalog = self.reader.trailer["/Root"]
        self._pages = {page.indirect_reference.idnum: at for at, page in enumerate(self.reader.pages)}
        self.tree = self._element(self.catalog["/StructTreeRoot"]["/K"][0].get_object(), 0)

    @cached_property
    def pages(self):
        """The text of each."""
        return [page.extract_text() for page in self.reader.pages]

    @property
    def text(self):
        return "\n".join(self.pages)

    @property
    def words(self):
        """Of all pages, in one line: line breaks and hyphens do not count."""
        return " ".join(self.text.split())

    def everything(self):
        """Whatever a program could find in the file: texts, names of the outline, metadata, alternatives, addresses."""
        found = [self.text, *self.titles, str(dict(self.reader.metadata)), self.metadata]
        found += [element.alternative for element in self.tree.below()]
        for page in self.reader.pages:
            found += [str(each.get_object()) for each in page.get("/Annots", [])]
        found += [str(value) for value in self.catalog.get("/Names", {}).values()]
        return " ".join(" ".join(found).split())

    @property
    def metadata(self):
        return self.catalog["/Metadata"].get_object().get_data().decode()

    @property
    def titles(self):
        return list(self._titles(self.reader.outline))

    def _titles(self, outline):
        for each in outline:
            if isinstance(each, list):
                yield from self._titles(each)
            else:
                yield " ".join(each.title.split())

    @property
    def fonts(self):
        found = {}
        for page in self.reader.pages:
            for font in page["/Resources"]["/Font"].values():
                font = font.get_object()
                inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
                found[font["/BaseFont"]] = inner.get("/FontDescriptor", {}).get_object()
        return found

    def _element(self, node, page):
        page = self._pages[node.raw_get("/Pg").idnum] if "/Pg" in node else page
        element = Element(node["/S"][1:], str(node.get("/Alt", "")))
        attributes = node.get("/A")
        if attributes is not None:
            element.scope = str(attributes.get_object().get("/Scope", ""))
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object() if isinstance(kid, IndirectObject) else kid
            if isinstance(kid, int):
                element.marks.append((page, int(kid)))
            elif kid.get("/Type") == "/StructElem" or "/S" in kid:
                element.children.append(self._element(kid, page))
        return element
