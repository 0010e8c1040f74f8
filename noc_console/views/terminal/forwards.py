"""Ports that lead through a session: which, how often used, and how to stop them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import Invalid, NocError
from noc_console.services.terminal.carrying import CarryService
from noc_console.services.terminal.forwarding import (
    LOOPBACK,
    Forward,
    ForwardKind,
    ForwardWish,
    check,
    is_open_to_others,
)
from noc_console.services.terminal.session import Session, SessionState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import confirm
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.strips import Strip
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID

REFRESH_MS = 2000
_KINDS = (
    (ForwardKind.LOCAL, "From here to what the device reaches"),
    (ForwardKind.REMOTE, "From the device to what this machine reaches"),
    (ForwardKind.DYNAMIC, "SOCKS proxy here, anywhere the device reaches"),
)


class ForwardsPanel(QWidget):
    """The ports of one session; they end with it."""

    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        carrying: CarryService,
        session: Session,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self._carrying, self._session = desk, carrying, session
        self.strip = Strip()
        self.tasks = Tasks(self, self._failed)
        self.kind = QComboBox()
        for kind, words in _KINDS:
            self.kind.addItem(words, kind)
        self.kind.setAccessibleName("Which way")
        self.listen = _field("Port that listens", "8080, or host:port")
        self.to = _field("Where it leads", "10.0.0.1:80")
        self.start_button = QPushButton("Open the port")
        self.start_button.setProperty("main", True)
        self.stop_button = QPushButton("Close the port")
        self.table: Table[Forward] = Table(
            desk, "terminal.forwards", _columns(), lambda each: each.id, self._failed
        )
        self.teach = Label(
            "No port leads through this session. One does as long as the session is open, and"
            " comes back with it: say, to the web page of a device behind this one.",
            tone="dim",
            wrap=True,
        )
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        self._wire()
        self._tell_kind()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again; a session that is over has none."""
        if self._session.state is SessionState.OPEN:
            self._list()
        else:
            self._show(())

    def start(self) -> None:
        """Open the port that the form asks for."""
        self.strip.hide()
        self.tasks.do("start", self._start)

    def stop(self) -> None:
        """Close the chosen ones."""
        for each in self.table.selection():
            self.tasks.do(f"stop {each.id}", partial(self._stop, each.id))

    async def _start(self) -> None:
        wish = check(self._wish())
        if is_open_to_others(wish):
            text = (
                f"{wish.listen_host} is reached by other machines, too: whoever reaches this one"
                " gets through."
            )
            if not await confirm(self, "Open it to others?", text, verb="Open it to others"):
                return
        await self._carrying.start_forward(self.desk.actor, session=self._session, wish=wish)
        self.refresh()

    async def _stop(self, number: int) -> None:
        await self._carrying.stop_forward(self.desk.actor, session=self._session, forward_id=number)
        self.refresh()

    def _wish(self) -> ForwardWish:
        kind = ForwardKind(self.kind.currentData())
        listen_host, listen_port = _place(self.listen.text(), "listen_port", host=LOOPBACK)
        if kind is ForwardKind.DYNAMIC:
            return ForwardWish(kind, listen_port, listen_host)
        host, port = _place(self.to.text(), "host")
        return ForwardWish(kind, listen_port, listen_host, host, port)

    def _list(self) -> None:
        self.tasks.ask("list", self._listed(), self._show)

    async def _listed(self) -> tuple[Forward, ...]:
        return self._carrying.forwards(self.desk.actor, session=self._session)

    def _show(self, forwards: tuple[Forward, ...]) -> None:
        self.table.show_rows(forwards)
        self.table.setVisible(bool(forwards))
        self.teach.setVisible(not forwards)
        self._tell_stop()

    def _tell_stop(self) -> None:
        can = bool(self.table.selection())
        self.stop_button.setEnabled(can)
        self.stop_button.setToolTip(plain_tip("" if can else "Choose a port first"))

    def _tell_kind(self) -> None:
        is_proxy = self.kind.currentData() == ForwardKind.DYNAMIC
        self.to.setEnabled(not is_proxy)
        self.to.setToolTip(plain_tip("A proxy leads anywhere" if is_proxy else ""))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NocError):
            self.strip.say(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            field = getattr(error, "field", None)
            place = {"listen_port": self.listen, "listen_host": self.listen}.get(str(field))
            if isinstance(error, Invalid):
                (place or self.to).setFocus()
        else:
            self.strip.say("Something went wrong here.")
            self.desk.report(error)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _wire(self) -> None:
        self.kind.currentIndexChanged.connect(lambda _: self._tell_kind())
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(self.stop)
        self.listen.returnPressed.connect(self.start)
        self.to.returnPressed.connect(self.start)
        self.table.chosen.connect(self._tell_stop)

    def _lay_out(self) -> None:
        self.setProperty("role", "below")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        form = QHBoxLayout()
        form.setSpacing(GRID)
        form.addWidget(self.kind)
        form.addWidget(self.listen)
        form.addWidget(Label("→", tone="dim"))
        form.addWidget(self.to)
        form.addWidget(self.start_button)
        form.addStretch()
        form.addWidget(self.stop_button)
        self.close_button = IconButton("close", "Close the forwarded ports")
        self.close_button.clicked.connect(self.closed)
        form.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.strip)
        layout.addLayout(form)
        layout.addWidget(self.teach)
        layout.addWidget(self.table, 1)
        layout.addStretch()


def _field(name: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setMinimumWidth(18 * GRID)
    return field


def _place(text: str, field: str, *, host: str = "") -> tuple[str, int]:
    """`host:port`; the port alone where there is a host already."""
    given, colon, number = text.strip().rpartition(":")
    given = given.strip("[]") if colon else host
    if not number.isascii() or not number.isdigit() or len(number) > 5 or not given:
        raise Invalid("say it as host:port, such as 10.0.0.1:80", field=field)
    return given, int(number)


def _columns() -> list[Column[Forward]]:
    words = dict(_KINDS)
    return [
        Column("Way", lambda each: words[each.wish.kind], width=300),
        Column("Port", lambda each: each.wish.text, width=320, mono=True, stretch=True),
        Column(
            "Used",
            lambda each: (
                f"{each.connections}×" if each.wish.kind is ForwardKind.LOCAL else "not counted"
            ),
            lambda each: each.connections,
            width=100,
            align=Align.RIGHT,
        ),
    ]
