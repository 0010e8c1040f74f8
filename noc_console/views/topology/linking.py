"""Links and what people say of them: why one is here or is not, accept, reject, draw by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen, QUndoCommand

from noc_console.services.inventory.decisions import Decision
from noc_console.services.inventory.model import DeviceId, Interface
from noc_console.services.topology.model import Edge
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Route, Tone
from noc_console.views.kit.theme import look
from noc_console.views.topology.byhand import DecisionsPanel, DrawLinkPanel, Wanted
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.details import Floats, LinkPanel, both_ways
from noc_console.views.topology.scene import LANE, Scene
from noc_console.views.topology.stage import MapTool, Stage

RIGHT = "inventory.decide"
PAST = timedelta(hours=6)
OCTETS = ("in_octets", "out_octets")
APART = 2.5
"""The two thin lines of a link drawn by hand run so far from its middle, in pixels."""

Work = Callable[[], Awaitable[int]]


class LinkTool(MapTool):
    """The panel of a link, its commands, and the deeds that can be undone."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        desk = stage.desk
        self.panel = LinkPanel(desk.times)
        self.drawing = DrawLinkPanel()
        self.decided = DecisionsPanel(desk.times)
        self._written = 0
        stage.canvas.above = (*stage.canvas.above, HandMarks(lambda: stage.canvas.scene))
        stage.canvas.link_chosen.connect(self.explain)
        stage.canvas.selected.connect(self._take_selected)
        stage.shown.connect(self._refresh)
        self._wire_panels()
        group = "Map"
        for id, text, icon, act, keys, right, menus in (
            ("map.why-not", "Why is there no link?", "help", self.explain_pair, "Y", "",
             ("Analyse", "Context")),
            ("map.draw-link", "Draw a link…", "link", self.draw, "L", RIGHT, ("Edit", "Context")),
            ("map.decided-links", "Rejected and drawn links…", "table", self.show_decided, "", "",
             ("Edit",)),
        ):  # fmt: skip
            stage.add(Command(id, text, icon, act, keys, right, group), *menus)

    def visit(self, word: str, value: str) -> bool:
        """`link:5` opens the link of that id, `why:3,9` asks about two devices."""
        if word == "link" and value.isdecimal():
            self._when_shown(lambda: self._open_link(int(value)))
            return True
        ends = value.split(",")
        if word == "why" and len(ends) == 2 and all(end.isdecimal() for end in ends):
            self._when_shown(lambda: self.explain_devices(int(ends[0]), int(ends[1])))
            return True
        if word == "decided":
            self.show_decided()
            return True
        return False

    # --- why -----------------------------------------------------------------------------------

    def explain(self, link: int) -> None:
        """Open the panel of a link (by its number on the map): why is it here?"""
        edge = self.stage.canvas.scene.edges[link]
        self.stage.canvas.light_path((link,))
        # A group's only link to there is explained as what it is.
        self._explain(edge.parts[0] if len(edge.parts) == 1 else edge)

    def explain_pair(self) -> None:
        """Ask about the two selected devices."""
        canvas = self.stage.canvas
        if len(canvas.selection) != 2:
            self.stage.desk.notice("Select two devices first (Ctrl+click).", Tone.ATTENTION)
            return
        self.explain_devices(*(int(canvas.device(at)) for at in sorted(canvas.selection)))

    def explain_devices(self, a: int, b: int) -> None:
        """Why two devices are linked, or why they are not."""
        for edge in self.stage.network.edges:
            if {int(edge.a.device_id), int(edge.b.device_id)} == {a, b}:
                self._explain(edge)
                return
        self.stage.canvas.light_path(())
        self.panel.show_pair((a, self._name(a)), (b, self._name(b)))
        self._open_panel(a, b)

    def _explain(self, edge: Edge, whole: Edge | None = None) -> None:
        a, b = int(edge.a.device_id), int(edge.b.device_id)
        self.panel.show_link(edge, self._name(a), self._name(b), whole=whole)
        self._open_panel(a, b)
        ports = [int(port) for port in (edge.a.interface_id, edge.b.interface_id) if port]
        if ports:
            self.stage.tasks.ask(
                "link-past",
                self._past(ports),
                lambda found: self.panel.show_past(both_ways(edge, found)),
            )

    def _open_panel(self, a: int, b: int) -> None:
        stage = self.stage
        self.panel.let_write(self._may_write)
        stage.open_side(self.panel)
        if a < 0 or b < 0:
            return  # a collapsed group: there is a why for each part, not for the whole
        stage.tasks.ask(
            "why",
            stage.services.inventory.why(stage.desk.actor, a=str(a), b=str(b)),
            self.panel.show_why,
        )

    async def _past(self, ports: list[int]) -> dict[int, tuple[Floats, Floats]]:
        """Octets in and out by interface, up to the moment the map shows."""
        stage = self.stage
        end = stage.moment.at if stage.moment is not None else stage.desk.clock.now()
        found = await stage.services.telemetry.series_of(
            stage.desk.actor,
            subject="interface",
            subject_ids=ports,
            start=end - PAST,
            end=end,
            columns=OCTETS,
        )
        return {
            port: (series.values[OCTETS[0]], series.values[OCTETS[1]])
            for port, series in found.items()
        }

    def _open_link(self, link_id: int) -> None:
        for at, edge in enumerate(self.stage.canvas.scene.edges):
            if edge.link_id == link_id:
                self.explain(at)
                return
        self.stage.desk.notice("That link is not on the map.", Tone.ATTENTION)

    def _open_part(self, part: Edge | None) -> None:
        """Down into a bundle, or back to the whole of it."""
        if part is not None:
            self._explain(part, whole=None if part.parts else self.panel.whole or self.panel.edge)

    def _graph(self, edge: Edge | None) -> None:
        port = None if edge is None else edge.a.interface_id or edge.b.interface_id
        if port is not None:
            self.stage.desk.go(Route("graphs", text=f"interface:{port}"))

    # --- decisions -------------------------------------------------------------------------------

    def accept(self, edge: Edge, reason: str) -> None:
        """It is there, and stays."""
        deciding, actor = self.stage.services.deciding, self.stage.desk.actor
        self._decide(
            "Accept a link",
            lambda: deciding.accept_link(actor, link_id=edge.link_id, reason=reason),
        )

    def reject(self, edge: Edge, reason: str) -> None:
        """It is not there, whatever evidence says."""
        deciding, actor = self.stage.services.deciding, self.stage.desk.actor
        self._decide(
            "Reject a link",
            lambda: deciding.reject_link(actor, link_id=edge.link_id, reason=reason),
        )

    def forget(self, decision: int) -> None:
        """Take a decision back: evidence counts again."""
        deciding, actor = self.stage.services.deciding, self.stage.desk.actor
        self._decide(
            "Take a decision back",
            lambda: deciding.forget_decision(actor, decision_id=decision),
            takes_back=decision,
        )

    def draw(self) -> None:
        """Draw a link: the panel takes the devices that are selected, then those clicked."""
        if not self._may_write:
            self.stage.desk.notice("The past cannot be changed.", Tone.ATTENTION)
            return
        chosen = [self._end(at) for at in sorted(self.stage.canvas.selection)][:2]
        self.drawing.start(chosen)
        self.stage.open_side(self.drawing)
        self._ask_ports([id for id, _ in chosen])

    def show_decided(self) -> None:
        """List what people decided about links."""
        self.stage.open_side(self.decided)
        self._ask_decided()

    def _draw(self, wanted: Wanted) -> None:
        deciding, actor = self.stage.services.deciding, self.stage.desk.actor
        self._decide(
            "Draw a link",
            lambda: deciding.draw_link(
                actor,
                a_device=wanted.a_device,
                b_device=wanted.b_device,
                a_interface=wanted.a_interface,
                b_interface=wanted.b_interface,
                speed_bps=wanted.speed_bps,
                reason=wanted.reason,
            ),
        )

    def _decide(self, text: str, work: Work, *, takes_back: int | None = None) -> None:
        def done(number: int) -> None:
            deed = Deed(text, self._write, number, takes_back)
            self.stage.push(deed)
            self.stage.desk.notice(f"{text}: done. Ctrl+Z takes it back.")
            self._after()

        self._written += 1
        self.stage.tasks.do(f"decide {self._written}", lambda: _as_work(work), done)

    def _write(self, deed: Deed, forward: bool) -> None:
        """Undo or redo a deed: another entry of the register, whose id the deed remembers."""
        deciding, actor = self.stage.services.deciding, self.stage.desk.actor

        async def work() -> int:
            if forward == deed.is_decision:
                return await deciding.decide_again(actor, decision_id=deed.decision)
            return await deciding.forget_decision(actor, decision_id=deed.decision)

        def done(number: int) -> None:
            if forward == deed.is_decision:
                deed.decision = number
            self._after()

        self._written += 1
        self.stage.tasks.do(f"decide {self._written}", work, done)

    def _after(self) -> None:
        """The map reloads by the event; the panel on show is asked anew."""
        if self.panel.isVisible():
            a, b = self.panel.ends
            self.stage.tasks.ask("after", _later(), lambda _: self.explain_devices(a, b))
        if self.decided.isVisible():
            self._ask_decided()
        if self.drawing.isVisible():
            self.drawing.start(())

    def _ask_decided(self) -> None:
        stage = self.stage

        def told(found: tuple[Decision, ...]) -> None:
            names = {int(node.device_id): node.name for node in stage.network.nodes}
            self.decided.show_decisions(found, names, may_write=self._may_write)

        stage.tasks.ask("decided", stage.services.deciding.decisions(stage.desk.actor), told)

    # --- drawing ---------------------------------------------------------------------------------

    def _take_selected(self) -> None:
        """While a link is drawn, what is clicked becomes one of its ends."""
        selection = self.stage.canvas.selection
        if self.drawing.isVisible() and len(selection) == 1:
            (number,) = selection
            device = self._end(number)
            if device[0] > 0 and self.drawing.take(device) is not None:
                self._ask_ports([device[0]])

    def _ask_ports(self, devices: list[int]) -> None:
        if not devices:
            return
        stage = self.stage

        async def ports() -> dict[int, tuple[Interface, ...]]:
            return {
                id: await stage.services.inventory.interfaces(stage.desk.actor, device_id=id)
                for id in devices
            }

        stage.tasks.ask(f"ports {devices[0]}", ports(), self.drawing.show_ports)

    # --- private ---------------------------------------------------------------------------------

    @property
    def _may_write(self) -> bool:
        return self.stage.moment is None and self.stage.desk.actor.may(RIGHT)

    def _name(self, device: int) -> str:
        scene = self.stage.canvas.scene
        number = scene.number.get(DeviceId(device))
        if number is not None:
            return scene.nodes[number].name
        known = (node.name for node in self.stage.network.nodes if node.device_id == device)
        return next(known, f"device {device}")

    def _end(self, number: int) -> tuple[int, str]:
        node = self.stage.canvas.scene.nodes[number]
        return int(node.device_id), node.name

    def _refresh(self) -> None:
        """Newer loads in the panel that is open."""
        edge = self.panel.edge
        if edge is None or not self.panel.isVisible():
            return
        self.panel.let_write(self._may_write)
        for fresh in self.stage.canvas.scene.edges:
            if fresh.link_id == edge.link_id:
                names = self._name(int(fresh.a.device_id)), self._name(int(fresh.b.device_id))
                self.panel.edge = fresh
                self.panel.show_loads(fresh, *names)
                return

    def _when_shown(self, act: Callable[[], None]) -> None:
        if self.stage.canvas.scene.has_devices:
            act()
            return

        def once() -> None:
            self.stage.shown.disconnect(once)
            act()

        self.stage.shown.connect(once)

    def _wire_panels(self) -> None:
        panel = self.panel
        panel.device_wanted.connect(lambda id: self.stage.desk.go(Route("device", id=id)))
        panel.graph_wanted.connect(self._graph)
        panel.part_wanted.connect(self._open_part)
        panel.accepted.connect(self.accept)
        panel.rejected.connect(self.reject)
        panel.forgotten.connect(self.forget)
        self.decided.forgotten.connect(self.forget)
        self.decided.pair_wanted.connect(self.explain_devices)
        self.drawing.drawn.connect(self._draw)


