"""Who sent traps or log lines without being a device we know."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from noc_console.services.intake.model import Quarantined
from noc_console.services.intake.service import IntakeService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.strips import Empty, EmptyState
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.times import iso
from noc_console.views.logs.columns import KINDS


class Strangers(QWidget):
    """The quarantine. Nothing they say raises an alarm; discovery makes them devices."""

    counted = Signal(int)

    def __init__(self, desk: Desk, intake: IntakeService, on_error: OnError) -> None:
        super().__init__()
        self._desk, self._intake = desk, intake
        self._tasks = Tasks(self, on_error)
        self.table: Table[Quarantined] = Table(
            desk, "strangers", _columns(desk), lambda row: row.source, on_error
        )
        self._empty = EmptyState()
        self._empty.show_empty(
            Empty(
                what="Every sender is known",
                why="Traps and log lines of addresses that are no device of ours are kept apart"
                " here: their source may be forged, and they raise no alarm.",
                icon="check",
            )
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.table.set_menu(
            [
                desk.actions.add(
                    Command(
                        "logs.discover",
                        "Discover this address",
                        "discovery",
                        self.discover,
                        "N",
                        right="discovery.start",
                        group="Logs",
                    ),
                    self.table,
                )
            ]
        )
        self.table.opened.connect(lambda _row: self.discover())

    def reload(self) -> None:
        self._tasks.ask("strangers", self._intake.quarantine(self._desk.actor), self._show)

    def discover(self) -> None:
        """Ask with which credentials, then look who that is."""
        if row := self.table.current():
            self._desk.go(Route("discovery", text=f"new {row.source}"))

    def _show(self, rows: tuple[Quarantined, ...]) -> None:
        self.table.show_rows(rows)
        self._stack.setCurrentWidget(self.table if rows else self._empty)
        self.counted.emit(len(rows))


def _columns(desk: Desk) -> tuple[Column[Quarantined], ...]:
    times = desk.times
    return (
        Column("Source", lambda row: row.source, width=150, is_address=True, mono=True),
        Column(
            "Last heard",
            lambda row: times.clock_time(row.last_at),
            sort=lambda row: row.last_at,
            width=100,
            align=Align.RIGHT,
            tip=lambda row: times.both(row.last_at),
            export=lambda row: iso(row.last_at),
        ),
        Column(
            "First heard",
            lambda row: times.clock_time(row.first_at),
            sort=lambda row: row.first_at,
            width=100,
            align=Align.RIGHT,
            tip=lambda row: times.both(row.first_at),
            export=lambda row: iso(row.first_at),
        ),
        Column(
            "Count",
            lambda row: f"{row.count:,}",
            sort=lambda row: row.count,
            width=80,
            align=Align.RIGHT,
            export=lambda row: str(row.count),
        ),
        Column("Kind", lambda row: KINDS[row.kind], width=70, dim=True),
        Column(
            "Last words",
            lambda row: row.text,
            width=420,
            tip=lambda row: row.text,
            stretch=True,
        ),
    )
