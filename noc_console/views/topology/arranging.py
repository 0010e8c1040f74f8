"""Laying the map out anew: with its progress, a way to stop it, and a way back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget
from shiboken6 import isValid

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Position, Projection
from noc_console.views.kit.actions import Command
from noc_console.views.kit.theme import GRID
from noc_console.views.topology.mapping import MappingTool
from noc_console.views.topology.moves import Move
from noc_console.views.topology.stage import MapTool, Stage

WIDE = 180


class ArrangeTool(MapTool):
    """Asks for a new layout off this thread; pinned devices stay, undo brings all back."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.progress = QProgressBar()
        self.cancel_button = QPushButton("Cancel")
        self.bar = QWidget()
        """Stands in the tool bar while a layout is under way."""
        self._lay_out()
        stage.add(
            Command(
                "map.arrange",
                "Lay the map out anew",
                "refresh",
                self.arrange,
                "Ctrl+L",
                "topology.place",
                "Map",
            ),
            "Edit",
        )

    def _lay_out(self) -> None:
        line = QHBoxLayout(self.bar)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        self.progress.setFixedWidth(WIDE)
        self.progress.setFormat("Laying out… %p %")
        line.addWidget(self.progress)
        line.addWidget(self.cancel_button)
        self.cancel_button.clicked.connect(self.cancel)
        self.bar.hide()

    def arrange(self) -> None:
        """Lay the map out anew; it is shown when it is done."""
        stage = self.stage
        if stage.tasks.is_asking("arrange"):
            return
        if stage.projection is Projection.PLAN:
            stage.desk.notice("A site plan is arranged by hand.")
            return
        key, before = stage.place_key, dict(stage.places)
        self._tell(0.0)
        stage.tasks.ask("arrange", self._work(), lambda after: self._arranged(key, before, after))

    def cancel(self) -> None:
        """Stop the layout; everything stays where it was."""
        self.stage.tasks.drop("arrange")
        self.bar.hide()

    async def _work(self) -> dict[DeviceId, Position]:
        stage = self.stage
        try:
            return await stage.services.topology.arrange_with(
                stage.desk.actor,
                view=stage.view,
                projection=stage.projection,
                keep_pinned=True,
                report=self._tell,
                only=next(t.only for t in stage.tools if isinstance(t, MappingTool)),
            )
        finally:
            if isValid(self.bar):
                self.bar.hide()

    def _tell(self, part: float) -> None:
        if isValid(self.bar):
            self.progress.setValue(round(part * 100))
            self.bar.show()

    def _arranged(
        self,
        key: str,
        before: Mapping[DeviceId, Position],
        after: Mapping[DeviceId, Position],
    ) -> None:
        stage = self.stage
        if key == stage.place_key:
            stage.canvas.is_own_view = False
            stage.places_shown.emit(after)
        stage.push(Move("Lay out the map", before, after, stage.keeper(key), is_done=True))
