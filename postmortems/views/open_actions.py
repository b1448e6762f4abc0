"""Open action items beside a form: as its components are chosen."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.numbers import is_key
from incidents.views.incident import for_those_who_may
from postmortems.near import open_actions as near
from postmortems.views.action_items import SEE

MOST = 200  # components


@require_safe
@for_those_who_may(SEE)
def open_actions(request):
    """The rows alone, in the form of a list."""
    chosen = [int(text) for text in request.GET.getlist("component")[:MOST] if is_key(text)]
    rows = near(chosen, user=request.user, now=timezone.now())
    answer = HttpResponse(render_to_string("postmortems/_open_actions_rows.html", {"rows": rows}, request))
    answer["Cache-Control"] = "no-store"
    return answer
