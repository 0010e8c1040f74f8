"""The PON trees of OLTs on the map: splitters around the OLT, ONUs behind a splitter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QTimer

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.fan import Fan, key_of, told
from noc_console.services.topology.model import Node
from noc_console.services.topology.pons import Pon, olts_of
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.topology.camera import fitted
from noc_console.views.topology.portrait import EDGES
from noc_console.views.topology.stage import MapTool, Stage

LENS = "pons"
READABLE = 0.7
MOST_OLTS = 12
"""The trees of so many OLTs at once: more is a carpet, not a map."""


class PonTool(MapTool):
    """Opens and closes trees; what is open is read again now and then."""

    every_ms: ClassVar[int] = 60_000

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.pons: tuple[Pon, ...] = ()
        self.opened: frozenset[int] = frozenset()
        self._wanted: frozenset[DeviceId] = frozenset()
        self._to_see: frozenset[str] = frozenset()
        """Groups that were just opened: the map comes close enough to read them."""
        stage.add(
            Command(
                "map.pons", "Splitters and ONUs of the OLT", "olt", self.toggle, "O", group="Map"
            ),
            "View",
            "Context",
        )
        stage.shown.connect(self._shown)
        self._again = QTimer(self)
        self._again.setInterval(self.every_ms)
        self._again.timeout.connect(self._ask)

    def visit(self, word: str, value: str) -> bool:
        """`pon:17,18` shows the trees of these OLTs, `pon:17/4` the ONUs behind interface 4."""
        if word != "pon":
            return False
        olts, opened = set(), set()
        for part in filter(None, value.split(",")):
            olt, _, port = part.partition("/")
            if not olt.isdecimal() or (port and not port.isdecimal()):
                return False
            olts.add(DeviceId(int(olt)))
            if port:
                opened.add(int(port))
        self.opened = frozenset(opened)
        self._show_trees(frozenset(olts))
        return True

    def words(self) -> Mapping[str, str]:
        if not self._wanted:
            return {}
        by_number = {pon.number: pon.olt for pon in self.pons}
        opened = [f"{by_number[one]}/{one}" for one in sorted(self.opened) if one in by_number]
        return {"pon": ",".join([*map(str, sorted(self._wanted)), *opened])}

    def toggle(self) -> None:
        """Show the trees of the chosen OLTs, or put them away again."""
        canvas = self.stage.canvas
        nodes = [canvas.scene.nodes[number] for number in canvas.selection]
        if not nodes and canvas.hit.device is not None:
            nodes = [canvas.scene.nodes[canvas.hit.device]]
        if nodes and nodes[0].is_passive:
            self.turn(nodes[0].device_id)
            return
        olts = frozenset(node.device_id for node in nodes if _is_olt(node))
        if not olts:
            self.stage.desk.notice("Select an OLT first.", Tone.ATTENTION)
        elif olts <= self._wanted:
            self._show_trees(self._wanted - olts)
        else:
            self._show_trees(self._wanted | olts)

    def turn(self, device_id: int) -> bool:
        """Open a splitter or close it, by its own id or by one of its ONUs; whether it was one."""
        scene = self.stage.canvas.scene
        number = scene.number.get(DeviceId(device_id))
        if number is None or not scene.nodes[number].is_passive:
            return False
        group = scene.nodes[number].group
        pon = next((one for one in self.pons if key_of(one) == group), None)
        if pon is not None:
            self.opened ^= {pon.number}
            if pon.number in self.opened:
                self._to_see = frozenset({key_of(pon)})
            self._look()
        return True

    def _shown(self) -> None:
        """Come closer when what was opened is too small to read or out of sight."""
        if not self._to_see:
            return
        canvas = self.stage.canvas
        spots = [
            canvas.scene.at[number]
            for number in np.flatnonzero(canvas.scene.passive).tolist()
            if canvas.scene.nodes[number].group in self._to_see
        ]
        if spots:
            self._to_see = frozenset()
            size = (float(canvas.width()), float(canvas.height()))
            goal = fitted(np.array(spots), size, EDGES)
            if goal.scale > canvas.camera.scale or canvas.camera.scale < READABLE:
                canvas.fly(goal)

    def _show_trees(self, olts: frozenset[DeviceId]) -> None:
        if len(olts) > MOST_OLTS:
            self.stage.desk.notice(f"Choose up to {MOST_OLTS} OLTs.", Tone.ATTENTION)
            return
        closed = self._wanted - olts
        self._wanted = olts
        if closed:
            self._take(tuple(pon for pon in self.pons if pon.olt in olts))
        if olts:
            self._again.start()
            self._ask(is_new=not olts <= olts_of(self.pons))
        else:
            self._again.stop()

    def _ask(self, *, is_new: bool = False) -> None:
        if not self.stage.page.isVisible() and not is_new:
            return
        wanted = tuple(sorted(int(id) for id in self._wanted))

        def show(pons: tuple[Pon, ...]) -> None:
            if is_new:
                known = olts_of(self.pons)
                self._to_see = frozenset(key_of(pon) for pon in pons if pon.olt not in known)
            self._take(pons)
            if is_new and pons:
                self.stage.desk.notice(f"{told(pons)}. Double-click a splitter for its ONUs.")
            elif is_new:
                self.stage.desk.notice(
                    "No ONUs are known of it: they come with the inspection of an OLT, once an"
                    " hour.",
                    Tone.ATTENTION,
                )

        pons = self.stage.services.pons
        self.stage.tasks.ask("pons", pons.pons(self.stage.desk.actor, device_ids=wanted), show)

    def _take(self, pons: tuple[Pon, ...]) -> None:
        if pons != self.pons:
            self.pons = pons
            self._look()

    def _look(self) -> None:
        self.stage.look_through(LENS, Fan(self.pons, self.opened) if self.pons else None)


def _is_olt(node: Node) -> bool:
    return node.type is DeviceType.OLT and not node.members
