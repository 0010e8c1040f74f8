"""Two texts beside each other, or one below the other as `diff -u` has it; only what is seen is
painted, so that a hundred thousand lines scroll like fifty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from noc_console.kernel.text import plural, visible
from noc_console.services.configs.comparison import Comparison
from noc_console.services.configs.diff import Mark, around, differing
from noc_console.views.kit.theme import GRID, look

CONTEXT = 3
LONGEST_SHOWN = 2_000
"""Characters of a line that are painted."""


class Layout(StrEnum):
    """How differences are laid out."""

    SIDES = "sides"
    UNIFIED = "unified"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the view; `fold` tells what stands between two stretches instead."""

    mark: Mark
    left: int | None = None
    right: int | None = None
    fold: str = ""


def rows_of(shown: Comparison, layout: Layout, *, changes_only: bool) -> list[Row]:
    """The rows of a view, in order."""
    pairs = shown.diff.pairs
    hunks = shown.diff.hunks(CONTEXT) if changes_only else ()
    spans = [(hunk.start, hunk.end) for hunk in hunks] if changes_only else [(0, len(pairs))]
    rows: list[Row] = []
    end = 0
    for start, stop in spans:
        if changes_only:
            first = next((p for p in pairs[start:stop] if p.mark is not Mark.SAME), pairs[start])
            block = (
                around(shown.right, first.right)
                if first.right is not None
                else around(shown.left, first.left or 0)
            )
            told = f"{plural(start - end, 'line')} alike" if start > end else ""
            if start - end == 1 and not block:  # a row that says so would be no shorter
                rows.append(Row(Mark.SAME, pairs[end].left, pairs[end].right))
            elif fold := "   ".join(filter(None, (told, block))):
                rows.append(Row(Mark.SAME, fold=fold))
        gone: list[Row] = []
        come: list[Row] = []
        for pair in pairs[start:stop]:
            if layout is Layout.SIDES or pair.mark is Mark.SAME:
                rows += gone + come
                gone, come = [], []
                rows.append(Row(pair.mark, pair.left, pair.right))
                continue
            if pair.left is not None:
                gone.append(Row(Mark.REMOVED, pair.left, None))
            if pair.right is not None:
                come.append(Row(Mark.ADDED, None, pair.right))
        rows += gone + come
        end = stop
    if changes_only and rows and end < len(pairs):
        rows.append(Row(Mark.SAME, fold=f"{plural(len(pairs) - end, 'line')} alike"))
    return rows


