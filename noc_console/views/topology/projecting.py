"""The same network in another projection: by its links, core on top, on the globe, as a plan."""

from __future__ import annotations

from functools import partial

from noc_console.services.topology.model import Projection
from noc_console.views.kit.actions import Command
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.stage import MapTool, Stage

NAMES = {
    Projection.FORCE: ("Network by its links", "map"),
    Projection.LAYERED: ("Core on top", "row"),
    Projection.GEOGRAPHIC: ("Geographic", "globe"),
    Projection.PLAN: ("Site plan", "rack"),
}


class ProjectTool(MapTool):
    """Switches projections. The selection stays, and each comes back as it was left."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._cameras: dict[str, Camera] = {}
        for at, (projection, (text, icon)) in enumerate(NAMES.items(), 1):
            stage.add(
                Command(
                    f"map.projection-{projection.value}",
                    text,
                    icon,
                    partial(self.go, projection),
                    f"Shift+{at}",
                    group="Map",
                ),
                "View",
            )

    def go(self, projection: Projection) -> None:
        """Show the map in a projection, from where it was last looked at."""
        stage, canvas = self.stage, self.stage.canvas
        if projection is stage.projection:
            return
        if canvas.is_own_view:
            self._cameras[stage.place_key] = canvas.camera
        else:
            self._cameras.pop(stage.place_key, None)
        canvas.is_own_view = False
        stage.go_to_view(stage.view, projection)
        kept = self._cameras.get(stage.place_key)
        if kept is not None:
            canvas.fly(kept)
        stage.desk.notice(NAMES[projection][0] + ".")

    def visit(self, word: str, value: str) -> bool:
        if word != "projection":
            return False
        if value not in set(Projection):
            return False
        self.go(Projection(value))
        return True
