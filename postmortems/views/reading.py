"""The document as it is read: as customers do, or with everything that is internal; comments beside each section."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents import numbers, refusing
from postmortems import actions
from postmortems.choices import Reader, Stage
from postmortems.comparison import compared
from postmortems.document import frozen, view
from postmortems.document.redaction import for_customers
from postmortems.document.values import Content
from postmortems.forms.review import CommentForm
from postmortems.models import Comment, Postmortem, Section
from postmortems.reading import content_of
from postmortems.views.base import SEE, of_postmortem
from postmortems.views.review import version_or_404
from postmortems.views.screen import screen


@dataclass(frozen=True)
class Talk:
    """What was said about one section: what is open, and how much was answered."""

    section: Section
    open: list[Comment]
    resolved: list[Comment]


@of_postmortem()
def document(request, postmortem: Postmortem):
    """What it says now: the draft, or the version that was asked to be approved."""
    last = postmortem.versions.first()
    if postmortem.stage == Stage.DRAFT or last is None:
        content = content_of(postmortem)
    else:
        content = frozen.load(Content, last.content)
    return _read(request, postmortem, content, version=None if postmortem.is_draft else last)


@of_postmortem()
def version(request, postmortem: Postmortem, number: int):
    """A version as it was frozen; beside another one (``?with=``), word by word."""
    row = version_or_404(postmortem, number)
    content = frozen.load(Content, row.content)
    other = numbers.read(request.GET.get("with", ""))
    if other:
        before = version_or_404(postmortem, other)
        earlier = frozen.load(Content, before.content)
        return screen(
            request, "compare.html", postmortem, here="", version=row, before=before,
            title=_("Versions %(old)d and %(new)d") % {"old": before.number, "new": row.number},
            changes=compared(earlier, content),
        )  # fmt: skip
    return _read(request, postmortem, content, version=row)


def _read(request, postmortem: Postmortem, content: Content, *, version):
    reader = Reader.CUSTOMERS if request.GET.get("for") == Reader.CUSTOMERS else Reader.STAFF
    shown = for_customers(content) if reader == Reader.CUSTOMERS else content
    talks = _talks(postmortem) if (reader == Reader.STAFF and version is None) or not postmortem.is_draft else {}
    return screen(
        request,
        "document.html",
        postmortem,
        here="document",
        content=shown,
        sections=view.sections(shown),
        matrix=view.matrix(shown),
        impacts=view.impacts(shown),
        reader=reader,
        version=version,
        talks=talks if reader == Reader.STAFF else {},
        comment=CommentForm(),
        left_out=_left_out(content),
    )


def _left_out(content: Content) -> int:
    """How many parts customers do not read."""
    shown = for_customers(content)

    def parts(each: Content) -> int:
        paragraphs = sum(len(section.paragraphs) for section in each.sections)
        return paragraphs + len(each.events) + len(each.mitigations) + len(each.causes) + len(each.actions)

    return parts(content) - parts(shown)


def _talks(postmortem: Postmortem) -> dict[str, Talk]:
    """By anchor of the section."""
    said = defaultdict(list)
    for comment in postmortem.comments.select_related("by", "resolved_by"):
        said[comment.section_id].append(comment)
    return {
        f"section-{section.pk}": Talk(
            section,
            [each for each in said[section.pk] if each.resolved_at is None],
            [each for each in said[section.pk] if each.resolved_at is not None],
        )
        for section in postmortem.sections.all()
    }


@require_POST
@of_postmortem(SEE)
def comment(request, postmortem: Postmortem):
    section = postmortem.sections.filter(pk=numbers.read(request.POST.get("section", ""))).first()
    if section is None:
        raise Http404
    form = CommentForm(request.POST)
    if form.is_valid():
        with refusing.in_messages(request):
            actions.comment(postmortem, section=section, by=request.user, text=form.cleaned_data["text"])
    else:
        messages.error(request, _("Write what you have to say."))
    return _back(postmortem, f"section-{section.pk}")


@require_POST
@of_postmortem(SEE)
def resolve(request, postmortem: Postmortem, pk: int):
    """A comment is answered; posted again with ``open``, it is not."""
    row = postmortem.comments.filter(pk=pk).first()
    if row is None:
        raise Http404
    with refusing.in_messages(request):
        actions.resolve_comment(row, by=request.user, resolved="open" not in request.POST)
    if request.POST.get("from") == "review":
        return HttpResponseRedirect(reverse("postmortems_staff:review", args=[postmortem.public_id]) + "#comments")
    return _back(postmortem, f"section-{row.section_id}")


def _back(postmortem: Postmortem, anchor: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('postmortems_staff:document', args=[postmortem.public_id])}#{anchor}")
