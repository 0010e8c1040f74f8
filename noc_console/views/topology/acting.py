"""What one does with devices from the map: reach them, look at them, work on them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId
from noc_console.services.maintenance.model import Maintenance, MaintenanceChanged
from noc_console.services.topology.model import Node
from noc_console.views.configs.window import ConfigWindow
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Route, Tone
from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.icons import paint_icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.ssh import open_ssh, ring_of, ssh_command, terminals_of
from noc_console.views.kit.theme import look
from noc_console.views.probes.pinging import ping
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.canvas import Hit
from noc_console.views.topology.painter import size_at
from noc_console.views.topology.stage import MapTool, Stage

MOST_PINGS = 20
MOST_TERMINALS = 8
CONSOLE_ONLY = ("map.config", "map.terminal", "map.ring", "map.site-ring")
"""What a wall of screens, which has no command lines, does not offer."""
SPANS = (
    ("30 minutes", 30),
    ("1 hour", 60),
    ("2 hours", 120),
    ("4 hours", 240),
    ("8 hours", 480),
    ("24 hours", 1440),
)
BADGE = 13.0
BADGES_FROM = 17.0
"""Below this size of a device its badge would be larger than the device."""


class ActTool(MapTool):
    """Terminal, ping, graph, alarms, logs, maintenance of the chosen devices."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._working: dict[int, Maintenance] = {}
        self._windows: list[ConfigWindow] = []
        self.badges = Badges(stage, self)
        stage.canvas.above = (*stage.canvas.above, self.badges)
        stage.desk.feed.arrived.connect(self._heard)
        stage.shown.connect(self._first_look)
        self._looked = False
        for id, text, icon, handler, keys, right in (
            (
                "map.terminal",
                "Open a terminal (SSH)",
                "terminal",
                self.terminal,
                "S",
                "terminal.open",
            ),
            (
                "map.system-terminal",
                "SSH in the system's terminal program",
                "external",
                self.system_terminal,
                "Shift+S",
                "",
            ),
            ("map.ring", "Ring shell: all of them", "turn", self.ring, "", "terminal.open"),
            ("map.site-ring", "Ring shell: the site", "turn", self.site_ring, "", "terminal.open"),
            ("map.ping", "Ping now", "probe", self.ping, "I", "probes.run"),
            ("map.graph", "Graph", "graph", self.graph, "Shift+G", "telemetry.see"),
            ("map.alarms", "Show alarms", "alarm", self.alarms, "A", "alarms.see"),
            ("map.logs", "Show log lines", "logs", self.logs, "", "intake.see"),
            ("map.mib", "Browse MIB", "mib", self.browse, "", "snmp.read"),
            ("map.config", "Configuration", "edit", self.config, "K", "configs.read"),
            ("map.maintain", "Maintenance…", "clock", self.maintain, "Shift+M", "maintenance.plan"),
            (
                "map.plan-maintenance",
                "Plan maintenance…",
                "clock",
                self.plan_maintenance,
                "",
                "maintenance.plan",
            ),
            (
                "map.end-maintenance",
                "End maintenance",
                "check",
                self.end_maintenance,
                "",
                "maintenance.plan",
            ),
        ):
            if id == "map.ping" and stage.services.probes is None:
                continue
            if id in CONSOLE_ONLY and stage.services.configs is None:
                continue
            stage.add(Command(id, text, icon, handler, keys, right, "Map"), "Context")

    def chosen(self) -> list[Node]:
        """The selected devices, collapsed groups left out; a word when there is none."""
        canvas = self.stage.canvas
        nodes = [canvas.scene.nodes[at] for at in sorted(canvas.selection)]
        found = [node for node in nodes if not node.members]
        if not found:
            self.stage.desk.notice("Select a device on the map first.", Tone.ATTENTION)
        return found

    # --- reach them --------------------------------------------------------------------------

    def terminal(self) -> None:
        """A terminal of the console to each."""
        if nodes := self.chosen():
            ids = [int(node.device_id) for node in nodes[:MOST_TERMINALS]]
            self.stage.desk.go(terminals_of(ids))

    def ring(self) -> None:
        """One command for all of them, collapsed groups as what they stand for."""
        canvas = self.stage.canvas
        nodes = [canvas.scene.nodes[at] for at in sorted(canvas.selection)]
        ids = [int(one) for node in nodes for one in (node.members or (node.device_id,))]
        if ids:
            self.stage.desk.go(ring_of(ids))
        else:
            self.stage.desk.notice("Select devices on the map first.", Tone.ATTENTION)

    def site_ring(self) -> None:
        """Every device of the site that the first chosen one stands in."""
        canvas = self.stage.canvas
        nodes = [canvas.scene.nodes[at] for at in sorted(canvas.selection)]
        parts = [part for node in nodes for part in (node.parts or (node,))]
        site = next((part.site_id for part in parts if part.site_id is not None), None)
        if site is None:
            self.stage.desk.notice("Select a device that stands in a site first.", Tone.ATTENTION)
        else:
            self.stage.desk.go(Route("ring", text=f"site:{int(site)}"))

    def system_terminal(self) -> None:
        """The operator's own terminal program with SSH to each."""
        for node in self.chosen()[:MOST_TERMINALS]:
            if not node.address:
                self.stage.desk.notice(f"{node.name} has no known address.", Tone.ATTENTION)
            elif not open_ssh(node.address):
                command = " ".join(ssh_command(node.address))
                QGuiApplication.clipboard().setText(command)
                self.stage.desk.notice(
                    f"No terminal program was found (set TERMINAL). “{command}” is on the"
                    " clipboard.",
                    Tone.ATTENTION,
                )

    def ping(self) -> None:
        """Five packets to each, from this machine, now."""
        stage, probes = self.stage, self.stage.services.probes
        if probes is not None:
            for node in self.chosen()[:MOST_PINGS]:
                ping(stage.desk, stage.tasks, probes, int(node.device_id), node.name)

    # --- look at them ------------------------------------------------------------------------

    def graph(self) -> None:
        """Their processors and answers; of a link under the pointer, both directions."""
        canvas = self.stage.canvas
        if not canvas.selection and canvas.hit.link is not None:
            edge = canvas.scene.edges[canvas.hit.link]
            ports = [end.interface_id for end in (edge.a, edge.b) if end.interface_id is not None]
            if ports:
                self.stage.desk.go(Route("graphs", text=f"interface:{ports[0]}"))
                return
        if nodes := self.chosen():
            words = " ".join(f"device:{node.device_id}" for node in nodes[:8])
            self.stage.desk.go(Route("graphs", text=words))

    def alarms(self) -> None:
        if nodes := self.chosen():
            self.stage.desk.go(Route("alarms", text=f'object:"{nodes[0].name}"'))

    def logs(self) -> None:
        if nodes := self.chosen():
            self.stage.desk.go(Route("logs", id=int(nodes[0].device_id)))

    def browse(self) -> None:
        if nodes := self.chosen():
            self.stage.desk.go(Route("mibs", id=int(nodes[0].device_id)))

    def config(self) -> None:
        """The running configuration of each, read over SSH, in windows of their own."""
        services, desk = self.stage.services, self.stage.desk
        if services.configs is None or services.credentials is None:
            return
        for node in self.chosen()[:MOST_TERMINALS]:
            number = int(node.device_id)
            window = ConfigWindow(desk, services.configs, services.credentials, number, node.name)
            window.show()
            self._windows.append(window)
        self._windows = [window for window in self._windows if isValid(window)]

    # --- work on them ------------------------------------------------------------------------

    def maintain(self) -> None:
        """Ask for how long and why; their alarms stay off the desk until then."""
        if nodes := self.chosen():
            self.stage.tasks.do("maintain", lambda: self._maintain(nodes))

    async def _maintain(self, nodes: Sequence[Node]) -> None:
        desk, service = self.stage.desk, self.stage.services.maintenance
        dialog = MaintenanceDialog(self.stage.page, nodes)
        try:
            if not await open_dialog(dialog):
                return
            minutes, reason = dialog.minutes(), dialog.reason.text()
        finally:
            dialog.deleteLater()
        ids = tuple(int(node.device_id) for node in nodes)
        await service.begin(desk.actor, device_ids=ids, reason=reason, minutes=minutes)
        desk.notice(f"Maintenance of {plural(len(ids), 'device')} began.")

    def plan_maintenance(self) -> None:
        """For another time, or again and again: on the page of planned work."""
        if nodes := self.chosen():
            words = " ".join(f"device:{node.device_id}" for node in nodes)
            self.stage.desk.go(Route("maintenance", text=f"plan {words}"))

    def end_maintenance(self) -> None:
        """Their alarms that still stand come back at once."""
        nodes = self.chosen()
        ids = tuple(int(node.device_id) for node in nodes)
        if not ids:
            return
        desk, service = self.stage.desk, self.stage.services.maintenance

        def told(ended: int) -> None:
            words = f"Maintenance of {plural(ended, 'device')} ended."
            desk.notice(words if ended else "None of them is in maintenance.")

        self.stage.tasks.do(
            "end maintenance", lambda: service.end(desk.actor, device_ids=ids), told
        )

    # --- who is being worked on --------------------------------------------------------------

    def _first_look(self) -> None:
        if not self._looked:
            self._looked = True
            self.look()

    def _heard(self, events: tuple[object, ...]) -> None:
        if any(isinstance(event, MaintenanceChanged) for event in events):
            self.look()

    def look(self) -> None:
        """Read who is in maintenance."""
        desk, service = self.stage.desk, self.stage.services.maintenance
        if desk.actor.may("maintenance.see"):
            self.stage.tasks.ask("maintenance", service.now(desk.actor), self._show)

    def _show(self, working: Sequence[Maintenance]) -> None:
        self._working = {work.device_id: work for work in working}
        self.stage.canvas.update()

    @property
    def working(self) -> dict[int, Maintenance]:
        """Work under way, by device; what ended by the clock is left out."""
        now = self.stage.desk.clock.now()
        return {id: work for id, work in self._working.items() if work.ends_at > now}

    def story(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        """That somebody works on the device, until when and why."""
        if hit.device is None or not self._working:
            return ()
        work = self.working.get(int(self.stage.canvas.scene.nodes[hit.device].device_id))
        if work is None:
            return ()
        until = self.stage.desk.times.absolute(work.ends_at)
        return (("Maintenance", f"until {until} · {work.reason}"),)


class Badges:
    """A clock beside each device somebody works on."""

    def __init__(self, stage: Stage, tool: ActTool) -> None:
        self._stage, self._tool = stage, tool

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        canvas, size = self._stage.canvas, size_at(camera.scale)
        if size < BADGES_FROM or canvas.shows_sites:
            return
        for device in self._tool.working:
            number = canvas.scene.number.get(DeviceId(device))
            if number is None:
                continue
            x, y = camera.to_screen(canvas.scene.at[number])
            box = QRectF(x - size / 2 - BADGE / 2, y - size / 2 - BADGE / 2, BADGE, BADGE)
            if box.right() > 0 and box.bottom() > 0 and box.left() < width and box.top() < height:
                painter.setPen(look().color("surface.field"))
                painter.setBrush(look().color("surface.field"))
                painter.drawEllipse(box.adjusted(-1.5, -1.5, 1.5, 1.5))
                paint_icon(painter, box, "clock", look().color("accent.plain"))


class MaintenanceDialog(Dialog):
    """How long, and why."""

    def __init__(self, parent: QWidget, nodes: Sequence[Node]) -> None:
        what = nodes[0].name if len(nodes) == 1 else plural(len(nodes), "device")
        super().__init__(
            parent,
            f"Maintenance of {what}",
            "Alarms stay off the desk until it ends. What still stands then comes back.",
            "Begin maintenance",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.span = QComboBox()
        for text, minutes in SPANS:
            self.span.addItem(text, minutes)
        self.span.setCurrentIndex(2)
        self.span.setAccessibleName("How long")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("What for: a ticket, a change")
        self.reason.setAccessibleName("Reason")
        self.body.addWidget(Label("How long", tone="dim"))
        self.body.addWidget(self.span)
        self.body.addWidget(Label("Reason", tone="dim"))
        self.body.addWidget(self.reason)
        self.reason.setFocus()

    def minutes(self) -> float:
        return float(self.span.currentData())

    def accept(self) -> None:
        if self.reason.text().strip():
            super().accept()
        else:
            self.refuse("Say what the maintenance is for.")
