"""What a screen reader is told of a terminal: the line one is on, and the output that came.

The line with the cursor is the description of the widget; the lines above it that are new are
announced (politely: what is being read is read to its end) once the output rests, in the terminal
one works in. A program that has the whole screen is not read out by itself.
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import plural
from noc_console.services.terminal.model import Frame, Point
from noc_console.services.terminal.ports import Mark, TerminalEngine

MOST_LINES = 25
"""Of an answer that is longer the last ones are read; how many came before is said."""
MOST_CHARACTERS = 2_000


class Speaking:
    """Remembers what was told; `tell` is called when the output rests."""

    def __init__(self, view: QWidget, engine: TerminalEngine) -> None:
        self._view, self._engine = view, engine
        self._line = ""
        self._mark: Mark | None = None
        """The line the cursor was on, wherever it has scrolled to since."""

    def tell(self, frame: Frame) -> None:
        """Tell what is new; costs nothing while no screen reader runs."""
        row = frame.cursor.row
        if row is None or not QAccessible.isActive():
            return
        line = frame.rows[row].text
        news = self._news(frame.viewport.top + row)
        if line != self._line:
            self._line = line
            self._view.setAccessibleDescription(line)
            changed = QAccessibleEvent(self._view, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(changed)
        if news and self._view.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, news))

    def _news(self, now: int) -> str:
        """The lines below the one that was told of last, down to the cursor's."""
        before, self._mark = self._mark, None
        if self._engine.modes.alternate_screen:
            return ""
        self._mark = self._engine.mark(Point(now, 0))
        if before is None:
            return ""
        point = before.point()
        before.release()
        begin = 0 if point is None else point.row + 1
        first = max(begin, now - MOST_LINES + 1)
        if first > now:
            return ""
        lines = [line for line in self._engine.lines(first, now - first + 1) if line.strip()]
        if first > begin:
            lines.insert(0, f"{plural(first - begin, 'line')} before this.")
        return "\n".join(lines)[-MOST_CHARACTERS:]
