"""One terminal with what stands around it: a head with its name and state, refusals, the find bar.

Parts that know more (a filter beside, buttons below, badges) are put into its slots.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from noc_console.kernel.errors import NocError
from noc_console.services.terminal.connecting import Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session, SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label, plain_tip
from noc_console.views.kit.strips import BusyLine, Strip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID, look
from noc_console.views.terminal.connecting import WindowAsker
from noc_console.views.terminal.feeding import feed
from noc_console.views.terminal.finding import FindBar
from noc_console.views.terminal.given import TerminalServices
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.view import ANSWER, TerminalView

STATE_WORDS = {
    SessionState.CONNECTING: "connecting…",
    SessionState.OPEN: "",
    SessionState.WAITING: "lost; trying again",
    SessionState.HELD: "held back",
    SessionState.CLOSED: "ended",
}
FIRST = Size(80, 24)


class TerminalPane(QWidget):
    """A terminal to one address. It connects when started, and again when asked."""

    entered = Signal(object)
    """The focus came in: this pane."""
    changed = Signal(object)
    """Its title, state or address is another one: this pane."""
    menu_asked = Signal(object, QPoint)
    rang = Signal(object)
    opened = Signal(object)
    """A session began: this pane, whose `session` it is."""

    def __init__(
        self,
        desk: Desk,
        given: TerminalServices,
        looks: TerminalLooks,
        address: str,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.given = desk, given
        self.address, self.name = address, name
        self.session: Session | None = None
        self.target: Target | None = None
        self._device_title = ""
        self.was_called = "Local shell" if address == "shell" else ""
        """Its title of an earlier day, until it is connected."""
        self.left_as = ""
        """Its session of an earlier window, which went on: it is taken up rather than opened."""
        self._is_started = False
        self._ending: Session | None = None
        """The session that is carried until the last of it is put away."""
        self._is_wanted_again = False
        self._stop_listening: Callable[[], None] = lambda: None
        self.tasks = Tasks(self, self._failed)
        self._is_busy = False
        # The engine tells what the device wants on the clipboard; whether that is done is decided
        # session by session (`clipboard`), and without anybody who decides it is not.
        engine = given.open_engine(
            FIRST, scrollback=looks.chosen.scrollback, may_write_clipboard=True
        )
        self.view = TerminalView(engine, looks, self._send, on_error=self._failed)
        self.strip, self.busy_line = Strip(), BusyLine()
        self.find_bar = FindBar(self.view.search)
        self.head = PaneHead()
        self.above, self.below, self.beside = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        self.badges = self.head.badges
        self._lay_out()
        self._wire()
        self.destroyed.connect(lambda _=None: engine.close())
        self.tell()

    # --- what it is ------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """As the operator named it, else the device, else the address."""
        if self.name:
            return self.name
        if self.target is not None:
            return self.target.title
        return self.was_called or self.address or "Not connected"

    @property
    def state(self) -> SessionState:
        return SessionState.CLOSED if self.session is None else self.session.state

    @property
    def is_live(self) -> bool:
        """Whether something would be lost by closing it."""
        return self.session is not None and self.session.state is not SessionState.CLOSED

    @property
    def kept_as(self) -> str:
        """How another window finds its session, should this one go."""
        return self.left_as or (self.session.kept_as if self.session is not None else "")

    def focus(self) -> None:
        self.view.setFocus()

    def say(self, text: str) -> None:
        """A sentence in place."""
        self.strip.say(text)

    # --- the session -----------------------------------------------------------------------------

    def start(self) -> None:
        """Connect, once; afterwards only when asked to."""
        if not self._is_started and self.address:
            self._is_started = True
            self.connect_now()

    def connect_to(self, address: str) -> None:
        """Speak to something else from now on."""
        self._forget()
        self.address, self.target = address, None
        self._is_started = True
        self.connect_now()

    def connect_now(self) -> None:
        self._is_wanted_again = False
        self.strip.hide()
        self.tasks.follow("session", self._live(), lambda _: self._over())
        self.tell()

    def show_session(self, session: Session) -> None:
        """Take over a session that was opened elsewhere, such as a replay."""
        self._is_started = True
        self.tasks.follow("session", self._through(session), lambda _: self._over())

    def reconnect(self) -> None:
        """Now, whatever it waits for; also after it ended."""
        if self.session is not None and self.session.state is SessionState.WAITING:
            self.session.hurry()
        elif self._ending is not None and self._ending.state is SessionState.CLOSED:
            self._is_wanted_again = True  # once the last of it is put away
        elif not self.tasks.is_asking("session") and self.address:
            self.connect_now()

    def send_break(self) -> None:
        if self.session is not None:
            self.session.send_break()

    def shut(self) -> None:
        """End the session; nobody looks any more."""
        self._is_wanted_again = False
        self.tasks.drop("session")
        self._forget()

    def _forget(self) -> None:
        """What went on and was not taken up is not wanted any more."""
        key, self.left_as = self.left_as, ""
        if key:
            self.given.sessions.forget(key)

    def reset(self) -> None:
        """As switched on, when a program left it in disorder; the scrollback goes, too."""
        self.view.selecting.clear()
        self.view.engine.reset()
        self.view.output_came()

    async def _live(self) -> None:
        sessions, actor = self.given.sessions, self.desk.actor
        self.target = await sessions.resolve(actor, address=self.address)
        self.tell()
        asker = WindowAsker(self, self.desk, self.head.tell)
        size, session = self.view.fitting(), None
        if self.left_as:
            session = await sessions.resume(actor, key=self.left_as, size=size, asker=asker)
            self.left_as = ""
        if session is None:
            session = await sessions.open(actor, target=self.target, size=size, asker=asker)
        await self._through(session)

    async def _through(self, session: Session) -> None:
        """Carry bytes until it ends; close it whatever happens."""
        self.session = self._ending = session
        self.target = session.target
        self.view.device_id = session.target.device_id
        self.view.where = self.title
        self._stop_listening()
        self._stop_listening = session.listen(self.tell)
        size = self.view.engine.size
        session.resize(size.columns, size.rows)
        self.opened.emit(self)
        self.tell()
        resumed = session.resumed
        if resumed is not None:
            session.redraw()
            self.say(resumed.sentence)
        try:
            await feed(session, self.view, unanswered=resumed.unanswered if resumed else 0)
        finally:
            self._stop_listening()
            self._stop_listening = lambda: None
            try:
                await session.close()
            finally:
                if self._ending is session:
                    self._ending = None

    def _over(self) -> None:
        """The other side ended it."""
        if self._is_wanted_again:
            self.connect_now()
            return
        why = self.session.why if self.session is not None else ""
        if why:
            self.strip.say(f"{why[:1].upper()}{why[1:]}.", verb="Connect again", act=self.reconnect)
        self.tell()

    def _send(self, data: bytes, source: str) -> object:
        """From the keyboard, the clipboard or the engine; a refusal is said in place."""
        session = self.session
        if session is None or session.state is SessionState.CLOSED:
            if data == b"\r" and source != ANSWER:
                self.reconnect()
            return None
        refused = session.send(data, source)
        if refused is not None:
            self.strip.say(refused.sentence)
        elif self.strip.isVisible() and source != ANSWER and session.state is SessionState.OPEN:
            self.strip.hide()
        return refused

    def _failed(self, error: BaseException) -> None:
        """What our rules or the network said: in place, with a way to try again."""
        if isinstance(error, NocError):
            self.strip.say(str(error), verb="Connect again", act=self.reconnect)
        else:
            self.strip.say("Something went wrong here.", verb="Connect again", act=self.reconnect)
            self.desk.report(error)
        self.tell()

    # --- around it -------------------------------------------------------------------------------

    def open_find(self) -> None:
        self.find_bar.open(self.view.selected_text())

    def fill_menu(self, menu: QMenu) -> None:
        """More for the context menu; what stands around adds to `menu_extras`."""
        for extra in self.menu_extras:
            extra(menu)

    def _step(self, by: int) -> None:
        view = self.view.engine.viewport
        hit = self.view.search.step(by, view.top + view.rows)
        if hit is not None:
            self.view.show_row(hit.first.row)

    def _on_titled(self, title: str) -> None:
        self._device_title = title
        self.tell()

    def _on_resized(self, size: Size) -> None:
        if self.session is not None:
            self.session.resize(size.columns, size.rows)

    def tell(self) -> None:
        """The head and the tab say what is going on."""
        session = self.session
        is_connecting = self.tasks.is_asking("session") and not self.is_live
        state = SessionState.CONNECTING if is_connecting else self.state
        words = STATE_WORDS[state] if self._is_started else "not connected yet"
        how = session.describe if session is not None else ""
        self.head.show_state(self.title, state, words or self._device_title or how, how)
        self.head.show_badges(session.badges if session is not None else ())
        if state is SessionState.HELD and session is not None:
            self.strip.say(session.why, verb="Go on", act=session.go_on)
        elif state is SessionState.WAITING and session is not None:
            self.strip.say(session.why, verb="Try now", act=session.hurry)
        is_busy = state is SessionState.CONNECTING
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self.busy_line.set_busy(is_busy)
        self.view.setAccessibleName(f"Terminal, {self.title}")
        self.changed.emit(self)

    def _wire(self) -> None:
        self.menu_extras: list[Callable[[QMenu], object]] = []
        self.ensure_recorded: Callable[[], Awaitable[bool]] = _no_recording
        """Begins a recording unless one runs; whether one does now."""
        self.is_recorded: Callable[[], bool] = lambda: False
        view = self.view
        view.titled.connect(self._on_titled)
        view.resized.connect(self._on_resized)
        view.focused.connect(lambda: self.entered.emit(self))
        view.told.connect(self.say)
        view.rang.connect(lambda: self.rang.emit(self))
        view.menu_asked.connect(lambda at: self.menu_asked.emit(self, at))
        self.find_bar.closed.connect(view.setFocus)
        self.find_bar.stepped.connect(self._step)
        self.head.menu_button.clicked.connect(
            lambda: self.menu_asked.emit(
                self, self.head.menu_button.mapToGlobal(self.head.menu_button.rect().bottomLeft())
            )
        )
        self.setFocusProxy(view)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.view, 1)
        middle.addLayout(self.beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.busy_line)
        layout.addWidget(self.strip)
        layout.addLayout(self.above)
        layout.addLayout(middle, 1)
        layout.addWidget(self.find_bar)
        layout.addLayout(self.below)


async def _no_recording() -> bool:
    return False  # until somebody who can record says otherwise


class StateDot(QWidget):
    """A ring while it connects, a disc while it is open, a cross when it ended: not by colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = SessionState.CLOSED
        self.setFixedSize(QSize(12, 12))
        look().changed.connect(self.update)

    def show_state(self, state: SessionState) -> None:
        self.state = state
        self.setAccessibleName(STATE_WORDS[state] or "open")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        token = {
            SessionState.OPEN: "accent.plain",
            SessionState.CLOSED: "icon.dim",
        }.get(self.state, "attention.plain")
        color = look().color(token)
        painter.setPen(color)
        if self.state is SessionState.CLOSED:
            painter.drawLine(room.topLeft(), room.bottomRight())
            painter.drawLine(room.topRight(), room.bottomLeft())
        else:
            if self.state is SessionState.OPEN:
                painter.setBrush(color)
            painter.drawEllipse(room)
        painter.end()


