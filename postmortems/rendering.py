"""Draws the PDFs that wait, one at a time: claim, draw outside of every transaction, keep. It may be killed at any
moment: the next one goes on when the lease has run out.
"""

from __future__ import annotations

import logging
from time import monotonic

from postmortems import actions
from postmortems.choices import Paper
from postmortems.document import frozen
from postmortems.editions import Drawn
from postmortems.models import Rendering
from postmortems.pdf import drawing, failures
from postmortems.pdf.pages import pages_of

logger = logging.getLogger(__name__)
SLICE = 30.0  # seconds; then the worker may stop, or go on


def run(seconds: float = SLICE) -> int:
    """Draw until nothing waits, or for so long; how many were drawn."""
    until, made = monotonic() + seconds, 0
    while monotonic() < until and (rendering := actions.claim()):
        made += _draw(rendering)
    return made


def _draw(rendering: Rendering) -> bool:
    drawn, boxes = frozen.load(Drawn, rendering.content), list[str]()
    paper = Paper(rendering.paper)
    try:
        pdf = drawing.draw(drawn.content, drawn.edition, drawn.dress, paper=paper, missing=boxes.append)
    except failures.NotDrawn as failure:
        actions.fail(rendering, str(failure))
        return False
    except Exception:
        logger.exception("The PDF %s could not be drawn.", rendering.pk)
        actions.fail(rendering, str(failures.Broken()))
        return False
    return actions.finish(rendering, pdf, pages=pages_of(pdf), boxes=", ".join(boxes))