class DiffView(QAbstractScrollArea):
    """Up and Down scroll, N and Shift+N go from change to change, Ctrl+C copies the difference."""

    placed = Signal(str)  # which change is in view, of how many

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Comparison | None = None
        self.note = ""
        """What is said where nothing is shown."""
        self.rows: list[Row] = []
        self.layout_ = Layout.SIDES
        self.changes_only = True
        self._starts: list[int] = []
        self._line_height = 18
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Differences")
        self.viewport().setAutoFillBackground(False)
        self._dress()
        look().changed.connect(self._dress)

    # --- for pages ---------------------------------------------------------------------------

    def show_comparison(self, shown: Comparison | None) -> None:
        """Show two texts, or nothing."""
        self.shown = shown
        self._arrange()

    def set_layout(self, layout: Layout) -> None:
        self.layout_ = layout
        self._arrange()

    def set_changes_only(self, only: bool) -> None:
        """Only what differs, with some lines around it, or everything."""
        self.changes_only = only
        self._arrange()

    def next_change(self, step: int = 1) -> None:
        """Go to the next change, or the one before."""
        if not self._starts:
            return
        top = self.verticalScrollBar().value()
        if step > 0:
            at = next((start for start in self._starts if start - 2 > top), self._starts[-1])
        else:
            at = next(
                (start for start in reversed(self._starts) if start - 2 < top), self._starts[0]
            )
        self.verticalScrollBar().setValue(max(0, at - 2))

    def copy(self) -> None:
        """The difference as `diff -u` writes it, onto the clipboard."""
        if self.shown is not None:
            QGuiApplication.clipboard().setText(self.shown.unified())

    def text_at(self, row: int) -> tuple[str, str]:
        """What a row shows on its left and right."""
        shown, one = self.shown, self.rows[row]
        if shown is None or one.fold:
            return one.fold, ""
        left = shown.left[one.left] if one.left is not None else ""
        right = shown.right[one.right] if one.right is not None else ""
        return left, right

    # --- how it works ------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.rows = (
            rows_of(self.shown, self.layout_, changes_only=self.changes_only)
            if self.shown is not None
            else []
        )
        self._starts = [
            at
            for at, row in enumerate(self.rows)
            if row.mark is not Mark.SAME and (at == 0 or self.rows[at - 1].mark is Mark.SAME)
        ]
        count = len(self._starts)
        self.placed.emit(f"{count} change{'' if count == 1 else 's'}" if self.shown else "")
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self._range()
        self.viewport().update()

    def _range(self) -> None:
        seen = max(1, self.viewport().height() // self._line_height)
        self.verticalScrollBar().setRange(0, max(0, len(self.rows) - seen))
        self.verticalScrollBar().setPageStep(seen)
        # The longest of the first lines is guess enough: a list of VLANs may be wider.
        longest = max((max(map(len, self.text_at(at))) for at in range(min(2_000, len(self.rows)))),
                      default=0)  # fmt: skip
        wide = min(longest, LONGEST_SHOWN) * self._letter + self._gutter + 4 * GRID
        half = self.viewport().width() // (2 if self.layout_ is Layout.SIDES else 1)
        self.horizontalScrollBar().setRange(0, max(0, wide - half))
        self.horizontalScrollBar().setPageStep(half)
        self.horizontalScrollBar().setSingleStep(4 * self._letter)

    @property
    def _gutter(self) -> int:
        most = max(len(self.shown.left), len(self.shown.right)) if self.shown else 1
        return (len(str(most)) + 3) * self._letter

    def _dress(self) -> None:
        self.setFont(look().mono())
        metrics = QFontMetrics(self.font())
        self._line_height = metrics.height() + 2
        self._letter = max(1, metrics.horizontalAdvance("0"))
        self._base = metrics.ascent() + 1
        self._range()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._range()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_N:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.next_change(-1 if back else 1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar = self.verticalScrollBar()
            bar.setValue(bar.minimum() if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        area = self.viewport().rect()
        painter.fillRect(area, look().color("surface.field"))
        if self.shown is None:
            painter.setPen(look().color("text.dim"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, visible(self.note, limit=200))
            painter.end()
            return
        top = self.verticalScrollBar().value()
        last = min(len(self.rows), top + area.height() // self._line_height + 2)
        if not self.rows:
            painter.setPen(look().color("text.dim"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "The two are the same.")
        for at in range(top, last):
            self._paint_row(painter, at, (at - top) * self._line_height, area.width())
        if self.layout_ is Layout.SIDES:
            painter.fillRect(
                QRect(area.width() // 2, 0, 1, area.height()), look().color("line.hair")
            )
        painter.end()

    def _paint_row(self, painter: QPainter, at: int, y: int, width: int) -> None:
        row = self.rows[at]
        if row.fold or (row.left is None and row.right is None):
            box = QRect(0, y, width, self._line_height)
            painter.fillRect(box, look().color("surface.raised"))
            painter.setPen(look().color("text.dim"))
            painter.drawText(QPoint(2 * GRID, y + self._base), visible(row.fold, limit=300))
            return
        left, right = self.text_at(at)
        spans: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
        if row.mark is Mark.CHANGED:
            spans = differing(left, right)
        if self.layout_ is Layout.SIDES:
            half = width // 2
            self._paint_line(
                painter,
                QRect(0, y, half, self._line_height),
                row.left,
                left,
                Mark.REMOVED if row.mark is not Mark.SAME else Mark.SAME,
                spans[0],
            )
            self._paint_line(
                painter,
                QRect(half + 1, y, width - half - 1, self._line_height),
                row.right,
                right,
                Mark.ADDED if row.mark is not Mark.SAME else Mark.SAME,
                spans[1],
            )
            return
        number = row.right if row.right is not None else row.left
        text = right if row.right is not None else left
        box = QRect(0, y, width, self._line_height)
        self._paint_line(painter, box, number, text, row.mark, (0, 0))

    def _paint_line(
        self,
        painter: QPainter,
        box: QRect,
        number: int | None,
        text: str,
        mark: Mark,
        span: tuple[int, int],
    ) -> None:
        if number is None:
            painter.fillRect(box, look().color("surface.panel"))
            return
        ground = _ground(mark)
        if ground is not None:
            painter.fillRect(box, ground)
        painter.save()
        painter.setClipRect(box)
        painter.setPen(look().color("text.faint"))
        sign = {Mark.REMOVED: "−", Mark.ADDED: "+"}.get(mark, " ")
        gutter = QRect(box.left(), box.top(), self._gutter - self._letter, box.height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(gutter, int(flags), f"{number + 1} {sign}")
        x = box.left() + self._gutter
        painter.setClipRect(box.adjusted(self._gutter, 0, 0, 0))
        x -= self.horizontalScrollBar().value()
        shown = text[:LONGEST_SHOWN].expandtabs(8)
        if span[1] > span[0] and "\t" not in text:
            strong = look().color("accent.soft" if mark is Mark.ADDED else "line.strong")
            # Letters are a fraction wider than whole points: far right that would be seen.
            wide = QFontMetricsF(self.font()).horizontalAdvance
            begin, end = (wide(visible(text[:place])) for place in span)
            painter.fillRect(QRectF(x + begin, box.top(), end - begin, box.height()), strong)
        painter.setPen(look().color("text.plain" if mark is Mark.SAME else "text.bright"))
        painter.drawText(QPoint(x, box.top() + self._base), visible(shown))
        painter.restore()


def _ground(mark: Mark) -> QColor | None:
    """Blue for what came, amber for what went: differences that every kind of sight tells."""
    if mark is Mark.ADDED:
        return look().color("surface.selected")
    if mark is Mark.REMOVED:
        return look().color("attention.soft")
    return None
