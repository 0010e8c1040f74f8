"""What one does with alarms by one key: deal with them, and go where their cause can be seen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import NO_DEVICE, Alarm
from noc_console.views.alarms import deeds
from noc_console.views.alarms.deeds import Deed, Deeds
from noc_console.views.alarms.dialogs import ShelveDialog
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.graphing import graph_text
from noc_console.views.alarms.listing import AlarmList
from noc_console.views.alarms.words import object_text
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route, Tone
from noc_console.views.kit.dialogs import ask_text, open_dialog
from noc_console.views.kit.page import Page
from noc_console.views.kit.ssh import open_ssh, ssh_command, terminals_of
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.probes.pinging import ping

COMMANDS = (
    ("acknowledge", "Acknowledge", "check", "Space A", "alarms.acknowledge"),
    ("own", "Own – I work on it", "user", "O", "alarms.own"),
    ("ticket", "Ticket…", "note", "T", "alarms.ticket"),
    ("comment", "Comment…", "comment", "C", "alarms.comment"),
    ("shelve", "Shelve…", "pause", "S", "alarms.shelve"),
    ("suppress", "Suppress…", "eye", "Shift+P", "alarms.suppress"),
    ("clear", "Clear…", "clear", "X", "alarms.clear"),
    ("", "", "", "", ""),
    ("unacknowledge", "Take acknowledgement back", "uncheck", "U", "alarms.acknowledge"),
    ("disown", "Give it back", "user", "Shift+O", "alarms.own"),
    ("unshelve", "Back on the desk", "undo", "Shift+S", "alarms.shelve"),
    ("release", "No longer suppress", "undo", "R", "alarms.suppress"),
    ("", "", "", "", ""),
    ("device", "Go to device", "device", "G", ""),
    ("graph", "Show the graph", "graph", "Shift+G", "graphs.see"),
    ("map", "Show on map", "map", "M", ""),
    ("logs", "Traps and log lines around it", "logs", "L", "intake.see"),
    ("ping", "Ping now", "probe", "I", "probes.run"),
    ("terminal", "Open a terminal (SSH)", "terminal", "E", "terminal.open"),
    ("system_terminal", "SSH in the system's terminal program", "external", "Shift+E", ""),
)
"""Name, words, icon, keys, right; empty ones are lines of the menu."""


class Acting(QObject):
    """The commands of the desk, on what is selected in its list."""

    def __init__(
        self, page: Page, given: DeskServices, listing: AlarmList, on_error: OnError
    ) -> None:
        super().__init__(page)
        self._page, self._given, self._list = page, given, listing
        self.desk: Desk = page.desk
        self.deeds = Deeds(page.desk, listing.model, on_error)
        self._tasks = Tasks(self, on_error)
        self.actions: dict[str, QAction] = {}
        menu: list[QAction | None] = []
        for name, text, icon, keys, right in COMMANDS:
            if not name:
                menu.append(None)
                continue
            if name == "ping" and given.probes is None:
                continue
            if name == "terminal" and given.intake is None:
                continue  # a recording answers no terminal
            if name == "system_terminal" and given.inventory is None:
                continue
            command = Command(
                f"alarms.{name}", text, icon, getattr(self, name), keys, right, group="Alarms"
            )
            self.actions[name] = self.desk.actions.add(command, page)
            self.actions[name].setEnabled(False)
            menu.append(self.actions[name])
        listing.set_menu(menu)
        stack = self.deeds.stack
        for name, text, keys, act in (
            ("undo", "Undo", "Ctrl+Z", stack.undo),
            ("redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", stack.redo),
        ):
            right = "alarms.acknowledge"
            command = Command(f"alarms.{name}", text, name, act, keys, right, group="Alarms")
            self.desk.actions.add(command, page)

    def enable(self, *, some: bool) -> None:
        """Whether anything is selected."""
        for action in self.actions.values():
            action.setEnabled(some)

    # --- dealing with them -------------------------------------------------------------------

    def acknowledge(self) -> None:
        self._do(self._acknowledging())

    def unacknowledge(self) -> None:
        alarms, actor = self._given.alarms, self.desk.actor
        self._do(
            Deed(
                "Take acknowledgement back",
                "Taking back acknowledgements",
                lambda ids: alarms.unacknowledge(actor, alarm_ids=ids),
                deeds.unacknowledged,
            )
        )

    def own(self) -> None:
        alarms, actor = self._given.alarms, self.desk.actor
        now = self.desk.clock.now()
        self._do(
            Deed(
                "Work on",
                "Taking over",
                lambda ids: alarms.own(actor, alarm_ids=ids),
                partial(deeds.owned, by=actor.name, at=now),
                self._disowning(),
            )
        )

    def disown(self) -> None:
        self._do(self._disowning())

    def ticket(self) -> None:
        self._flow("ticket", self._ticket_flow)

    async def _ticket_flow(self, ids: tuple[int, ...]) -> None:
        known = {self._alarm(id).ticket for id in ids[:500] if id in self._known}
        old = known.pop() if len(known) == 1 else ""
        number = await ask_text(
            self._page.window(),
            f"Ticket of {plural(len(ids), 'alarm')}",
            self._about(ids),
            verb="Note the ticket",
            value=old,
            placeholder="Number; empty takes it off",
            is_needed=False,
        )
        if number is not None:
            # Tickets that differed cannot be put back as one.
            back = self._ticketing(old) if not known else None
            self.deeds.do(self._ticketing(number, back), ids)

    def comment(self) -> None:
        self._flow("comment", self._comment_flow)

    async def _comment_flow(self, ids: tuple[int, ...]) -> None:
        text = await ask_text(
            self._page.window(),
            f"Comment on {plural(len(ids), 'alarm')}",
            self._about(ids),
            verb="Add comment",
            is_long=True,
        )
        if text is not None:
            alarms, actor = self._given.alarms, self.desk.actor
            self.deeds.do(
                Deed(
                    "Comment",
                    "Commenting",
                    lambda part: alarms.comment(actor, alarm_ids=part, text=text),
                ),
                ids,
            )

    def clear(self) -> None:
        self._flow("clear", self._clear_flow)

    async def _clear_flow(self, ids: tuple[int, ...]) -> None:
        hint = "It comes back if the condition is still there."
        reason = await self._reason("Clear", ids, hint)
        if reason is not None:
            alarms, actor = self._given.alarms, self.desk.actor
            self.deeds.do(
                Deed(
                    "Clear",
                    "Clearing",
                    lambda part: alarms.clear(actor, alarm_ids=part, reason=reason),
                ),
                ids,
            )

    def shelve(self) -> None:
        self._flow("shelve", self._shelve_flow)

    async def _shelve_flow(self, ids: tuple[int, ...]) -> None:
        dialog = ShelveDialog(self._page.window(), plural(len(ids), "alarm"), self._about(ids))
        if not await open_dialog(dialog):
            return
        reason, minutes = dialog.reason, dialog.minutes
        alarms, actor = self._given.alarms, self.desk.actor
        guess = partial(deeds.shelved, at=self.desk.clock.now(), minutes=minutes)
        self.deeds.do(
            Deed(
                "Shelve",
                "Shelving",
                lambda part: alarms.shelve(actor, alarm_ids=part, reason=reason, minutes=minutes),
                guess,
                self._unshelving(),
            ),
            ids,
        )

    def unshelve(self) -> None:
        self._do(self._unshelving())

    def suppress(self) -> None:
        self._flow("suppress", self._suppress_flow)

    async def _suppress_flow(self, ids: tuple[int, ...]) -> None:
        hint = "Until somebody releases it or its condition clears."
        reason = await self._reason("Suppress", ids, hint)
        if reason is not None:
            alarms, actor = self._given.alarms, self.desk.actor
            self.deeds.do(
                Deed(
                    "Suppress",
                    "Suppressing",
                    lambda part: alarms.suppress(actor, alarm_ids=part, reason=reason),
                    partial(deeds.suppressed, by=actor.name),
                    self._releasing(),
                ),
                ids,
            )

    def release(self) -> None:
        self._do(self._releasing())

    # --- going places ------------------------------------------------------------------------

    def device(self) -> None:
        if alarm := self._list.current_alarm():
            self.desk.go(route_of(alarm))

    def graph(self) -> None:
        """What was measured of the object, around the time of the alarm."""
        alarm = self._list.current_alarm()
        if alarm and (text := graph_text(alarm, self.desk.clock.now())):
            self.desk.go(Route("graphs", text=text))

    def map(self) -> None:
        alarm = self._list.current_alarm()
        if alarm and alarm.about.device_id != NO_DEVICE:
            self.desk.go(Route("map", id=alarm.about.device_id))

    def logs(self) -> None:
        """What the device said half an hour before and after the alarm began."""
        alarm = self._list.current_alarm()
        if alarm and alarm.about.device_id != NO_DEVICE:
            text = f"at:{alarm.first_seen.isoformat()}"
            self.desk.go(Route("logs", id=alarm.about.device_id, text=text))

    def ping(self) -> None:
        """Five packets to the device, from this machine, now."""
        alarm, probes = self._list.current_alarm(), self._given.probes
        if alarm and probes is not None and alarm.about.device_id != NO_DEVICE:
            name = alarm.device_name or alarm.about.key
            ping(self.desk, self._tasks, probes, alarm.about.device_id, name)

    def terminal(self) -> None:
        """A terminal of the console, connected to the device."""
        alarm = self._list.current_alarm()
        if alarm is not None and alarm.about.device_id != NO_DEVICE:
            self.desk.go(terminals_of([alarm.about.device_id]))

    def system_terminal(self) -> None:
        """The operator's own terminal program with SSH to the device."""
        alarm, inventory = self._list.current_alarm(), self._given.inventory
        if alarm is None or inventory is None or alarm.about.device_id == NO_DEVICE:
            return
        asked = inventory.device(self.desk.actor, device_id=alarm.about.device_id)
        self._tasks.ask("terminal", asked, lambda device: self._connect(device.address))

    def _connect(self, address: str) -> None:
        if not address:
            self.desk.notice("It has no known address.", Tone.ATTENTION)
        elif not open_ssh(address):
            command = " ".join(ssh_command(address))
            QGuiApplication.clipboard().setText(command)
            self.desk.notice(
                f"No terminal program was found (set TERMINAL). “{command}” is on the clipboard.",
                Tone.ATTENTION,
            )

    # --- deeds -------------------------------------------------------------------------------

    def _acknowledging(self) -> Deed:
        alarms, actor = self._given.alarms, self.desk.actor
        return Deed(
            "Acknowledge",
            "Acknowledging",
            lambda ids: alarms.acknowledge(actor, alarm_ids=ids),
            partial(deeds.acknowledged, by=actor.name, at=self.desk.clock.now()),
            Deed(
                "Take acknowledgement back",
                "Taking back acknowledgements",
                lambda ids: alarms.unacknowledge(actor, alarm_ids=ids),
                deeds.unacknowledged,
            ),
            with_folded=True,
        )

    def _disowning(self) -> Deed:
        alarms, actor = self._given.alarms, self.desk.actor
        return Deed(
            "Give back",
            "Giving back",
            lambda ids: alarms.disown(actor, alarm_ids=ids),
            deeds.disowned,
        )

    def _unshelving(self) -> Deed:
        alarms, actor = self._given.alarms, self.desk.actor
        return Deed(
            "Put back on the desk",
            "Putting back",
            lambda ids: alarms.unshelve(actor, alarm_ids=ids),
            deeds.unshelved,
        )

    def _releasing(self) -> Deed:
        alarms, actor = self._given.alarms, self.desk.actor
        return Deed(
            "No longer suppress",
            "Releasing",
            lambda ids: alarms.release(actor, alarm_ids=ids),
            deeds.released,
        )

    def _ticketing(self, number: str, back: Deed | None = None) -> Deed:
        alarms, actor = self._given.alarms, self.desk.actor
        return Deed(
            "Note ticket",
            "Noting tickets",
            lambda ids: alarms.ticket(actor, alarm_ids=ids, number=number),
            partial(deeds.ticketed, number=number),
            back,
        )

    def _do(self, deed: Deed) -> None:
        self.deeds.do(deed, self._list.chosen_ids())

    def _flow(self, name: str, act: Callable[[tuple[int, ...]], Coroutine[Any, Any, None]]) -> None:
        """A deed that asks first: about what is selected now, whatever comes meanwhile."""
        ids = self._list.chosen_ids()
        if ids:
            self._tasks.do(name, lambda: act(ids))

    @property
    def _known(self) -> dict[int, Alarm]:
        return self._list.model.ledger.by_id

    def _alarm(self, id: int) -> Alarm:
        return self._known[id]

    async def _reason(self, verb: str, ids: tuple[int, ...], hint: str) -> str | None:
        """What somebody has to say for this; None when they thought better of it."""
        title = f"{verb} {plural(len(ids), 'alarm')}"
        return await ask_text(
            self._page.window(),
            title,
            f"{self._about(ids)}\n{hint}",
            verb=title,
            placeholder="Reason",
        )

    def _about(self, ids: tuple[int, ...]) -> str:
        named = [object_text(self._alarm(id)) for id in ids[:3] if id in self._known]
        more = f" and {len(ids) - 3:,} more" if len(ids) > 3 else ""
        return ", ".join(named) + more


def route_of(alarm: Alarm) -> Route:
    """The page of what the alarm is about."""
    about = alarm.about
    if about.device_id == NO_DEVICE:
        # `collector:…` and `probe:…` have pages of those names.
        kind, _, number = about.other.partition(":")
        id = int(number) if number.isdecimal() else None
        if kind == "maintenance":
            return Route(kind, id=id)
        return Route(f"{kind}s", id=id if kind == "probe" else None)
    text = f"interface:{about.interface_id}" if about.interface_id is not None else ""
    return Route("device", id=about.device_id, text=text)
