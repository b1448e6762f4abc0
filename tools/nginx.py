"""What nginx must know of published kinds, from the table: ``python -m tools.nginx`` writes it anew.

``types.conf`` holds the content types by ending, ``kinds.conf`` the headers by the file that is sent and by the path
that was asked for. The suite says when they are not those of ``statuspage/documents/kinds.py``.
"""

from __future__ import annotations

from pathlib import Path

from statuspage.documents import kinds
from statuspage.documents.kind import Caching, Place
from statuspage.stores import headers

FOLDER = Path(__file__).resolve().parents[1] / "deploy" / "bridgewatch"
SAID = "# Written by python -m tools.nginx from statuspage/documents/kinds.py.\n"
FOLDERS = {Place.HOT: "current", Place.PERMANENT: "permanent"}  # below a page's


def files() -> dict[str, str]:
    """By name, what each of our files must hold."""
    return {"types.conf": types(), "kinds.conf": tables()}


def types() -> str:
    known = kinds.PUBLISHED.endings.items()
    lines = [f'    "{content_type}" {ending[1:]};' for ending, (content_type, _packing) in known]
    return "\n".join([f"{SAID}types {{", *lines, "}", "default_type application/octet-stream;\n"])


def tables() -> str:
    shared = dict.fromkeys(kind.shared for kind in kinds.PUBLISHED if kind.shared)
    dressed = dict.fromkeys(kind.file.replace(".", r"\.") for kind in kinds.PUBLISHED if kind.dressed)
    return "\n".join(
        [
            f"{SAID}\n# Headers by the file that is sent.",
            *_map("$uri", "caching", Caching.ASKED_EACH_TIME.value, _by_caching()),
            *_map("$uri", "policy", headers.POLICY, _by_policy()),
            *(line for name in ("Cache-Control", "CDN-Cache-Control", "Vary") for line in _header(name)),
            "\n# What widgets of other sites may read, errors too; and what is drawn as a query asks for it.",
            *_map("$path", "open_to", "", {f"~{pattern}": "*" for pattern in shared}),
            *_map("$is_args$uri", "is_drawn", "", {rf"~^\?.*/{file}$": "1" for file in dressed}),
            "",
        ]
    )


def _by_caching() -> dict[str, str]:
    found = {}
    for caching in Caching:
        patterns = [
            f"{FOLDERS[kind.place]}/{kind.pattern}"
            for kind in kinds.PUBLISHED
            if kind.caching == caching and kind.place in FOLDERS
        ]
        if patterns and caching != Caching.ASKED_EACH_TIME:
            found[f"~/(?:{'|'.join(patterns)})$"] = caching.value
    return found


def _by_policy() -> dict[str, str]:
    said = {
        ending: headers.policy(content_type) for ending, (content_type, _packing) in kinds.PUBLISHED.endings.items()
    }
    return {f"~\\{ending}$": policy for ending, policy in said.items() if policy != headers.POLICY}


def _header(name: str) -> list[str]:
    default = headers.CACHING[Caching.ASKED_EACH_TIME][name]
    said = {caching: headers.CACHING[caching].get(name, "") for caching in Caching if caching != Caching.FOR_EVER}
    other = {caching.value: value for caching, value in said.items() if value != default}
    return _map("$caching", name.lower().replace("-", "_"), default, other)


def _map(source: str, name: str, default: str, values: dict[str, str]) -> list[str]:
    lines = [f'    "{key}" "{value}";' for key, value in values.items()]
    return [f"map {source} ${name} {{", f'    default "{default}";', *lines, "}"]


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text)
