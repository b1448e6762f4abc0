"""kill -9 of the task that draws a PDF, in mid-rendering: nothing half-made is kept, and the next worker makes it."""

import os
import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from postmortems import rendering
from postmortems.choices import Paper, RenderingState
from postmortems.document import frozen
from postmortems.editions import Drawn
from postmortems.models import Rendering
from postmortems.pdf import drawing
from tests import factories as make
from tests.config.processes import command, descendants, runs, until
from tests.faults import children, renderers

DRAWS = "postmortems.pdf.child"


def drawing_child(process):
    return next((pid for pid in descendants(process.pid) if DRAWS in command(pid)), None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("victim", ["the task", "what draws for it"])
def test_killed_in_mid_rendering_the_next_one_makes_the_same_bytes(root, sms, start, victim):
    page = make.page(sms, is_default=True)
    make.published(make.resolved(page=page, affects=[sms]))
    row = Rendering.objects.get()

    process = start(renderers.draw)
    until(lambda: drawing_child(process), seconds=30)
    child = drawing_child(process)
    os.kill(process.pid if victim == "the task" else child, signal.SIGKILL)
    children.finish(process)
    until(lambda: not runs(child), seconds=drawing.Limits().seconds)  # nobody reads what it would say
    row.refresh_from_db()

    if victim == "the task":
        assert (row.state, row.pdf) == (RenderingState.RUNNING, None)
        assert rendering.run() == 0  # under its lease nobody else begins
        Rendering.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # SQLite counts milliseconds
    else:
        assert (row.state, row.pdf, bool(row.error)) == (RenderingState.FAILED, None, True)
        Rendering.objects.update(state=RenderingState.WAITING, error="")
    assert rendering.run() == 1
    row.refresh_from_db()
    drawn = frozen.load(Drawn, row.content)
    assert (row.state, row.error) == (RenderingState.DONE, "")
    assert bytes(row.pdf) == drawing.draw(drawn.content, drawn.edition, drawn.dress, paper=Paper(row.paper))
