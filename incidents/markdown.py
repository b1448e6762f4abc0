"""Markdown that staff typed → HTML that is safe to publish: the parser makes no raw HTML, and then nh3 cleans."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True})
    .disable(["heading", "lheading", "hr", "image", "html_block", "html_inline", "reference"])
    .enable("linkify")
)
_parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # v2.1 is a version
TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "code", "pre", "blockquote"}
_VISIBLE = "LNPS"  # letters, digits, punctuation and symbols; marks, spaces, controls and formats show nothing alone
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers: letters and symbols by name, nothing to the eye
_PRE = re.compile(r"<pre>.*?</pre>", re.DOTALL)


@lru_cache(maxsize=2048)  # the same text stands in pages, feeds and JSON, and stays the same at the next publishing
def render(source: str) -> SafeString:
    """Paragraphs, lists, emphasis, code and absolute links; nothing else passes, neither headings nor pictures."""
    clean = nh3.clean(
        _parser.render(source),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="nofollow noopener",
    )
    return mark_safe(_PRE.sub(lambda block: block[0].replace("\n", "&#10;"), clean.strip()))


@lru_cache(maxsize=2048)
def render_line(source: str) -> SafeString:
    """A text that stands in one line: emphasis, code and absolute links; what would be a block is words."""
    clean = nh3.clean(
        _parser.renderInline(_joined(source)),
        tags={"strong", "em", "a", "code"},
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="nofollow noopener",
    )
    return mark_safe(clean.strip())


def parsed(source: str) -> list[Token]:
    """The same as a tree, for callers that write another markup; links are not cleaned yet."""
    return _parser.parse(source)


def parsed_line(source: str) -> list[Token]:
    """What :func:`render_line` renders."""
    return [child for token in _parser.parseInline(_joined(source)) for child in token.children or ()]


def _joined(source: str) -> str:
    return " ".join(source.split())


@lru_cache(maxsize=2048)
def one_line(source: str) -> str:
    """The same as plain words, for places that hold no markup."""
    text = nh3.clean(_parser.render(source), tags=set())
    return " ".join(unescape(text).split())


@lru_cache(maxsize=2048)
def plain_lines(source: str) -> str:
    """The same with the lines that it has: a paragraph, a line break and an item of a list each begin one."""
    found, mark = [], ""
    for token in parsed(source):
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
        elif token.content:
            text = unescape(nh3.clean(_parser.renderer.render([token], _parser.options, {}), tags=set()))
            for line in filter(None, (" ".join(line.split()) for line in text.splitlines())):
                found.append(mark + line)
                mark = ""
    return "\n".join(found)


@lru_cache(maxsize=2048)
def has_words(source: str) -> bool:
    """Whether there is anything to read in it: what is empty, and what only looks written, says nothing."""
    if _is_one_of(source.lstrip()[:1], "L"):
        return True  # no letter at the beginning is a sign of Markdown, so that it is read: most texts are no work
    return any(_is_one_of(sign, _VISIBLE) for sign in one_line(source))


def _is_one_of(sign: str, categories: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in categories and sign not in _BLANK
