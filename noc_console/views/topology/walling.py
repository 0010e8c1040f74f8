"""Puts the map on the wall: opens the wall board on a monitor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication, QScreen

from noc_console.services.maps.model import NetworkMap
from noc_console.views.kit.actions import Command
from noc_console.views.topology.stage import MapTool, Stage
from noc_console.views.wallboard.network import NetworkScene
from noc_console.views.wallboard.scene import WallScene
from noc_console.views.wallboard.troubles import TroublesScene
from noc_console.views.wallboard.window import WallBoard, zoom_for

MOST_MAPS = 8


class WallTool(MapTool):
    """`Shift+F11` turns a monitor into a wall board."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.board: WallBoard | None = None
        command = Command(
            "map.wall", "Wall board", "fullscreen", self.open, "Shift+F11", group="Map"
        )
        stage.add(command, "View")

    def open(self) -> None:
        """On the monitor it was on last, else on one where the console is not."""
        if self.board is not None:
            self.board.raise_()
        else:
            stage = self.stage
            stage.tasks.do("wall", lambda: stage.services.maps.maps(stage.desk.actor), self._show)

    def _show(self, maps: Sequence[NetworkMap]) -> None:
        """The network, its maps with names, the alarms, and the dashboards, in turn."""
        if self.board is not None:
            return
        stage, services = self.stage, self.stage.services
        screen = self._screen()
        zoom = zoom_for(screen.geometry().height())
        scenes: list[WallScene] = [
            NetworkScene(stage.desk, zoom, services.topology, wanted) for wanted in maps[:MOST_MAPS]
        ]
        scenes.append(TroublesScene(stage.desk, zoom, services.alarms))
        if services.wall is not None:
            scenes += services.wall(stage.desk, zoom)
        self.board = WallBoard(stage.desk, services.alarms, scenes, zoom)
        self.board.left.connect(self._left)
        self.board.open_on(screen)
        stage.desk.notice("Wall board: Esc leaves, Space holds, arrows turn, M moves it.")

    def _left(self) -> None:
        self.board = None

    def _screen(self) -> QScreen:
        screens = QGuiApplication.screens()
        kept = self.stage.desk.state.get("wallboard").get("screen")
        here = self.stage.page.window().screen()
        by_name = [screen for screen in screens if screen.name() == kept]
        others = [screen for screen in screens if screen is not here]
        return (by_name or others or screens)[0]
