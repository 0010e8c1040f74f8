"""Alarms and answers of single devices, shown without reading the network again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QTimer

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged
from noc_console.services.inventory.model import (
    DeviceId,
    InterfaceStatusChanged,
    ReachabilityChanged,
)
from noc_console.services.topology.model import State
from noc_console.views.topology.readying import look_in, restated
from noc_console.views.topology.stage import MapTool, Stage

GATHER_MS = 150
"""Events are gathered for so long, then one question is asked for all their devices."""
REFOLD_MS = 5000
"""What lenses make of newer states is seen after this."""


class LiveTool(MapTool):
    """Takes events about the state of devices and draws only those."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._pending: set[DeviceId] = set()
        self._number: dict[DeviceId, int] = {}
        self.ports: frozenset[int] = frozenset()
        """The interfaces links end at; what happens to others does not show."""
        self._gather = _timer(self, GATHER_MS, self._ask)
        self._refold = _timer(self, REFOLD_MS, stage.redraw_wanted.emit)

    def shows(self, ports: frozenset[int]) -> None:
        """Another network is on the map."""
        self.ports = ports
        self._number = {node.device_id: at for at, node in enumerate(self.stage.network.nodes)}

    def takes(self, event: Event) -> bool:
        """Whether an event is dealt with here: the map need not be read again for it."""
        if isinstance(event, InterfaceStatusChanged):
            return bool(self._number) and event.interface_id not in self.ports
        if isinstance(event, AlarmsChanged):
            devices = {DeviceId(int(number)) for number in event.device_ids.split()}
        elif isinstance(event, AlarmChanged | ReachabilityChanged):
            devices = {DeviceId(event.device_id)}
        else:
            return False
        known = devices & self._number.keys()
        if not known:
            return False
        if self.stage.moment is None:
            self._pending |= known
            if not self._gather.isActive():
                self._gather.start()
        return True

    def _ask(self) -> None:
        stage = self.stage
        if stage.tasks.is_asking("states"):
            self._gather.start()
            return
        wanted, self._pending = tuple(self._pending), set()
        if wanted:
            stage.tasks.ask(
                "states",
                stage.services.topology.states(stage.desk.actor, device_ids=wanted),
                self._show,
            )

    def _show(self, states: Mapping[DeviceId, State]) -> None:
        """Draw the devices that look different now."""
        stage, scene = self.stage, self.stage.canvas.scene
        nodes = stage.network.nodes
        if stage.moment is not None or len(nodes) != len(self._number):
            return  # another network came meanwhile, newer than this
        looks = {
            id: look_in(nodes[self._number[id]], state)
            for id, state in states.items()
            if id in self._number
        }
        stage.network = replace(stage.network, nodes=restated(nodes, self._number, states))
        scene.nodes = restated(scene.nodes, scene.number, states)
        stage.canvas.show_looks(looks)
        if stage.lenses and not self._refold.isActive():
            self._refold.start()


def _timer(owner: LiveTool, every_ms: int, then: object) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(every_ms)
    timer.timeout.connect(then)
    return timer
