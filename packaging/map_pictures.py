"""Pictures of the map at a size no lab has: 10,000 devices, from far and from near.

    python packaging/map_pictures.py FOLDER

The canvas alone, without the window around it; `screenshots.py` takes the rest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from noc_console.services.alarms.model import Severity
from noc_console.views.kit import theme
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.canvas import Grouping, MapCanvas
from noc_console.views.topology.hulls import outlined
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UP, Scene
from tests.benchmarks.map_networks import graph_of, network, places_of, positions_of

DEVICES = 10_000
SIZE = (1920, 1080)
TROUBLED = {
    17: LOOK_DOWN, 18: LOOK_DOWN, 140: int(Severity.MAJOR), 2_310: int(Severity.CRITICAL),
    2_320: int(Severity.MINOR), 5_005: int(Severity.WARNING), 7_700: int(Severity.MAJOR),
}  # fmt: skip
"""Devices by number, and what is wrong: a quiet network with a few faults."""


def main(folder: Path) -> int:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    links, sites = network(DEVICES)
    theme.install(app, Path(__file__).resolve().parents[1] / "resources")
    for name in ("dark", "light"):
        theme.look().use(name)
        canvas = MapCanvas()
        canvas.resize(*SIZE)
        canvas.show()
        scene = Scene.of(graph_of(links, sites), positions_of(places_of(links, sites)))
        scene.look[:] = LOOK_UP
        for number, look in TROUBLED.items():
            scene.look[number] = look
        canvas.take(scene, outlined(scene))
        for view in ("far", "near"):
            if view == "near":
                canvas.grouping = Grouping.DEVICES
                canvas._look(Camera(0.55).centred(tuple(scene.at[2_310]), SIZE))
            canvas.settle()
            canvas.grab().save(str(folder / f"map-10000-{view}-{name}.png"))
        canvas.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
