"""A subscriber in words, and all of them as a table."""

from django.utils.translation import gettext as _

from notifications import addresses
from notifications.audience import interests


def shown(row):
    return addresses.shown(row.transport, row.address)


def words(row):
    found = []
    for each in row.subscriptions.all():
        words = interests.on_page(each)
        found.append(words if each.confirmed_at else _("%(what)s (not confirmed)") % {"what": words})
    return found


def state(row):
    if row.quarantined_at:
        return _("Quarantined: %(reason)s") % {"reason": row.quarantine_reason or _("messages came back")}
    if not row.confirmed_at:
        return _("Has not confirmed")
    return _("Paused") if row.paused_at else _("Hears")


def header():
    return [_("Address"), _("By"), _("State"), _("Hears about"), _("Time zone"), _("Asked"), _("Confirmed")]


def rows_of(subscribers):
    """A line each, read in pieces, whatever their number."""
    for row in subscribers.iterator(chunk_size=2000):
        about = "; ".join(interests.on_page(each) for each in row.subscriptions.all())
        yield [
            row.address,
            row.transport,
            state(row),
            about,
            row.time_zone,
            _iso(row.created_at),
            _iso(row.confirmed_at),
        ]


def _iso(at):
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