class Deed(QUndoCommand):
    """A decision that can be taken back, or the taking back of one.

    The register is append-only: undoing adds an entry. `decision` is the one that counts.
    """

    def __init__(
        self,
        text: str,
        write: Callable[[Deed, bool], None],
        number: int,
        takes_back: int | None,
    ) -> None:
        super().__init__(text)
        self.is_decision = takes_back is None
        self.decision = number if takes_back is None else takes_back
        self._write = write
        self._is_done = True

    def undo(self) -> None:
        self._write(self, False)

    def redo(self) -> None:
        if self._is_done:  # pushed after it was written
            self._is_done = False
            return
        self._write(self, True)


@dataclass(slots=True)
class HandMarks:
    """Links that people said are there: two thin lines beside them, seen from near only."""

    scene_now: Callable[[], Scene]
    _edges: tuple[Edge, ...] = ()
    _by_hand: tuple[int, ...] = ()

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        scene = self.scene_now()
        if self._edges is not scene.edges:
            self._edges = scene.edges
            self._by_hand = tuple(
                at for at, edge in enumerate(scene.edges) if "manual" in edge.kinds
            )
        if not self._by_hand or camera.scale < 0.3:
            return
        which = np.array(self._by_hand)
        start, end = scene.ends(LANE / camera.scale, which)
        start, end = camera.to_screen(start), camera.to_screen(end)
        along = end - start
        length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
        side = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None] * APART
        painter.setPen(QPen(look().color("text.dim"), 1.0))
        for (a, b), off in zip(zip(start, end, strict=True), side, strict=True):
            # Not into the devices' pictures.
            first, last = a + (b - a) * 0.22, a + (b - a) * 0.78
            for by in (off, -off):
                painter.drawLine(QPointF(*(first + by)), QPointF(*(last + by)))


async def _as_work(work: Work) -> int:
    return await work()


async def _later() -> None:
    """Let the reload that the event caused come first."""
    await asyncio.sleep(0.2)
