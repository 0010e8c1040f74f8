"""A terminal one works in: keys, the mouse, selection, the clipboard, links.

Every key goes to the terminal. Only what the page registered as its own commands (Ctrl+Shift+…)
is left to it, and one chord leaves the terminal altogether.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from noc_console.services.terminal.model import (
    Key,
    KeyPress,
    MouseAction,
    MouseButton,
    MouseInput,
    MouseTracking,
    Point,
    Size,
)
from noc_console.services.terminal.ports import TerminalEngine
from noc_console.services.terminal.wrapping import Wrapped, cells_of, text_of, wrapped
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.terminal.keys import button_of, key_press, modifiers_of
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.pasting import PasteDialog, examined
from noc_console.views.terminal.screen import ScreenView
from noc_console.views.terminal.selecting import By

WHEEL_LINES = 3
WHEEL_STEP = 120
"""Eighths of a degree a notch."""
SCROLL_MS = 40
LIVE_MS = 80
HOVER_MS = 300
TYPED, PASTED, ANSWER = "typed", "pasted", "answer"

Send = Callable[[bytes, str], object]
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class LiveSpan(Protocol):
    """Something of the network that was named in a line."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Live(Protocol):
    """Who knows the network: finds its names in lines, shows cards about them, goes there."""

    def spans(self, line: str, device_id: int | None) -> Iterable[LiveSpan]: ...
    def columns(
        self, lines: Sequence[str], above: Callable[[int], Sequence[str]]
    ) -> Mapping[int, LiveSpan]:
        """What only the head of its column tells; `above` gives so many lines before these."""

    def hover(self, live: LiveSpan, at: QPoint) -> None: ...
    def leave(self) -> None: ...
    def follow(self, live: LiveSpan) -> None: ...


