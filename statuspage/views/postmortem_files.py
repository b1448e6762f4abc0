"""PDFs of a post-mortem for staff: which there are, making one, and its bytes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incidents import numbers, refusing
from incidents.permissions import require
from incidents.views.incident import for_those_who_may
from postmortems import actions
from postmortems.choices import Paper, Reader, RenderingState
from postmortems.document import exports
from postmortems.document.edition import Dress, Edition
from postmortems.document.values import Content
from postmortems.document.words import file_name
from postmortems.models import Postmortem, Rendering, Version
from statuspage import postmortem_downloads as downloads
from statuspage.actions import postmortem_files

SEE = "postmortems.view_postmortem"
FORMS: dict[str, tuple[Callable[[Content, Edition, Dress], str], str]] = {  # by the ending of the file
    "md": (exports.as_markdown, "text/markdown; charset=utf-8"),
    "json": (exports.as_json, "application/json"),
    "html": (exports.as_html, "text/html; charset=utf-8"),
}


def postmortem_or_404(request, public_id: str) -> Postmortem:
    require(request.user, SEE)
    rows = Postmortem.objects.visible_to(request.user).select_related("incident", "template")
    return get_object_or_404(rows, public_id=public_id)


def shown(request, postmortem: Postmortem) -> dict:
    """What the fragment needs."""
    editions = downloads.editions_of(postmortem)
    files = [file for edition in editions for row in edition.rows for file in row.files]
    is_waiting = any(file.is_coming for file in files)
    return {
        "postmortem": postmortem,
        "editions": editions,
        "is_waiting": is_waiting,
        "seconds": downloads.seconds() if is_waiting else 0,
        "back": request.get_full_path(),
        "forms": [("md", "Markdown"), ("html", _("Word processor")), ("json", "JSON")],
    }


@require_GET
@for_those_who_may(SEE)
def files(request, public_id):
    """The fragment anew, for a screen that waits."""
    found = shown(request, postmortem_or_404(request, public_id)) | {"back": _back(request, request.GET)}
    return render(request, "statuspage/staff/_postmortem_files.html", found)


@require_POST
@for_those_who_may(SEE)
def make(request, public_id):
    postmortem = postmortem_or_404(request, public_id)
    try:
        reader, paper = Reader(request.POST.get("reader")), Paper(request.POST.get("paper"))
    except ValueError:
        raise Http404 from None
    number = request.POST.get("number", "0")
    version = None
    if number != "0":
        known = {str(each.number): each for each in postmortem.versions.all()}
        if number not in known:
            raise Http404
        version = known[number]
    with refusing.in_messages(request):
        page = downloads.page_of(postmortem)
        postmortem_files.ask(postmortem, reader=reader, paper=paper, version=version, page=page, by=request.user)
    return HttpResponseRedirect(_back(request, request.POST))


@require_POST
@for_those_who_may(SEE)
def again(request, public_id, key):
    rendering = _rendering(request, public_id, key)
    with refusing.in_messages(request):
        actions.try_again(rendering, by=request.user)
    return HttpResponseRedirect(_back(request, request.POST))


@require_GET
@for_those_who_may(SEE)
def download(request, public_id, key):
    """The bytes, under a name that says what it is and for whom."""
    rendering = _rendering(request, public_id, key)
    if rendering.state != RenderingState.DONE:
        raise Http404
    answer = HttpResponse(bytes(rendering.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{_name(rendering)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@for_those_who_may(SEE)
def export(request, public_id, form):
    """The same document as text: of a version (``number``), or of the draft; for staff, or as customers read it."""
    if form not in FORMS:
        raise Http404
    postmortem = postmortem_or_404(request, public_id)
    number = numbers.read(request.GET.get("number", ""))
    version = get_object_or_404(postmortem.versions, number=number) if number else None
    reader = Reader.CUSTOMERS if request.GET.get("for") == Reader.CUSTOMERS else Reader.STAFF
    page = downloads.page_of(postmortem)
    found = postmortem_files.drawn(postmortem, reader=reader, page=page, version=version)
    write, content_type = FORMS[form]
    answer = HttpResponse(write(found.content, found.edition, found.dress), content_type=content_type)
    name = _named(postmortem, version=version, reader=reader)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _rendering(request, public_id: str, key: str) -> Rendering:
    postmortem = postmortem_or_404(request, public_id)
    return get_object_or_404(postmortem.renderings.select_related("version", "postmortem__incident"), key=key)


def _name(rendering: Rendering) -> str:
    paper = "-letter" if rendering.paper == Paper.LETTER else ""
    return f"{_named(rendering.postmortem, version=rendering.version, reader=Reader(rendering.reader))}{paper}.pdf"


def _named(postmortem: Postmortem, *, version: Version | None, reader: Reader) -> str:
    """With the number that its readers call it by."""
    title = file_name(postmortem.incident.title, otherwise=postmortem.public_id)
    whom = "internal" if reader == Reader.STAFF else "customers"
    if version is None:
        return f"{title}-draft-{whom}"
    return f"{title}-v{version.number if reader == Reader.STAFF else version.public_number}-{whom}"


def _back(request, given) -> str:
    """To the screen that asked, on this host only."""
    back = given.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return back
    return "/admin/"
