"""Django's commands on the data of ``make run``: ``make manage ARGS=check_truth``."""

import os
import sys
from dataclasses import replace

from config.children import ROOT
from config.supervisor import ADDRESS, Place, environment_of


def main() -> None:
    given = dict(os.environ)
    command = [sys.executable, str(ROOT / "manage.py"), *sys.argv[1:]]
    place = Place.of(given)
    if not {"HOST", "PORT", "PUBLIC_URL", "PUBLIC_URL_FILE"} & given.keys() and (place.data / ADDRESS).exists():
        place = replace(place, public_url=(place.data / ADDRESS).read_text().strip())
    os.execve(command[0], command, environment_of(place, given))


if __name__ == "__main__":
    main()
