"""Search over incidents and post-mortems, and incidents that are like one that is being reported."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from incidents import numbers
from incidents.views.incident import for_those_who_may, page
from postmortems.forms.learning import SearchForm, chosen
from postmortems.learning import search as finding, similar

PER_PAGE = 20
MOST_COMPONENTS = 200  # that are compared
RIGHTS = ("incidents.view_incident", "postmortems.view_postmortem")


@require_safe
@for_those_who_may(*RIGHTS)
def search(request):
    """Ranked where there are words, else the newest first; nothing at all until somebody asks."""
    form = SearchForm(request.GET)
    form.is_valid()  # what is wrong stands beside its field, and the rest is looked for without it
    asked = chosen(form)
    is_asked = bool(asked) and "q" not in form.errors
    wanted = form.wanted()
    found = finding.found(request.user, wanted) if is_asked else []
    pages = Paginator(found[: finding.MOST], PER_PAGE).get_page(request.GET.get("p"))
    return page(
        request,
        "postmortems/learning/search.html",
        title=_("Search"),
        form=form,
        is_asked=is_asked,
        sentence=_sentence(len(found)),
        hits=finding.hits(request.user, list(pages), wanted.words),
        pages=pages,
        chosen=urlencode(asked),
        narrowed=set(asked) - {"q"},
    )


@require_POST
@for_those_who_may(*RIGHTS)
def similar_incidents(request):
    """A fragment for the form that reports a suspicion, while one types. What is typed stands in no address."""
    return render(request, "postmortems/learning/_similar_list.html", {"similar": similar_to(request)})


def similar_to(request: HttpRequest) -> list[similar.Similar]:
    title, components = request.POST.get("title", ""), request.POST.getlist("components")
    keys = [int(key) for key in components[:MOST_COMPONENTS] if numbers.is_key(key)]
    return similar.to_typed(request.user, title[:200], keys, now=timezone.now())


def _sentence(found: int) -> str:
    if not found:
        return _("Nothing was found.")
    if found > finding.MOST:
        return _("More than %(n)s incidents; these are the best %(n)s.") % {"n": f"{finding.MOST:,}"}
    return ngettext("%(n)d incident", "%(n)d incidents", found) % {"n": found}
