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
        told_of_rest = self.rest_by if self.tests else ()
        return frozenset({*self.key, *asked, *told_of_rest, "rest", *COUNTS})


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
    groups = _groups(rows, question)
    # Equal sums in a stable order: by the key, so that a reload does not shuffle them.
    keys = [rows[name][groups.first] for name in question.key]
    order = np.lexsort((*keys, -groups.sums[0]))[: question.limit]
    top = groups.first[order]
    return Answer(
        keys=tuple({name: int(rows[name][place]) for name in question.key} for place in top),
        traffic=tuple(Traffic(*(int(groups.sums[at][one]) for at in range(3))) for one in order),
        total=Traffic(*total(rows)),
        untold=untold,
        steps=steps,
        bytes_per_step=_course(rows, groups, order, question, steps),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Talkers: the place of a row of each, whose each row is, and the sums of the counts."""

    first: NDArray[np.intp]
    whose: NDArray[np.intp]
    """Per row the number of its group; rest rows belong to one past the last."""
    sums: tuple[NDArray[Any], ...]


def _groups(rows: Columns, question: Question) -> _Groups:
    """Sorted once; everything else is counting."""
    named = np.flatnonzero(rows["rest"] == 0)
    marks = digest({name: rows[name][named] for name in (*question.key, "bytes")}, question.key)
    _, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
    whose = np.full(length(rows), len(first), np.intp)
    whose[named] = inverse
    sums = tuple(
        np.bincount(inverse, rows[name][named].astype(np.float64), minlength=len(first))
        for name in COUNTS
    )
    return _Groups(named[first], whose, sums)


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


def _course(
    rows: Columns, groups: _Groups, top: NDArray[Any], question: Question, steps: int
) -> NDArray[Any]:
    """Bytes per step of each talker, then of all others; a coarse block is spread evenly."""
    lines = len(top) + 1
    line_of = np.full(len(groups.first) + 1, len(top), np.intp)
    line_of[top] = np.arange(len(top))
    line = line_of[groups.whose] * steps
    found = np.zeros(lines * steps)
    for span in np.unique(rows["span"]):
        some = np.flatnonzero(rows["span"] == span)
        wide = max(1, int(span) // question.step)
        share = rows["bytes"][some].astype(np.float64) / wide
        for shift in range(wide):
            at = np.minimum(rows["step"][some].astype(np.intp) + shift, steps - 1)
            found += np.bincount(line[some] + at, share, minlength=lines * steps)
    return found.reshape(lines, steps)
