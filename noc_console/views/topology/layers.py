"""The layers of the weathermap: which of a link's facts its shade tells."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from noc_console.services.topology.model import Edge, Light
from noc_console.views.kit.actions import Command
from noc_console.views.kit.times import age
from noc_console.views.topology.canvas import Hit
from noc_console.views.topology.shading import SHADINGS, Ints, Shading, per_second
from noc_console.views.topology.stage import MapTool, Stage

SECTION = "map.layer"
NAMES = {shading.name: shading for shading in SHADINGS}
ICONS = {
    "load": "load",
    "errors": "attention",
    "light": "eye",
    "capacity": "flows",
    "age": "clock",
    "proof": "link",
    "classic": "graph",
}


class LayersTool(MapTool):
    """Shows one layer at a time; which one is remembered for each map."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._view = stage.view
        for number, shading in enumerate(SHADINGS, 1):
            stage.add(
                Command(
                    f"map.layer-{shading.name}",
                    f"Layer: {shading.title.lower()}",
                    ICONS[shading.name],
                    partial(self.show, shading),
                    str(number),
                    group="Map",
                ),
                "View",
            )
        stage.add(
            Command("map.layer-next", "Next layer", "right", self.cycle, "Shift+L", group="Map")
        )
        stage.shown.connect(self._shown)
        self._take(self._kept())

    @property
    def shading(self) -> Shading:
        """The layer on the map."""
        return self.stage.canvas.scene.shading

    def show(self, shading: Shading) -> None:
        """Show a layer, at once as far as one can see."""
        self.stage.desk.state.put(SECTION, **{self.stage.view: shading.name})
        edges, at = self.stage.canvas.scene.edges, self.stage.network.at
        self.stage.tasks.ask(
            "layer",
            asyncio.to_thread(shading.shades, edges, at),
            lambda shades: self._put(shading, edges, shades),
        )

    def cycle(self) -> None:
        """The next layer, the first after the last."""
        at = SHADINGS.index(self.shading)
        self.show(SHADINGS[(at + 1) % len(SHADINGS)])
        self.stage.desk.notice(SHADINGS[(at + 1) % len(SHADINGS)].title)

    def visit(self, word: str, value: str) -> bool:
        if word != "layer" or value not in NAMES:
            return False
        self.stage.desk.state.put(SECTION, **{self.stage.view: value})
        if self.stage.canvas.scene.has_devices:
            self.show(NAMES[value])
        else:
            self._take(NAMES[value])
        return True

    def words(self) -> Mapping[str, str]:
        return {"layer": self.shading.name}

    def story(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        """Lost frames, light and the age of the word, as far as they are known."""
        if hit.link is None:
            return ()
        load = self.stage.canvas.scene.edges[hit.link].load
        told = (
            ("Errors", _both(per_second(load.ab_errors), per_second(load.ba_errors))),
            ("Discards", _both(per_second(load.ab_discards), per_second(load.ba_discards))),
            ("Light", _both(light_text(load.ab_light), light_text(load.ba_light))),
            ("Measured", "" if load.at is None else f"{self.stage.desk.times.ago(load.at)} ago"),
        )
        return tuple((name, text) for name, text in told if text)

    def _kept(self) -> Shading:
        name = self.stage.desk.state.get(SECTION).get(self.stage.view, "")
        return NAMES.get(name if isinstance(name, str) else "", SHADINGS[0])

    def _take(self, shading: Shading) -> None:
        """For a map that shows nothing yet."""
        canvas = self.stage.canvas
        canvas.scene.shading = shading
        canvas.shade_by(shading, canvas.scene.shades)

    def _put(self, shading: Shading, edges: tuple[Edge, ...], shades: Ints) -> None:
        if self.stage.canvas.scene.edges is edges:
            self.stage.canvas.shade_by(shading, shades)
            self._tell_age()
        else:
            self.show(shading)  # other links came meanwhile

    def _shown(self) -> None:
        if self.stage.view != self._view:
            self._view = self.stage.view
            if (kept := self._kept()) is not self.shading:
                self.show(kept)
        self._tell_age()

    def _tell_age(self) -> None:
        """How old the newest word is, in the legend."""
        stage = self.stage
        times = [edge.load.at for edge in stage.canvas.scene.edges if edge.load.at is not None]
        if not times:
            stage.canvas.note = ""
            return
        now = stage.moment.at if stage.moment is not None else stage.desk.clock.now()
        stage.canvas.note = f"data {age((now - max(times)).total_seconds())} old"
        stage.canvas.update()


def light_text(light: Light | None) -> str:
    """`-9.3 dBm (5.7 dB room)`."""
    if light is None:
        return ""
    margin = light.margin
    return f"{light.dbm:.1f} dBm" + ("" if margin is None else f" ({margin:.1f} dB room)")


def _both(one: str, other: str) -> str:
    if not one and not other:
        return ""
    return f"{one or '–'} → · ← {other or '–'}"
