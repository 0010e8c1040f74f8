"""From blocks to an answer: the top ones, their course over time, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noc_console.db.flows.layout import Place
from noc_console.services.flows.model import Traffic
from noc_console.services.flows.rules.filters import Test, mask
from noc_console.services.flows.rules.grouping import (
    COUNTS,
    Columns,
    digest,
    grouped,
    joined,
    length,
    taken,
    total,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the blocks of a cube."""

    key: tuple[str, ...]
    tests: tuple[Test, ...]
    rest_by: tuple[str, ...]
    """What rest rows still tell; conditions on anything else cannot be tested on them."""
    start: int
    end: int
    step: int
    limit: int

    @property
    def columns(self) -> frozenset[str]:
        """The columns that must be unpacked."""
        asked = {column for test in self.tests for column in test.columns}
        return frozenset({*self.key, *asked, *self.rest_by, "rest", *COUNTS})


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The top ones, their keys by column; bytes per step for each, and the others'."""

    keys: tuple[dict[str, int], ...]
    traffic: tuple[Traffic, ...]
    total: Traffic
    untold: Traffic
    steps: int
    bytes_per_step: NDArray[Any]
    """Row per talker, and a last one for the rest."""


def answer(tables: Sequence[tuple[Place, Columns]], question: Question) -> Answer:
    """Sum up, choose and lay along the steps."""
    steps = max(1, -(-(question.end - question.start) // question.step))
    rows, untold = _fitting(tables, question)
    if not length(rows):
        nothing = np.zeros((1, steps))
        return Answer((), (), Traffic(*total(rows)), untold, steps, nothing)
    named = taken(rows, rows["rest"] == 0)
    groups = grouped(named, question.key)
    # Equal sums in a stable order: by the key, so that a reload does not shuffle them.
    order = np.lexsort((*[groups[name] for name in question.key], ~groups["bytes"]))
    top = taken(groups, order[: question.limit])
    return Answer(
        keys=tuple(
            {name: int(top[name][place]) for name in question.key} for place in range(length(top))
        ),
        traffic=tuple(
            Traffic(*(int(top[name][place]) for name in COUNTS)) for place in range(length(top))
        ),
        total=Traffic(*total(rows)),
        untold=untold,
        steps=steps,
        bytes_per_step=_course(rows, top, question, steps),
    )


def _fitting(
    tables: Sequence[tuple[Place, Columns]], question: Question
) -> tuple[Columns, Traffic]:
    """Rows that pass the tests, with the step each belongs to; and the rest that may belong."""
    names = (*question.key, "rest", *COUNTS)
    untold = Traffic()
    parts: list[Columns] = []
    tellable = set(question.rest_by)
    sure = [test for test in question.tests if test.columns <= tellable]
    is_sure = len(sure) == len(question.tests)
    for place, columns in tables:
        if question.tests:
            rest = columns["rest"] == 1
            if sure:
                rest &= mask(columns, sure)
            if rest.any():
                untold += Traffic(*total(taken(columns, rest)))
            fits = mask(columns, question.tests)
            if not is_sure:
                fits &= columns["rest"] == 0
            columns = taken({name: columns[name] for name in names}, fits)
        elif (rest := columns["rest"] == 1).any():
            untold += Traffic(*total(taken(columns, rest)))
        part = {name: columns[name] for name in names}
        part["step"] = np.full(
            length(columns), max(0, (place.at - question.start) // question.step), np.uint32
        )
        part["span"] = np.full(length(columns), place.span, np.uint32)
        parts.append(part)
    if not parts:
        empty = np.empty(0, np.uint64)
        return dict.fromkeys((*names, "step", "span"), empty), untold
    return joined(parts, (*names, "step", "span")), untold


def _course(rows: Columns, top: Columns, question: Question, steps: int) -> NDArray[Any]:
    """Bytes per step of each talker, then of all others; a coarse block is spread evenly."""
    marks = digest(rows, question.key)
    wanted = digest(top, question.key)
    order = np.argsort(wanted)
    place = np.searchsorted(wanted[order], marks)
    place[place == len(wanted)] = 0
    is_top = (wanted[order][place] == marks) & (rows["rest"] == 0)
    line = np.where(is_top, order[place], len(wanted))
    found = np.zeros((len(wanted) + 1, steps))
    for span in np.unique(rows["span"]):
        some = rows["span"] == span
        wide = max(1, int(span) // question.step)
        share = rows["bytes"][some].astype(np.float64) / wide
        for shift in range(wide):
            at = np.minimum(rows["step"][some] + shift, steps - 1)
            np.add.at(found, (line[some], at), share)
    return found
