"""A text as HTML that is safe to publish: nothing of it is raw, and then nh3 cleans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe

from incidents.markdown import tree
from incidents.markdown.addresses import SCHEMES
from incidents.markdown.nodes import (  # fmt: skip
    Block,
    Break,
    Code,
    Fence,
    Inline,
    Link,
    Listing,
    Marked,
    Paragraph,
    Quote,
    Rule,
    Words,
)

_INLINE = {"strong", "em", "s", "a", "code"}
_ALL = _INLINE | {"p", "br", "ul", "ol", "li", "pre", "blockquote", "hr"}
_TAG = {"strong": "strong", "em": "em", "strike": "s"}
_CODE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


@lru_cache(maxsize=2048)
def render(source: str) -> SafeString:
    """Paragraphs, lists, quotations, code, marks and absolute links."""
    html = _clean(_blocks(tree.blocks(source)), tags=_ALL)
    return mark_safe(_CODE.sub(lambda block: block[0].replace("\n", "&#10;"), html))


@lru_cache(maxsize=2048)
def render_line(source: str) -> SafeString:
    """A text that stands in one line: marks, code and absolute links; what would be a block is words."""
    return mark_safe(_clean(_inline(tree.line(source)), tags=_INLINE))


def _clean(html: str, *, tags: set[str]) -> str:
    return nh3.clean(
        html,
        tags=tags,
        attributes={tag: names for tag, names in _ATTRIBUTES.items() if tag in tags},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="nofollow noopener",
    ).strip()


def _blocks(blocks: Iterable[Block], *, is_tight: bool = False) -> str:
    return "\n".join(_block(each, is_tight=is_tight) for each in blocks)


def _block(block: Block, *, is_tight: bool) -> str:
    match block:
        case Paragraph(inside):
            return _inline(inside) if is_tight else f"<p>{_inline(inside)}</p>"
        case Fence(text):
            return f"<pre><code>{escape(text)}\n</code></pre>"
        case Rule():
            return "<hr>"
        case Quote(inside):
            return f"<blockquote>\n{_blocks(inside)}\n</blockquote>"
        case Listing(items, start, tight):
            tag = "ul" if start is None else "ol"
            first = "" if start in (None, 1) else f' start="{start}"'
            rows = "\n".join(f"<li>{_item(each, is_tight=tight)}</li>" for each in items)
            return f"<{tag}{first}>\n{rows}\n</{tag}>"


def _item(blocks: tuple[Block, ...], *, is_tight: bool) -> str:
    html = _blocks(blocks, is_tight=is_tight)
    return html if is_tight or not blocks else f"\n{html}\n"


def _inline(nodes: Iterable[Inline]) -> str:
    return "".join(map(_one, nodes))


def _one(node: Inline) -> str:
    match node:
        case Words(text):
            return escape(text)
        case Break():
            return "<br>\n"
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Marked(kind, inside):
            return f"<{_TAG[kind]}>{_inline(inside)}</{_TAG[kind]}>"
        case Link(href, inside, title):
            more = f' title="{escape(title)}"' if title else ""
            return f'<a href="{escape(href)}"{more}>{_inline(inside)}</a>'
