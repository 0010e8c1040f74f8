"""Choosing many devices at once: all, what hangs on the chosen, all others, the troubled."""

from __future__ import annotations

import numpy as np

from noc_console.kernel.text import plural
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.topology.names import urgency
from noc_console.views.topology.stage import MapTool, Stage


class ChooseTool(MapTool):
    """Widens the selection."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        for id, text, handler, keys in (
            ("map.select-all", "Select all devices", self.all, "Ctrl+A"),
            ("map.select-neighbours", "Select the neighbours too", self.neighbours, "N"),
            ("map.select-others", "Select all others instead", self.others, "Ctrl+I"),
            ("map.select-troubled", "Select devices in trouble", self.troubled, ""),
        ):
            stage.add(Command(id, text, "device", handler, keys, group="Map"), "Edit")

    def all(self) -> None:
        """Every device of the map."""
        self._choose(np.arange(len(self.stage.canvas.scene.nodes)))

    def neighbours(self) -> None:
        """The chosen devices and whoever has a link to one of them."""
        canvas = self.stage.canvas
        if not canvas.selection:
            self.stage.desk.notice("Select a device first.", Tone.ATTENTION)
            return
        self._choose(canvas.scene.neighbours_of(canvas.selection))

    def others(self) -> None:
        """Every device that is not chosen."""
        rest = np.ones(len(self.stage.canvas.scene.nodes), bool)
        rest[self.stage.canvas.chosen] = False
        self._choose(np.flatnonzero(rest))

    def troubled(self) -> None:
        """Every device that is down or has an alarm."""
        self._choose(np.flatnonzero(urgency(self.stage.canvas.scene.look) > 0))

    def _choose(self, numbers: np.ndarray) -> None:
        self.stage.canvas.select(numbers.tolist())
        self.stage.desk.notice(f"{plural(len(numbers), 'device')} selected.")
