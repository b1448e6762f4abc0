"""What was measured, line by line, with the aim beside it."""

from __future__ import annotations


class Report:
    def __init__(self) -> None:
        self._missed = 0

    def head(self, words: str) -> None:
        print(f"\n{words}", flush=True)

    def line(self, what: str, found: str, *, aim: str = "", met: bool | None = None) -> None:
        if met is False:
            self._missed += 1
        judged = "" if met is None else "met" if met else "MISSED"
        print(f"  {what:<44} {found:>34}   {f'aim {aim}' if aim else '':<16} {judged}".rstrip(), flush=True)

    def say(self, words: str) -> None:
        print(f"  {words}", flush=True)

    def end(self) -> int:
        print(f"\n{self._missed} aims missed." if self._missed else "\nEvery aim was met.")
        return 0  # a busy machine is no broken build: figures are for people to read
