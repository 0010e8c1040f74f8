"""The card beside the pointer: what it rests on, and how that is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCursor

from noc_console.kernel.errors import Refused
from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Alarm
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.services.telemetry.model import DeviceNow
from noc_console.services.topology.analysis import Study
from noc_console.services.topology.findings import Reach
from noc_console.services.topology.model import Node
from noc_console.views.kit.sparkline import Curve
from noc_console.views.topology.canvas import Hit
from noc_console.views.topology.card import ROWS, HoverCard, Story, device_story, link_story
from noc_console.views.topology.stage import MapTool, Moment, Stage

Ints = NDArray[np.int64]

HOURS = 2
POINTS = 24
"""Of the small curve on the card: what is polled every five minutes has no gaps of its own."""
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
        self._study: Study | None = None
        """Of the network as it is shown; worked out once for all that is pointed at."""
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
        if canvas.hit.link is not None:
            self._tell_link(canvas.hit, canvas.mapFromGlobal(QCursor.pos()))
        elif canvas.hit.device is not None:
            self._tell_device(canvas.hit, canvas.spot_of(canvas.hit.device))

    def _tell_link(self, hit: Hit, spot: QPoint) -> None:
        scene = self.stage.canvas.scene
        assert hit.link is not None
        edge = scene.edges[hit.link]
        names = (scene.nodes[scene.a[hit.link]].name, scene.nodes[scene.b[hit.link]].name)
        story = self._with_more(hit, link_story(edge, *names))
        self.card.tell(story, spot)
        port = next((e.interface_id for e in (edge.a, edge.b) if e.interface_id is not None), None)
        if port is None or self.stage.moment is not None or edge.parts:
            return

        async def more() -> tuple[Curve, str]:
            curve = await self._curve("interface", int(port), _busier)
            return curve, await self._behind(lambda study: study.reach_of_link(edge.link_id))

        def told(known: tuple[Curve, str]) -> None:
            curve, behind = known
            self.card.tell(_drawn(_with_behind(story, behind), curve, "Load"), spot)

        self.stage.tasks.ask("hover", more(), told)

    def _tell_device(self, hit: Hit, spot: QPoint) -> None:
        assert hit.device is not None
        node = self.stage.canvas.scene.nodes[hit.device]
        self.card.tell(self._with_more(hit, device_story(node)), spot)
        if node.members or node.is_passive:
            return
        if self.stage.moment is not None:
            self._tell_of_then(hit, node, self.stage.moment, spot)
            return

        def told(known: tuple[Device, DeviceNow | None, tuple[Alarm, ...], Curve, str]) -> None:
            story = _with_behind(device_story(node, *known[:3]), known[4])
            self.card.tell(_drawn(self._with_more(hit, story), known[3], "Response time"), spot)

        self.stage.tasks.ask("hover", self._about(node.device_id), told)

    def _tell_of_then(self, hit: Hit, node: Node, moment: Moment, spot: QPoint) -> None:
        """What was measured, and what was wrong, at the moment the map shows."""

        def told(then: tuple[DeviceNow | None, tuple[Alarm, ...]]) -> None:
            story = device_story(node, None, *then)
            self.card.tell(self._with_more(hit, story), spot)

        stage = self.stage
        asked = stage.services.history.device_at(
            stage.desk.actor, device_id=int(node.device_id), moment=moment.at
        )
        stage.tasks.ask("hover", asked, told)

    def _with_more(self, hit: Hit, story: Story) -> Story:
        """What the tools know of it, at the end of its facts."""
        more = [fact for tool in self.stage.tools for fact in tool.story(hit)]
        return replace(story, facts=(*story.facts, *more)[:ROWS]) if more else story

    async def _about(
        self, device_id: DeviceId
    ) -> tuple[Device, DeviceNow | None, tuple[Alarm, ...], Curve, str]:
        actor, services = self.stage.desk.actor, self.stage.services
        known = await services.inventory.device(actor, device_id=device_id)
        now = await services.telemetry.device_now(actor, device_ids=(device_id,))
        wrong = await services.alarms.active(actor, device_id=device_id)
        curve = await self._curve("device", int(device_id), lambda values: values["response_us"])
        behind = await self._behind(lambda study: study.reach_of_device(device_id))
        return known, now[0] if now else None, wrong, curve, behind

    async def _behind(self, ask: Callable[[Study], Awaitable[Reach]]) -> str:
        """What would lose its way to the core with it: devices, and customers where known."""
        stage = self.stage
        if self._study is None or self._study.graph is not stage.network:
            analysis = stage.services.analysis
            self._study = await analysis.study(stage.desk.actor, graph=stage.network)
        try:
            found = await ask(self._study)
        except Refused:  # it left the network a moment ago
            return ""
        told = [plural(len(found.downstream), "device")] if found.downstream else []
        if found.customers:
            told.append(plural(found.customers, "customer"))
        return ", ".join(told)

    async def _curve(
        self, subject: str, number: int, pick: Callable[[Mapping[str, Curve]], Curve]
    ) -> Curve:
        """The last hours, evenly in time: a stretch without a word is a gap."""
        end = self.stage.desk.clock.now()
        start = end - timedelta(hours=HOURS)
        found = await self.stage.services.telemetry.series(
            self.stage.desk.actor, subject=subject, subject_id=number, start=start, end=end
        )
        return evenly(found.times_ms, pick(found.values), start.timestamp(), end.timestamp())


def evenly(times_ms: Ints, values: Curve, start: float, end: float) -> Curve:
    """The highest value of each of `POINTS` equal stretches of time; NaN where there is none."""
    drawn = np.full(POINTS, np.nan)
    if len(times_ms):
        at = (
            ((times_ms / 1000 - start) / (end - start) * POINTS)
            .astype(np.int64)
            .clip(0, POINTS - 1)
        )
        np.fmax.at(drawn, at, values)
    return drawn


def _with_behind(story: Story, behind: str) -> Story:
    return replace(story, facts=(*story.facts, ("Behind it", behind))) if behind else story


def _busier(values: Mapping[str, Curve]) -> Curve:
    """Of both directions the busier, in octets a second: the shape is what is looked at."""
    return np.fmax(values["in_octets"], values["out_octets"])


def _drawn(story: Story, curve: Curve, what: str) -> Story:
    return replace(story, curve=curve, curve_text=f"{what}, last {HOURS} h")
