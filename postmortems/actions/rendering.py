"""A PDF is asked for, drawn by whoever has time, and kept. Nothing here draws: that happens outside of transactions
(:mod:`postmortems.rendering`).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError, NotAllowed
from incidents.models import User
from incidents.permissions import require
from postmortems import signals
from postmortems.choices import Paper, Reader, RenderingState
from postmortems.document import frozen
from postmortems.document.redaction import for_customers
from postmortems.editions import Drawn, key_of, key_of_drawn
from postmortems.models import Postmortem, Rendering, Version

LEASE = timedelta(seconds=90)  # longer than a rendering may take; who holds it longer has died, or will find it lost
KEPT = timedelta(days=7)  # files of drafts
CUT_OFF = "cut off"  # stands in ``error`` while a rendering is tried the second time


@transaction.atomic
def ask_for_pdf(
    postmortem: Postmortem,
    drawn: Drawn,
    *,
    reader: Reader,
    by: User | None,
    paper: Paper = Paper.A4,
    version: Version | None = None,
    whose: str = "",
) -> Rendering:
    """The PDF of ``drawn``: the row that there is already, or one that waits to be drawn.

    ``version``: whose it is; none for a draft. ``whose``: the page that it is dressed for, with what that names. Of a
    published version each has one file, for good. Customers' files hold nothing internal, whatever ``drawn`` does.
    """
    require(by, "postmortems.view_postmortem")
    if by is not None and not Postmortem.objects.visible_to(by).filter(pk=postmortem.pk).exists():
        raise NotAllowed(_("There is no such post-mortem, or it is not open to you."))
    if drawn.edition.is_internal != (reader == Reader.STAFF):
        raise ValueError("The edition is for another reader.")
    if reader == Reader.CUSTOMERS:
        drawn = Drawn(for_customers(drawn.content), drawn.edition, drawn.dress)
    if version is not None and version.published_at is not None:
        key = key_of(version, reader, paper, whose=whose)
    else:
        key = key_of_drawn(drawn, reader, paper)
    if found := Rendering.objects.defer("pdf", "content").filter(key=key).first():
        return found
    made, _is_new = Rendering.objects.get_or_create(
        key=key,
        defaults={
            "postmortem": postmortem,
            "version": version,
            "reader": reader,
            "paper": paper,
            "content": frozen.dump(drawn),
            "asked_by": by,
        },
    )
    return made


@transaction.atomic
def try_again(rendering: Rendering, *, by: User | None) -> Rendering:
    """What failed is drawn once more."""
    require(by, "postmortems.view_postmortem")
    row = Rendering.objects.select_for_update(of=("self",)).defer("pdf", "content").get(pk=rendering.pk)
    if row.state != RenderingState.FAILED:
        raise DomainError(_("It did not fail: the PDF is ready, or being made."))
    row.state, row.error = RenderingState.WAITING, ""
    row.save(update_fields=["state", "error"])
    return row


@transaction.atomic
def claim() -> Rendering | None:
    """The one that waits longest, under a lease; none while another one is being drawn, for it takes much memory.

    What a worker began and left behind is taken over once; a rendering that ends its workers a second time has failed.
    """
    if Rendering.objects.filter(state=RenderingState.RUNNING, leased_until__gt=Now()).exists():
        return None
    left = Q(state=RenderingState.RUNNING, leased_until__lte=Now())
    rows = Rendering.objects.filter(left | Q(state=RenderingState.WAITING)).order_by("asked_at", "pk")
    for row in rows.select_for_update(skip_locked=True, of=("self",)).defer("pdf")[:10]:
        if row.state == RenderingState.RUNNING and row.error == CUT_OFF:
            _fail(row, _("Drawing the PDF was cut off twice: it may need more memory than this machine has."))
            continue
        error = CUT_OFF if row.state == RenderingState.RUNNING else ""
        Rendering.objects.filter(pk=row.pk).update(
            state=RenderingState.RUNNING, leased_until=Now() + LEASE, error=error
        )
        row.refresh_from_db(fields=["state", "leased_until", "error"])
        return row
    return None


@transaction.atomic
def finish(rendering: Rendering, pdf: bytes, *, pages: int, boxes: str = "") -> bool:
    """Keep the bytes, and which letters stand in it as ``boxes``. Nothing happens where somebody else has taken it over
    since."""
    error = _("Some letters stand as boxes, for this machine has no font with them: %(letters)s") % {"letters": boxes}
    error = Truncator(error).chars(255) if boxes else ""
    kept = {"state": RenderingState.DONE, "pdf": pdf, "pages": pages, "done_at": Now(), "error": error}
    if not _held(rendering).update(leased_until=None, **kept):
        return False
    signals.rendered.send(sender=Postmortem, postmortem=rendering.postmortem, rendering=rendering)
    return True


@transaction.atomic
def fail(rendering: Rendering, sentence: str) -> None:
    """There is no PDF; ``sentence`` says why to whoever asked."""
    if _held(rendering).exists():
        _fail(rendering, sentence)


def forget_drafts() -> None:
    """Files of drafts that nobody has asked for lately."""
    Rendering.objects.filter(version__isnull=True, asked_at__lt=Now() - KEPT).delete()


def _held(rendering: Rendering):
    return Rendering.objects.filter(pk=rendering.pk, state=RenderingState.RUNNING, leased_until=rendering.leased_until)


def _fail(row: Rendering, sentence: str) -> None:
    Rendering.objects.filter(pk=row.pk).update(
        state=RenderingState.FAILED, error=" ".join(sentence.split())[:255], leased_until=None
    )
