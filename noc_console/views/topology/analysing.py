"""Analyses of the map: ways, weak points, what-if, up and down the stream, health."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent

from noc_console.kernel.errors import NotFound
from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.analysis import Study
from noc_console.services.topology.findings import Disjoint, Hop, Reach, Way, Ways, Weight
from noc_console.services.topology.model import Edge, Graph, Node
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.kit.ssh import ring_of
from noc_console.views.topology.analyses.health import HealthPanel
from noc_console.views.topology.analyses.keys import Ask, AtDevice, AtLink, Lit, Placed, placed
from noc_console.views.topology.analyses.panel import AnalysisPanel
from noc_console.views.topology.analyses.reach import DOWN, UP, ReachPanel
from noc_console.views.topology.analyses.supposed import SupposedPanel
from noc_console.views.topology.analyses.ways import WayPanel
from noc_console.views.topology.analyses.weak import WeakPanel
from noc_console.views.topology.camera import fitted
from noc_console.views.topology.canvas import Grouping, Hit
from noc_console.views.topology.marks import NO_MARKS
from noc_console.views.topology.stage import MapTool, Stage

TWO = "Select two devices first (Ctrl+click the second)."
ONE = "Select a device, or click a link, first."
ROOM = (90.0, 90.0, 90.0, 100.0)
"""Air around several devices that are flown to."""
MOVED = 6
"""A press that moved further than this was no click."""
PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
"""A quick second click is a click, not a way to the device's page."""
AGAIN_MS = 5000
"""While the network changes an open analysis is asked again, but not more often than this."""
PLAIN = Qt.KeyboardModifier.NoModifier


Question = Callable[[Study], Coroutine[Any, Any, Any]]


