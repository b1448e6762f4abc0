"""What is said when a live request cannot be taken: in the dress of the page it was for, with what was typed."""

from __future__ import annotations

import re
from functools import cache

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from statuspage.documents.kinds import UNAVAILABLE
from statuspage.serving.answers import Answer, text
from statuspage.serving.bodies import SMALL
from statuspage.serving.limits import Refused
from statuspage.serving.live import Live
from statuspage.stores import headers

RETRY_AFTER = 5  # seconds
FORM = "application/x-www-form-urlencoded"
AGAIN = re.compile(r'<a ([^>]*)href="" data-again>(.*?)</a>')  # where a form is, it takes the place of this link
KEPT = " hidden data-kept"  # of a sentence that is true where the form is there again
LOST = " hidden data-lost"  # and of one where it is not
SECRET = re.compile("password|secret|passphrase", re.IGNORECASE)  # in the names of fields


def no_place(live: Live, body: bytes) -> Answer:
    """503: too many ask at once. People get a page that asks again, by itself or with what they typed."""
    later = [("Retry-After", str(RETRY_AFTER))]
    entry = live.page.find(UNAVAILABLE) if live.page and live.kind == "forms" else None
    if entry is None and live.kind not in ("staff", "doors"):
        return text(503, "Too much is asked for at once. Try again in a moment.\n", later)
    html = entry.choose("").body.decode() if entry else _of_staff()
    if live.environ["REQUEST_METHOD"] == "POST":
        html = _with_form(html, _typed(live.environ, body))
    else:
        later.append(("Refresh", str(RETRY_AFTER)))
    kept = {name: value for name, value in headers.for_path(UNAVAILABLE, tls=settings.BEHIND_TLS).items()
            if name not in ("CDN-Cache-Control", "Vary")}  # fmt: skip
    # With no-referrer a browser says of staff's next POST that it comes from nowhere, and Django would refuse it.
    referrer = "no-referrer" if live.kind == "forms" else "same-origin"
    kept |= {"Cache-Control": "no-store", "Referrer-Policy": referrer, "X-Robots-Tag": "noindex"}
    content = html.encode()
    return Answer(503, [("Content-Type", headers.content_type(UNAVAILABLE)), ("Content-Length", str(len(content))),
                        *kept.items(), *later], content)  # fmt: skip


def at_sight(refused: Refused) -> Answer:
    """The connection ends with it: nobody waits for the rest."""
    later = [("Retry-After", str(RETRY_AFTER))] if refused.status == 503 else []
    return text(refused.status, refused.words, [("Connection", "close"), *later])


@cache
def _of_staff() -> str:
    return render_to_string("busy.html")


def _typed(environ: dict, body: bytes) -> QueryDict:
    """The fields that were sent; none where not all of it can be sent again, or where it takes long to tell: what comes
    in parts, as files do, and what is long. For the event loop."""
    if len(body) > SMALL or not environ.get("CONTENT_TYPE", "").lower().startswith(FORM):
        return QueryDict()
    try:
        return QueryDict(body, encoding="utf-8")
    except SuspiciousOperation:  # too many
        return QueryDict()


def _with_form(html: str, typed: QueryDict) -> str:
    """A document with what was typed behind its button; or, where there is nothing, with the word to go back."""
    html = html.replace(KEPT if typed else LOST, "")
    return AGAIN.sub(lambda link: _again(typed, *link.groups()) if typed else "", html)


def _again(typed: QueryDict, attributes: str, words: str) -> str:
    """A form that sends the same again. Secrets are asked for: they are in no answer of ours."""
    pairs = [(name, value) for name, values in typed.lists() for value in values]
    hidden = [pair for pair in pairs if not SECRET.search(pair[0])]
    secret = [(name.replace("_", " ").strip().capitalize(), name) for name, _value in pairs if SECRET.search(name)]
    return format_html(
        '<form method="post" action="">{}{}<button {}type="submit">{}</button></form>',
        format_html_join("", '<input type="hidden" name="{}" value="{}">', hidden),
        format_html_join("", '<label>{} <input type="password" name="{}" required></label>', secret),
        mark_safe(attributes),  # ours, from a document of ours
        mark_safe(words),
    )
