"""The languages that there are words in: English, in which they are written, and whatever they are translated into."""

from pathlib import Path

from django.conf.locale import LANG_INFO

APPS = ("incidents", "postmortems", "statuspage", "notifications")


def translated(folder: Path) -> list[tuple[str, str]]:
    """As code and name. A language is there once an app in ``folder`` has a catalogue of its words."""
    catalogues = (path for app in APPS for path in (folder / app).rglob("locale/*/LC_MESSAGES/django.mo"))
    codes = sorted({path.parts[-3].replace("_", "-").lower() for path in catalogues} - {"en"})
    return [(code, LANG_INFO[code]["name"]) for code in ("en", *codes)]
