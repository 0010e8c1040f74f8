"""Tables and texts of many devices: as one table, beside those of another run, as a file."""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from noc_console.services.jobs.model import Answer, Difference, Item, Merged, Result, Table

DEVICE = "device"
MOST_LINES = 20_000
"""Of a text that is compared line by line."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def merged(results: Iterable[Result]) -> tuple[Merged, ...]:
    """A table for each line asked, of all devices; one for each platform that answers otherwise."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[Item, Table]]] = {}
    for result in results:
        for answer in result.answers:
            if answer.table is not None:
                key = answer.line, answer.table.columns
                found.setdefault(key, []).append((result.item, answer.table))
    lines = [line for line, _ in found]
    return tuple(
        _merge(line if lines.count(line) == 1 else f"{line}  ({_platforms(tables)})", tables)
        for (line, _), tables in found.items()
    )


def _merge(line: str, tables: Sequence[tuple[Item, Table]]) -> Merged:
    columns = tables[0][1].columns
    rows = ((item.name, *row) for item, table in tables for row in table.rows)
    # A row that a device told twice says nothing more.
    return Merged(line, (DEVICE, *columns), tuple(dict.fromkeys(rows)))


def _platforms(tables: Sequence[tuple[Item, Table]]) -> str:
    return ", ".join(dict.fromkeys(item.platform for item, _ in tables))


def differences(
    before: Mapping[str, Sequence[Answer]], after: Mapping[str, Sequence[Answer]]
) -> tuple[Difference, ...]:
    """What each device answers otherwise than before; tables by their rows, texts by lines."""
    found = []
    for device in sorted(before.keys() | after.keys()):
        if device not in after:
            found.append(Difference(device, "", (), (), "was asked only before"))
        elif device not in before:
            found.append(Difference(device, "", (), (), "was not asked before"))
        else:
            found.extend(_of_device(device, before[device], after[device]))
    return tuple(found)


def _of_device(device: str, before: Sequence[Answer], after: Sequence[Answer]) -> list[Difference]:
    was = {answer.line: answer for answer in before}
    is_now = {answer.line: answer for answer in after}
    made = []
    for line in dict.fromkeys((*was, *is_now)):
        one, other = was.get(line), is_now.get(line)
        if one is None or other is None:
            note = "was not asked before" if one is None else "was asked only before"
            made.append(Difference(device, line, (), (), note))
            continue
        if one.table is not None and other.table is not None:
            removed, added = _rows(one.table, other.table)
        else:
            removed, added = _lines(one.text, other.text)
        made.append(Difference(device, line, removed, added))
    return made


def _rows(one: Table, other: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    was, is_now = (_said(table) for table in (one, other))
    return _apart(was, is_now)


def _said(table: Table) -> list[str]:
    return [
        ", ".join(
            f"{name}={value}" for name, value in zip(table.columns, row, strict=True) if value
        )
        for row in table.rows
    ]


def _lines(one: str, other: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    was, is_now = one.splitlines()[:MOST_LINES], other.splitlines()[:MOST_LINES]
    if len(was) + len(is_now) > 4_000:
        return _apart(was, is_now)
    removed, added = [], []
    for line in islice(difflib.unified_diff(was, is_now, n=0, lineterm=""), 2, None):
        if line.startswith("-"):
            removed.append(line[1:])
        elif line.startswith("+"):
            added.append(line[1:])
    return tuple(removed), tuple(added)


def _apart(was: list[str], is_now: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is in one and not in the other, whatever the order."""
    before, after = set(was), set(is_now)
    return (
        tuple(line for line in dict.fromkeys(was) if line not in after),
        tuple(line for line in dict.fromkeys(is_now) if line not in before),
    )


def as_csv(table: Merged) -> str:
    """The table for spreadsheets; a cell that would be a formula there is made a text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_tame(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _tame(cell: str) -> str:
    is_number = cell.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(_RISKY) and not is_number else cell


def as_json(results: Iterable[Result]) -> str:
    """Everything a run brought, for programs."""
    return json.dumps([_plain(result) for result in results], ensure_ascii=False, indent=1) + "\n"


def _plain(result: Result) -> dict[str, object]:
    item: Item = result.item
    return {
        "device": item.name,
        "device_id": item.device_id,
        "platform": item.platform,
        "state": item.state.value,
        "note": item.note,
        "started_at": item.started_at.isoformat() if item.started_at else None,
        "ended_at": item.ended_at.isoformat() if item.ended_at else None,
        "answers": [
            {
                "line": answer.line,
                "text": answer.text,
                "note": answer.note,
                "rows": None
                if answer.table is None
                else [
                    dict(zip(answer.table.columns, row, strict=True)) for row in answer.table.rows
                ],
            }
            for answer in result.answers
        ],
    }
