"""``make bench``: the promises of speed, measured on this machine against a real limit in the same run.

Figures of one machine say little, shares of what nginx does beside it say much: read the shares. ``ARGS`` chooses
parts, such as ``make bench ARGS="serving cost"``.
"""

import sys
import tempfile
from pathlib import Path

from tests.bench import (
    cost,
    drafting,
    fan_out,
    hooks,
    mails,
    maintenance,
    pdf,
    rush,
    search,
    serving,
    taken_back,
    visible,
    weight,
)
from tests.bench.report import Report
from tests.bench.running import product

PARTS = {"weight": weight.run, "serving": serving.run, "visible": visible.run, "rush": rush.run}
ALONE = {
    "cost": cost.run,
    "fan-out": fan_out.run,
    "mails": mails.run,
    "hooks": hooks.run,
    "taken-back": taken_back.run,
    "pdf": pdf.run,
    "search": search.run,
    "drafting": drafting.run,
    "maintenance": maintenance.run,
}


def main(chosen: list[str]) -> int:
    if unknown := set(chosen) - {*PARTS, *ALONE}:
        print(f"bench: there is no part {', '.join(sorted(unknown))}; choose from {', '.join([*PARTS, *ALONE])}.")
        return 2
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if not chosen or set(chosen) & set(PARTS):
            with product(Path(folder)) as run:
                for name, part in PARTS.items():
                    if not chosen or name in chosen:
                        part(run, report)
        for name, alone in ALONE.items():
            if not chosen or name in chosen:
                alone(report)
    return report.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
