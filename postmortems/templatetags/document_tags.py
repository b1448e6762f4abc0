"""Texts of a post-mortem in the templates of its documents: escaped or cleaned, and in the direction they are read."""

from __future__ import annotations

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from incidents.markdown import render, render_line
from postmortems.document.addresses import target
from postmortems.document.words import direction

register = template.Library()


@register.filter
def said(text: str) -> SafeString:
    """Plain words; those of a script that is written from the right are kept together that way."""
    if direction(text) == "rtl":
        return format_html('<span dir="rtl">{}</span>', text)
    return escape(text)


@register.filter
def markdown(source: str) -> SafeString:
    """Paragraphs, lists, emphasis, code and links of Markdown source."""
    html = render(source)
    return format_html('<div dir="rtl">{}</div>', html) if direction(source) == "rtl" else html


@register.filter
def inline(source: str) -> SafeString:
    """Markdown within a line: what would be a list, a quotation or a block of code is words there."""
    html = render_line(source)
    return format_html('<span dir="rtl">{}</span>', html) if direction(source) == "rtl" else html


register.filter(target)


@register.filter
def get(table: dict, key: object) -> object:
    """What stands in a table under a key that is known only here."""
    return table.get(key, "")
