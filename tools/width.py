"""Names every line below ``templates/`` that is longer than a screen is wide."""

import sys
from pathlib import Path

WIDTH = 120
ROOT = Path(__file__).resolve().parent.parent


def long_lines(folder: Path) -> list[str]:
    return [
        f"{file.relative_to(folder.parent)}:{number}: {len(line)} characters"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for number, line in enumerate(file.read_text().split("\n"), start=1)
        if len(line) > WIDTH
    ]


if __name__ == "__main__":
    found = long_lines(ROOT / "templates")
    print("\n".join(found))
    sys.exit(bool(found))
