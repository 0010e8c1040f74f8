"""Ctrl+P: any device, interface, address or MAC by a few letters of it; a link to graphs opens."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, QTimer

from noc_console.services.inventory.model import Found
from noc_console.views.graphs.specs import is_link, parse
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.shell.picker import Choice, Picker

PAUSE_MS = 60
HINT = "Name, address, MAC, serial number, interface or its alias"
ICONS = {"device": "device", "interface": "link", "address": "search", "mac": "key"}


class Omnibox(QObject):
    """Asks the inventory after a short pause in typing; only the newest question counts."""

    def __init__(
        self,
        picker: Picker,
        desk: Desk,
        find: Callable[[str], Coroutine[Any, Any, tuple[Found, ...]]],
        on_error: OnError,
    ) -> None:
        super().__init__(picker)
        self._picker, self._desk, self._find = picker, desk, find
        self._tasks = Tasks(self, on_error)
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        picker.typed.connect(self._on_typed)
        picker.closed.connect(lambda: self._tasks.drop("find"))

    def open(self) -> None:
        self._picker.open()

    def _on_typed(self, text: str) -> None:
        self._typed = text.strip()
        if is_link(self._typed) or parse(self._typed).panels:
            self._pause.stop()
            self._tasks.drop("find")
            self._picker.show_choices([self._graphs(self._typed)])
        elif self._typed:
            self._pause.start()
        else:
            self._pause.stop()
            self._tasks.drop("find")
            self._picker.show_choices((), HINT)

    def _ask(self) -> None:
        self._tasks.ask("find", self._find(self._typed), self._show)

    def _show(self, found: tuple[Found, ...]) -> None:
        note = "" if found else f"Nothing is called “{self._typed}”."
        self._picker.show_choices([self._choice(each) for each in found], note)

    def _graphs(self, text: str) -> Choice:
        """A pasted link, or curves by name."""
        query = parse(text)
        return Choice(
            title="Open the graphs of this link" if is_link(text) else "Draw these curves",
            act=lambda: self._desk.go(Route("graphs", text=query.text())),
            detail=", ".join(spec.text for spec in query.curves[:4]) or "No curve is named in it",
            icon="graph",
            is_enabled=bool(query.panels),
        )

    def _choice(self, found: Found) -> Choice:
        text = f"interface:{found.interface_id}" if found.interface_id is not None else ""
        route = Route("device", id=int(found.device_id), text=text)
        return Choice(
            title=found.title,
            act=lambda: self._desk.go(route),
            detail=found.detail,
            icon=ICONS.get(found.kind, "device"),
        )
