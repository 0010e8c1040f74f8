"""The alarm desk: the list, the filter, and what one does about it with one key."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSplitter, QWidget

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import (
    NO_DEVICE,
    Alarm,
    AlarmChanged,
    AlarmState,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.views.alarms.columns import LOOKS, alarm_columns, object_text
from noc_console.views.alarms.details import AlarmDetails
from noc_console.views.alarms.graphing import graph_text
from noc_console.views.kit.actions import Command
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog, ask_text, open_dialog
from noc_console.views.kit.page import Page
from noc_console.views.kit.severity import severity_icon, severity_word
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import look

SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
SHELVE = (("30 minutes", 30.0), ("1 hour", 60.0), ("4 hours", 240.0), ("8 hours", 480.0))
COMMANDS = (
    ("acknowledge", "Acknowledge", "check", "Space A", "alarms.acknowledge"),
    ("comment", "Comment…", "comment", "C", "alarms.comment"),
    ("clear", "Clear…", "clear", "X", "alarms.clear"),
    ("shelve", "Shelve…", "pause", "S", "alarms.shelve"),
    ("unacknowledge", "Take acknowledgement back", "uncheck", "U", "alarms.acknowledge"),
    ("unshelve", "Back on the desk", "undo", "Shift+S", "alarms.shelve"),
    ("device", "Go to device", "device", "G", ""),
    ("graph", "Show the graph", "graph", "Shift+G", "graphs.see"),
    ("map", "Show on map", "map", "M", ""),
    ("logs", "Traps and log lines around it", "logs", "L", "intake.see"),
)


class AlarmsPage(Page):
    """Active alarms, worst first; those that cleared unseen stay until someone has seen them."""

    watches = (AlarmChanged,)

    def __init__(self, desk: Desk, alarms: AlarmService, *, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._alarms = alarms
        self._wanted: int | None = None
        self.table: Table[Alarm] = Table(
            desk,
            "alarms",
            alarm_columns(desk),
            lambda alarm: alarm.id,
            self.show_error,
            hint="Filter   site:north   -shelved",
        )
        self.chips = Chips(
            [
                *(
                    (s.name.lower(), "", f"Only {severity_word(s).lower()} alarms")
                    for s in SEVERITIES
                ),
                ("unacked", "Unacked", "Only what nobody has acknowledged"),
                ("mine", "Mine", "Only what I acknowledged"),
            ]
        )
        self.table.chips.addWidget(self.chips)
        self.details = AlarmDetails(desk)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.table)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(0, 1)
        self._split.setCollapsible(0, False)
        self._split.setChildrenCollapsible(True)
        self._split.setSizes([900, 300])
        self.body.addWidget(self._split)
        self.setFocusProxy(self.table)
        self._add_commands()
        self._wire()
        self._tint()

    def reload(self) -> None:
        self.tasks.ask("alarms", self._alarms.active(self.desk.actor), self._show)

    def visit(self, route: Route) -> None:
        column, _, word = route.text.partition(":")
        if column == "severity" and word in self.chips.buttons:
            self.table.set_filter("")
            self.chips.turn(frozenset({word}))
        elif route.text:
            self.chips.turn(frozenset())
            self.table.set_filter(route.text)
        if route.id is not None:
            self.chips.turn(frozenset())
            self.table.set_filter("")
            if not self.table.select(route.id):
                self._wanted = route.id  # not loaded yet: chosen when it is

    def repaint_times(self) -> None:
        self.details.refresh()

    # --- showing ----------------------------------------------------------------------------

    def _show(self, alarms: tuple[Alarm, ...]) -> None:
        self.table.show_rows(alarms)
        counts = {s: sum(a.severity == s for a in alarms) for s in SEVERITIES}
        for severity, count in counts.items():
            self.chips.set_text(severity.name.lower(), f"{count:,}")
        blinking = any(LOOKS[alarm.state].blinks for alarm in alarms)
        self.desk.blink.need(blinking)
        self.show_empty(
            None
            if alarms
            else Empty(
                what="All quiet",
                why="No alarm is active and none waits for an acknowledgement. What goes wrong"
                " appears here by itself.",
                icon="check",
            )
        )
        if self._wanted is not None and self.table.select(self._wanted):
            self._wanted = None
        self._on_chosen()

    def _on_chosen(self) -> None:
        selection, alarm = self.table.selection(), self.table.current()
        self.details.show_alarm(alarm, selected=len(selection))
        for id in (f"alarms.{name}" for name, *_ in COMMANDS):
            self.desk.actions.action(id).setEnabled(alarm is not None)
        if alarm is None:
            self.tasks.drop("history")
            return
        self.tasks.ask(
            "history",
            self._alarms.history(self.desk.actor, alarm_id=alarm.id),
            self.details.show_history,
        )

    def _on_chips(self) -> None:
        on, me = self.chips.on(), self.desk.actor.name
        wanted = {severity for severity in SEVERITIES if severity.name.lower() in on}

        def fits(alarm: Alarm) -> bool:
            return (
                (not wanted or alarm.severity in wanted)
                and ("unacked" not in on or alarm.state in UNACKED)
                and ("mine" not in on or alarm.acked_by == me)
            )

        self.table.rows.only(fits if on else None)

    def _tint(self) -> None:
        for severity in SEVERITIES:
            self.chips.set_icon(severity.name.lower(), severity_icon(severity))

    def _on_blink(self, _light: bool) -> None:
        if self.isVisible():
            self.table.rows.refresh_column("severity")

    def _tick(self) -> None:
        self.table.rows.refresh_column("age")
        self.details.refresh()

    # --- doing -------------------------------------------------------------------------------

    def _do(self, name: str, act: Callable[[tuple[int, ...]], Coroutine[Any, Any, None]]) -> None:
        ids = tuple(int(alarm.id) for alarm in self.table.selection())
        if ids:
            self.tasks.do(name, lambda: act(ids))

    def acknowledge(self) -> None:
        actor = self.desk.actor
        self._do("acknowledge", lambda ids: self._alarms.acknowledge(actor, alarm_ids=ids))

    def unacknowledge(self) -> None:
        actor = self.desk.actor
        self._do("unacknowledge", lambda ids: self._alarms.unacknowledge(actor, alarm_ids=ids))

    def unshelve(self) -> None:
        actor = self.desk.actor
        self._do("unshelve", lambda ids: self._alarms.unshelve(actor, alarm_ids=ids))

    def comment(self) -> None:
        self._do("comment", self._comment_flow)

    async def _comment_flow(self, ids: tuple[int, ...]) -> None:
        text = await ask_text(
            self.window(),
            f"Comment on {plural(len(ids), 'alarm')}",
            self._about(ids),
            verb="Add comment",
            is_long=True,
        )
        if text is not None:
            await self._alarms.comment(self.desk.actor, alarm_ids=ids, text=text)

    def clear(self) -> None:
        self._do("clear", self._clear_flow)

    async def _clear_flow(self, ids: tuple[int, ...]) -> None:
        count = plural(len(ids), "alarm")
        reason = await ask_text(
            self.window(),
            f"Clear {count} by hand",
            f"{self._about(ids)}\nIt comes back if the condition is still there.",
            verb=f"Clear {count}",
            placeholder="Reason",
        )
        if reason is not None:
            await self._alarms.clear(self.desk.actor, alarm_ids=ids, reason=reason)

    def shelve(self) -> None:
        self._do("shelve", self._shelve_flow)

    async def _shelve_flow(self, ids: tuple[int, ...]) -> None:
        dialog = ShelveDialog(self.window(), plural(len(ids), "alarm"), self._about(ids))
        if await open_dialog(dialog):
            await self._alarms.shelve(
                self.desk.actor,
                alarm_ids=ids,
                reason=dialog.reason,
                minutes=dialog.minutes,
            )

    def device(self) -> None:
        if alarm := self.table.current() or self.details.alarm:
            about = alarm.about
            if about.device_id == NO_DEVICE:
                # `collector:…` and `probe:…` have pages of those names.
                kind, _, number = about.other.partition(":")
                is_probe = kind == "probe" and number.isdecimal()
                self.desk.go(Route(f"{kind}s", id=int(number) if is_probe else None))
                return
            text = f"interface:{about.interface_id}" if about.interface_id is not None else ""
            self.desk.go(Route("device", id=about.device_id, text=text))

    def graph(self) -> None:
        """What was measured of the object, around the time of the alarm."""
        alarm = self.table.current() or self.details.alarm
        if alarm and (text := graph_text(alarm, self.desk.clock.now())):
            self.desk.go(Route("graphs", text=text))

    def map(self) -> None:
        alarm = self.table.current() or self.details.alarm
        if alarm and alarm.about.device_id != NO_DEVICE:
            self.desk.go(Route("map", id=alarm.about.device_id))

    def logs(self) -> None:
        """What the device said half an hour before and after the alarm began."""
        alarm = self.table.current() or self.details.alarm
        if alarm and alarm.about.device_id != NO_DEVICE:
            text = f"at:{alarm.first_seen.isoformat()}"
            self.desk.go(Route("logs", id=alarm.about.device_id, text=text))

    def _about(self, ids: tuple[int, ...]) -> str:
        named = [object_text(a) for a in self.table.rows.all_rows() if int(a.id) in ids]
        return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")

    # --- wiring --------------------------------------------------------------------------------

    def _add_commands(self) -> None:
        made = {}
        for name, text, icon, keys, right in COMMANDS:
            command = Command(
                f"alarms.{name}", text, icon, getattr(self, name), keys, right, group="Alarms"
            )
            made[name] = self.desk.actions.add(command, self)
            made[name].setEnabled(False)
        self.table.set_menu([*(made[name] for name, *_ in COMMANDS)])
        self.details.offer(
            self.desk.actions,
            "alarms.acknowledge",
            "alarms.comment",
            "alarms.clear",
            "alarms.device",
            "alarms.graph",
        )

    def _wire(self) -> None:
        self.chips.changed.connect(self._on_chips)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _row: self.device())
        self.details.object_asked.connect(self.device)
        self.desk.blink.turned.connect(self._on_blink)
        look().changed.connect(self._tint)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._second.stop()


UNACKED = frozenset({AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED})


class ShelveDialog(Dialog):
    """For how long, and why; it comes back by itself."""

    def __init__(self, parent: QWidget | None, count: str, about: str) -> None:
        super().__init__(parent, f"Shelve {count}", about, f"Shelve {count}")
        self.minutes = SHELVE[-1][1]
        self.reason = ""
        self.span = QComboBox()
        for words, minutes in SHELVE:
            self.span.addItem(f"for {words}", minutes)
        self.span.setCurrentIndex(len(SHELVE) - 1)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Reason")
        self.body.addWidget(self.span)
        self.body.addWidget(self.line)
        self.line.setFocus()

    def accept(self) -> None:
        self.reason, self.minutes = self.line.text().strip(), float(self.span.currentData())
        if self.reason:
            super().accept()
        else:
            self.refuse("Say why, for whoever finds it on the shelf.")
