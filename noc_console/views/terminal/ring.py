"""The ring shell: one command for every device of a path, a site or a selection, in order.

A red frame stands around the command as long as it goes to more than one device. Its sessions may
only look where the platform's commands are known; changes fly as change flights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid, NotFound, Refused
from noc_console.kernel.text import plural, visible
from noc_console.services.alarms.model import Severity
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.service import InventoryService
from noc_console.services.snippets.service import SnippetService
from noc_console.services.terminal.asking import TOUCH
from noc_console.services.terminal.comparing import Leaving, grouped
from noc_console.services.terminal.conversing import Line
from noc_console.services.terminal.judging import Verdict, judge
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.readonly import Guard
from noc_console.services.terminal.ring import (
    MOST_AT_ONCE,
    Expecting,
    Member,
    Order,
    Phase,
    Told,
    checked,
    members_of,
    names_of,
)
from noc_console.services.terminal.ringing import Ring
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.topology.analysis import TopologyAnalysis
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import open_dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID, look
from noc_console.views.terminal.connecting import WindowAsker
from noc_console.views.terminal.ringdiff import AnswerView
from noc_console.views.terminal.ringpreview import PreviewDialog
from noc_console.views.terminal.ringrows import TROUBLE, WORDS, RingRow, ring_columns
from noc_console.views.terminal.ringwords import RingWords

ROOM = Size(200, 60)
"""Of the sessions: wide, so that tables are not wrapped."""
EXPECTING = (
    (Expecting.SAME, "the canary's answer"),
    (Expecting.PATTERN, "an answer that contains…"),
    (Expecting.ANY, "any answer"),
)
TELL_MS = 40
"""Changes that come within this are shown together: hundreds of devices may answer at once."""


@dataclass(frozen=True, slots=True)
class RingServices:
    """What the ring asks."""

    inventory: InventoryService
    sessions: SessionService
    analysis: TopologyAnalysis
    drivers: Callable[[str], Awaitable[Driver | None]]
    snippets: SnippetService | None = None


class RingPage(Page):
    """`device:1,2,3`, `site:4` or `path:1>9` in a route says who is in the ring."""

    def __init__(self, desk: Desk, given: RingServices, *, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._given = given
        self.ring: Ring | None = None
        self.members: tuple[Member, ...] = ()
        self._what = ""
        self._order: Order | None = None
        self._known: dict[int, RingRow] = {}
        """The rows as they are shown; one that did not change is the same object again."""
        self._heard_of: set[int] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TELL_MS)
        self._soon.timeout.connect(self._tell_heard)
        self.table: Table[RingRow] = Table(
            desk, "ring", ring_columns(), lambda row: row.member.device_id, self.show_error
        )
        self.frame = RedFrame()
        self.words = RingWords(
            desk, given.snippets, lambda: self.active, lambda error: self.show_error(error)
        )
        self.command = self.words.command
        self.canary, self.expecting = QComboBox(), QComboBox()
        self.pattern = QLineEdit()
        self.at_once = QSpinBox()
        self.addresses = QCheckBox("Addresses may differ")
        self.passes_over = QCheckBox("Pass over who is not connected")
        self.send_button, self.stop_button = QPushButton("Send"), QPushButton("Stop")
        self.verdict = Label("", tone="dim")
        self.answers = AnswerView()
        self._put_together()
        self._wire()
        self._add_commands()
        self.destroyed.connect(self._leave_ring)
        self._tell()

    # --- who is in it --------------------------------------------------------------------------

    def reload(self) -> None:
        """The ring is live; the list is told of every change."""

    def visit(self, route: Route) -> None:
        """Another ring; the sessions of the one before are closed."""
        if route.text.strip():
            self.tasks.ask("members", self._find(route.text.strip()), self._begin)

    async def _find(self, text: str) -> tuple[str, tuple[Member, ...]]:
        actor, inventory = self.desk.actor, self._given.inventory
        kind, _, rest = text.partition(":")
        known = {int(one.id): one for one in await inventory.devices(actor)}
        sites = {int(site.id): site.name for site in await inventory.sites(actor)}
        if kind == "path":
            start, _, goal = rest.partition(">")
            way = await self._given.analysis.path(actor, start=start.strip(), goal=goal.strip())
            found = [known[int(one)] for one in way.devices if int(one) in known]
            if not found:
                raise NotFound("there is no way between them that is up")
            what = f"Path {found[0].name} → {found[-1].name}"
        elif kind == "site":
            number = _number(rest)
            found = [one for one in known.values() if one.site_id == number and one.is_managed]
            found.sort(key=lambda one: one.name.lower())
            what = f"Site {sites.get(number, rest)}"
        else:
            found = [known[n] for n in map(_number, rest.split(",")) if n in known]
            what = "Selection"
        members = members_of(found, sites)
        if not members:
            raise NotFound("there is no device with an address among them")
        return what, members

    def _begin(self, found: tuple[str, tuple[Member, ...]]) -> None:
        self._leave_ring()
        self._what, self.members = found
        self.canary.clear()
        for member in self.members:
            self.canary.addItem(visible(member.name), member.device_id)
        ring = Ring(self.members, self._open, self._given.drivers, self._heard)
        self.ring = ring
        self.words.clear()
        self.tasks.follow(f"ring {id(ring)}", ring.run(), lambda _: None)
        self.answers.clear()
        self.titled.emit(f"{self._what}, {plural(len(self.members), 'device')}")
        self._tell()
        self.command.setFocus()

    async def _open(self, member: Member) -> Line:
        """A session of the ring: read-only where the platform's commands are known."""
        actor, sessions = self.desk.actor, self._given.sessions
        target = await sessions.resolve(actor, address=f"ssh:device:{member.device_id}")

        def told(text: str) -> None:
            if text == TOUCH:  # the rest of it nobody reads of many devices
                self.desk.notice(f"{member.name}: {text}")

        asker = WindowAsker(self, self.desk, told)
        session = await sessions.open(actor, target=target, size=ROOM, asker=asker)
        session.guard = Guard(await self._given.drivers(member.platform))
        return session

    def _leave_ring(self) -> None:
        if self.ring is not None:
            self.ring.stop()
            self.ring.leave()
            self.ring = None

    # --- what is sent --------------------------------------------------------------------------

    def order(self) -> Order:
        """What the fields say. Raises Invalid."""
        canary = self.canary.currentData()
        order = Order(
            self.command.toPlainText(),
            int(canary) if canary is not None else 0,
            Expecting(self.expecting.currentData()),
            self.pattern.text(),
            Leaving(addresses=self.addresses.isChecked()),
            self.at_once.value(),
            self.passes_over.isChecked(),
            self.words.words,
        )
        return checked(order, self.active)

    def send(self) -> None:
        """Show what would be sent to whom; send it when that is right."""
        if self.ring is not None:
            self.tasks.do("send", self._send)

    async def _send(self) -> None:
        ring, order = self.ring, self.order()
        if ring is None:
            return
        order = ring.standing_in(order)
        verdicts = await self._verdicts(order)
        dialog = PreviewDialog(self, order, ring.active, verdicts, ring.connected)
        try:
            if not await open_dialog(dialog):
                return
        finally:
            dialog.deleteLater()
        self._order = order
        self.answers.clear()
        await ring.send(order)
        self._finished(ring, order)

    async def _verdicts(self, order: Order) -> dict[str, Verdict]:
        """What the command does, by the platforms of the ring."""
        lines: dict[str, set[str]] = {}
        for one in self.active:
            if own := order.lines_for(one.device_id):
                lines.setdefault(one.platform, set()).update(own)
        found = {}
        for platform, sent in lines.items():
            driver = await self._given.drivers(platform)
            told = [judge(driver, line).verdict for line in sent]
            found[platform] = max(told, key=list(Verdict).index)
        return found

    def _finished(self, ring: Ring, order: Order) -> None:
        told = {member: ring.told(member.device_id) for member in ring.members}
        bad = next((m for m, one in told.items() if one.phase in TROUBLE), None)
        counts = Counter(one.phase for one in told.values())
        without = sum(not order.lines_for(m.device_id) for m in ring.active)
        left = counts[Phase.SKIPPED] - without
        more = f" {plural(left, 'device')} not asked." if left else ""
        more += f" {plural(without, 'device')} without words for it." if without else ""
        passed = counts[Phase.PASSED]
        more += f" {plural(passed, 'device')} not connected, passed over." if passed else ""
        answered = plural(counts[Phase.SAME], "device")
        if bad is not None:
            is_failed = told[bad].phase is Phase.FAILED
            self.strip.say(
                f"Stopped at {bad.name}: {WORDS[told[bad].phase]}.{more}",
                verb="Leave it out" if is_failed else "",
                act=lambda: self.leave_out(bad),
            )
            self.table.select(bad.device_id)
        elif left:
            self.strip.say(f"Stopped: {answered} answered.{more}")
        else:
            self.strip.hide()
            self.desk.notice(f"{answered} answered as expected" + (f".{more}" if more else ""))
        if self.table.current() is None and self._order is not None:
            self.table.select(self._order.canary)  # what was answered is there to be read
        self._show_answer()
        self._tell()

    @property
    def active(self) -> tuple[Member, ...]:
        """Those who get what is sent."""
        return self.members if self.ring is None else self.ring.active

    def leave_out(self, *members: Member) -> None:
        """Send nothing to these, or to the chosen ones; to those left out already, again."""
        ring = self.ring
        chosen = members or tuple(row.member for row in self.table.selection())
        if ring is None or not chosen:
            return
        is_out = not all(ring.is_left_out(one.device_id) for one in chosen)
        try:
            for one in chosen:
                ring.leave_out(one.device_id, is_out=is_out)
        except Refused as error:
            self.show_error(error)
            return
        if ring.is_left_out(self.canary.currentData()) and ring.active:
            self.canary.setCurrentIndex(self.canary.findData(ring.active[0].device_id))
        self.strip.hide()
        self._tell()

    def connect_again(self) -> None:
        """Try those of the chosen that are not connected; none of them: all that are not."""
        ring = self.ring
        if ring is None:
            return
        chosen = {row.member.device_id for row in self.table.selection()} - ring.connected
        lost = {one.device_id for one in ring.active} - ring.connected
        for number in chosen or lost:
            ring.connect_again(number)
        self._tell()

    def stop(self) -> None:
        if self.ring is not None:
            self.ring.stop()

    def open_in_tabs(self) -> None:
        """A terminal for every device, in the ring's order."""
        if self.members:
            text = " ".join(f"ssh:device:{member.device_id}" for member in self.members)
            self.desk.go(Route("terminal", text=text))

    def close_ring(self) -> None:
        """Close all sessions."""
        self._leave_ring()
        self.members = ()
        self._tell()

    # --- what is shown -------------------------------------------------------------------------

    def _heard(self, member: Member, told: Told) -> None:
        self._heard_of.add(member.device_id)
        if not self._soon.isActive():
            self._soon.start()

    def _tell_heard(self) -> None:
        heard, self._heard_of = self._heard_of, set()
        self._tell()
        row = self.table.current()
        if row is not None and row.member.device_id in heard:
            self._show_answer()

    def rows(self) -> tuple[RingRow, ...]:
        """Every device as it stands now."""
        ring = self.ring
        if ring is None:
            self._known = {}
            return ()
        canary, known = self.canary.currentData(), self._known
        found = []
        for at, member in enumerate(self.members):
            number = member.device_id
            row, told = known.get(number), ring.told(number)
            is_canary = number == canary
            if (
                row is None
                or row.member is not member
                or row.told is not told
                or row.is_canary != is_canary
                or row.number != at + 1
            ):
                row = RingRow(at + 1, member, told, is_canary)
            found.append(row)
        self._known = {row.member.device_id: row for row in found}
        return tuple(found)

    def _show_answer(self) -> None:
        """The chosen device's answer beside the canary's, and who else gave the same."""
        ring, row, order = self.ring, self.table.current(), self._order
        if ring is None or row is None or order is None:
            return
        base = ring.base_of(order, row.member)
        told = ring.told(row.member.device_id)
        done = {
            one.device_id: ring.told(one.device_id).text
            for one in self.members
            if ring.told(one.device_id).phase in (Phase.SAME, Phase.DIFFERENT)
        }
        names = {one.device_id: names_of(one) for one in self.members}
        groups = grouped(done, names=names, leaving=order.leaving)
        self.answers.show_groups(groups, {one.device_id: one.name for one in self.members})
        is_answer = told.phase in (Phase.SAME, Phase.DIFFERENT, Phase.ERROR)
        if base is None or base[0] is row.member or not is_answer:
            self.answers.show_text(row.member.name, told.text)
        else:
            self.answers.show_diff(base[0], base[1], row.member, told.text, order.leaving)

    def _tell(self) -> None:
        rows = self.rows()
        self.table.show_rows(rows)
        count = len(self.active)
        is_sending = self.ring is not None and self.ring.is_sending
        ready = sum(row.told.phase is not Phase.CONNECTING for row in rows)
        self.frame.set_on(count > 1)
        self.send_button.setText(f"Send to {plural(count, 'device')}…")
        problem = "" if ready else "Nobody is connected yet"
        if not count:
            problem = "Everybody is left out"
        if is_sending:
            problem = "A command is going round"
        self.send_button.setEnabled(not problem)
        self.send_button.setToolTip(problem)
        self.stop_button.setEnabled(is_sending)
        self.stop_button.setToolTip("" if is_sending else "Nothing is going round")
        self.verdict.setText(f"{self._what} · {plural(count, 'target')}" if count else "")
        self.pattern.setVisible(self.expecting.currentData() == Expecting.PATTERN)
        self.addresses.setVisible(self.expecting.currentData() == Expecting.SAME)
        self.passes_over.setVisible(self.expecting.currentData() != Expecting.ANY)
        self.show_empty(None if self.members else self._nothing())

    def _nothing(self) -> Empty:
        return Empty(
            what="No ring is open",
            why=self.desk.actions.hint(
                "Choose devices in the list and press {key}: all of them open here in order. ",
                "devices.ring",
                "R",
            )
            + "One command goes to all, the canary first; it stops at the first device that answers"
            " otherwise.",
            verb="Choose devices",
            act=lambda: self.desk.go(Route("devices")),
            icon="ring",
        )

    # --- how it is put together ------------------------------------------------------------------

    def _wire(self) -> None:
        self.send_button.clicked.connect(self.send)
        self.stop_button.clicked.connect(self.stop)
        self.table.chosen.connect(self._show_answer)
        self.table.opened.connect(
            lambda row: self.desk.go(Route("terminal", text=f"ssh:device:{row.member.device_id}"))
        )
        self.expecting.currentIndexChanged.connect(lambda _: self._tell())
        self.canary.currentIndexChanged.connect(lambda _: self._tell())
        self.words.changed.connect(self._tell)

    def _add_commands(self) -> None:
        made: list[QAction | None] = [
            self.desk.actions.add(
                Command(f"ring.{name}", text, picture, act, keys, group="Ring"), self
            )
            for name, text, picture, act, keys in (
                ("send", "Send to the ring", "play", self.send, "Ctrl+Return"),
                ("stop", "Stop the ring", "stop", self.stop, ""),
                ("leave_out", "Leave out, or take back", "minus", self.leave_out, "Ctrl+Delete"),
                ("connect", "Connect again", "refresh", self.connect_again, "Ctrl+Shift+G"),
                ("tabs", "Open all in terminals", "terminal", self.open_in_tabs, ""),
                ("close", "Close the ring", "close", self.close_ring, ""),
            )
        ]
        self.table.set_menu(made)

    def _put_together(self) -> None:
        for kind, words in EXPECTING:
            self.expecting.addItem(words, kind.value)
        self.at_once.setRange(1, MOST_AT_ONCE)
        self.at_once.setPrefix("At once: ")
        self.pattern.setPlaceholderText("regular expression")
        for field, name in (
            (self.canary, "Canary"),
            (self.expecting, "Expected answer"),
            (self.pattern, "What the answer must contain"),
            (self.at_once, "Devices asked at once"),
        ):
            field.setAccessibleName(name)
        expecting, sending = QHBoxLayout(), QHBoxLayout()
        expecting.addWidget(Label("Canary", tone="dim"))
        expecting.addWidget(self.canary)
        expecting.addSpacing(GRID)
        expecting.addWidget(Label("Expect", tone="dim"))
        expecting.addWidget(self.expecting)
        expecting.addWidget(self.pattern, 1)
        expecting.addSpacing(GRID)
        expecting.addWidget(self.addresses)
        expecting.addSpacing(GRID)
        expecting.addWidget(self.passes_over)
        expecting.addStretch(1)
        sending.addWidget(self.words.button)
        sending.addWidget(self.at_once)
        sending.addStretch(1)
        for widget in (self.verdict, self.stop_button, self.send_button):
            sending.addWidget(widget)
        self.send_button.setProperty("main", True)
        self.frame.body.addWidget(self.words)
        self.frame.body.addLayout(expecting)
        self.frame.body.addLayout(sending)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.answers)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([450, 550])  # two answers side by side are what one reads
        split.setChildrenCollapsible(False)
        self.body.addWidget(self.frame)
        self.body.addWidget(split, 1)


class RedFrame(QWidget):
    """Red while what is typed within goes to more than one device."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_on = False
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(GRID + 2, GRID + 2, GRID + 2, GRID + 2)
        look().changed.connect(self.update)

    def set_on(self, is_on: bool) -> None:
        if is_on != self.is_on:
            self.is_on = is_on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_on:
            return
        painter = QPainter(self)
        painter.setPen(QPen(severity_color(Severity.CRITICAL), 3))
        painter.drawRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.end()


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid(f"“{visible(text, limit=40)}” is no number", field="ring") from None
