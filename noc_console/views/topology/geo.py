"""The map on the globe: a grid or a background map, and sites given their coordinates."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QUndoCommand

from noc_console.kernel.errors import Refused
from noc_console.kernel.text import plural
from noc_console.services.inventory.model import Site
from noc_console.services.topology import mercator
from noc_console.services.topology.model import Graph, Place, Projection
from noc_console.services.topology.tiles import TileSet
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.kit.dialogs import ask_open_paths, ask_text
from noc_console.views.topology.graticule import Figures, Grid
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.stage import MapTool, Stage
from noc_console.views.topology.tiling import TileLayer
from noc_console.views.topology.tray import MIME, Box, Tray, TrayBox

STATE = "map"
KINDS = "Map tiles (*.mbtiles);;All files (*)"
_DEGREES = re.compile(r"\s*([-+]?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*")
Spot = tuple[float, float]


class Locate(QUndoCommand):
    """A site given coordinates, or none again."""

    def __init__(self, tool: GeoTool, place: Place, spot: Spot | None) -> None:
        super().__init__(f"Locate {place.name}")
        known = place.latitude is not None and place.longitude is not None
        self._before = (place.latitude or 0.0, place.longitude or 0.0) if known else None
        self._tool, self._site, self._after = tool, int(place.site_id), spot

    def undo(self) -> None:
        self._tool.write(self._site, self._before)

    def redo(self) -> None:
        self._tool.write(self._site, self._after)


class GeoTool(MapTool):
    """Draws what lies under the geographic projection, and locates sites."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.grid, self.figures, self.box = Grid(), Figures(), TrayBox()
        self.layer: TileLayer | None = None
        self.tray = Tray(stage.canvas)
        self.tray.chosen.connect(self._place_in_the_middle)
        self._is_shown = False
        self._looked = False
        stage.shown.connect(self._follow)
        stage.view_wanted.connect(self._follow)
        stage.canvas.setAcceptDrops(True)
        stage.canvas.installEventFilter(self)
        for id, text, icon, handler, right, menus in (
            ("map.background", "Background map…", "image", self.choose, "", ("View",)),
            ("map.no-background", "No background map", "grid", self.take_away, "", ("View",)),
            (
                "map.locate-site",
                "Coordinates of the site…",
                "globe",
                self.ask_coordinates,
                "inventory.locate-site",
                ("Edit", "Context"),
            ),
        ):
            stage.add(Command(id, text, icon, handler, right=right, group="Map"), *menus)

    # -- what is drawn --------------------------------------------------------------------

    def _follow(self) -> None:
        """Come and go with the projection; keep the tray up to date."""
        is_geographic = self.stage.projection is Projection.GEOGRAPHIC
        if is_geographic and not self._looked:
            self._open_kept()
        if is_geographic != self._is_shown:
            self._is_shown = is_geographic
            self._put_up()
        if is_geographic:
            self._fill_tray(self.stage.network)
        else:
            self.tray.hide()

    def _put_up(self) -> None:
        """Our parts lie lowest, beside those of other tools."""
        canvas = self.stage.canvas
        mine = (self.grid, self.figures, self.box, self.layer)
        behind = tuple(each for each in canvas.behind if each not in mine)
        above = tuple(each for each in canvas.above if each not in mine)
        if self._is_shown:
            under = (self.grid,) if self.layer is None else (self.layer,)
            behind, above = (*under, self.box, *behind), (*above, self.figures)
        canvas.behind, canvas.above = behind, above
        canvas.has_hulls = canvas.scene.has_hulls = not self._is_shown
        canvas.credits = self.credits if self._is_shown else ""
        canvas.repaint_map()

    @property
    def credits(self) -> str:
        """Whom to thank for the background."""
        return "" if self.layer is None else self.layer.tiles.facts.attribution

    def _fill_tray(self, network: Graph) -> None:
        lost = [place for place in network.places if place.latitude is None]
        homeless = int((self.stage.canvas.scene.site < 0).sum())
        box = box_around(self.stage.canvas.scene, {int(place.site_id) for place in lost})
        told = [plural(len(lost), "site") + " without coordinates"] if lost else []
        told += [plural(homeless, "device") + " at no site"] if homeless else []
        if (box, " · ".join(told)) != (self.box.box, self.box.caption):
            self.box.box, self.box.caption = box, " · ".join(told)
            self.stage.canvas.repaint_map()
        self.tray.show_sites(sorted(lost, key=lambda place: place.name))

    # -- the background map ---------------------------------------------------------------

    def choose(self) -> None:
        """Take an MBTiles file as background; it is remembered."""
        self.stage.tasks.do("background", self._choose)

    async def _choose(self) -> None:
        chosen = await ask_open_paths(self.stage.page.window(), "Background map", KINDS)
        if chosen:
            await self.use(chosen[0])
            if self.stage.projection is not Projection.GEOGRAPHIC:
                self.stage.go_to_view(self.stage.view, Projection.GEOGRAPHIC)

    async def use(self, path: Path) -> None:
        """Show a file of tiles under the map; Invalid when it is none."""
        opening = self.stage.services.tiles
        if opening is not None:
            self._take(await opening(path))
            self.stage.desk.state.put(STATE, background=str(path))

    def take_away(self) -> None:
        """Back to the grid."""
        self.stage.desk.state.put(STATE, background="")
        self._take(None)

    def _take(self, tiles: TileSet | None) -> None:
        before, canvas = self.layer, self.stage.canvas
        self.layer = (
            None if tiles is None else TileLayer(tiles, self.stage.tasks, canvas.repaint_map, self)
        )
        if before is not None:
            canvas.behind = tuple(each for each in canvas.behind if each is not before)
            before.close()
            before.deleteLater()
        self._put_up()

    def _open_kept(self) -> None:
        self._looked = True
        kept = self.stage.desk.state.get(STATE).get("background", "")
        if isinstance(kept, str) and kept:
            self.stage.tasks.do("background", lambda: self.use(Path(kept)), on_error=self._gone)

    def _gone(self, error: BaseException) -> None:
        """Yesterday's file is not there today: the grid will do, and a word about it."""
        if not isinstance(error, Refused):
            raise error
        self.stage.desk.notice(f"No background map: {error}.", Tone.ATTENTION)

    # -- locating -------------------------------------------------------------------------

    def locate(self, site_id: int, spot: Spot | None) -> None:
        """Give a site coordinates (degrees), or take them; can be undone."""
        places = {int(place.site_id): place for place in self.stage.network.places}
        if site_id in places:
            self.stage.push(Locate(self, places[site_id], spot))

    def write(self, site_id: int, spot: Spot | None) -> None:
        """Keep a site's coordinates; the map follows when it hears of it."""
        stage = self.stage
        latitude, longitude = spot or (None, None)

        async def keep() -> Site:
            return await stage.services.inventory.locate_site(
                stage.desk.actor, site_id=site_id, latitude=latitude, longitude=longitude
            )

        stage.tasks.do(f"locate {site_id} {spot}", keep, lambda _: stage.reload())

    def _place_in_the_middle(self, site_id: int) -> None:
        canvas = self.stage.canvas
        self._drop(site_id, QPointF(canvas.width() / 2, canvas.height() / 2))

    def _drop(self, site_id: int, at: QPointF) -> None:
        latitude, longitude = mercator.to_degrees(
            np.array(self.stage.canvas.camera.to_map(at.x(), at.y()))
        )
        self.locate(site_id, (round(float(latitude), 6), round(float(longitude), 6)))

    def ask_coordinates(self) -> None:
        """Type where the site of the selected device is."""
        chosen = self._chosen_place()
        if chosen is None:
            self.stage.desk.notice("Select a device of a site first.", Tone.ATTENTION)
        else:
            self.stage.tasks.do("coordinates", lambda: self._ask_coordinates(chosen))

    def _chosen_place(self) -> Place | None:
        canvas = self.stage.canvas
        sites = {canvas.scene.nodes[at].site_id for at in canvas.selection}
        found = [place for place in self.stage.network.places if place.site_id in sites]
        return found[0] if found else None

    async def _ask_coordinates(self, place: Place) -> None:
        known = "" if place.latitude is None else f"{place.latitude}, {place.longitude}"
        told = await ask_text(
            self.stage.page.window(),
            f"Coordinates of {place.name}",
            "Latitude and longitude in degrees, or nothing when they are not known.",
            verb="Keep",
            value=known,
            placeholder="52.3702, 4.8952",
            is_needed=False,
        )
        if told is None:
            return
        if (spot := spot_of(told)) is None and told.strip():
            self.stage.desk.notice("Coordinates are like 52.3702, 4.8952.", Tone.ATTENTION)
        else:
            self.locate(int(place.site_id), spot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A site dragged out of the tray lands on the map."""
        if isinstance(event, QDropEvent) and self._is_shown and event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()
            if event.type() is QEvent.Type.Drop:
                content = bytes(event.mimeData().data(MIME).data())
                if content.isdigit():
                    self._drop(int(content), event.position())
            return True
        if isinstance(event, QDragEnterEvent) and event.mimeData().hasFormat(MIME):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def box_around(scene: Scene, lost: Collection[int]) -> Box | None:
    """The box around the devices of these sites and of none; None when there are no such."""
    waiting = [at for at, site in enumerate(scene.site_ids) if site in lost]
    points = scene.at[(scene.site < 0) | np.isin(scene.site, waiting)]
    if not len(points):
        return None
    (left, top), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
    return left, top, right, bottom


def spot_of(text: str) -> Spot | None:
    """Degrees somebody typed: `52.37, 4.9`; None when they are no place on earth."""
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
