"""One action item: what it works on, how far it is, its history, and the form that changes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import refusing
from incidents.forms.fields import without_theirs
from incidents.views.incident import for_those_who_may, page
from postmortems import actions, ageing, item_history
from postmortems.clocks import ACTION_ITEM_CLOCKS
from postmortems.forms.action_items import ActionItemForm
from postmortems.models import ActionItem
from postmortems.places import url_of, url_of_item
from postmortems.views.action_items import SEE, WORK


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_may(SEE)
def action_item(request, key):
    """Saves what was typed and nothing else; what somebody else changed meanwhile comes back as a choice (412)."""
    item = _item_or_404(request, key)
    clashes, status, may_work = [], 200, request.user.has_perm(WORK)
    if request.method != "POST" or not may_work:
        form = ActionItemForm(item=item)
        status = 403 if request.method == "POST" else 200
    else:
        form = ActionItemForm(without_theirs(request.POST, request.POST.get("keep_theirs", "")), item=item)
        if form.is_valid():
            clashes = form.clashes()
            if not clashes:
                with refusing.in_form(form) as tried:
                    changes = form.typed()
                    actions.track(item, by=request.user, reason=form.cleaned_data["reason"], **changes)
                if tried.is_done:
                    messages.success(request, _("Saved.") if changes else _("Nothing was changed."))
                    return HttpResponseRedirect(url_of_item(item))
            else:
                form.on_top(clashes)
                status = 412
    return _screen(request, item, form=form, clashes=clashes, may_work=may_work, status=status)


def _screen(request, item, *, status, **more):
    now = timezone.now()
    [row] = ageing.rows([item], now=now)
    return page(
        request,
        "postmortems/action_item.html",
        title=str(item),
        status=status,
        item=item,
        subject=ACTION_ITEM_CLOCKS.subject(item),
        row=row,
        postmortem=item.postmortem,
        postmortem_url=url_of(item.postmortem, item.key),
        causes=[(cause, url_of(item.postmortem, cause.key)) for cause in item.causes.all() if _stands(cause)],
        fixes=[(fix, url_of(item.postmortem, fix.key)) for fix in item.fixes.all() if _stands(fix)],
        history=item_history.history(item, user=request.user),
        now=now,
        **more,
    )


def _stands(part) -> bool:
    return part.removed_at is None and part.record_id is None


def _item_or_404(request, key: str) -> ActionItem:
    rows = ActionItem.objects.visible_to(request.user).filter(key=key)
    related = "postmortem__incident__severity", "postmortem__lead", "owner__team"
    item = rows.select_related(*related).prefetch_related("causes", "fixes").first()
    if item is None:
        raise Http404
    return item
