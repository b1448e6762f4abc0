"""Rows for spreadsheets: CSV that no program takes for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.http import StreamingHttpResponse
from django.utils import timezone

# At the beginning, and where a program of another country begins a new cell: after a semicolon, a tab or the end of a
# line. East Asian programs read the wide signs as the narrow ones.
FORMULA = re.compile(r"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[=+\-@＝＋－＠])")


def cell(value: object) -> object:
    """What a spreadsheet would calculate in a text gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, int | float) or value is None:
        return "" if value is None else value
    return FORMULA.sub("'", str(value))


class _Line:
    """What a csv.writer writes to: each row comes straight back."""

    def write(self, text: str) -> str:
        return text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(header)  # the mark without which Excel takes it for Latin-1
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def name(what: str, start: datetime, end: datetime) -> str:
    """Of a file about whole months: promises-2026-06-2026-11.csv. ``end`` is the first instant after them."""
    last = timezone.localtime(end) - timedelta(days=1)
    return f"{what}-{timezone.localtime(start):%Y-%m}-{last:%Y-%m}.csv"


def answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download that never stands in memory as a whole."""
    response = StreamingHttpResponse(lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
