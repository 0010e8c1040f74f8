"""The screen of a terminal as one picture, of which only what changed is painted anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QImage

from noc_console.services.terminal.model import PLAIN, Row, Run, Style, Underline
from noc_console.views.terminal.tiles import BLINK, Pixels, State, Tiles, rows_of


@dataclass(frozen=True, slots=True)
class Span:
    """Cells of one row that something lies over; `end` is the first cell behind them."""

    start: int
    end: int
    state: State


Spans = tuple[Span, ...]
NOTHING: Mapping[int, Spans] = {}


class Canvas:
    """Rows × columns of tiles. `image` shows the same memory."""

    def __init__(self, tiles: Tiles, columns: int, rows: int) -> None:
        self.tiles, self.columns, self.rows = tiles, columns, rows
        measure = tiles.measure
        shape = (rows * measure.height, columns * measure.width)
        self.pixels: Pixels = np.zeros(shape, np.uint32)
        self._lines = rows_of(self.pixels, columns, measure)
        self.image = QImage(
            self.pixels.data, shape[1], shape[0], shape[1] * 4, QImage.Format.Format_RGB32
        )
        self.image.setDevicePixelRatio(measure.ratio)
        self._shown: list[tuple[Row | None, Spans]] = [(None, ())] * rows
        self.blinking: set[int] = set()
        """Rows with text that blinks."""
        self.is_behind = False
        """Not all is painted: the time that was given was over."""
        self._next = 0

    def show(
        self,
        rows: Sequence[Row],
        spans: Mapping[int, Spans] = NOTHING,
        *,
        budget_s: float | None = None,
        now: Callable[[], float] = time.thread_time,
    ) -> list[int]:
        """Paint what differs from what is there; says which rows that were.

        With a budget no more than fits into it (of the processor's time, for a picture is not to
        depend on what else runs): the rest the next time, going on where it stopped, so that a
        picture that changes all the time is painted everywhere.
        """
        painted: list[int] = []
        began, count = now(), min(len(rows), self.rows)
        first = self._next if self.is_behind and self._next < count else 0
        self.is_behind = False
        for at in (*range(first, count), *range(first)):
            row, over = rows[at], spans.get(at, ())
            before, before_over = self._shown[at]
            if before is row and before_over == over:
                continue
            if painted and budget_s is not None and now() - began > budget_s:
                self.is_behind, self._next = True, at
                break
            self._paint(at, row, over)
            painted.append(at)
        return painted

    def forget(self, rows: Iterable[int] | None = None) -> None:
        """Paint these (or all) the next time, whatever they show."""
        for at in range(self.rows) if rows is None else rows:
            self._shown[at] = (None, ())

    def _paint(self, at: int, row: Row, over: Spans) -> None:
        self.tiles.make_room(self.columns)
        numbers = numbers_of(row, self.columns, self.tiles, over)
        self.tiles.gather(numbers, self._lines[at])
        self._shown[at] = (row, over)
        if any(int(run.style.look) & BLINK for run in row.runs):
            self.blinking.add(at)
        else:
            self.blinking.discard(at)


def numbers_of(row: Row, columns: int, tiles: Tiles, over: Spans = ()) -> list[int]:
    """The tiles of a row from left to right, exactly as many as there are columns."""
    if over:
        return _numbers_over(row, columns, tiles, over)
    numbers: list[int] = []
    for run in row.runs:
        if run.column > len(numbers):
            numbers += [tiles.table(PLAIN)[" "]] * (run.column - len(numbers))
        numbers += _of_run(run, tiles, State.PLAIN)
    missing = columns - len(numbers)
    if missing > 0:
        numbers += [tiles.table(PLAIN)[" "]] * missing
    return numbers if missing >= 0 else numbers[:columns]


@lru_cache(maxsize=256)
def _linked(style: Style) -> Style:
    """A hyperlink is seen as one, whatever its text says."""
    return style if style.underline else replace(style, underline=Underline.DOTTED)


def _of_run(run: Run, tiles: Tiles, state: State) -> list[int]:
    table = tiles.table(_linked(run.style) if run.link else run.style, state)
    if run.is_cluster:
        return list(table.wide(run.text)) if run.is_wide else [table[run.text]]
    if run.is_wide:
        return [number for character in run.text for number in table.wide(character)]
    return [table[character] for character in run.text]


def _numbers_over(row: Row, columns: int, tiles: Tiles, over: Spans) -> list[int]:
    """With something over it: the row in each state that occurs, put together by columns. Tints
    lie lowest: what is selected or found is seen."""
    plain = numbers_of(row, columns, tiles)
    for state in sorted({span.state for span in over}, key=lambda one: (not one.is_tint, one)):
        laid = [tiles.table(PLAIN, state)[" "]] * columns
        for run in row.runs:
            of_run = _of_run(run, tiles, state)
            laid[run.column : run.column + len(of_run)] = of_run
        for span in over:
            if span.state is state:
                start, end = max(0, span.start), min(columns, span.end)
                plain[start:end] = laid[start:end]
    return plain
