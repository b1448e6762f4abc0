"""Cells that no spreadsheet calculates, whatever it splits lines by."""

import csv

import pytest

from incidents import spreadsheet


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\rx", "'\rx"),
        ("\n", "'\n"),
        ("x;=1;-2", "x;'=1;'-2"),
        ("x\t@a\r\n+b\r=c", "x\t'@a\r\n'+b\r'=c"),
        ("＝1", "'＝1"),
        ("＋1;－1;＠1", "'＋1;'－1;'＠1"),
        ("a; b = c - d", "a; b = c - d"),
        ("SMS, +5 %", "SMS, +5 %"),
        ("mail@example.com", "mail@example.com"),
        ("", ""),
        (None, ""),
        (-5, -5),
        (2.5, 2.5),
    ],
)
def test_a_formula_is_a_text(value, cell):
    assert spreadsheet.cell(value) == cell


def test_a_program_that_splits_by_semicolons_finds_no_formula():
    header, row = "".join(spreadsheet.lines(["Title"], [['x;=HYPERLINK("evil")\n=2']])).splitlines(), []
    for line in header:
        row += next(csv.reader([line], delimiter=";", quoting=csv.QUOTE_NONE))

    assert [each for each in row if each.startswith(("=", "+", "-", "@"))] == []
