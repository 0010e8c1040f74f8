"""Copies and exports: right in every format, and never a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.kit.clip import as_addresses, as_csv, as_markdown, as_tabs, guarded
from noc_console.views.kit.rows import Align, Column


@dataclass(frozen=True)
class Box:
    name: str
    address: str
    load: float


COLUMNS: tuple[Column[Box], ...] = (
    Column("Name", lambda b: b.name),
    Column("Address", lambda b: b.address, is_address=True),
    Column("Load", lambda b: f"{b.load:.0f} %", align=Align.RIGHT, export=lambda b: str(b.load)),
)
BOXES = (Box("core|1", "10.0.0.1", -1.5), Box('a "b", c', "10.0.0.1", 2), Box("x", "host", 3))


def test_csv_quotes_and_exports_plain_numbers() -> None:
    text = as_csv(COLUMNS, BOXES, ["filter: x", "zone\nUTC"])
    assert text.splitlines() == [
        "# filter: x",
        "# zone␊UTC",
        "Name,Address,Load",
        "core|1,10.0.0.1,-1.5",
        '"a ""b"", c",10.0.0.1,2',
        "x,host,3",
    ]


@pytest.mark.parametrize(
    "evil", ["=HYPERLINK(1)", "+1+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "=1"]
)
def test_a_formula_becomes_text(evil: str) -> None:
    assert guarded(evil).startswith("'")
    assert guarded(evil)[1:] == evil


@pytest.mark.parametrize("number", ["-1.5", "+3", "42", "-0"])
def test_numbers_stay_numbers(number: str) -> None:
    assert guarded(number) == number


@given(st.text(max_size=40))
def test_no_exported_cell_ever_begins_like_a_formula(text: str) -> None:
    row = Box(text, "10.0.0.1", 0)
    cells = next(iter(csv.reader(io.StringIO(as_csv(COLUMNS, [row]).split("\r\n", 1)[1]))))
    assert len(cells) == 3
    begins = cells[0][:1]
    assert begins not in ("=", "@", "\t", "\r", "\n")
    if begins in ("+", "-"):
        float(cells[0])


def test_markdown_escapes_its_bars_and_aligns_numbers() -> None:
    assert as_markdown(COLUMNS, BOXES[:1]).splitlines() == [
        "| Name | Address | Load |",
        "| --- | --- | ---: |",
        "| core\\|1 | 10.0.0.1 | -1.5 |",
    ]


def test_rows_paste_into_spreadsheets() -> None:
    assert as_tabs(COLUMNS, BOXES[2:]) == "x\thost\t3"


def test_the_address_list_has_each_address_once_and_nothing_else() -> None:
    assert as_addresses(COLUMNS, BOXES) == "10.0.0.1"
