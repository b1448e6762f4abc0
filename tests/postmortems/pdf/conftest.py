"""Real PDFs, each drawn once for all tests of a run that look at it."""

from dataclasses import replace

import pytest

from postmortems.choices import Paper
from postmortems.pdf import drawing
from tests.postmortems import examples
from tests.postmortems.pdf.reading import Read

DRESSED = replace(examples.DRESS, logo=examples.logo(), logo_width=160, logo_height=32)
KINDS = {
    "customers": (examples.LONG, {}, examples.DRESS, Paper.A4),
    "internal draft": (examples.LONG, {"is_internal": True, "is_draft": True}, DRESSED, Paper.LETTER),
    "short": (examples.SHORT, {"number": 1}, examples.DRESS, Paper.A4),
}


@pytest.fixture(scope="session")
def made():
    """The bytes of one of KINDS."""
    bytes_of = {}

    def draw(kind):
        if kind not in bytes_of:
            content, how, dress, paper = KINDS[kind]
            bytes_of[kind] = drawing.draw(content, examples.edition(content, **how), dress, paper=paper)
        return bytes_of[kind]

    return draw


@pytest.fixture(scope="session")
def read(made):
    """One of KINDS, read."""
    found = {}

    def reading(kind):
        if kind not in found:
            found[kind] = Read(made(kind))
        return found[kind]

    return reading
