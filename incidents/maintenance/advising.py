"""What an operator's notice leaves for a person to do, in words: only what can be done to the window as it is."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.maintenance.choices import ReadAs, State
from incidents.maintenance.models import OperatorNotice, Window
from incidents.maintenance.operator_calendars import Announced


def of_change(window: Window, event: Announced, *, concerns_others: bool, now: datetime) -> str:
    """Of what customers were told, and what is not over; ``concerns_others``: than the operator said before."""
    said = [_of_course(window, event, now=now)]
    if concerns_others and not event.is_completed:
        said.append(_("The operator says that it concerns other parts, or with another effect: look at what is told."))
    return " ".join(filter(None, said))


def of_cancellation(window: Window) -> str:
    """Of what customers were told; nothing where it is over."""
    if window.is_over:
        return ""
    if State(window.state).can_become(State.CANCELLED):
        return _("The operator cancelled it. Customers were told of it: cancel it, so that they hear of that.")
    return _("The operator cancelled it, but here it is being verified already: end it.")


def of_unknown_cancellation(event: Announced, *, now: datetime) -> str:
    """Whoever plans by hand what an operator said, or under another UID, has a window that no notice leads to."""
    if event.ends_at <= now:
        return ""
    return _(
        "The operator cancelled this event, and no earlier notice of it is known. If a window was planned for it, "
        "cancel that window; otherwise nothing is left to do."
    )


def _of_course(window: Window, event: Announced, *, now: datetime) -> str:
    words = {"from": _moment(event.starts_at), "to": _moment(event.ends_at)}
    if event.is_completed and window.is_running:
        return _("The operator’s work is over. Customers still read that it runs: end it.")
    if event.is_completed:
        return _("The operator’s work is over, and here it has not begun: cancel it, or begin and end it.")
    if not window.is_running:
        if (event.starts_at, event.ends_at) == (window.starts_at, window.ends_at):
            return ""
        return _("The operator works from %(from)s to %(to)s now. Customers were told other times: move it.") % words
    if event.ends_at == window.ends_at:  # when it began can no longer be another time
        return ""
    if event.ends_at > max(window.ends_at, now):
        return _("The operator works until %(to)s now. Customers were told an earlier end: extend it.") % words
    if event.ends_at > window.ends_at:
        return _("The operator worked until %(to)s, later than customers were told: end it.") % words
    return (
        _("The operator works until %(to)s only. Customers were told a later end: end it when the work is over.")
        % words
    )


def of_file_read_before(notice: OperatorNotice, later: OperatorNotice) -> str:
    """``later`` says what stands now: reading ``notice`` again must not undo it, a person may have to."""
    words = {"title": later.window or later.uid, "source": later.source, "at": _moment(later.received_at)}
    if later.read_as == ReadAs.CANCELLED:
        said = _("%(title)s: a later notice was read since (%(source)s, %(at)s), which cancels it.") % words
    else:
        words |= {"from": _moment(later.starts_at), "to": _moment(later.ends_at)}
        said = (
            _("%(title)s: a later notice was read since (%(source)s, %(at)s), with times from %(from)s to %(to)s.")
            % words
        )
    return f"{said} {_way_back(notice, later)}"


def _way_back(notice: OperatorNotice, later: OperatorNotice) -> str:
    window = later.window
    if window is None or window.is_over or later.read_as == ReadAs.CANCELLED:
        return _("If it takes place as this file says after all, ask the operator for a file with a higher SEQUENCE.")
    if (window.starts_at, window.ends_at) == (notice.starts_at, notice.ends_at):
        return _(
            "The window has the times of this file. If the operator is back on them, leave it there, or ask the "
            "operator for a file with a higher SEQUENCE."
        )
    if window.is_running:
        return _(
            "If the operator is back on the times of this file, extend or end the window, or ask the operator for a "
            "file with a higher SEQUENCE."
        )
    return _(
        "If the operator is back on the times of this file, move the window, or ask the operator for a file with a "
        "higher SEQUENCE."
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
