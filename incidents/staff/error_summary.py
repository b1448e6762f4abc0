"""A page with a summary of what is wrong (``{% error_summary %}``): its title begins with that, each line of the
summary leads to its control, wherever a template has put it, and the control is described by what is wrong with it.
"""

from __future__ import annotations

import re
from html import unescape

from django.utils.translation import gettext as _

MARK = "data-focus data-summary autofocus>"  # of bridgewatch/error_summary.html; in what people wrote ">" is escaped
LINK = re.compile(r'<a data-for="(?P<name>[^"]*)">(?P<text>.*?)</a>', re.DOTALL)
CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
DESCRIPTION = re.compile(r'aria-describedby="([^"]*)"')
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
    after; and to nothing where people see none. A control without an id gets one, and one that its template does not
    mark as wrong is described by the line.
    """
    controls: dict[str, list[re.Match[str]]] = {}
    for found in CONTROL.finditer(page):
        given = {name: unescape(value or "") for name, value in ATTRIBUTE.findall(found[0])}
        if given.get("name") and given.get("type") != "hidden" and "hidden" not in given:
            controls.setdefault(given["name"], []).append(found)
    changes: dict[tuple[int, int], str] = {}
    for number, link in enumerate(LINK.finditer(page), start=1):
        there = controls.get(unescape(link["name"]), [])
        control = next((each for each in there if each.start() > link.start()), there[0] if there else None)
        text = link["text"]
        if control is not None:
            line = f"wrong-{number}"
            tag = changes.get(control.span(), control[0])
            key = dict(ATTRIBUTE.findall(tag)).get("id") or f"control-{control.start()}"
            changes[control.span()] = _marked(tag, key, line, page)
            text = f'<a href="#{key}" id="{line}">{text}</a>'
        changes[link.span()] = text
    pieces, at = [], 0
    for (start, end), text in sorted(changes.items()):
        pieces += [page[at:start], text]
        at = end
    return "".join([*pieces, page[at:]])


def _marked(tag: str, key: str, line: str, page: str) -> str:
    """The control with an id, and what is wrong among what describes it: where its template says it, or the line."""
    given = dict(ATTRIBUTE.findall(tag))
    name, rest = tag.split(maxsplit=1)
    more = "" if given.get("id") else f' id="{key}"'
    is_marked = 'aria-invalid="true"' in tag
    if not is_marked and given.get("type") not in ("radio", "checkbox"):  # ARIA has it for their group only
        more += ' aria-invalid="true"'
    found = DESCRIPTION.search(rest)
    named = found[1].split() if found else []
    there = [each for each in named if f'id="{each}"' in page or each.startswith("wrong-")]
    if not is_marked or not named or len(there) < len(named):
        there = [*dict.fromkeys([line, *there])]
    described = f'aria-describedby="{" ".join(there)}"'
    if found is None:
        more += f" {described}"
    else:
        rest = rest[: found.start()] + described + rest[found.end() :]
    return f"{name}{more} {rest}"
