"""The lab: a network to break. What can be broken, on what, and what is broken now."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.lab.model import ActiveFault, FaultKind, LabChanged, LabDevice, LabStatus
from noc_console.services.lab.service import LabService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID, ROW_HEIGHT

ANYTHING = "anything that fits"
SIDE_WIDTH = 400


class LabPage(Page):
    """Faults to choose from on the left; what is broken, and every device, on the right."""

    watches = (LabChanged,)
    refresh_s = 2.0

    def __init__(self, desk: Desk, lab: LabService, *, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._lab = lab
        self._status = LabStatus(running=False)
        self._kinds: tuple[FaultKind, ...] = ()
        self.title = Label("", size="large", tone="bright")
        self.facts = ElidedLabel("", tone="dim")
        self.mend_all_button = QPushButton("Mend everything")
        self.faults = QListWidget()
        self.does = Label("", tone="dim", wrap=True)
        self.alarm = Label("", wrap=True)
        self.target = QComboBox()
        self.break_button = QPushButton("Break it")
        self.active: Table[ActiveFault] = Table(
            desk,
            "lab-active",
            self._active_columns(),
            lambda fault: fault.id,
            self.show_error,
            hint="Filter what is broken",
        )
        self.devices: Table[LabDevice] = Table(
            desk,
            "lab-devices",
            _device_columns(),
            lambda device: device.name,
            self.show_error,
            hint="Filter the lab's devices",
        )
        self._lay_out_page()
        self._add_commands()

    def reload(self) -> None:
        self.tasks.ask("lab", self._look(), self._show)

    @property
    def kind(self) -> FaultKind | None:
        """The fault under the cursor."""
        at = self.faults.currentRow()
        return self._kinds[at] if 0 <= at < len(self._kinds) else None

    def break_it(self) -> None:
        """Inject the chosen fault; the lab picks a target when none is named."""
        kind = self.kind
        if kind is None:
            return
        target = self.target.currentData() or ""
        self.tasks.do(
            "break",
            lambda: self._lab.fail(self.desk.actor, name=kind.name, target=target),
            lambda _: self._changed(f"Broken: {kind.title.lower()}."),
        )

    def mend(self) -> None:
        """Mend the selected faults."""
        for fault in self.active.selection():
            self.tasks.do(
                f"mend {fault.id}",
                lambda id=fault.id: self._lab.mend(self.desk.actor, name=id),  # type: ignore[misc]
                lambda _: self._changed("Mended."),
            )

    def mend_all(self) -> None:
        self.tasks.do(
            "mend all",
            lambda: self._lab.mend(self.desk.actor),
            lambda _: self._changed("Everything is mended."),
        )

    async def _look(self) -> tuple[LabStatus, tuple[FaultKind, ...]]:
        status = await self._lab.status(self.desk.actor)
        kinds = await self._lab.faults(self.desk.actor) if status.running else ()
        return status, kinds

    def _show(self, seen: tuple[LabStatus, tuple[FaultKind, ...]]) -> None:
        before, (status, kinds) = self._status, seen
        self._status = status
        if not status.running:
            self.show_empty(
                Empty(
                    "The lab is not running",
                    "The lab is a simulated provider's network with real SNMP and SSH, for trying"
                    " and training. Start the console with `noc-console --lab`, or run"
                    " `noc-console lab` beside it.",
                    verb="Look again",
                    act=self.reload,
                    icon="lab",
                )
            )
            return
        self.show_empty(None)
        silent = sum(not device.alive for device in status.devices)
        self.title.setText(
            f"{plural(len(status.faults), 'fault')} injected" if status.faults else "All is well"
        )
        self.facts.show_text(
            f"{plural(len(status.devices), 'device')}, {silent} silent   "
            f"{plural(len(status.sites), 'site')}   {status.requests:,} SNMP requests answered   "
            f"{status.traps:,} traps and {status.syslog:,} log lines sent"
        )
        self.mend_all_button.setEnabled(bool(status.faults))
        self._show_kinds(kinds)
        if _places(status) != _places(before):
            self._show_kind()
        self.active.show_rows(status.faults)
        self.devices.show_rows(status.devices)

    def _show_kinds(self, kinds: tuple[FaultKind, ...]) -> None:
        """The catalogue hardly ever changes: the list is filled anew only when it did."""
        if kinds == self._kinds:
            return
        self._kinds = kinds
        self.faults.clear()
        self.faults.addItems([kind.title for kind in kinds])
        for at in range(len(kinds)):
            self.faults.item(at).setSizeHint(QSize(0, ROW_HEIGHT))
        self.faults.setCurrentRow(0)

    def _show_kind(self) -> None:
        """The fault under the cursor: what it does, what alarm it leads to, and its targets."""
        kind = self.kind
        self.break_button.setEnabled(kind is not None)
        if kind is None:
            return
        self.does.setText(kind.does)
        self.alarm.setText(f"You should see: {kind.alarm}")
        chosen = self.target.currentData()
        self.target.clear()
        self.target.addItem(ANYTHING, "")
        for name in self._targets(kind):
            self.target.addItem(name, name)
        self.target.setCurrentIndex(max(0, self.target.findData(chosen)))

    def _targets(self, kind: FaultKind) -> list[str]:
        if kind.target == "site":
            return sorted(self._status.sites)
        if kind.target == "device":
            return sorted(device.name for device in self._status.devices)
        return sorted(
            f"{device.name}:{port}" for device in self._status.devices for port in device.ports
        )

    def _changed(self, text: str) -> None:
        self.desk.notice(text)
        self.mark_stale()

    def _active_columns(self) -> tuple[Column[ActiveFault], ...]:
        times = self.desk.times
        return (
            Column("Fault", lambda f: f.name, width=150),
            Column("On", lambda f: f.target, width=260, stretch=True),
            Column("Since", lambda f: times.ago(_moment(f)), sort=lambda f: f.since, width=100),
            Column("Ends", lambda f: "by itself" if f.ends_by_itself else "when mended", width=110),
        )

    def _lay_out_page(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        head.addLayout(words, 1)
        head.addWidget(self.mend_all_button)
        self.body.addLayout(head)
        panes = QHBoxLayout()
        panes.setSpacing(0)
        panes.addWidget(self._side())
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.active, 2)
        right.addWidget(self.devices, 5)
        panes.addLayout(right, 1)
        self.body.addLayout(panes, 1)
        self.faults.currentRowChanged.connect(lambda _: self._show_kind())
        self.faults.itemActivated.connect(lambda _: self.break_it())
        self.active.opened.connect(lambda _: self.mend())
        self.break_button.clicked.connect(self.break_it)
        self.mend_all_button.clicked.connect(self.mend_all)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setProperty("role", "rail")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(SIDE_WIDTH)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 1, 0)  # the hairline
        layout.setSpacing(0)
        heading = Label("What to break", tone="dim")
        heading.setContentsMargins(GRID + 4, GRID, GRID, GRID)
        self.faults.setAccessibleName("What to break")
        self.faults.setViewportMargins(GRID, 0, GRID, 0)
        layout.addWidget(heading)
        layout.addWidget(self.faults, 1)
        about = QVBoxLayout()
        about.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        about.setSpacing(GRID)
        self.break_button.setProperty("main", True)
        self.target.setAccessibleName("Target")
        self.target.setMaxVisibleItems(20)
        for widget in (self.does, self.alarm, self.target, self.break_button):
            about.addWidget(widget)
        layout.addLayout(about)
        return side

    def _add_commands(self) -> None:
        for id_, text, icon, handler, shortcut in (
            ("lab.fail", "Break the chosen thing", "down", self.break_it, "Ctrl+Return"),
            ("lab.mend", "Mend the selected faults", "check", self.mend, "Del"),
            ("lab.mend-all", "Mend everything", "check", self.mend_all, "Ctrl+Shift+M"),
        ):
            self.desk.actions.add(
                Command(id_, text, icon, handler, shortcut, group="Lab"),
                self,
            )
        self.active.set_menu([self.desk.actions.action("lab.mend")])


def _places(status: LabStatus) -> list[tuple[str, tuple[str, ...]]]:
    """What faults may be aimed at."""
    return [(device.name, device.ports) for device in status.devices]


def _moment(fault: ActiveFault) -> datetime:
    return datetime.fromtimestamp(fault.since, UTC)


def _device_columns() -> tuple[Column[LabDevice], ...]:
    return (
        Column("Device", lambda d: d.name, width=180),
        Column("Answers", lambda d: "yes" if d.alive else "silent", width=80),
        Column("Role", lambda d: d.role, width=110),
        Column("Vendor", lambda d: d.vendor, width=100),
        Column("Model", lambda d: d.model, width=160, stretch=True),
        Column("Site", lambda d: d.site, width=150),
        Column("Address", lambda d: d.address, mono=True, width=120, is_address=True),
        Column("SNMP", lambda d: str(d.snmp_port), width=64, align=Align.RIGHT),
        Column("SSH", lambda d: str(d.ssh_port), width=64, align=Align.RIGHT),
    )