class PaneHead(QWidget):
    """The line above a terminal: state, name, what the device calls itself, badges, the menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.dot = StateDot()
        self.name = Label("", tone="bright")
        self.under = ElidedLabel("", tone="dim", size="small")
        self.warning = Label("", tone="attention", size="small")
        self.badges = QHBoxLayout()
        self.badges.setSpacing(GRID // 2)
        self.menu_button = IconButton("more", "What one can do with this terminal")
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, 2, 4, 2)
        layout.setSpacing(GRID)
        layout.addWidget(self.dot)
        layout.addWidget(self.name)
        layout.addWidget(self.under, 1)
        layout.addWidget(self.warning)
        layout.addLayout(self.badges)
        layout.addWidget(self.menu_button)

    def show_state(self, name: str, state: SessionState, words: str, how: str) -> None:
        self.dot.show_state(state)
        self.name.setText(name)
        self.under.show_text(words)
        self.name.setToolTip(plain_tip(how))

    def show_current(self, is_current: bool) -> None:
        """Whether it is the one of several that is worked in."""
        if self.property("current") != is_current:
            self.setProperty("current", is_current)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_badges(self, badges: tuple[str, ...]) -> None:
        """What must not be overlooked, in words."""
        self.warning.setText("  ·  ".join(badges))
        self.warning.setVisible(bool(badges))

    def tell(self, text: str) -> None:
        """How far connecting is."""
        self.under.show_text(text)
