"""The card beside the pointer: what it rests on, and how that is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCursor

from noc_console.services.alarms.model import Alarm
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.services.telemetry.model import DeviceNow
from noc_console.views.topology.canvas import Hit
from noc_console.views.topology.card import HoverCard, device_story, link_story
from noc_console.views.topology.stage import MapTool, Stage

REST_MS = 140
"""How long the pointer rests before the card comes."""


class HoverTool(MapTool):
    """Shows the card a moment after the pointer came to rest."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.card = HoverCard(stage.canvas)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.tell)
        stage.canvas.hovered.connect(self._hovered)

    def _hovered(self, hit: Hit) -> None:
        self.stage.tasks.drop("hover")
        self.card.hide()
        self._rest.stop()
        if hit.device is not None or hit.link is not None:
            self._rest.start()

    def tell(self) -> None:
        """Show what is known at once, then what had to be asked."""
        canvas = self.stage.canvas
        hit, scene = canvas.hit, canvas.scene
        if hit.link is not None:
            names = (scene.nodes[scene.a[hit.link]].name, scene.nodes[scene.b[hit.link]].name)
            spot = canvas.mapFromGlobal(QCursor.pos())
            self.card.tell(link_story(scene.edges[hit.link], *names), spot)
        elif hit.device is not None:
            self._tell_device(hit.device, canvas.spot_of(hit.device))

    def _tell_device(self, number: int, spot: QPoint) -> None:
        node = self.stage.canvas.scene.nodes[number]
        self.card.tell(device_story(node), spot)
        self.stage.tasks.ask(
            "hover",
            self._about(node.device_id),
            lambda known: self.card.tell(device_story(node, *known), spot),
        )

    async def _about(
        self, device_id: DeviceId
    ) -> tuple[Device, DeviceNow | None, tuple[Alarm, ...]]:
        actor, services = self.stage.desk.actor, self.stage.services
        known = await services.inventory.device(actor, device_id=device_id)
        now = await services.telemetry.device_now(actor, device_ids=(device_id,))
        wrong = await services.alarms.active(actor, device_id=device_id)
        return known, now[0] if now else None, wrong
