"""What a tool of the map is given, and what it may ask of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QWidget

from noc_console.services.alarms.service import AlarmService
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.facilities.service import FacilityService
from noc_console.services.inventory.deciding import LinkDecisionService
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.service import MaintenanceService
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.service import MapService
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology.analysis import TopologyAnalysis
from noc_console.services.topology.history import HistoryService
from noc_console.services.topology.importing import ImportService
from noc_console.services.topology.model import (
    MAIN_VIEW,
    Arranged,
    Graph,
    Position,
    Projection,
    kept_as,
)
from noc_console.services.topology.pons import PonService
from noc_console.services.topology.service import TopologyService
from noc_console.services.topology.tiles import OpenTiles
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import Tasks
from noc_console.views.topology.canvas import Hit, MapCanvas
from noc_console.views.topology.moves import Put
from noc_console.views.topology.side import SidePanel
from noc_console.views.wallboard.scene import WallScene

Lens = Callable[[Arranged], Arranged]
"""Shows the network differently: folds groups, leaves devices out. Pure; run off the UI thread."""


@dataclass(frozen=True, slots=True)
class MapServices:
    """The services tools may ask."""

    topology: TopologyService
    analysis: TopologyAnalysis
    inventory: InventoryService
    alarms: AlarmService
    telemetry: TelemetryService
    maintenance: MaintenanceService
    importing: ImportService
    maps: MapService
    drawings: DrawingService
    facilities: FacilityService
    history: HistoryService
    deciding: LinkDecisionService
    pons: PonService
    probes: ProbeService | None = None
    """None where nothing can be asked of the network: a recording."""
    tiles: OpenTiles | None = None
    """Opens background maps; None where no file may be read."""
    configs: ConfigService | None = None
    credentials: CredentialService | None = None
    """Both None where nobody logs in to devices: a recording."""
    wall: Callable[[Desk, float], Sequence[WallScene]] | None = None
    """Makes further scenes of the wall board, for how much larger they are to be."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Another state of the network than now's: of the past, or supposed."""

    graph: Graph
    at: datetime
    text: str = ""
    """What the head of the page says of it."""


class Stage(QObject):
    """The map as its tools see it. One per page."""

    shown = Signal()
    """The canvas shows another graph, other loads, or the same elsewhere."""

    side_wanted = Signal(object)  # SidePanel or None
    bar_wanted = Signal(object)  # QWidget or None
    redraw_wanted = Signal()
    reload_wanted = Signal()
    view_wanted = Signal()
    moment_wanted = Signal(object)  # Moment or None
    placed = Signal(str, object, object)
    places_shown = Signal(object)  # {device id: Position}, kept already
    keeping_wanted = Signal(str, object, str)  # key, placements, what

    def __init__(
        self, desk: Desk, tasks: Tasks, canvas: MapCanvas, services: MapServices, page: QWidget
    ) -> None:
        super().__init__(page)
        self.desk, self.tasks, self.canvas, self.services = desk, tasks, canvas, services
        self.page = page
        self.undo = QUndoStack(self)
        self.tools: tuple[MapTool, ...] = ()
        self.network = Graph()
        """The whole network, before any lens."""
        self.places: Mapping[DeviceId, Position] = {}
        self.lenses: dict[str, Lens] = {}
        self.menus: dict[str, list[str]] = {}
        self.view = MAIN_VIEW
        self.projection = Projection.FORCE
        self.moment: Moment | None = None

    @property
    def place_key(self) -> str:
        """Under which name the positions now shown are kept."""
        return kept_as(self.view, self.projection)

    def keeper(self, key: str) -> Put:
        """Shows and keeps positions of the map `key`, also after another one was gone to."""
        return lambda placed, what: self.keeping_wanted.emit(key, placed, what)

    @property
    def shown_nodes(self) -> Graph:
        """What the canvas shows: nodes and edges by their numbers in the scene."""
        scene = self.canvas.scene
        return Graph(scene.nodes, scene.edges, self.network.places, self.network.at)

    def add(self, command: Command, *menu: str) -> None:
        """A command of the map, in menus of the tool bar: `Map`, `View`, `Edit`, `Analyse`.

        The menu `Context` is what the right button opens.
        """
        self.desk.actions.add(command, self.page)
        for name in menu:
            self.menus.setdefault(name, []).append(command.id)

    def look_through(self, name: str, lens: Lens | None) -> None:
        """Put a lens in or take it out; the map is shown anew."""
        if lens is None:
            self.lenses.pop(name, None)
        else:
            self.lenses[name] = lens
        self.redraw_wanted.emit()

    def open_side(self, panel: SidePanel) -> None:
        """Show a panel at the right side, instead of the one that is there."""
        self.side_wanted.emit(panel)

    def close_side(self) -> None:
        self.side_wanted.emit(None)

    def open_bar(self, bar: QWidget | None) -> None:
        """Show a bar under the map, or none."""
        self.bar_wanted.emit(bar)

    def go_to_moment(self, moment: Moment | None) -> None:
        """Show another state of the network, or come back to now."""
        self.moment_wanted.emit(moment)

    def go_to_view(self, view: str, projection: Projection) -> None:
        """Show another map, or the same in another projection."""
        self.view, self.projection = view, projection
        self.view_wanted.emit()

    def reload(self) -> None:
        """Read the network again."""
        self.reload_wanted.emit()

    def place(
        self,
        text: str,
        before: Mapping[DeviceId, Position],
        after: Mapping[DeviceId, Position],
    ) -> None:
        """Move devices; kept, shown at once, and undone by Ctrl+Z."""
        self.placed.emit(text, before, after)

    def push(self, command: QUndoCommand) -> None:
        """A deed that can be undone."""
        self.undo.push(command)


class MapTool(QObject):
    """One thing one can do with the map. Made by the page with its stage, before anything is
    shown; it adds its commands there and listens to the stage and the canvas.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage = stage

    def visit(self, word: str, value: str) -> bool:
        """A word of the page's route (`layer:errors`); whether it was for this tool."""
        return False

    def words(self) -> Mapping[str, str]:
        """Words for `visit` that bring back what this tool shows now; kept with saved views."""
        return {}

    def picture(self) -> QImage | None:
        """What it shows instead of the network, for the clipboard and files; None for nothing."""
        return None

    def story(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        """Facts for the card of what the pointer rests on."""
        return ()
