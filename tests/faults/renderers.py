"""Work of processes that draw PDFs, for :mod:`tests.faults.children`."""

from postmortems import rendering


def draw():
    rendering.run()
