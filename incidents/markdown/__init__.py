"""Markdown that staff typed, read once (:mod:`parsing`, :mod:`tree`) and written for each place that shows it:

pages, mails and PDF (:mod:`html`), text without markup (:mod:`plain`), renderers of others (:mod:`portable`) and chats
(:mod:`notifications.messages.dialects`). What each is offered is the same: paragraphs, lists, quotations, rules, code,
bold, italics, struck out words and absolute links. A heading is a bold line, a table a list of its rows, a picture a
link.
"""

from incidents.markdown.html import render, render_line
from incidents.markdown.plain import excerpt, has_words, one_line, plain

__all__ = ["excerpt", "has_words", "one_line", "plain", "render", "render_line"]
