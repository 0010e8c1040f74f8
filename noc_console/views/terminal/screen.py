"""Shows what an engine keeps: painted at most once in 16 ms, and only the rows that changed.

The cursor, underlines of what is live and what is being composed lie on top and touch no pixel
of the picture below.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from noc_console.services.terminal.model import (
    PLAIN,
    Cursor,
    CursorShape,
    Frame,
    Palette,
    Run,
    Selection,
    Size,
)
from noc_console.services.terminal.ports import TerminalEngine
from noc_console.views.kit.blink import HALF_MS
from noc_console.views.kit.theme import look
from noc_console.views.terminal.canvas import Canvas, Spans
from noc_console.views.terminal.finding import Search
from noc_console.views.terminal.glyphs import Glyphs, Measure
from noc_console.views.terminal.ink import Ink, color_of, ink_of, packed, unpacked
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.selecting import Selecting, spans_of
from noc_console.views.terminal.speaking import Speaking
from noc_console.views.terminal.tiles import State, Tiles
from noc_console.views.terminal.tinting import Tinting

FRAME_MS = 16
PAINT_S = 0.012
"""Of the processor's time for one picture; what does not fit comes with the next. Only a screen
whose every cell has colours of its own, never seen before, needs more."""
HELD_S = 0.15
"""A program in the middle of a picture (mode 2026) is waited for so long."""
RESIZE_MS = 40
BELL_MS = 120
BELL_EVERY_S = 1.0
SPOKEN_MS = 600
IDLE_MS, PACK_MS = 3000, 30
"""Without output for so long, old lines are packed, and how long between two slices."""
PAD = 4
"""Between the edge and the first cell, in logical pixels."""
LEAST = Size(20, 4)
MOST = Size(1000, 400)
LiveSpans = tuple[tuple[int, int], ...]


class ScreenView(QWidget):
    """An engine's screen with its scrollbar. Feed the engine, then call `output_came`."""

    titled = Signal(str)
    """What the device calls itself."""
    rang = Signal()
    resized = Signal(object)
    """Size: how many cells fit from now on."""
    zoomed = Signal(int)

    def __init__(
        self,
        engine: TerminalEngine,
        looks: TerminalLooks,
        *,
        fixed: Size | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine, self.looks = engine, looks
        self.fixed = fixed
        """A grid that does not follow the widget, as of a recording; None follows it."""
        self.selecting = Selecting(engine)
        self.search = Search(engine, self)
        self.search.changed.connect(self.refresh_soon)
        self.tinting = Tinting(looks, self)
        self.tinting.changed.connect(self.refresh_soon)
        self.frame: Frame | None = None
        self.zoom = 0
        self.composing = ""
        """What an input method shows before it is typed."""
        self._canvas: Canvas | None = None
        self._ink: Ink = ink_of(looks.chosen.scheme)
        self._ratio = 0.0
        self._painted_at = 0.0
        self._held_since = 0.0
        self._bells = engine.bells
        self._belled_at = -BELL_EVERY_S
        self._title = ""
        self._is_light = True
        self._underlined: dict[int, LiveSpans] = {}
        self._speaking = Speaking(self, engine)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        self._bar.setAccessibleName("Scrollback")
        self._bar.valueChanged.connect(self._on_bar)
        self._due = self._timer(FRAME_MS, self._on_due)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._fit = self._timer(RESIZE_MS, self._fit_now)
        self._bell_over = self._timer(BELL_MS, self.update)
        self._speak = self._timer(SPOKEN_MS, self._tell_reader)
        self._idle = self._timer(IDLE_MS, self._pack)
        self._blinking = QTimer(self)
        self._blinking.setInterval(HALF_MS)
        self._blinking.timeout.connect(self._turn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Terminal")
        looks.changed.connect(self.dress)
        look().changed.connect(self.dress)
        self.dress()

    # --- for the owner -----------------------------------------------------------------------

    def output_came(self) -> None:
        """The engine was fed: show it within a frame."""
        self.search.output_came()
        self.refresh_soon()
        self._idle.start(IDLE_MS)

    def refresh_soon(self) -> None:
        """At most one picture in 16 ms; the first one after a pause at once."""
        if not self._due.isActive():
            waited = (time.perf_counter() - self._painted_at) * 1000
            self._due.start(max(0, round(FRAME_MS - waited)))

    def refresh(self) -> None:
        """Take over what the engine shows now, and have painted what differs."""
        if self._is_held():
            self._due.start(FRAME_MS)
            return
        self._painted_at = time.perf_counter()
        frame = self.engine.frame()
        before, self.frame = self.frame, frame
        canvas = self._canvas_for(frame)
        changed = canvas.show(frame.rows, self._spans(frame), budget_s=PAINT_S)
        if canvas.is_behind or self.tinting.is_behind:
            self._due.start(FRAME_MS)
        self._update_rows(changed)
        self._move_cursor(before, frame)
        self._follow_scroll(frame)
        self._hear()
        if changed:
            self.rows_changed(changed)
            self._speak.start()

    def rows_changed(self, rows: Iterable[int]) -> None:
        """These rows show something else; for those who add to the picture."""

    def underline(self, rows: dict[int, LiveSpans]) -> None:
        """Lines below cells of what is shown, `{row: ((first, end), …)}`, in place of others."""
        if rows != self._underlined:
            touched = rows.keys() | self._underlined.keys()
            self._underlined = rows
            self._update_rows(touched)

    def set_zoom(self, zoom: int) -> None:
        """So many pixels larger than chosen, for this terminal alone."""
        if zoom != self.zoom:
            self.zoom = zoom
            self.dress()
            self.zoomed.emit(zoom)

    def show_row(self, row: int) -> None:
        """Scroll so that a row (from the oldest) is seen, in the middle when it was not."""
        view = self.engine.viewport
        if not view.top <= row < view.top + view.rows:
            self.engine.scroll_to(max(0, row - view.rows // 2))
            self.refresh_soon()

    def dress(self) -> None:
        """Colours, font or sharpness of the screen are others now."""
        chosen = self.looks.chosen
        self._ink = ink_of(chosen.scheme)
        self._ratio = self.devicePixelRatioF()
        self._glyphs = Glyphs(chosen.font(self.zoom), self._ratio)
        self._canvas = None
        ink = self._ink
        self.engine.set_palette(
            Palette(
                foreground=packed(ink.text),
                background=packed(ink.ground),
                cursor=packed(ink.cursor),
                ansi=tuple(map(packed, ink.palette)),
            )
        )
        self._fit_now()
        self.refresh_soon()
        self.update()

    # --- geometry ----------------------------------------------------------------------------

    @property
    def measure(self) -> Measure:
        return self._glyphs.measure

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell in logical pixels."""
        measure = self.measure
        return measure.width / measure.ratio, measure.height / measure.ratio

    @property
    def origin(self) -> QPointF:
        """Where the first cell begins; on a whole device pixel."""
        at = round(PAD * self._ratio) / self._ratio
        return QPointF(at, at)

    def cell_rect(self, row: int, column: int, cells: int = 1) -> QRectF:
        width, height = self.cell
        return QRectF(
            self.origin.x() + column * width, self.origin.y() + row * height, cells * width, height
        )

    def place(self, at: QPointF) -> tuple[int, int]:
        """Row of what is shown and column below a pixel, kept inside the screen."""
        width, height = self.cell
        size = self.engine.size
        row = int((at.y() - self.origin.y()) // height)
        column = int((at.x() - self.origin.x()) // width)
        return min(max(row, 0), size.rows - 1), min(max(column, 0), size.columns - 1)

    def run_at(self, row: int, column: int) -> Run | None:
        """The run a cell belongs to."""
        if self.frame is None or not 0 <= row < len(self.frame.rows):
            return None
        runs = self.frame.rows[row].runs
        return next((r for r in runs if r.column <= column < r.column + r.columns), None)

    def fitting(self) -> Size:
        """How many cells the widget has room for."""
        if self.fixed is not None:
            return self.fixed
        width, height = self.cell
        room_x = self.width() - self._bar.sizeHint().width() - 2 * self.origin.x()
        room_y = self.height() - 2 * self.origin.y()
        return Size(
            min(max(int(room_x // width), LEAST.columns), MOST.columns),
            min(max(int(room_y // height), LEAST.rows), MOST.rows),
        )

    def sizeHint(self) -> QSize:
        width, height = self.cell
        size = self.fixed or Size(80, 24)
        return QSize(
            round(size.columns * width + 2 * PAD) + self._bar.sizeHint().width(),
            round(size.rows * height + 2 * PAD),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - wide, 0, wide, self.height())
        if not self._fit.isActive():
            self._fit.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.devicePixelRatioF() != self._ratio:
            self.dress()
        self._fit_now()
        self.refresh_soon()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.dress()
        return super().event(event)

    def _fit_now(self) -> None:
        size = self.fitting()
        if not self.isVisible() or size == self.engine.size:
            return
        width, height = self.cell
        self.engine_answers(
            self.engine.resize(size, cell_width=round(width), cell_height=round(height))
        )
        self.resized.emit(size)
        self.search.output_came()
        self.refresh_soon()

    def engine_answers(self, answer: bytes) -> None:
        """What the engine has to say to the device; whoever has a session sends it."""

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas, frame = self._canvas, self.frame
        ground = color_of(self._ink.ground)
        if canvas is None or frame is None:
            painter.fillRect(event.rect(), ground)
            painter.end()
            return
        ratio = self._ratio
        whole = QRectF(
            self.origin.x(),
            self.origin.y(),
            canvas.image.width() / ratio,
            canvas.image.height() / ratio,
        )
        painter.setClipRegion(event.region().subtracted(QRegion(_inside(whole))))
        painter.fillRect(event.rect(), color_of(unpacked(frame.background)))
        painter.setClipping(False)
        top = max(0, int((event.rect().top() - whole.top()) * ratio) - 1)
        end = min(canvas.image.height(), int((event.rect().bottom() + 1 - whole.top()) * ratio) + 1)
        if end > top:
            source = QRect(0, top, canvas.image.width(), end - top)
            at = QPointF(whole.left(), whole.top() + top / ratio)
            painter.drawImage(at, canvas.image, QRectF(source))
        self._paint_underlines(painter)
        self._paint_cursor(painter, frame)
        if self._bell_over.isActive():
            painter.setPen(QPen(look().color("attention.plain"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_underlines(self, painter: QPainter) -> None:
        if not self._underlined:
            return
        pen = QPen(look().color("accent.plain"), 1, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        for row, spans in self._underlined.items():
            for first, end in spans:
                rect = self.cell_rect(row, first, end - first)
                line = rect.bottom() - 1
                painter.drawLine(QPointF(rect.left(), line), QPointF(rect.right() - 1, line))

    def _paint_cursor(self, painter: QPainter, frame: Frame) -> None:
        cursor = frame.cursor
        if self.composing:
            self._paint_composing(painter, frame)
            return
        if cursor.row is None or not cursor.is_visible:
            return
        if not self._is_light and self._blinks(cursor):
            return
        run = self.run_at(cursor.row, cursor.column)
        cells = 2 if run is not None and run.is_wide else 1
        rect = self.cell_rect(cursor.row, cursor.column, cells)
        color = color_of(unpacked(frame.cursor_color or packed(self._ink.cursor)))
        thick = max(1.0, round(self._ratio * 1.5) / self._ratio)
        if not self.hasFocus() or cursor.shape is CursorShape.HOLLOW:
            painter.setPen(QPen(color, 1))
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        elif cursor.shape is CursorShape.BAR:
            painter.fillRect(QRectF(rect.left(), rect.top(), thick, rect.height()), color)
        elif cursor.shape is CursorShape.UNDERLINE:
            painter.fillRect(QRectF(rect.left(), rect.bottom() - thick, rect.width(), thick), color)
        else:
            self._paint_block(painter, rect, run, cursor)

    def _paint_block(
        self, painter: QPainter, rect: QRectF, run: Run | None, cursor: Cursor
    ) -> None:
        """The cell below the cursor in the cursor's colours."""
        assert self._canvas is not None
        tiles = self._canvas.tiles
        text, style = " ", PLAIN
        if run is not None:
            each = 2 if run.is_wide else 1
            style = run.style
            at = (cursor.column - run.column) // each
            text = run.text if run.is_cluster else (run.text[at : at + 1] or " ")
        table = tiles.table(style, State.CURSOR)
        numbers = table.wide(text) if run is not None and run.is_wide else (table[text],)
        measure = self.measure
        for part, number in enumerate(numbers):
            pixels = tiles.pixels(number).copy()
            image = QImage(
                pixels.data,
                measure.width,
                measure.height,
                measure.width * 4,
                QImage.Format.Format_RGB32,
            )
            image.setDevicePixelRatio(measure.ratio)
            painter.drawImage(QPointF(rect.left() + part * self.cell[0], rect.top()), image)

    def _paint_composing(self, painter: QPainter, frame: Frame) -> None:
        cursor = frame.cursor
        rect = self.cell_rect(cursor.row or 0, cursor.column)
        painter.setFont(self.looks.chosen.font(self.zoom))
        wide = painter.fontMetrics().horizontalAdvance(self.composing)
        rect.setWidth(wide + 2)
        painter.fillRect(rect, color_of(self._ink.selected))
        painter.setPen(color_of(self._ink.text))
        base = rect.top() + self.measure.baseline / self.measure.ratio
        painter.drawText(QPointF(rect.left(), base), self.composing)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    # --- how it works ------------------------------------------------------------------------

    def _timer(self, ms: int, act: Callable[[], object] | None) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        if act is not None:
            timer.timeout.connect(act)
        return timer

    def _on_due(self) -> None:
        """What nobody sees is not painted; its title and its bell are heard all the same."""
        if self.isVisible():
            self.refresh()
        else:
            self._hear()

    def _pack(self) -> None:
        """The output rests: a slice of the scrollback is packed, and the next one soon."""
        if self.engine.compress():
            self._idle.start(PACK_MS)

    def _is_held(self) -> bool:
        if not self.engine.modes.synchronized:
            self._held_since = 0.0
            return False
        now = time.perf_counter()
        self._held_since = self._held_since or now
        return now - self._held_since < HELD_S

    def _canvas_for(self, frame: Frame) -> Canvas:
        canvas, size = self._canvas, frame.size
        cursor = frame.cursor_color or packed(self._ink.cursor)
        colors = (frame.background, frame.foreground, cursor)
        if canvas is not None:
            tiles = canvas.tiles
            if colors == (tiles.ground, tiles.text, tiles.cursor):
                if (canvas.columns, canvas.rows) == (size.columns, size.rows):
                    return canvas
                self._canvas = Canvas(tiles, size.columns, size.rows)
                return self._canvas
        tiles = Tiles(
            self._glyphs,
            self._ink,
            ground=frame.background,
            text=frame.foreground,
            cursor=cursor,
        )
        self._canvas = Canvas(tiles, size.columns, size.rows)
        self.update()
        return self._canvas

    def _spans(self, frame: Frame) -> dict[int, Spans]:
        """What lies over the text: words that rules name, hits, then the selection above them."""
        view, columns = frame.viewport, frame.size.columns
        found = self.tinting.spans(frame.rows)

        def lay(selection: Selection, state: State) -> None:
            spans = spans_of(selection, state, top=view.top, rows=view.rows, columns=columns)
            for row, more in spans.items():
                found[row] = (*found.get(row, ()), *more)

        if self.search.query is not None:
            for hit in self.search.visible(view.top, view.rows):
                lay(hit, State.FOUND)
            if self.search.chosen is not None:
                lay(self.search.chosen, State.FOUND_NOW)
        if (selection := self.selecting.selection) is not None:
            lay(selection, State.SELECTED)
        return found

    def _update_rows(self, rows: Iterable[int]) -> None:
        size = self.engine.size
        for row in rows:
            rect = self.cell_rect(row, 0, size.columns)
            self.update(rect.toAlignedRect().adjusted(0, 0, 0, 1))

    def _move_cursor(self, before: Frame | None, frame: Frame) -> None:
        old = before.cursor if before is not None else None
        if old == frame.cursor:
            return
        self._is_light = True
        rows = {cursor.row for cursor in (old, frame.cursor) if cursor and cursor.row is not None}
        self._update_rows(rows)
        self._settle_blinking()

    def _follow_scroll(self, frame: Frame) -> None:
        view = frame.viewport
        self._bar.blockSignals(True)
        self._bar.setRange(0, max(0, view.total - view.rows))
        self._bar.setEnabled(view.total > view.rows)
        self._bar.setPageStep(view.rows)
        self._bar.setValue(view.top)
        self._bar.blockSignals(False)

    def _on_bar(self, value: int) -> None:
        self.engine.scroll_to(value)
        self.refresh_soon()

    def _hear(self) -> None:
        """The title and the bell."""
        title = self.engine.title
        if title != self._title:
            self._title = title
            self.titled.emit(title)
        bells = self.engine.bells
        if bells == self._bells:
            return
        self._bells = bells
        now = time.perf_counter()
        if now - self._belled_at < BELL_EVERY_S:
            return
        self._belled_at = now
        self._bell_over.start()
        self.update()
        self.rang.emit()
        if self.looks.chosen.rings:
            QApplication.beep()

    def _blinks(self, cursor: Cursor) -> bool:
        return cursor.is_blinking and self.looks.chosen.blinks and self.hasFocus()

    def _settle_blinking(self) -> None:
        """The clock of what blinks runs only while something does."""
        frame, canvas = self.frame, self._canvas
        needed = frame is not None and self._blinks(frame.cursor)
        needed = needed or (canvas is not None and bool(canvas.blinking))
        if needed != self._blinking.isActive():
            if needed:
                self._blinking.start()
            else:
                self._blinking.stop()
                self._is_light = True

    def _turn(self) -> None:
        self._is_light = not self._is_light
        canvas, frame = self._canvas, self.frame
        if canvas is not None and canvas.blinking:
            canvas.tiles.set_dark(not self._is_light)
            canvas.forget(canvas.blinking)
            self.refresh_soon()
        if frame is not None and frame.cursor.row is not None:
            self._update_rows([frame.cursor.row])
        self._settle_blinking()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._on_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._on_focus()

    def _on_focus(self) -> None:
        self._is_light = True
        self._settle_blinking()
        if self.frame is not None and self.frame.cursor.row is not None:
            self._update_rows([self.frame.cursor.row])

    def _tell_reader(self) -> None:
        if self.frame is not None:
            self._speaking.tell(self.frame)


def _inside(rect: QRectF) -> QRect:
    """The whole pixels of a rectangle that it covers wholly."""
    left, top = -int(-rect.left() // 1), -int(-rect.top() // 1)
    return QRect(left, top, int(rect.right()) - left, int(rect.bottom()) - top)
