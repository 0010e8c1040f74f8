"""Numbers whose meaning stands in the head of their column: AS numbers in tables of BGP neighbours.

A bare number is no name; below the head of a table that every network engineer knows it is one.
Tables are known by their own words, and columns by where they stand, so that what is no such
table, or is cut or shifted, stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from noc_console.services.terminal.knowing import LONGEST_LINE, Known, Live, LiveKind

LOOK_BACK = 120
"""Lines above what is shown in which the head of a table is looked for."""
WIDE = 60
"""Characters of a line that may go on in the next: the terminal may be narrower than the table."""
_HEAD = re.compile(
    r"\s*(?:Description\s+)?(?:Neighbou?r|Peer)(?:\s+(?P<version>V|Spk))?(?P<before>\s+)AS\s+"
    r"(?P<next>MsgR|InPkt)"
)
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*)"
)
_FIELD = re.compile(r"(?<!\S)\S+")
_RULE = re.compile(r"[-=+\s]+")


class _Column(NamedTuple):
    """Where a number of the column begins: behind the field before, ahead of the next head."""

    start: int
    end: int
    has_version: bool
    """A number stands in the field before it, too."""
    at: int
    """The line of its head."""


def is_row(line: str) -> bool:
    """Whether the line may be one of a table whose head is further up."""
    return _ADDRESS.search(line[:LONGEST_LINE]) is not None


def as_numbers(lines: Sequence[str]) -> dict[int, Live]:
    """Where in these lines, from above to below, an AS number stands in a column of them."""
    found: dict[int, Live] = {}
    column: _Column | None = None
    for at, line in enumerate(lines):
        head = _HEAD.match(line) if "AS" in line else None
        if head is not None:
            start, end = head.start("before"), head.start("next")
            column = _Column(start, end, head["version"] is not None, at)
        elif column is not None:
            is_blank = not line.strip()
            is_wrapped = not is_blank and len(lines[at - 1]) >= WIDE
            if not (_goes_on(line) or is_wrapped or (is_blank and at == column.at + 1)):
                column = None
            elif (live := _number(line, column)) is not None:
                found[at] = live
    return found


def _goes_on(line: str) -> bool:
    """A blank line or a prompt ends a table; what a long address pushed into a line of its own,
    and what some devices tell below a neighbour, does not."""
    is_more = line[:1].isspace() and not line.isspace()
    return is_more or bool(line and _RULE.fullmatch(line)) or is_row(line)


def _number(line: str, column: _Column) -> Live | None:
    field = _FIELD.search(line[:LONGEST_LINE], column.start)
    if field is None or field.start() >= column.end:
        return None
    text, before = field.group(), line[: field.start()].rstrip()
    if column.has_version:
        before, blank, version = before.rpartition(" ")
        if not (blank and version.isdigit()):
            return None
    is_alone = not before.strip()  # its address stands above it
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    if not 0 < int(text) < 1 << 32 or not (is_alone or is_row(before)):
        return None
    return Live(field.start(), field.end(), Known(LiveKind.AS, str(int(text))))
