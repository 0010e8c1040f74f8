"""Lines as the device wrote them: rows that the screen only wrapped are read as one text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from noc_console.services.terminal.filtering import LONGEST_MATCHED
from noc_console.services.terminal.model import Row

Wrapped = tuple[Row, ...]
"""Neighbouring rows that are one line; nearly always a single one."""
Cells = tuple[int, int, int]
"""A row of such a line, the first of its cells, and the one behind the last."""


def wrapped(rows: Sequence[Row]) -> Iterator[Wrapped]:
    """The lines of a screen from the top. One too long to be matched as a whole is parted."""
    line: list[Row] = []
    for row in rows:
        is_joined = bool(line) and line[-1].is_wrapped and row.is_continuation
        if is_joined and sum(map(width, line)) + width(row) <= LONGEST_MATCHED:
            line.append(row)
            continue
        if line:
            yield tuple(line)
        line = [row]
    if line:
        yield tuple(line)


def text_of(line: Wrapped) -> str:
    """Its text without trailing blanks, as `Row.text` has it."""
    if len(line) == 1:
        return line[0].text
    return "".join([*(_filled(*pair) for pair in pairwise(line)), line[-1].text])


def cells_of(line: Wrapped, parts: Sequence[tuple[int, int]]) -> list[list[Cells]]:
    """Where these parts of its text stand, each on as many rows as it covers: a wide character,
    or one with its accents, is never cut."""
    columns = [columns_of(row) for row in line]
    if len(line) == 1:
        return [[_cells(0, columns[0], *part)] for part in parts]
    lengths = [len(_filled(*pair)) for pair in pairwise(line)]
    lengths.append(len(columns[-1]) - 1)
    found: list[list[Cells]] = []
    for start, end in parts:
        on: list[Cells] = []
        first = 0
        for at, length in enumerate(lengths):
            begin, stop = max(0, start - first), min(length, end - first)
            if begin < stop:
                on.append(_cells(at, columns[at], begin, stop))
            first += length
        found.append(on)
    return found


def columns_of(row: Row) -> list[int]:
    """The column of each character of `row.text`, and behind them that of its end."""
    columns: list[int] = []
    at = 0
    for run in row.runs:
        columns.extend(range(at, run.column))
        if run.is_cluster:
            columns.extend([run.column] * len(run.text))
        else:
            columns.extend(range(run.column, run.column + run.columns, 2 if run.is_wide else 1))
        at = run.column + run.columns
    columns.append(at)
    return columns


def width(row: Row) -> int:
    """How many cells of a row are in use."""
    return row.runs[-1].column + row.runs[-1].columns if row.runs else 0


def _cells(row: int, columns: Sequence[int], start: int, end: int) -> Cells:
    while end < len(columns) - 1 and columns[end] == columns[end - 1]:
        end += 1
    return row, columns[start], columns[end]


def _filled(row: Row, following: Row) -> str:
    """A row that goes on: with its blanks, but for the one a wide character had no room in."""
    text = row.padded
    if text.endswith(" ") and following.runs and following.runs[0].is_wide:
        return text[:-1]
    return text
