"""The texts that a page's staff may edit: header, footer, and each stage's subject and first line (1-18)."""

from __future__ import annotations

from django.template import Template
from django.utils.translation import gettext_lazy as _

from incidents.markdown import one_line
from incidents.markdown.portable import escaped
from statuspage import plain_templates

VARIABLES = {
    "page": _("the name of the page. Example: Larkwire Platform"),
    "title": _("the title of the incident. Example: SMS delayed in Frankfurt"),
    "status": _("the stage. Example: Identified"),
    "body": _("the text of the update"),
    "components": _("what is affected. Example: SMS and WhatsApp"),
    "locations": _("where; empty where it is everywhere. Example: Frankfurt and Singapore"),
    "next_update": _("the promised time in the reader's zone. Example: 14:54 UTC; empty where none is promised"),
    "support_url": _("the support portal of the page; empty where it has none"),
    "manage_url": _("where the reader changes or stops these messages; empty in subjects"),
}
AS_WRITTEN = ("body", "support_url", "manage_url")


def check(body: str) -> Template:
    """For forms: raises :class:`statuspage.plain_templates.BrokenText`, which says what to write instead."""
    return plain_templates.check(body, VARIABLES)


def fill(body: str, values: dict[str, str]) -> str:
    """The Markdown filled in; what a message has no value for is empty. Values are words, but for the text of an update
    and addresses: a title with an asterisk marks nothing."""
    words = {name: text if name in AS_WRITTEN else escaped(text, begins=False) for name, text in values.items()}
    return _filled(body, words)


def fill_line(body: str, values: dict[str, str]) -> str:
    """A subject: words in one line."""
    return " ".join(_filled(body, values | {"body": one_line(values.get("body", ""))}).split())


def _filled(body: str, values: dict[str, str]) -> str:
    return plain_templates.fill(body, dict.fromkeys(VARIABLES, "") | values) if body else ""
