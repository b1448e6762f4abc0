"""Where staff find a window and what they are asked to approve."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from incidents.maintenance.models import Approval, Window


def url_of(window: Window) -> str:
    return _at("window", window.public_id)


def url_of_approval(approval: Approval) -> str:
    return _at("approval", approval.public_id)


def url_of_all() -> str:
    """The list of windows."""
    return _at("windows")


def _at(name: str, *args: str) -> str:
    """Where an installation leaves the screens of maintenance out, its staff begin at the home."""
    try:
        return reverse(f"maintenance_staff:{name}", args=args)
    except NoReverseMatch:
        return reverse("admin:index")
