"""A page with a summary of what is wrong (``{% error_summary %}``): its title begins with that, and each line of the
summary leads to its control, wherever a template has put it.
"""

from __future__ import annotations

import re
from html import unescape

from django.utils.translation import gettext as _

MARK = "data-focus data-summary autofocus>"  # of bridgewatch/error_summary.html; in what people wrote ">" is escaped
LINK = re.compile(r'<a data-for="(?P<name>[^"]*)">(?P<text>.*?)</a>', re.DOTALL)
CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
ATTRIBUTE = re.compile(r'\s(name|id|type|hidden)(?:="([^"]*)")?')


class ErrorSummaries:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.streaming and MARK.encode() in response.content:
            page = response.content.decode(response.charset)
            response.content = led(page.replace("<title>", f"<title>{_('Error:')} ", 1))
        return response


def led(page: str) -> str:
    """The page with lines that lead to the first control of their name after them; to one before, where none comes
    after; and to nothing where people see none. A control without an id gets one.
    """
    controls: dict[str, list[re.Match[str]]] = {}
    for found in CONTROL.finditer(page):
        given = {name: unescape(value or "") for name, value in ATTRIBUTE.findall(found[0])}
        if given.get("name") and given.get("type") != "hidden" and "hidden" not in given:
            controls.setdefault(given["name"], []).append(found)
    changes = {}
    for link in LINK.finditer(page):
        there = controls.get(unescape(link["name"]), [])
        control = next((each for each in there if each.start() > link.start()), there[0] if there else None)
        text = link["text"]
        if control is not None:
            given = dict(ATTRIBUTE.findall(control[0]))
            key = given.get("id") or f"control-{control.start()}"
            text = f'<a href="#{key}">{text}</a>'
            if not given.get("id"):
                first = re.match(r"<\w+", control[0])[0]
                changes[control.start(), control.end()] = f'{first} id="{key}"{control[0][len(first) :]}'
        changes[link.start(), link.end()] = text
    pieces, at = [], 0
    for (start, end), text in sorted(changes.items()):
        pieces += [page[at:start], text]
        at = end
    return "".join([*pieces, page[at:]])
