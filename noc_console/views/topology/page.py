"""The map of the network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.events import Event
from noc_console.kernel.text import plural
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged
from noc_console.services.inventory.model import (
    DeviceChanged,
    DeviceId,
    InterfaceStatusChanged,
    LinksChanged,
    ReachabilityChanged,
    SiteChanged,
)
from noc_console.services.topology.model import (
    Arranged,
    Graph,
    MapChanged,
    Placement,
    Position,
)
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route, Tone
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.theme import GRID
from noc_console.views.topology import moves
from noc_console.views.topology.acting import ActTool
from noc_console.views.topology.align import AlignTool
from noc_console.views.topology.analysing import AnalysingTool
from noc_console.views.topology.arranging import ArrangeTool
from noc_console.views.topology.canvas import GLIDE_LIMIT, Grouping, MapCanvas
from noc_console.views.topology.choosing import ChooseTool
from noc_console.views.topology.closeup import CloseUpTool
from noc_console.views.topology.differing import DiffTool
from noc_console.views.topology.editing import EditTool
from noc_console.views.topology.folding import FoldTool
from noc_console.views.topology.geo import GeoTool
from noc_console.views.topology.hovering import HoverTool
from noc_console.views.topology.importing import ImportTool
from noc_console.views.topology.layers import LayersTool
from noc_console.views.topology.linking import LinkTool
from noc_console.views.topology.live import LiveTool
from noc_console.views.topology.mapping import MappingTool
from noc_console.views.topology.minimap import MinimapTool
from noc_console.views.topology.pictures import PicturesTool
from noc_console.views.topology.plan import PlanTool
from noc_console.views.topology.playing import TimeTool
from noc_console.views.topology.ponning import PonTool
from noc_console.views.topology.projecting import ProjectTool
from noc_console.views.topology.readying import Loads, Ready, loads, ready
from noc_console.views.topology.side import SidePanel
from noc_console.views.topology.stage import MapServices, MapTool, Moment, Stage
from noc_console.views.topology.walling import WallTool

T = TypeVar("T", bound=MapTool)

LOADS_MS = 5000
LEAST_BETWEEN_MS = 400
TOOLS: tuple[type[MapTool], ...] = (
    LiveTool,
    HoverTool,
    ChooseTool,
    MinimapTool,
    LinkTool,
    TimeTool,
    DiffTool,
    ArrangeTool,
    ProjectTool,
    GeoTool,
    PicturesTool,
    ImportTool,
    ActTool,
    WallTool,
    MappingTool,
    EditTool,
    AlignTool,
    PlanTool,
    LayersTool,
    FoldTool,
    PonTool,
    CloseUpTool,
    AnalysingTool,
)
"""What one can do with the map beside looking at it, in the order of the menus."""
MENUS = ("Map", "View", "Edit", "Analyse")
GROUPINGS = {
    Grouping.AUTO: "Sites by zoom",
    Grouping.SITES: "Sites only",
    Grouping.DEVICES: "Devices only",
}


class MapPage(Page):
    """Devices, links and sites; what is wrong, how busy it is, and where things stand."""

    watches = (
        AlarmChanged,
        AlarmsChanged,
        ReachabilityChanged,
        LinksChanged,
        DeviceChanged,
        SiteChanged,
        InterfaceStatusChanged,
        MapChanged,
    )

    def __init__(
        self,
        desk: Desk,
        services: MapServices,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._topology = services.topology
        self._graph = Graph()
        self._places: dict[DeviceId, Position] = {}
        self._places_of = ""
        """The map whose places `stage.places` are."""
        self._wanted: Route | None = None
        self._again = False
        self._newest: datetime | None = None
        self._written = 0
        self.canvas = MapCanvas()
        self.stage = Stage(desk, self.tasks, self.canvas, services, self)
        self.undo_stack = self.stage.undo
        self.undo_stack.setUndoLimit(moves.STEPS)
        self.menus: dict[str, QToolButton] = {}
        self.side: SidePanel | None = None
        self.bar: QWidget | None = None
        self.buttons: dict[str, IconButton] = {}
        self.facts = ElidedLabel("", tone="dim")
        self._pause = _timer(self, LEAST_BETWEEN_MS, self._reload_again, single=True)
        self._loads = _timer(self, LOADS_MS, self._refresh_loads)
        self._panes = QHBoxLayout()
        self._lower = QVBoxLayout()
        self._add_commands()
        self.tools = self.stage.tools = tuple(tool(self.stage) for tool in TOOLS)
        self._lay_out_page()
        self._wire()

    def tool(self, kind: type[T]) -> T:
        """The page's tool of a kind."""
        return next(tool for tool in self.tools if isinstance(tool, kind))

    # --- loading ---------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the map. While one answer is under way the next question waits its turn."""
        if self.tasks.is_asking("map") or self._pause.isActive():
            self._again = True
            return
        self._again = False
        self.tasks.ask("map", self._arranged_now(), self._show)

    async def _arranged_now(self) -> Ready:
        """The network as it is, as the lenses of the moment show it, ready to draw."""
        stage, moment, key = self.stage, self.stage.moment, self.stage.place_key
        if moment is not None and self._places_of == key:
            # Of the past only states are new: while it is played nothing else is asked for.
            whole = Arranged(moment.graph, dict(stage.places))
        else:
            whole = await self._topology.arranged(
                self.desk.actor, view=stage.view, projection=stage.projection
            )
            self._places_of = key
            if moment is not None:
                whole = Arranged(moment.graph, whole.positions)
        lenses, shading = tuple(stage.lenses.values()), self.canvas.scene.shading
        return await asyncio.to_thread(ready, whole, lenses, self._graph, self._places, shading)

    def concerns(self, event: Event) -> bool:
        """States of single devices are asked for singly."""
        return not self.tool(LiveTool).takes(event)

    def visit(self, route: Route) -> None:
        """Fly to the device of the route; its words (`layer:errors`) are for the tools."""
        for told in route.text.split():
            word, _, value = told.partition(":")
            if not any(tool.visit(word, value) for tool in self.tools):
                self.desk.notice(f"The map knows no {told}.", Tone.ATTENTION)
        if route.id is not None:
            self._wanted = route
            self._fly_if_wanted()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._loads.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._loads.stop()

    def repaint_times(self) -> None:
        self._show_facts()

    def _show(self, answer: Ready) -> None:
        self._pause.start()
        whole, arranged = answer.whole, answer.shown
        self.stage.network, self.stage.places = whole.graph, whole.positions
        if not whole.graph.nodes:
            self._graph = arranged.graph
            self.show_empty(
                Empty(
                    "No devices yet",
                    "The map draws itself from what a discovery finds: devices, the links"
                    " between them, and the sites they say they are at.",
                    verb="Discover devices",
                    act=lambda: self.desk.go(Route("discovery")),
                    icon="map",
                )
            )
            return
        self.show_empty(None)
        before = self._places
        self._graph, self._places = arranged.graph, dict(arranged.positions)
        self._newest = answer.newest
        if answer.moved and len(arranged.graph.nodes) <= GLIDE_LIMIT:
            self.canvas.show_graph(arranged.graph, before)
            self.canvas.glide(arranged.positions)
        else:
            self.canvas.take(answer.scene, answer.outlined)
        self.tool(LiveTool).shows(answer.ports)
        self._show_facts()
        self._fly_if_wanted()
        self.stage.shown.emit()

    def _reload_again(self) -> None:
        if self._again:
            self.reload()

    def _refresh_loads(self) -> None:
        if self._graph.edges and not self.tasks.is_asking("map") and self.stage.moment is None:
            shown = self._graph
            self.tasks.ask("loads", self._loads_now(), lambda fresh: self._show_loads(shown, fresh))

    async def _loads_now(self) -> Loads:
        stage = self.stage
        whole = await self._topology.refreshed(self.desk.actor, graph=stage.network)
        lenses, shading = tuple(stage.lenses.values()), self.canvas.scene.shading
        return await asyncio.to_thread(loads, Arranged(whole, dict(stage.places)), lenses, shading)

    def _show_loads(self, shown: Graph, fresh: Loads) -> None:
        if shown is not self._graph or len(fresh.shown.edges) != len(shown.edges):
            return  # the network changed while the rates were on their way
        stage = self.stage
        stage.network = replace(stage.network, edges=fresh.whole.edges, at=fresh.whole.at)
        self._graph = replace(shown, edges=fresh.shown.edges, at=fresh.shown.at)
        self._newest = fresh.newest
        self.canvas.take_loads(self._graph, fresh.shades)
        self._show_facts()
        stage.shown.emit()

    def _show_facts(self) -> None:
        graph = self.tool(MappingTool).part
        facts = [
            plural(len(graph.nodes), "device"),
            plural(len(graph.edges), "link"),
            plural(len(graph.places), "site"),
        ]
        if self.stage.moment is not None:
            facts.append(self.stage.moment.text)
        elif self._newest is not None:
            facts.append(f"load {self.desk.times.ago(self._newest)} old")
        self.facts.show_text("   ".join(facts))

    # --- what the hand does ------------------------------------------------------------------

    def fly_to(self, device_id: int) -> None:
        """Bring a device to the middle of the map."""
        self._wanted = Route("map", id=device_id)
        self._fly_if_wanted()

    def _fly_if_wanted(self) -> None:
        if self._wanted is None or self._wanted.id is None or not self._graph.nodes:
            return
        number = self.tool(FoldTool).shown_as(DeviceId(self._wanted.id))
        self._wanted = None
        if number is None:
            self.desk.notice("That device is not on the map.", Tone.ATTENTION)
        else:
            self.canvas.fly_to(number)

    def _moved(
        self, before: Mapping[int, tuple[float, float]], after: Mapping[int, tuple[float, float]]
    ) -> None:
        """Devices were dragged: they are pinned, kept, and can be put back."""
        if self.stage.moment is not None:
            self._reload_now()
            self.desk.notice("Only the present can be changed.", Tone.ATTENTION)
            return
        nodes, places = self.canvas.scene.nodes, {**self.stage.places, **self._places}
        old, new = moves.dragged(nodes, places, before, after)
        self._keep(f"Move {plural(len(new), 'device')}", old, new)

    def _keep(
        self,
        text: str,
        before: Mapping[DeviceId, Position],
        after: Mapping[DeviceId, Position],
    ) -> None:
        put = self.stage.keeper(self.stage.place_key)
        self.undo_stack.push(moves.Move(text, before, after, put, is_done=False))

    def _show_places(self, where: Mapping[DeviceId, Position]) -> None:
        self._places |= where
        self.canvas.glide(where)

    def _write(self, key: str, placed: tuple[Placement, ...], what: str) -> None:
        """Keep positions of the map `key`, and show them at once when it is this one."""
        if key == self.stage.place_key:
            self._show_places({m.device_id: m.position for m in placed if m.position is not None})
        self._written += 1
        self.tasks.do(
            f"place {self._written}",
            lambda: self._topology.place(self.desk.actor, moves=placed, view=key, what=what),
            on_error=lambda error: self._not_kept(placed, error),
        )

    def _not_kept(self, placed: tuple[Placement, ...], error: BaseException) -> None:
        """The store refused: the stack and the map say again what is so there."""
        moves.take_back(self.undo_stack, placed)
        self._reload_now()
        self.show_error(error)

    def toggle_pin(self) -> None:
        """Pin the selected devices where they are, or let go of them if all are pinned."""
        chosen = {self.canvas.device(at) for at in self.canvas.selection}
        old = {id: at for id, at in self._places.items() if id in chosen}
        if not old:
            return
        pinned = not all(at.pinned for at in old.values())
        new = {id: Position(at.x, at.y, pinned) for id, at in old.items()}
        self._keep("Pin" if pinned else "Unpin", old, new)
        self.desk.notice(f"{plural(len(new), 'device')} {'pinned' if pinned else 'unpinned'}.")

    def cycle_grouping(self) -> None:
        """Sites by zoom, sites only, devices only."""
        order = list(Grouping)
        grouping = order[(order.index(self.canvas.grouping) + 1) % len(order)]
        self.canvas.group(grouping)
        self.desk.notice(GROUPINGS[grouping])

    # --- panels and bars -----------------------------------------------------------------------

    def _open_side(self, panel: SidePanel | None) -> None:
        """One panel at the right, or none."""
        before, self.side = self.side, panel
        if before is not None and before is not panel:
            before.hide()
        if panel is not None:
            if panel.parentWidget() is None:
                self._panes.addWidget(panel)
                panel.closed.connect(self.stage.close_side)
            panel.show()
        elif before is not None:
            self.canvas.light_path(())
            self.canvas.setFocus()

    def _open_bar(self, bar: QWidget | None) -> None:
        """One bar under the map, or none."""
        before, self.bar = self.bar, bar
        if before is not None and before is not bar:
            before.hide()
        if bar is not None:
            if bar.parentWidget() is None:
                self._lower.addWidget(bar)
            bar.show()

    def _go_to_moment(self, moment: Moment | None) -> None:
        self.stage.moment = moment
        self._reload_now()

    def _reload_now(self) -> None:
        """Whatever was asked before is out of date."""
        self.tasks.drop("map")
        self._pause.stop()
        self.reload()

    def open_selected(self) -> None:
        """The page of the selected device."""
        for number in self.canvas.selection:
            self._open(self.canvas.device(number))
            return

    def _open(self, device_id: int) -> None:
        if self.tool(PonTool).turn(device_id):
            return
        if not self.tool(FoldTool).expand_group(device_id):
            self.desk.go(Route("device", id=int(device_id)))

    def copy_addresses(self) -> None:
        """The selected devices' addresses on the clipboard, one a line."""
        nodes = [self.canvas.scene.nodes[at] for at in sorted(self.canvas.selection)]
        text = "\n".join(node.address for node in nodes if node.address)
        if text:
            QGuiApplication.clipboard().setText(text)
            self.desk.notice(f"{plural(len(nodes), 'address', 'addresses')} copied.")

    def _show_menu(self, spot: QPointF) -> None:
        menu = QMenu(self)
        action = self.desk.actions.action
        for id in self._menu_ids():
            if id:
                menu.addAction(action(id))
            else:
                menu.addSeparator()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.canvas.mapToGlobal(spot.toPoint()))

    def _menu_ids(self) -> tuple[str, ...]:
        chosen = self.canvas.selection
        own = ("map.open", "map.pin", "map.copy-addresses") if chosen else ()
        rest = ("map.fit", "map.group", "map.arrange", "", "map.copy-picture", "map.export")
        more = tuple(self.stage.menus.get("Context", ())) if chosen else ()
        return (*own, *more, *(("",) if chosen else ()), *rest)

    def svg(self) -> str:
        """The whole map as an SVG document."""
        return self.tool(PicturesTool).svg()

    # --- building ------------------------------------------------------------------------------

    def _lay_out_page(self) -> None:
        tools = QWidget()
        tools.setProperty("role", "toolbar")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(tools)
        line.setContentsMargins(2 * GRID, 6, GRID, 6)
        line.setSpacing(GRID // 2)
        maps = self.tool(MappingTool)
        line.addWidget(maps.switcher)
        line.addSpacing(GRID)
        line.addWidget(self.facts, 1)
        line.addWidget(self.tool(ArrangeTool).bar)
        line.addWidget(maps.views_button)
        for name in MENUS:
            if ids := self.stage.menus.get(name):
                line.addWidget(self._menu_button(name, ids))
        for name, tip, act in self._buttons():
            button = IconButton(name, tip)
            button.clicked.connect(lambda _=False, act=act: act())
            line.addWidget(button)
            self.buttons[name] = button
        self.buttons["undo"].setEnabled(False)
        self.buttons["redo"].setEnabled(False)
        self.undo_stack.canUndoChanged.connect(self.buttons["undo"].setEnabled)
        self.undo_stack.canRedoChanged.connect(self.buttons["redo"].setEnabled)
        self.body.addWidget(tools)
        self._panes.setSpacing(0)
        self._panes.addWidget(self.canvas, 1)
        self._lower.setSpacing(0)
        self.body.addLayout(self._panes, 1)
        self.body.addLayout(self._lower)
        self.setFocusProxy(self.canvas)

    def _menu_button(self, name: str, ids: list[str]) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for id in ids:
            menu.addAction(self.desk.actions.action(id))
        button.setMenu(menu)
        self.menus[name] = button
        return button

    def _buttons(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return (
            ("undo", "Undo (Ctrl+Z)", self.undo_stack.undo),
            ("redo", "Redo (Ctrl+Y)", self.undo_stack.redo),
            ("site", "Sites by zoom, sites only, devices only (G)", self.cycle_grouping),
            ("refresh", "Lay out anew (Ctrl+L)", self.tool(ArrangeTool).arrange),
            ("minus", "Zoom out (-)", lambda: self.canvas.zoom(0.8)),
            ("plus", "Zoom in (+)", lambda: self.canvas.zoom(1.25)),
            ("fit", "Show everything (F)", self.canvas.fit),
            ("export", "Export (Ctrl+E)", self.desk.actions.action("map.export").trigger),
        )

    def _wire(self) -> None:
        self.canvas.opened.connect(self._open)
        self.canvas.moved.connect(self._moved)
        self.canvas.menu_wanted.connect(self._show_menu)
        self.stage.side_wanted.connect(self._open_side)
        self.stage.bar_wanted.connect(self._open_bar)
        self.stage.redraw_wanted.connect(self._reload_now)
        self.stage.reload_wanted.connect(self._reload_now)
        self.stage.view_wanted.connect(self._reload_now)
        self.stage.moment_wanted.connect(self._go_to_moment)
        self.stage.placed.connect(self._keep)
        self.stage.places_shown.connect(self._show_places)
        self.stage.keeping_wanted.connect(self._write)

    def _add_commands(self) -> None:
        place = "topology.place"
        for id, text, icon, handler, keys, right in (
            ("map.fit", "Show the whole map", "fit", self.canvas.fit, "F 0", ""),
            ("map.group", "Sites or devices", "site", self.cycle_grouping, "G", ""),
            ("map.undo", "Undo a move", "undo", self.undo_stack.undo, "Ctrl+Z", place),
            ("map.redo", "Redo a move", "redo", self.undo_stack.redo, "Ctrl+Y Ctrl+Shift+Z", place),
            ("map.pin", "Pin or unpin the selected devices", "pin", self.toggle_pin, "P", place),
            ("map.open", "Open the selected device", "device", self.open_selected, "", ""),
            ("map.copy-addresses", "Copy addresses", "copy", self.copy_addresses, "Ctrl+C", ""),
        ):
            self.desk.actions.add(Command(id, text, icon, handler, keys, right, "Map"), self)


def _timer(
    owner: QWidget, every_ms: int, then: Callable[[], object], *, single: bool = False
) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(every_ms)
    timer.setSingleShot(single)
    timer.timeout.connect(then)
    return timer
