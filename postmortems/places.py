"""Where staff find a post-mortem and an action item."""

from __future__ import annotations

from django.urls import reverse

from postmortems.models import ActionItem, Postmortem, Record


def url_of(postmortem: Postmortem, part: str = "") -> str:
    """The screen of the post-mortem. ``part``: the key of what it is to open at."""
    path = reverse("postmortems_staff:postmortem", args=[postmortem.public_id])
    return f"{path}#{part}" if part else path


def url_of_record(record: Record) -> str:
    """Where it is filled in."""
    return url_of(record.postmortem, record.public_id)


def url_of_item(item: ActionItem) -> str:
    return reverse("postmortems_staff:action_item", args=[item.key])
