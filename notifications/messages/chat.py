"""A message as a note for a chat, in the page's language and the recipient's zone."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from incidents import wall_times
from notifications.messages import moments
from notifications.messages.kinds import kind_of
from notifications.messages.note import Note
from notifications.messages.outgoing import Outgoing


def note(outgoing: Outgoing) -> Note:
    news, page, recipient = outgoing.news, outgoing.page, outgoing.recipient
    zone = moments.zone(recipient.time_zone, page.time_zone if page else "")
    kind = kind_of(news, page)
    language = page.language if page else settings.LANGUAGE_CODE
    with translation.override(language), wall_times.override(recipient.hours):
        return kind.note(kind.said(news, page, zone, recipient.token), page)