class TerminalView(ScreenView):
    """The screen with hands. `send` takes what is typed; what it refuses it tells itself."""

    menu_asked = Signal(QPoint)
    told = Signal(str)
    """A sentence for the operator about what was not done."""
    focused = Signal()
    selected = Signal()
    clipboard_wanted = Signal(str)
    """What the device wants on the clipboard; nobody need listen."""

    def __init__(
        self,
        engine: TerminalEngine,
        looks: TerminalLooks,
        send: Send,
        *,
        on_error: Callable[[BaseException], None],
        fixed: Size | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(engine, looks, fixed=fixed, parent=parent)
        self.send = send
        self.where = ""
        """What this terminal is connected to, for questions."""
        self.device_id: int | None = None
        self.live: Live | None = None
        self.tasks = Tasks(self, on_error)
        self._own_keys: set[str] = set()
        self._wheel = 0
        self._last_press: tuple[float, float, int] = (0.0, 0.0, 0)
        self._dragging = False
        self._clicks = 0
        self._mouse_at = QPointF()
        self._live: dict[int, tuple[tuple[int, int, LiveSpan], ...]] = {}
        self._over: LiveSpan | None = None
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll_on)
        self.tinting.gave_up.connect(self.told)
        self._look_live = self._timer(LIVE_MS, self._find_live)
        self._linger = self._timer(HOVER_MS, self._show_card)
        self._triple = self._timer(QGuiApplication.styleHints().mouseDoubleClickInterval(), None)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def output_came(self) -> None:
        super().output_came()
        if (wanted := self.engine.take_clipboard()) is not None:
            self.clipboard_wanted.emit(wanted)

    # --- keys --------------------------------------------------------------------------------

    def keep_out(self, shortcuts: Iterable[str]) -> None:
        """These belong to the console, not to the terminal; others do not any more."""
        self._own_keys = {QKeySequence(keys).toString() for keys in shortcuts}

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if not self._is_ours(event):
                event.accept()  # no shortcut of the window: it is typed
                return True
            return False
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        return QKeySequence(event.keyCombination()).toString() in self._own_keys

    def focusNextPrevChild(self, _next: bool) -> bool:
        return False  # Tab is typed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_ours(event):
            event.ignore()
            return
        shift = bool(event.modifiers() & SHIFT) and not event.modifiers() & (CONTROL | ALT)
        if shift and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            page = max(1, self.engine.viewport.rows - 1)
            self.scroll_lines(page if event.key() == Qt.Key.Key_PageDown else -page)
        elif shift and event.key() == Qt.Key.Key_Insert:
            self.paste(QClipboard.Mode.Clipboard)
        elif (press := key_press(event)) is not None:
            self.type(self.engine.encode_key(press), TYPED)

    def type(self, data: bytes, source: str) -> None:
        """Send something, and show where it will appear."""
        if not data:
            return
        if not self.engine.viewport.is_at_bottom:
            self.engine.scroll_to_bottom()
            self.refresh_soon()
        self.send(data, source)

    def engine_answers(self, answer: bytes) -> None:
        if answer:
            self.send(answer, ANSWER)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = event.preeditString()
        if text := event.commitString():
            self.type(self.engine.encode_key(KeyPress(Key.TEXT, text)) or text.encode(), TYPED)
        self.update()
        event.accept()

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        if query is Qt.InputMethodQuery.ImEnabled:
            return True
        if query is Qt.InputMethodQuery.ImCursorRectangle and self.frame is not None:
            cursor = self.frame.cursor
            return self.cell_rect(cursor.row or 0, cursor.column).toRect()
        return super().inputMethodQuery(query)

    def _on_focus(self) -> None:
        super()._on_focus()
        if self.engine.modes.focus_reporting:
            self.engine_answers(self.engine.encode_focus(is_focused=self.hasFocus()))
        if self.hasFocus():
            self.focused.emit()

    # --- the clipboard -----------------------------------------------------------------------

    def selected_text(self) -> str:
        selection = self.selecting.selection
        return "" if selection is None else self.engine.selected_text(selection)

    def copy(self) -> None:
        """What is selected, as plain text."""
        if text := self.selected_text():
            QGuiApplication.clipboard().setText(text)

    def copy_html(self) -> None:
        """With its colours, for mails and tickets; plain text beside it."""
        selection = self.selecting.selection
        if selection is None:
            return
        data = QMimeData()
        data.setHtml(self.engine.selected_html(selection))
        data.setText(self.engine.selected_text(selection))
        QGuiApplication.clipboard().setMimeData(data)

    def select_all(self) -> None:
        self.selecting.everything()
        self._selection_changed()

    def paste(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        """What is on the clipboard, after a look at it."""
        self.paste_text(QGuiApplication.clipboard().text(mode))

    def paste_text(self, text: str) -> None:
        """One harmless line goes in at once; anything else is shown first."""
        if not text:
            self.told.emit("There is no text on the clipboard.")
            return
        paste = examined(text)
        if paste.is_harmless:
            self._paste(paste.text)
        else:
            dialog = PasteDialog(self, paste, self.where)
            self.tasks.do("paste", lambda: self._ask_paste(dialog))

    async def _ask_paste(self, dialog: PasteDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                self._paste(dialog.value())
        finally:
            dialog.deleteLater()
            self.setFocus()

    def _paste(self, text: str) -> None:
        self.type(self.engine.encode_paste(text), PASTED)

    # --- scrolling and zoom ------------------------------------------------------------------

    def scroll_lines(self, lines: int) -> None:
        self.engine.scroll(lines)
        self.refresh_soon()

    def clear_scrollback(self) -> None:
        self.selecting.clear()
        self.engine.clear_scrollback()
        self.refresh_soon()

    def wheelEvent(self, event: QWheelEvent) -> None:
        held = event.modifiers()
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / WHEEL_STEP)
        self._wheel -= notches * WHEEL_STEP
        event.accept()
        if not notches:
            return
        if held & CONTROL:
            self.set_zoom(self.zoom + notches)
        elif self._reports(held):
            button = MouseButton.WHEEL_UP if notches > 0 else MouseButton.WHEEL_DOWN
            for _ in range(abs(notches)):
                self._report(MouseAction.PRESS, button, event.position(), held)
        elif self.engine.modes.alternate_screen and self.engine.modes.alternate_scroll:
            key = Key.UP if notches > 0 else Key.DOWN
            once = self.engine.encode_key(KeyPress(key))
            self.type(once * (WHEEL_LINES * abs(notches)), TYPED)
        else:
            self.scroll_lines(-WHEEL_LINES * notches)

    # --- the mouse ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, held, button = event.position(), event.modifiers(), event.button()
        self._hide_card()
        if self._reports(held):
            self._report(MouseAction.PRESS, button_of(button), at, held)
        elif button == Qt.MouseButton.LeftButton:
            self._press_left(at, held)
        elif button == Qt.MouseButton.MiddleButton:
            clipboard = QGuiApplication.clipboard()
            if clipboard.supportsSelection():
                self.paste(QClipboard.Mode.Selection)

    def _press_left(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        if held & CONTROL and self._follow(at):
            return
        near = QPointF(self._last_press[0], self._last_press[1]) - at
        again = self._triple.isActive() and near.manhattanLength() < 6
        self._clicks = self._clicks % 3 + 1 if again else 1
        self._last_press = (at.x(), at.y(), self._clicks)
        self._triple.start()
        point = self._point(at)
        if held & SHIFT and self.selecting.is_begun and self._clicks == 1:
            self.selecting.extend(point)
        else:
            by = (By.BLOCK if held & ALT else By.CELL, By.WORD, By.LINE)[self._clicks - 1]
            self.selecting.begin(point, by)
        self._dragging = True
        self._selection_changed()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # counted there, up to three

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, held = event.position(), event.modifiers()
        self._mouse_at = at
        if self._dragging:
            self._drag(at)
        elif self._reports(held):
            modes, buttons = self.engine.modes, event.buttons()
            is_down = buttons != Qt.MouseButton.NoButton
            if modes.mouse is MouseTracking.ALL or (modes.mouse is MouseTracking.DRAGS and is_down):
                button = next(
                    (button_of(b) for b in Qt.MouseButton if b in buttons and b.value), None
                )
                self._report(MouseAction.MOVE, button or MouseButton.NONE, at, held, is_down)
        else:
            self._look_below(at, held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at, held = event.position(), event.modifiers()
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self._scrolling.stop()
            self._offer_selection()
        elif self._reports(held):
            self._report(MouseAction.RELEASE, button_of(event.button()), at, held)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._reports(event.modifiers()):
            self.menu_asked.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hide_card()

    def _reports(self, held: Qt.KeyboardModifier) -> bool:
        """Whether the mouse is the program's; Shift keeps it here."""
        return self.engine.modes.mouse is not MouseTracking.NONE and not held & SHIFT

    def _report(
        self,
        action: MouseAction,
        button: MouseButton,
        at: QPointF,
        held: Qt.KeyboardModifier,
        is_down: bool = False,
    ) -> None:
        row, column = self.place(at)
        told = MouseInput(action, button, row, column, modifiers_of(held), is_down)
        if data := self.engine.encode_mouse(told):
            self.send(data, TYPED)

    def _point(self, at: QPointF) -> Point:
        row, column = self.place(at)
        return Point(self.engine.viewport.top + row, column)

    def _drag(self, at: QPointF) -> None:
        self.selecting.extend(self._point(at))
        self._selection_changed()
        is_out = not 0 <= at.y() < self.height()
        if is_out != self._scrolling.isActive():
            if is_out:
                self._scrolling.start()
            else:
                self._scrolling.stop()

    def _scroll_on(self) -> None:
        """The mouse is beyond the edge: the further, the faster."""
        beyond = self._mouse_at.y() - (0 if self._mouse_at.y() < 0 else self.height())
        lines = int(beyond / self.cell[1])
        self.scroll_lines(lines or (1 if beyond > 0 else -1))
        self.selecting.extend(self._point(self._mouse_at))
        self._selection_changed()

    def _selection_changed(self) -> None:
        self.refresh_soon()
        self.selected.emit()

    def _offer_selection(self) -> None:
        """Where there is a selection of the desktop, it is ours now; copied at once if wished."""
        text = self.selected_text()
        if not text:
            return
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection():
            clipboard.setText(text, QClipboard.Mode.Selection)
        if self.looks.chosen.copies:
            clipboard.setText(text)

    # --- links and what is live ----------------------------------------------------------------

    def rows_changed(self, rows: Iterable[int]) -> None:
        if self.live is not None and not self._look_live.isActive():
            self._look_live.start()

    def _find_live(self) -> None:
        """Names of the network in what is shown, once the output rests for a moment."""
        if self.live is None or self.frame is None:
            return
        found: dict[int, list[tuple[int, int, LiveSpan]]] = {}
        first = 0
        for line in wrapped(self.frame.rows):
            self._find_in(line, first, found)
            first += len(line)
        self._find_in_tables(found)
        self._live = {at: tuple(each) for at, each in found.items()}
        self.underline({at: tuple((a, b) for a, b, _ in each) for at, each in found.items()})

    def _find_in(
        self, line: Wrapped, first: int, found: dict[int, list[tuple[int, int, LiveSpan]]]
    ) -> None:
        """Names in a line, on all rows it is wrapped into."""
        text = text_of(line)
        if self.live is None or not text:
            return
        spans = tuple(self.live.spans(text, self.device_id))
        for span, cells in zip(
            spans, cells_of(line, [(span.start, span.end) for span in spans]), strict=True
        ):
            for row, start, end in cells:
                found.setdefault(first + row, []).append((start, end, span))

    def _find_in_tables(self, found: dict[int, list[tuple[int, int, LiveSpan]]]) -> None:
        """What only the head of its column tells, where nothing else was found."""
        if self.live is None or self.frame is None:
            return
        rows = self.frame.rows
        for at, span in self.live.columns([row.text for row in rows], self._above).items():
            _, start, end = cells_of((rows[at],), [(span.start, span.end)])[0][0]
            there = found.setdefault(at, [])
            if all(b <= start or end <= a for a, b, _ in there):
                there.append((start, end, span))

    def _above(self, count: int) -> Sequence[str]:
        """The lines that scrolled out just now, as many as there are."""
        top = self.frame.viewport.top if self.frame is not None else 0
        return self.engine.lines(max(0, top - count), min(top, count))

    def link_at(self, at: QPointF) -> str:
        """The target of the hyperlink below a pixel."""
        run = self.run_at(*self.place(at))
        return run.link if run is not None else ""

    def _live_at(self, at: QPointF) -> LiveSpan | None:
        row, column = self.place(at)
        return next((s for a, b, s in self._live.get(row, ()) if a <= column < b), None)

    def _look_below(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        link, live = self.link_at(at), self._live_at(at)
        is_hand = bool(link or live is not None) and bool(held & CONTROL)
        shape = Qt.CursorShape.PointingHandCursor if is_hand else Qt.CursorShape.IBeamCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        tip = plain_tip(f"{link}\nCtrl+click opens it") if link else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
        if live is not self._over:
            self._hide_card()
            self._over = live
            if live is not None:
                self._linger.start()

    def _show_card(self) -> None:
        if self.live is not None and self._over is not None:
            self.live.hover(self._over, self.mapToGlobal(self._mouse_at.toPoint()))

    def _hide_card(self) -> None:
        self._linger.stop()
        if self._over is not None and self.live is not None:
            self.live.leave()
        self._over = None

    def _follow(self, at: QPointF) -> bool:
        if link := self.link_at(at):
            self.open_link(link)
            return True
        if self.live is not None and (live := self._live_at(at)) is not None:
            self.live.follow(live)
            return True
        return False

    def open_link(self, link: str) -> None:
        """In the browser, after showing where it really goes; other schemes are not opened."""
        if urlsplit(link).scheme not in ("http", "https"):
            self.told.emit(f"Only web pages are opened from a terminal, not {link}")
            return
        self.tasks.do("link", lambda: self._ask_link(link))

    async def _ask_link(self, link: str) -> None:
        host = urlsplit(link).hostname or ""
        text = f"What the device wrote leads to {host}:\n\n{link}"
        if await confirm(self, "Open this page?", text, verb="Open in the browser"):
            QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode))
        self.setFocus()

    # --- what is dropped -----------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        event.acceptProposedAction()
        if data.hasUrls():
            self.told.emit("Files are not typed into a terminal. “Files” in its menu sends them.")
        else:
            self.paste_text(data.text())
