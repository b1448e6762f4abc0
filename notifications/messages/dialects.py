"""Markdown as each chat writes it. What people typed can format text and link; it can call nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from incidents.markdown import cutting, tree
from incidents.markdown.nodes import Inline, Kind, Paragraph, texts
from incidents.markdown.plain import struck
from incidents.markdown.writing import Writer, code_span
from incidents.plain_text import plain

_CALL = re.compile(r"@(?=here\b|channel\b|everyone\b|group\b)", re.IGNORECASE)
_CODED = re.compile(r"<(?=[!@#])")  # how Slack and Discord write a call
WORD_JOINER = "\u2060"  # invisible; keeps "@here" from being the word that rings, and a sign from being a mark
ZERO_WIDTH_SPACE = "\u200b"  # invisible; ends a word where a script writes no spaces
_ENDS_ADDRESS = re.compile(r"[\s.,;:!?)]?")


def uncalled(text: str) -> str:
    """The text as plain words that no chat takes for a call."""
    return _CODED.sub("<" + WORD_JOINER, _CALL.sub("@" + WORD_JOINER, plain(text)))


@dataclass(frozen=True)
class Dialect(Writer):
    """How one chat writes strong, emphasis, struck out words, a link, and what it needs escaped."""

    marks: dict[str, str]
    escapes: dict[int, str]
    link_shape: str  # of text and url
    bare_shape: str  # of text and url, where the address itself was written
    glued_shape: str = ""  # the same, where a letter follows
    bullets: tuple[str, str] = ("- ", "- ")
    line_end: str = "\n"
    starts: re.Pattern[str] = field(default=re.compile(r"(?!)"))  # beginnings of a line that would be markup
    escape: str = "\\"  # before those
    kept_apart: re.Pattern[str] = field(default=re.compile(r"(?!)"))  # signs that would be marks, which nothing escapes
    is_backticked: bool = True  # a longer run of backticks holds a shorter one
    is_spaced: bool = False  # marks count at the ends of words only

    def render(self, source: str, most: int = 100_000) -> str:
        """Paragraphs, lists, quotes and code of the source, in so many characters: cut, no mark is left open."""
        return cutting.fitted(self, tree.blocks(plain(source)), most)

    def literal(self, text: str, most: int = 100_000) -> str:
        """Plain words, none of which is markup; an address among them is whole, and leads there."""
        return cutting.fitted(self, (Paragraph(tree.literal(text)),), most)

    def escaped(self, text: str) -> str:
        apart = self.kept_apart.sub(rf"{WORD_JOINER}\g<0>{WORD_JOINER}", uncalled(text))
        return apart.translate(self.escapes)

    def bold(self, text: str) -> str:
        return f"{self.marks['strong']}{self.literal(text)}{self.marks['strong']}" if text.strip() else ""

    def hyperlink(self, text: str, url: str) -> str:
        return self.link_shape.format(text=self.escaped(text), url=self.address(url))

    def address(self, url: str) -> str:
        """A URL that ends where it ends."""
        for character, code in (("<", "%3C"), (">", "%3E"), ("|", "%7C"), (" ", "%20"), ("(", "%28"), (")", "%29")):
            url = url.replace(character, code)
        return url

    def words(self, text: str, *, begins: bool) -> str:
        written = self.escaped(text)
        return self.starts.sub(lambda found: self.escape + found[0], written) if begins else written

    def code(self, text: str) -> str:
        coded = self._coded(text)
        if self.is_backticked and not (span := code_span(coded)).startswith("```"):  # three begin a block
            return span
        return f"`{coded.replace('`', chr(39))}`"

    def fence(self, text: str) -> list[str]:
        return ["```", *self._coded(text).replace("```", "'''").split("\n"), "```"]

    def marked(self, kind: Kind, text: str, *, before: str, after: str) -> str:
        if kind not in self.marks:
            return struck(text)
        spaces = (_apart(before), _apart(after)) if self.is_spaced else ("", "")
        return f"{spaces[0]}{self.marks[kind]}{text}{self.marks[kind]}{spaces[1]}"

    def link(self, href: str, text: str, *, is_bare: bool, after: str) -> str:
        url = self.address(href)
        if is_bare:
            shape = self.bare_shape if _ENDS_ADDRESS.fullmatch(after) else self.glued_shape or self.bare_shape
            return shape.format(url=url, text=text)
        return self.link_shape.format(text=text, url=url)

    def linked(self, inside: Iterable[Inline]) -> str:
        """Not every chat marks words within a link."""
        return self.words("".join(texts(inside)), begins=False)

    def _coded(self, text: str) -> str:
        return text.translate(self.escapes) if ord("&") in self.escapes else text


def _apart(sign: str) -> str:
    """What stands between a mark and the sign beside it, so that the mark is one."""
    return ZERO_WIDTH_SPACE if sign.strip() and (sign.isalnum() or not sign.isascii()) else ""


_BACKSLASHED = str.maketrans({each: f"\\{each}" for each in "\\*_`~|[]<>"})
_LISTED = r"^[-+](?= )|(?<=^\d)\.(?= )|(?<=^\d\d)\.(?= )|(?<=^\d{3})\.(?= )|(?<=^\d{4})\.(?= )"
SLACK = Dialect(
    marks={"strong": "*", "em": "_", "strike": "~"}, link_shape="<{url}|{text}>", bare_shape="<{url}>",
    bullets=("• ", "• "), escapes=str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}), is_spaced=True,
    starts=re.compile("^&gt;"), escape=WORD_JOINER, is_backticked=False,
    kept_apart=re.compile(r"(?<![A-Za-z0-9*_~`])[*_~`]+(?!\s|[*_~`])|(?<![\s*_~`])[*_~`]+(?![A-Za-z0-9*_~`])"),
)  # fmt: skip
DISCORD = Dialect(
    marks={"strong": "**", "em": "*", "strike": "~~"}, link_shape="[{text}](<{url}>)", bare_shape="{url}",
    glued_shape="<{url}>",
    escapes=_BACKSLASHED, starts=re.compile(rf"^#|^-#|{_LISTED}"),
)  # fmt: skip
TEAMS = Dialect(  # no way to strike out
    marks={"strong": "**", "em": "_"}, link_shape="[{text}]({url})", bare_shape="[{text}]({url})", line_end="\n\n",
    escapes=str.maketrans({each: f"\\{each}" for each in "\\*_`[]"}), starts=re.compile(_LISTED),
)  # fmt: skip


def cut(text: str, most: int) -> str:
    """At most this many characters, ended at a line or a word, with "…" for what is missing."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    for end in ("\n", " "):
        place = head.rfind(end)
        if place > most * 0.6:
            head = head[:place]
            break
    return head.rstrip() + "…"
