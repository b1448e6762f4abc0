"""Markdown as each chat writes it. What people typed can format text and link; it can call nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from incidents import markdown
from statuspage.snapshot.plain_text import plain

_CALL = re.compile(r"@(?=here\b|channel\b|everyone\b|group\b)", re.IGNORECASE)
_CODED = re.compile(r"<(?=[!@#])")  # how Slack and Discord write a call
_ABSOLUTE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
WORD_JOINER = "\u2060"  # invisible; keeps "@here" from being the word that rings


def uncalled(text: str) -> str:
    """The text as plain words that no chat takes for a call."""
    return _CODED.sub("<" + WORD_JOINER, _CALL.sub("@" + WORD_JOINER, plain(text)))


@dataclass(frozen=True)
class Dialect:
    """How one chat writes strong, emphasis, code, a link, and what it needs escaped."""

    strong: str
    em: str
    escapes: dict[int, str]
    link_shape: str  # of text and url
    bullet: str = "- "
    breaks: str = "\n"
    starts: re.Pattern[str] = field(default=re.compile(r"(?!)"))  # line beginnings that would be markup

    def escaped(self, text: str) -> str:
        return uncalled(text).translate(self.escapes)

    def link(self, text: str, url: str) -> str:
        return self.link_shape.format(text=self.escaped(text), url=self.address(url))

    def address(self, url: str) -> str:
        """A URL that ends where it ends."""
        for character, code in (("<", "%3C"), (">", "%3E"), ("|", "%7C"), (" ", "%20"), ("(", "%28"), (")", "%29")):
            url = url.replace(character, code)
        return url

    def bold(self, text: str) -> str:
        return f"{self.strong}{self.escaped(text)}{self.strong}" if text.strip() else ""

    def render(self, source: str) -> str:
        """Paragraphs, lists, quotes and code of the source."""
        return "\n".join(_trimmed(self._blocks(markdown.parsed(source))))

    def _blocks(self, tokens: Sequence[Token]) -> list[str]:
        lines: list[str] = []
        lists: list[int | None] = []  # the next number of each list around, None for bullets
        quotes, lead = 0, ""
        for token in tokens:
            if token.type == "bullet_list_open":
                lists.append(None)
            elif token.type == "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
                if not lists:
                    lines.append("")
            elif token.type == "list_item_open":
                number = lists[-1]
                lead = "  " * (len(lists) - 1) + (self.bullet if number is None else f"{number}. ")
                if number is not None:
                    lists[-1] = number + 1
            elif token.type == "blockquote_open":
                quotes += 1
            elif token.type == "blockquote_close":
                quotes -= 1
            elif token.type == "inline":
                before = "> " if quotes else ""
                text = self.starts.sub(r"\\\g<0>", self._inline(token.children or []))
                lines += [
                    before + lead + line if at == 0 else before + line for at, line in enumerate(text.split("\n"))
                ]
                lead = ""
            elif token.type == "paragraph_close" and not lists:
                lines.append("")
            elif token.type in ("fence", "code_block"):
                code = plain(token.content).rstrip("\n").replace("```", "'''")
                lines += ["```", *self._code(code).split("\n"), "```", ""]
        return lines

    def _inline(self, tokens: Sequence[Token]) -> str:
        found: list[str] = []
        links: list[tuple[int, str]] = []
        for token in tokens:
            if token.type == "text":
                found.append(self.escaped(token.content))
            elif token.type in ("strong_open", "strong_close"):
                found.append(self.strong)
            elif token.type in ("em_open", "em_close"):
                found.append(self.em)
            elif token.type == "code_inline":
                found.append(f"`{self._code(plain(token.content)).replace('`', chr(39))}`")
            elif token.type in ("softbreak", "hardbreak"):
                found.append(self.breaks)
            elif token.type == "link_open":
                links.append((len(found), str(token.attrGet("href") or "")))
            elif token.type == "link_close" and links:
                start, url = links.pop()
                text = "".join(found[start:])
                del found[start:]
                found.append(self.link_shape.format(text=text, url=self.address(url)) if _ABSOLUTE.match(url) else text)
        return "".join(found)

    def _code(self, text: str) -> str:
        return text.translate(self.escapes) if "&" in map(chr, self.escapes) else text


SLACK = Dialect(
    strong="*", em="_", link_shape="<{url}|{text}>", bullet="• ",
    escapes=str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}),
)  # fmt: skip
_BACKSLASHED = str.maketrans({each: f"\\{each}" for each in "\\*_`~|[]<>"})
_LINE_MARKUP = re.compile(r"^(?:#|>|-#|[-+] |\d+\. )", re.MULTILINE)
DISCORD = Dialect(strong="**", em="*", link_shape="[{text}](<{url}>)", escapes=_BACKSLASHED, starts=_LINE_MARKUP)
TEAMS = Dialect(
    strong="**", em="_", link_shape="[{text}]({url})", breaks="\n\n",
    escapes=str.maketrans({each: f"\\{each}" for each in "\\*_`[]"}),
)  # fmt: skip


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


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
