"""Where staff find a post-mortem and an action item."""

from __future__ import annotations

from django.urls import reverse

from postmortems.models import ActionItem, Postmortem, Record


def url_of(postmortem: Postmortem, part: str = "") -> str:
    """Where it goes on; with the key of a ``part``, the document at that place."""
    if part:
        return reverse("postmortems_staff:document", args=[postmortem.public_id]) + f"#{part}"
    return reverse("postmortems_staff:postmortem", args=[postmortem.public_id])


def url_of_record(record: Record) -> str:
    """Where it is filled in."""
    return reverse("postmortems_staff:record", args=[record.public_id])


def url_of_item(item: ActionItem) -> str:
    return reverse("postmortems_staff:action_item", args=[item.key])


def url_of_review(postmortem: Postmortem) -> str:
    return reverse("postmortems_staff:review", args=[postmortem.public_id])


def url_of_publishing(postmortem: Postmortem) -> str:
    return reverse("postmortems_staff:publish", args=[postmortem.public_id])


def url_of_all() -> str:
    """The list of post-mortems."""
    return reverse("postmortems_staff:postmortems")


def url_of_overdue_items() -> str:
    return reverse("postmortems_staff:action_items") + "?show=overdue"
