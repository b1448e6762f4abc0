"""A post-mortem as PDF: from values to bytes, against WeasyPrint alone on the same HTML in a bare process.

The bare process only imports WeasyPrint and renders, with the same fonts and no tags beyond its own. Ours adds the
HTML, the child with its limits, and what completes the tags.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from tempfile import NamedTemporaryFile

from tests.bench.report import Report

ROUNDS = 3
BARE = """
import json, resource, sys, weasyprint
made = weasyprint.HTML(string=open(sys.argv[1]).read()).write_pdf(pdf_variant="pdf/ua-1")
print(json.dumps([len(made), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def run(report: Report) -> None:
    report.head(f"A post-mortem as PDF: median of {ROUNDS} alternating rounds: processor time, peak memory")
    command = [sys.executable, "-m", "tests.bench.pdf"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    told = subprocess.run(command, env=environment, capture_output=True, text=True)
    if told.returncode:
        report.say(f"Left out: {told.stderr.strip().splitlines()[-1][:200]}")
        return
    for name, row in json.loads(told.stdout.splitlines()[-1]).items():
        ours, bare = row["ours"], row["bare"]
        report.line(f"{name}, {row['pages']} pages, {row['kB']:.0f} kB: ours", _figures(ours))
        report.line(f"{name}: WeasyPrint alone", _figures(bare))
        share = ours[0] / bare[0]
        report.line(f"{name}: time, ours to alone", f"{share:.2f}", aim="≤ 1.1", met=share <= 1.1)
        report.line(f"{name}: memory, ours to alone", f"{ours[1] / bare[1]:.2f}", aim="≤ 1.1",
                    met=ours[1] <= 1.1 * bare[1])  # fmt: skip
        report.line(f"{name}: HTML from values", f"{1000 * row['html']:.0f} ms")


def _figures(row: list[float]) -> str:
    return f"{row[0]:.2f} s  {row[1] / 1024:.0f} MiB"


def _spent() -> float:
    """Seconds of processor time, of this process and of those that it waited for: not of others on the machine."""
    return sum(os.times()[:4])


def _child(command: list[str], told: bytes) -> bytes:
    from postmortems.pdf import native

    done = subprocess.run(
        command, cwd=native.ROOT, env=native.environment(), input=told, capture_output=True, check=True
    )
    return done.stdout


def _measure() -> dict[str, dict]:
    import django

    django.setup()
    from pypdf import PdfReader

    from postmortems.pdf import drawing, view
    from tests.postmortems import examples

    def endless():
        """The long one, with ten times as much of everything that fills pages."""
        long = examples.LONG
        sections = tuple(replace(each, paragraphs=each.paragraphs * 20) for each in long.sections)
        return replace(long, sections=sections, events=long.events * 45, mitigations=long.mitigations * 55,
                       notices=long.notices * 30)  # fmt: skip

    limits = drawing.Limits(seconds=600, memory=4 * 2**30)
    rows = {}
    for name, content in {"long": examples.LONG, "100 pages": endless()}.items():
        edition = examples.edition(content)
        begun = _spent()
        html = view.page(content, edition, examples.DRESS)
        took = _spent() - begun
        ours, bare = [], []
        with NamedTemporaryFile("w", suffix=".html") as file:
            file.write(html)
            file.flush()
            for _round in range(ROUNDS):
                begun = _spent()
                made = drawing.draw(content, edition, examples.DRESS, limits=limits)
                ours.append(_spent() - begun)
                begun = _spent()
                alone = _child([sys.executable, "-c", BARE, file.name], b"")
                bare.append(_spent() - begun)
        head, _newline, _bytes = _child(drawing.COMMAND, drawing.asked(html, limits)).partition(b"\n")
        rows[name] = {
            "pages": len(PdfReader(BytesIO(made)).pages),
            "kB": len(made) / 1000,
            "html": took,
            "ours": [statistics.median(ours), json.loads(head)["peak"]],
            "bare": [statistics.median(bare), json.loads(alone)[1]],
        }
    return rows


if __name__ == "__main__":
    print(json.dumps(_measure()))
