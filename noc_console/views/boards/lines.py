"""A few lines with a sign, words, a small curve and a number: the lists of tiles, painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from noc_console.kernel.text import visible
from noc_console.services.alarms.model import Severity
from noc_console.services.top.model import Curve
from noc_console.views.kit.desk import Route
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.severity import paint_severity
from noc_console.views.kit.sparkline import paint_sparkline
from noc_console.views.kit.theme import SMALL_PX, look

LINE_PX = 26
SIGN_PX = 14
CURVE_PX = 84
GAP_PX = 8
WIDE_PX = 330
"""Below this there is no room for curves."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line. `share` draws a quiet bar under the number."""

    text: str
    number: str = ""
    detail: str = ""
    """Dim words after the text."""
    severity: Severity | None = None
    is_quiet: bool = False
    """Its sign is an outline: acknowledged."""
    wants_a_look: bool = False
    curve: Curve | None = None
    share: float | None = None
    route: Route | None = None


class Lines(QWidget):
    """As many lines as fit; a click or Enter goes where the line leads."""

    chosen = Signal(object)  # Route

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self.empty = ""
        self._at = -1
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        look().changed.connect(self._redraw)

    def sizeHint(self) -> QSize:
        return QSize(240, 4 * LINE_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, LINE_PX)

    def show_lines(self, lines: Sequence[Line], *, empty: str = "") -> None:
        """Swap them; `empty` is said when there is none."""
        self.lines, self.empty = tuple(lines), empty
        self._at = min(self._at, len(self.lines) - 1)
        self.setAccessibleDescription(
            "; ".join(f"{line.text} {line.number}" for line in self.lines[:8]) or empty
        )
        self._redraw()

    def fitting(self) -> int:
        """How many lines have room."""
        return max(1, self.height() // LINE_PX)

    # --- drawing ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != self.size() * ratio:
            self._picture = self._draw(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.hasFocus() and 0 <= self._at < self.fitting():
            painter.setPen(look().color("line.focus"))
            painter.drawRect(0, self._at * LINE_PX, self.width() - 1, LINE_PX - 1)
        painter.end()

    def _draw(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        shown = self.lines[: self.fitting()]
        wide = max((self._width(line) for line in shown), default=0)
        for at, line in enumerate(shown):
            self._draw_line(painter, at * LINE_PX, line, wide)
        if not self.lines and self.empty:
            painter.setFont(look().font())
            painter.setPen(look().color("text.dim"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self.empty)
        painter.end()
        return picture

    def _width(self, line: Line) -> int:
        return self.fontMetrics().horizontalAdvance(line.number)

    def _draw_line(self, painter: QPainter, y: int, line: Line, number_px: int) -> None:
        left, right = 0, self.width()
        middle = Qt.AlignmentFlag.AlignVCenter
        if y:
            painter.setPen(look().color("series.grid"))
            painter.drawLine(0, y, self.width(), y)
        if line.severity is not None:
            sign = QRectF(0, y + (LINE_PX - SIGN_PX) / 2, SIGN_PX, SIGN_PX)
            paint_severity(painter, sign, line.severity, quiet=line.is_quiet)
            left += SIGN_PX + GAP_PX
        painter.setFont(look().font())
        painter.setPen(look().color("attention.plain" if line.wants_a_look else "text.bright"))
        number = QRectF(right - number_px - 2, y, number_px + 2, LINE_PX)
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | middle, line.number)
        if line.share is not None:
            self._draw_share(painter, number, line.share)
        right -= number_px + GAP_PX
        if line.curve is not None and self.width() >= WIDE_PX:
            room = QRectF(right - CURVE_PX, y + 5, CURVE_PX, LINE_PX - 10)
            known = line.curve[line.curve == line.curve]
            low = 0.0 if len(known) and known.min() >= 0 else None
            paint_sparkline(painter, room, line.curve, look().color("series.a"), low=low)
            right -= CURVE_PX + GAP_PX
        self._draw_words(painter, QRectF(left, y, max(20, right - left), LINE_PX), line)

    def _draw_share(self, painter: QPainter, number: QRectF, share: float) -> None:
        track = QRectF(number.left(), number.bottom() - 4, number.width(), 2)
        painter.fillRect(track, look().color("line.hair"))
        track.setWidth(track.width() * min(1.0, max(0.0, share)))
        painter.fillRect(track, look().color("icon.dim"))

    def _draw_words(self, painter: QPainter, room: QRectF, line: Line) -> None:
        middle, elide = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideRight
        painter.setPen(look().color("text.plain"))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(visible(line.text), elide, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, text)
        used = metrics.horizontalAdvance(text) + GAP_PX
        if line.detail and room.width() - used > 40:
            painter.setFont(look().font(SMALL_PX, QFont.Weight.Normal))
            painter.setPen(look().color("text.dim"))
            rest = room.adjusted(used, 1, 0, 0)
            cut = painter.fontMetrics().elidedText(visible(line.detail), elide, int(rest.width()))
            painter.drawText(rest, Qt.AlignmentFlag.AlignLeft | middle, cut)

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    # --- the hand --------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            if (line := self._line_at(event.pos())) is not None:
                words = "\n".join(part for part in (line.text, line.detail, line.number) if part)
                QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and line is not None and line.route:
            self.chosen.emit(line.route)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and key in (
            keys.Key_Down,
            keys.Key_Up,
        ):
            last = min(len(self.lines), self.fitting()) - 1
            self._at = max(0, min(last, self._at + (1 if key == keys.Key_Down else -1)))
            self.update()
        elif key in (keys.Key_Return, keys.Key_Enter) and 0 <= self._at < len(self.lines):
            if (route := self.lines[self._at].route) is not None:
                self.chosen.emit(route)
        else:
            super().keyPressEvent(event)

    def _line_at(self, at: QPoint) -> Line | None:
        row = at.y() // LINE_PX
        return self.lines[row] if 0 <= row < min(len(self.lines), self.fitting()) else None
