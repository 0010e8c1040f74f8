"""Cases where the other monitor is wrong: `other_wrong.toml` lists them, each with its reason.

Such rows count neither for nor against us; the table of scores has them in a column of their own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tests.devices.compare import Tally

LIST = Path(__file__).with_name("other_wrong.toml")


@dataclass(frozen=True, slots=True)
class Case:
    """Rows of a fact of some recordings, and why the truth is another."""

    fact: str
    recordings: tuple[str, ...]
    rows: re.Pattern[str]
    reason: str


def cases(path: Path = LIST) -> tuple[Case, ...]:
    """The list as it stands."""
    return tuple(
        Case(
            entry["fact"],
            tuple(entry["recordings"]),
            re.compile(entry.get("rows", "")),
            entry["reason"],
        )
        for entry in tomllib.loads(path.read_text("utf-8")).get("case", ())
    )


def excuse(tally: Tally, fact: str, recording: str, known: Sequence[Case]) -> Tally:
    """The tally without the rows in which the other is known to be wrong."""
    for case in known:
        if case.fact != fact or not any(fnmatch(recording, each) for each in case.recordings):
            continue
        for rows in (tally.wrong, tally.missing, tally.extra):
            theirs = [row for row in rows if case.rows.search(row)]
            rows[:] = [row for row in rows if not case.rows.search(row)]
            tally.theirs += theirs
            if rows is not tally.extra:
                tally.expected -= len(theirs)
    return tally
