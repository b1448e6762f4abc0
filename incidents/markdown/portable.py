"""A text written anew as Markdown, so that every renderer shows what our pages show of it.

Programs and files carry Markdown to renderers of others, which know raw HTML, headings, pictures and any address. Here
each text says the same without them: what is no markup to us is escaped, and a link leads to where pages let it lead.
"""

from __future__ import annotations

import re

from incidents.markdown import tree
from incidents.markdown.cutting import beginning
from incidents.markdown.nodes import Kind, texts
from incidents.markdown.parsing import is_punctuation
from incidents.markdown.writing import Writer, code_span

_SIGNS = re.compile(
    r"[\\`*\[\]|~]|!$|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)"  # within a line
    r"|^[#+=:-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{3})[.)]|(?<=^\d{4})[.)]"  # where it begins
)
_ENTITIES = {"<": "&lt;", ">": "&gt;"}  # an escape would leave a tag to whoever reads the source with an eye for tags
_CODED = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C"}
_MARKS = {"strong": "**", "em": "*", "strike": "~~"}


def portable(source: str) -> str:
    """Paragraphs, lists, quotes, code, marks and absolute links; between two blocks stands an empty line."""
    return _Portable().written(tree.blocks(source))


def portable_line(source: str) -> str:
    """The same of a text that stands in one line: marks, code and links."""
    return _Portable().line(tree.line(source))


def shortened(source: str, most: int) -> str:
    """The source itself, or the beginning of what is read of it, in so many characters."""
    blocks = tree.blocks(source)
    return source if sum(map(len, texts(blocks))) <= most else _Portable().written(beginning(blocks, most))


def escaped(text: str, *, begins: bool = True) -> str:
    """Plain words. ``begins``: they stand where a line does."""
    return "".join(_ENTITIES.get(sign, sign) for sign in _signs(text, begins=begins))


class _Portable(Writer):
    bullets = ("- ", "* ")
    ends = (". ", ") ")
    rule = "___"  # no bullet or heading, wherever it stands
    line_end = "  \n"

    def words(self, text: str, *, begins: bool) -> str:
        return escaped(text, begins=begins)

    def code(self, text: str) -> str:
        return code_span(text)

    def fence(self, text: str) -> list[str]:
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
        return [fence, *text.split("\n"), fence]

    def marked(self, kind: Kind, text: str, *, before: str, after: str) -> str:
        """Without the marks where other renderers would not take them for any: most know no :mod:`parsing` of ours."""
        if not (_flanks(text[0], before) and _flanks(text[-1], after)):
            return text
        return f"{_MARKS[kind]}{text}{_MARKS[kind]}"

    def link(self, href: str, text: str, *, is_bare: bool, after: str) -> str:
        return f"[{text}]({''.join(_CODED.get(sign, sign) for sign in href)})"


def _flanks(inner: str, beside: str) -> bool:
    return not is_punctuation(inner) or beside in ("", " ") or is_punctuation(beside)


def _signs(text: str, *, begins: bool) -> str:
    return _SIGNS.sub(r"\\\g<0>", text) if begins else _SIGNS.sub(r"\\\g<0>", f".{text}")[1:]
