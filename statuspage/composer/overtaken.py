"""What somebody else saved while a form of maintenance was open: theirs beside mine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from incidents.maintenance.models import Window
from statuspage.composer import window_forms


def beside(form: Any, window: Window, names: Iterable[str]) -> dict[str, Any]:
    """For ``window/_theirs.html``: who it was, and each fact of ``names`` that is another than the one typed. The form
    takes the version that stands now: whoever saves again has read both."""
    now = Window.objects.select_related("owner", "team").get(pk=window.pk)
    mine, theirs = form.cleaned_data, []
    for name in names:
        value = getattr(now, name)
        if name in form.fields and value != mine.get(name):
            theirs.append((form.fields[name].label, getattr(now, f"get_{name}_display", lambda v=value: v)()))
    times = getattr(form, "times", None)
    if times and times != (now.starts_at, now.ends_at):
        theirs.append((_("Times"), (now.starts_at, now.ends_at)))
    form.data = window_forms.typed_again(form.data, version=str(now.version))
    last = now.history.select_related("history_user").first()
    return {"window": now, "theirs": theirs, "who": last.history_user if last else None, "is_overtaken": True}