class AnalysingTool(MapTool):
    """Asks the network, opens the panel with the answer and marks it on the map."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.ways, self.weak, self.supposed = WayPanel(), WeakPanel(), SupposedPanel()
        self.reach, self.health = ReachPanel(), HealthPanel()
        self.panels: tuple[AnalysisPanel, ...] = (
            self.ways,
            self.weak,
            self.supposed,
            self.reach,
            self.health,
        )
        self.open: AnalysisPanel | None = None
        self.lit = Lit()
        self._known: Study | None = None
        self._placed: tuple[Sequence[Node], Sequence[Edge], Placed] | None = None
        self._ends: tuple[DeviceId, DeviceId] | None = None
        self._link: tuple[LinkId, ...] = ()
        """The link that was clicked last, while no device is selected."""
        self._press: QPointF | None = None
        self._asked: tuple[Question, Callable[[Any], None]] | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.ask_again)
        self._add_commands()
        self._wire()

    def _add_commands(self) -> None:
        for id, text, icon, act, keys, menus in (
            ("map.path", "Way between two devices", "link", self.show_path, "W", "Analyse Context"),
            ("map.weak", "Weak points", "attention", self.show_weak, "Shift+W", "Analyse"),
            ("map.fail", "What if it fails", "close", self.fail, "X", "Analyse Context"),
            ("map.upstream", "Upstream: what it needs", "up", self.show_upstream, "U",
             "Analyse Context"),
            ("map.downstream", "Downstream: what needs it", "down", self.show_downstream, "D",
             "Analyse Context"),
            ("map.health", "Network health", "graph", self.show_health, "Shift+H", "Analyse"),
        ):  # fmt: skip
            command = Command(id, text, icon, act, keys, "topology.graph", "Map")
            self.stage.add(command, *menus.split())

    def _wire(self) -> None:
        canvas = self.stage.canvas
        canvas.installEventFilter(self)
        canvas.selected.connect(self._forget_link)
        canvas.link_chosen.connect(self._remember_link)
        self.stage.shown.connect(self._map_changed)
        self.stage.side_wanted.connect(self._side_changed)
        for panel in self.panels:
            panel.key_chosen.connect(self._go)
        self.ways.asked.connect(self._ask_ways)
        self.ways.ring_asked.connect(lambda devices: self.stage.desk.go(ring_of(map(int, devices))))
        self.ways.way_shown.connect(lambda: self._light(self.ways))
        self.weak.lit_changed.connect(lambda: self._light(self.weak))
        self.weak.what_if_wanted.connect(self._what_if_of)
        self.weak.reach_wanted.connect(self._downstream_of)
        self.reach.lit_changed.connect(lambda: self._light(self.reach))
        self.supposed.asked.connect(self._ask_what_if)

    # --- commands ------------------------------------------------------------------------------

    def show_path(self) -> None:
        """The ways between the two selected devices."""
        chosen = self._chosen()
        if len(chosen) != 2:
            self.stage.desk.notice(TWO, Tone.ATTENTION)
        elif any(node.members for node in chosen):
            self.stage.desk.notice("Unfold the group first: a way has devices at its ends.")
        else:
            self._between(chosen[0].device_id, chosen[1].device_id)

    def show_weak(self) -> None:
        """What hurts most when it fails."""
        self._open(self.weak)
        self._ask(lambda study: study.weak_points(), self.weak.show_points)

    def show_health(self) -> None:
        """The network as a whole."""
        self._open(self.health)

        def show(found: Any) -> None:
            self.health.show_health(found)
            self._light(self.health)

        self._ask(lambda study: study.health(), show)

    def show_upstream(self) -> None:
        """What the selection needs on its way to the core."""
        self._reach(UP)

    def show_downstream(self) -> None:
        """What loses its way to the core with the selection."""
        self._reach(DOWN)

    def fail(self) -> None:
        """Let the selection fail, or mend it; with nothing selected, open the panel."""
        failing = self.supposed.failing
        nodes = self._chosen()
        if nodes:
            failing.toggle_devices(self._named_devices(nodes))
        elif self._link:
            failing.toggle_links(self._named_links(self._link))
        self._open(self.supposed)
        self._ask_what_if()

    def visit(self, word: str, value: str) -> bool:
        """`path:12-57`, `weak:`, `what-if:12,57`, `upstream:12`, `downstream:12`, `health:`."""
        ids = [DeviceId(int(each)) for each in value.replace("-", ",").split(",") if each.isdigit()]
        if word == "path" and len(ids) == 2:
            self._between(ids[0], ids[1])
        elif word == "weak":
            self.show_weak()
        elif word == "health":
            self.show_health()
        elif word == "what-if":
            self._open(self.supposed)
            self._ask(lambda study: _named(study, ids), self._fail_named)
        elif word in (UP, DOWN) and ids:
            self._open(self.reach)
            self._ask(
                lambda study: study.reach_of_device(ids[0]),
                lambda found: self.reach.show_reach(found, word),
            )
        else:
            return False
        return True

    def story(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        """What the open analysis says of a device or link."""
        scene = self.stage.canvas.scene
        if self.open is self.weak and hit.device is not None:
            return self.weak.story(scene.nodes[hit.device].device_id)
        if self.open is self.supposed and hit.link is not None:
            return self.supposed.story(_links_of(scene.edges[hit.link]))
        return ()

    # --- asking --------------------------------------------------------------------------------

    def _ask(self, question: Question, then: Callable[[Any], None]) -> None:
        async def answered() -> Any:
            return await question(await self._study())

        self._asked = (question, then)
        self.stage.tasks.ask("analysis", answered(), then)

    def ask_again(self) -> None:
        """The open analysis, of the network as it has become."""
        if self.open is not None and self._asked is not None:
            self._ask(*self._asked)

    async def _study(self) -> Study:
        """The network as the page shows it, now or at another moment; read when it shows none."""
        graph: Graph | None = self.stage.network if self.stage.network.nodes else None
        if self._known is None or graph is None or self._known.graph is not graph:
            analysis = self.stage.services.analysis
            self._known = await analysis.study(self.stage.desk.actor, graph=graph)
        return self._known

    def _between(self, start: DeviceId, goal: DeviceId) -> None:
        self._ends = (start, goal)
        self._open(self.ways)
        names = {node.device_id: node.name for node in self.stage.network.nodes}
        self.ways.begin(names.get(start, f"{start}"), names.get(goal, f"{goal}"))
        self._ask_ways()

    def _ask_ways(self) -> None:
        if self._ends is None:
            return
        start, goal = self._ends
        by, apart = Weight(self.ways.weight.chosen), Disjoint(self.ways.disjoint.chosen)
        avoid = tuple(self.ways.avoided)

        async def both(study: Study) -> tuple[Way, Ways]:
            best = await study.path(start, goal, by=by, avoid=avoid)
            return best, await study.ways(start, goal, disjoint=apart, by=by, avoid=avoid)

        self._ask(both, lambda found: self.ways.show_ways(*found))

    def _ask_what_if(self) -> None:
        failing = self.supposed.failing
        devices, links = tuple(failing.devices), tuple(failing.links)
        by = Weight(self.supposed.weight.chosen)

        def show(found: Any) -> None:
            self.supposed.show_answer(found)
            self._light(self.supposed)

        async def ask(study: Study) -> Any:
            known = [link for link in links if link in study.web.link]
            here = [device for device in devices if device in study.web.number]
            return await study.what_if(here, known, by=by)

        self._ask(ask, show)

    def _reach(self, way: str) -> None:
        nodes, links = self._chosen(), self._link
        if not nodes and not links:
            self.stage.desk.notice(ONE, Tone.ATTENTION)
            return
        device = _first_device(nodes[0]) if nodes else None

        async def ask(study: Study) -> Reach:
            if device is not None:
                return await study.reach_of_device(device)
            return await study.reach_of_link(links[0])

        self._open(self.reach)
        self._ask(ask, lambda found: self.reach.show_reach(found, way))

    def _fail_named(self, found: Sequence[tuple[DeviceId, str]]) -> None:
        self.supposed.failing.devices |= dict(found)
        self._ask_what_if()

    # --- what rows mean ------------------------------------------------------------------------

    def _go(self, key: object) -> None:
        if isinstance(key, AtDevice):
            self._fly({key.device_id})
        elif isinstance(key, AtLink):
            self._fly({key.a, key.b})
        elif isinstance(key, Ask) and key.word == "weak":
            self.weak.kind.offer([("devices", "", ""), ("links", "", "")], key.value)
            self.show_weak()
        elif isinstance(key, Ask):
            self._fly(self._of_health(key.value))

    def _of_health(self, which: str) -> set[DeviceId]:
        found = self.health.found
        if found is None:
            return set()
        if which == "alone":
            return set(found.alone)
        busy = frozenset(found.congested)
        ends = [
            (e.a.device_id, e.b.device_id) for e in self.stage.network.edges if e.link_id in busy
        ]
        return {device for pair in ends for device in pair}

    def _fly(self, devices: set[DeviceId]) -> None:
        canvas = self.stage.canvas
        if self._placed is None:
            return
        known = self._placed[2].devices
        numbers = [known[device] for device in devices if device in known]
        if len(numbers) == 1:
            canvas.fly_to(numbers[0])
        elif numbers:
            size = (float(canvas.width()), float(canvas.height()))
            canvas.group(Grouping.DEVICES if canvas.grouping is Grouping.DEVICES else Grouping.AUTO)
            canvas.fly(fitted(canvas.scene.at[numbers], size, ROOM))
            canvas.select(numbers)

    def _what_if_of(self, key: object) -> None:
        failing = self.supposed.failing
        if isinstance(key, AtDevice):
            names = {node.device_id: node.name for node in self.stage.network.nodes}
            failing.devices[key.device_id] = names.get(key.device_id, "")
        elif isinstance(key, AtLink):
            for link, name, a, b in self._named_links((key.link_id,)):
                failing.links[link] = (name, a, b)
        self._open(self.supposed)
        self._ask_what_if()

    def _downstream_of(self, key: object) -> None:
        self._open(self.reach)
        if isinstance(key, AtDevice):
            device = key.device_id
            self._ask(
                lambda study: study.reach_of_device(device),
                lambda found: self.reach.show_reach(found, DOWN),
            )
        elif isinstance(key, AtLink):
            link = key.link_id
            self._ask(
                lambda study: study.reach_of_link(link),
                lambda found: self.reach.show_reach(found, DOWN),
            )

    # --- marks ---------------------------------------------------------------------------------

    def _open(self, panel: AnalysisPanel) -> None:
        if self.open is not panel:
            self.stage.open_side(panel)
        self._light(panel)

    def _light(self, panel: AnalysisPanel) -> None:
        """Mark what a panel tells, if it is the one that is open."""
        if panel is self.open:
            self.lit = panel.lit()  # type: ignore[attr-defined]
            self._mark()

    def _mark(self) -> None:
        """Set off what the open panel tells, where the canvas has it now."""
        scene = self.stage.canvas.scene
        nodes, edges = scene.nodes, scene.edges

        async def find() -> Placed:
            return await asyncio.to_thread(placed, nodes, edges)

        def mark(found: Placed) -> None:
            self._placed = (nodes, edges, found)
            if self.open is not None:
                self.stage.canvas.mark(found.marks(self.lit))

        if self._placed is not None and self._placed[0] is nodes and self._placed[1] is edges:
            mark(self._placed[2])
        elif nodes:
            self.stage.tasks.ask("analysis marks", find(), mark)

    def _map_changed(self) -> None:
        """The canvas shows something else: marks follow, and loads of the way are newer."""
        if self.open is None:
            return
        self._mark()
        is_new = self._known is not None and self._known.graph is not self.stage.network
        if is_new and not self._again.isActive():
            self._again.start()
        if self.open is self.ways and self.ways.way is not None and self._placed is not None:
            edges = self.stage.canvas.scene.edges
            hops = [_newer(hop, edges, self._placed[2]) for hop in self.ways.way.hops]
            self.ways.show_hops(hops)

    def _side_changed(self, panel: object) -> None:
        """Another panel, or none: what the old one marked goes with it."""
        before, self.open = self.open, panel if isinstance(panel, AnalysisPanel) else None
        if before is not None and self.open is None:
            self._again.stop()
            self._asked = None
            self.stage.tasks.drop("analysis")
            self.stage.tasks.drop("analysis marks")
            self.stage.canvas.mark(NO_MARKS)

    # --- what is chosen ------------------------------------------------------------------------

    def _chosen(self) -> list[Node]:
        canvas = self.stage.canvas
        return [canvas.scene.nodes[at] for at in sorted(canvas.selection)]

    def _remember_link(self, number: int) -> None:
        self._link = _links_of(self.stage.canvas.scene.edges[number])

    def _forget_link(self) -> None:
        if self.stage.canvas.selection:
            self._link = ()

    def _named_devices(self, nodes: Sequence[Node]) -> list[tuple[DeviceId, str]]:
        """The devices; of a folded group its members."""
        wanted = [member for node in nodes for member in node.members or (node.device_id,)]
        names = {node.device_id: node.name for node in self.stage.network.nodes}
        return [(device, names.get(device, "")) for device in wanted]

    def _named_links(self, links: Sequence[LinkId]) -> list[tuple[LinkId, str, DeviceId, DeviceId]]:
        wanted = frozenset(links)
        names = {node.device_id: node.name for node in self.stage.network.nodes}
        found = []
        for edge in self.stage.network.edges:
            if edge.link_id in wanted:
                a, b = edge.a.device_id, edge.b.device_id
                found.append((edge.link_id, f"{names.get(a, '')} – {names.get(b, '')}", a, b))
        return found

    # --- clicks that suppose, and the way out ---------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is supposed a plain click fails or mends; Esc leaves any analysis."""
        if self.open is None:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.stage.close_side()
                return True
        elif self.open is self.supposed and isinstance(event, QMouseEvent):
            return self._clicked(event)
        return False

    def _clicked(self, event: QMouseEvent) -> bool:
        """Whether the click was ours: with a modifier it selects, beside everything it pans."""
        if event.type() in PRESSES:
            plain = event.button() == Qt.MouseButton.LeftButton and event.modifiers() == PLAIN
            hit = self.stage.canvas.hit_at(event.position())
            is_ours = plain and (hit.device is not None or hit.link is not None)
            self._press = event.position() if is_ours else None
            return is_ours
        if event.type() == QEvent.Type.MouseButtonRelease and self._press is not None:
            still = (event.position() - self._press).manhattanLength() <= MOVED
            self._press = None
            if still:
                self._toggle_at(event.position())
            return True
        return event.type() == QEvent.Type.MouseMove and self._press is not None

    def _toggle_at(self, spot: QPointF) -> None:
        scene, hit = self.stage.canvas.scene, self.stage.canvas.hit_at(spot)
        if hit.device is not None:
            self.supposed.failing.toggle_devices(self._named_devices([scene.nodes[hit.device]]))
        elif hit.link is not None:
            links = self._named_links(_links_of(scene.edges[hit.link]))
            self.supposed.failing.toggle_links(links)
        self._ask_what_if()


def _first_device(node: Node) -> DeviceId:
    return node.members[0] if node.members else node.device_id


def _links_of(edge: Edge) -> tuple[LinkId, ...]:
    return tuple(part.link_id for part in edge.parts) or (edge.link_id,)


async def _named(study: Study, ids: Sequence[DeviceId]) -> list[tuple[DeviceId, str]]:
    names = {node.device_id: node.name for node in study.graph.nodes}
    missing = [device for device in ids if device not in names]
    if missing:
        raise NotFound(f"there is no device {missing[0]}")
    return [(device, names[device]) for device in ids]


def _newer(hop: Hop, edges: Sequence[Edge], where: Placed) -> Hop:
    """A hop with the load the canvas shows; in a bundle it keeps its own."""
    at = where.links.get(hop.link_id)
    if at is None or at >= len(edges) or edges[at].link_id != hop.link_id:
        return hop
    load = edges[at].load
    ab, ba = load.ab_bps, load.ba_bps
    if edges[at].a.device_id != hop.from_id:
        ab, ba = ba, ab
    return replace(hop, there_bps=ab, back_bps=ba, state=load.state)
