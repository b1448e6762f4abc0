"""Where staff find maintenance."""

from __future__ import annotations

from django.urls import reverse

from incidents.maintenance.models import Approval, Series, Window


def url_of(window: Window) -> str:
    """Where it is run, and everything about it stands."""
    return reverse("maintenance_staff:window", args=[window.public_id])


def url_of_approval(approval: Approval) -> str:
    """Where it is approved or declined."""
    return reverse("maintenance_staff:approval", args=[approval.public_id])


def url_of_all() -> str:
    """The list of windows."""
    return reverse("maintenance_staff:windows")


def url_of_series(series: Series) -> str:
    """Where it is changed, and what comes of it stands."""
    return reverse("statuspage_staff:series", args=[series.public_id])


def url_of_notices() -> str:
    """What operators sent and is left to do."""
    return reverse("maintenance_staff:notices")
