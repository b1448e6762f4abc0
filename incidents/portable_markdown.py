"""Markdown that staff typed, written anew so that every renderer shows what our pages show of it.

Programs and files carry Markdown to renderers of others, which know raw HTML, headings, pictures and any address. Here
each text says the same without them: what is no markup to us is escaped, and a link leads to where pages let it lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from incidents import markdown

_SAFE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_SIGNS = re.compile(
    r"[\\`*\[\]|~]|!$|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)"  # within a line
    r"|^[#+=:-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{3})[.)]|(?<=^\d{4})[.)]"  # where it begins
)
_ENTITIES = {"<": "&lt;", ">": "&gt;"}  # an escape would leave a tag to whoever reads the source with an eye for tags
_CODED = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "|": "%7C", "\\": "%5C"}
_MARKS = {"strong_open": "**", "strong_close": "**", "em_open": "*", "em_close": "*"}
_LISTS = {"bullet_list_open": ("-", "*"), "ordered_list_open": (".", ")")}  # the second follows one of the first


def portable(source: str) -> str:
    """Paragraphs, lists, quotes, code, emphasis and absolute links; between two blocks stands an empty line."""
    return "\n\n".join("\n".join(block) for block in _blocks(markdown.parsed(source)))


def portable_line(source: str) -> str:
    """The same of a text that stands in one line: emphasis, code and links."""
    return "".join(_inline(markdown.parsed_line(source)))


def escaped(text: str, *, begins: bool = True) -> str:
    """Plain words. ``begins``: they stand where a line does."""
    return "".join(_ENTITIES.get(sign, sign) for sign in _signs(text, begins=begins))


def _signs(text: str, *, begins: bool) -> str:
    return _SIGNS.sub(r"\\\g<0>", text) if begins else _SIGNS.sub(r"\\\g<0>", f".{text}")[1:]


def _blocks(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """Each as its lines; those without any are left out."""
    yield from filter(None, _all(tokens))


def _all(tokens: Sequence[Token]) -> Iterator[list[str]]:
    at, before, second = 0, "", False
    while at < len(tokens):
        token, end = tokens[at], _end(tokens, at)
        inside = tokens[at + 1 : end]
        second = token.type == before and not second
        if token.type == "paragraph_open":
            yield "".join(_inline(inside[0].children or [])).split("\n")
        elif token.type in ("fence", "code_block"):
            yield _fenced(token.content)
        elif token.type == "blockquote_open":
            yield [f"> {line}" if line else ">" for line in _together(inside)]
        elif token.type in _LISTS:
            yield _list(token, inside, _LISTS[token.type][second])
        before, at = token.type, end + 1


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the block that begins there is over."""
    level = tokens[at].level
    if tokens[at].nesting <= 0:
        return at
    return next(place for place in range(at + 1, len(tokens)) if tokens[place].level == level)


def _together(tokens: Sequence[Token], *, tight: bool = False) -> list[str]:
    lines: list[str] = []
    for block in _blocks(tokens):
        lines += ["", *block] if lines and not tight else block
    return lines


def _list(token: Token, items: Sequence[Token], sign: str) -> list[str]:
    lines: list[str] = []
    tight = all(each.hidden for each in items if each.type == "paragraph_open" and each.level == token.level + 2)
    number, at = int(token.attrGet("start") or 1), 0
    while at < len(items):
        end = _end(items, at)
        mark = f"{number}{sign} " if token.type == "ordered_list_open" else f"{sign} "
        if said := _together(items[at + 1 : end], tight=tight):  # empty ones beside each other would be a rule
            lines += [""] if lines and not tight else []
            lines += [f"{mark}{said[0]}", *(f"{' ' * len(mark)}{line}" if line else "" for line in said[1:])]
        number, at = number + 1, end + 1
    return lines


def _fenced(code: str) -> list[str]:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", code))])
    return [fence, *code.removesuffix("\n").split("\n"), fence]


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    begins = True
    closing: list[str] = []
    for token in tokens:
        if token.type in ("text", "text_special"):
            yield escaped(token.content, begins=begins)
        elif token.type in ("softbreak", "hardbreak"):
            yield "  \n"
        elif token.type == "code_inline":
            yield _code(token.content)
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            closing.append(f"]({''.join(_CODED.get(sign, sign) for sign in href)})" if _SAFE.match(href) else "")
            yield "[" if closing[-1] else ""
        elif token.type == "link_close":
            yield closing.pop()
        else:
            yield _MARKS.get(token.type, "")
        begins = token.type in ("softbreak", "hardbreak") or (begins and not token.content and token.nesting == 0)


def _code(text: str) -> str:
    fence = "`" * (max([0, *map(len, re.findall("`+", text))]) + 1)
    space = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{space}{text}{space}{fence}"
