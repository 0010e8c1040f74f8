"""Rows as text for the clipboard and for files: CSV, Markdown, a list of addresses."""

from __future__ import annotations

import csv
import io
import ipaddress
from collections.abc import Iterable, Sequence
from typing import TypeVar

from noc_console.kernel.text import visible
from noc_console.views.kit.rows import Column

R = TypeVar("R")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cells(columns: Sequence[Column[R]], row: R) -> list[str]:
    """A row's fields as they are exported, one line each."""
    return [visible((column.export or column.text)(row)) for column in columns]


def guarded(cell: str) -> str:
    """A cell no spreadsheet takes for a formula: a device may call itself `=HYPERLINK(…)`.

    Plain numbers stay numbers, also negative ones (CWE-1236).
    """
    if not cell.startswith(_FORMULA) or _is_number(cell):
        return cell
    return "'" + cell


def as_csv(columns: Sequence[Column[R]], rows: Iterable[R], notes: Sequence[str] = ()) -> str:
    """RFC 4180 with a header line; `notes` (filter, zone, who) go in front, marked `#`."""
    out = io.StringIO()
    for note in notes:
        out.write(f"# {visible(note)}\r\n")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(column.title) for column in columns])
    for row in rows:
        writer.writerow([guarded(cell) for cell in cells(columns, row)])
    return out.getvalue()


def as_tabs(columns: Sequence[Column[R]], rows: Iterable[R]) -> str:
    """Cells between tabs, as spreadsheets paste them."""
    return "\n".join("\t".join(guarded(cell) for cell in cells(columns, row)) for row in rows)


def as_markdown(columns: Sequence[Column[R]], rows: Iterable[R]) -> str:
    """A Markdown table, for tickets and chats."""

    def line(parts: Iterable[str]) -> str:
        return "| " + " | ".join(part.replace("|", "\\|") for part in parts) + " |"

    head = line(column.title for column in columns)
    rule = line("---:" if column.align.name == "RIGHT" else "---" for column in columns)
    return "\n".join([head, rule, *(line(cells(columns, row)) for row in rows)])


def as_addresses(columns: Sequence[Column[R]], rows: Iterable[R]) -> str:
    """The IP addresses of the address columns, one a line, each once, in their order."""
    chosen = [column for column in columns if column.is_address]
    found = dict.fromkeys(
        address
        for row in rows
        for column in chosen
        if (address := (column.export or column.text)(row).strip()) and _is_address(address)
    )
    return "\n".join(found)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
