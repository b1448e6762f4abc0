"""A pytest plugin: keep each run's count, and tell all of them right before pytest's own last line."""

import os
from pathlib import Path

WORDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def pytest_terminal_summary(terminalreporter, config):
    if hasattr(config, "workerinput"):
        return  # one of xdist's workers; the process that gathers them counts
    file, run = Path(os.environ["TALLY_FILE"]), os.environ["TALLY_RUN"]
    counts = {word: len(terminalreporter.stats.get(word, [])) for word in WORDS}
    line = f"{run}: " + (", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no tests")
    with file.open("a") as tally:
        tally.write(f"{line}\n")
    terminalreporter.write_line(", ".join(file.read_text().splitlines()), bold=True)
