"""The map: the network as a graph, where everything stands, and who may move it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology import store
from noc_console.services.topology.model import (
    MAIN_VIEW,
    Arranged,
    Graph,
    Light,
    MapChanged,
    Placement,
    Position,
    Projection,
    Settled,
    State,
    kept_as,
)
from noc_console.services.topology.rules import build, geographic, layered, layout, nearby, settle
from noc_console.services.topology.rules.stress import Points, Report, ignore

LONGEST_NAME = 100
FURTHEST = 1e7
LIGHT_EVERY = timedelta(seconds=20)
WHOLE = {Projection.FORCE: layout.arrange, Projection.LAYERED: layered.arrange}
"""How a whole network is laid out."""
JOIN = {Projection.FORCE: nearby.join, Projection.LAYERED: layered.join}
"""How newcomers find a seat."""
T = TypeVar("T")


class Stopped(Exception):
    """Nobody waits for the layout any more; raised in its thread only."""


class TopologyService:
    """Reads the network together and keeps its maps.

    Layouts are computed in a thread of their own: numpy lets go of the interpreter in its
    loops, a cancelled caller stops the work within one step of it.
    """

    def __init__(
        self,
        inventory: InventoryService,
        alarms: AlarmService,
        telemetry: TelemetryService,
        db: Database,
        *,
        clock: Clock,
    ) -> None:
        self._inventory = inventory
        self._alarms = alarms
        self._telemetry = telemetry
        self._db = db
        self._clock = clock
        self._light: dict[str, tuple[datetime, dict[int, Light]]] = {}
        """By tenant: when it was read, and by interface."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="layout")

    @operation("topology.graph")
    async def graph(self, actor: Actor) -> Graph:
        """The network as it is now: devices with their trouble, links with their load."""
        links = await self._inventory.links(actor)
        ports = await self._inventory.link_ports(actor)
        now, light = await self._measured(actor, {int(port.id) for port in ports})
        return await asyncio.to_thread(
            build.graph,
            await self._inventory.devices(actor),
            await self._inventory.sites(actor),
            links,
            ports={port.id: port for port in ports},
            alarms=await self._alarms.active(actor),
            now=now,
            light=light,
            at=self._clock.now(),
        )

    async def refreshed(self, actor: Actor, *, graph: Graph) -> Graph:
        """A graph with the rates of now; cheaper than a new one."""
        actor.require("topology.graph")
        now, light = await self._measured(actor, build.ports_of(graph.edges))
        return await asyncio.to_thread(build.with_rates, graph, now, self._clock.now(), light=light)

    async def states(
        self, actor: Actor, *, device_ids: Collection[DeviceId]
    ) -> dict[DeviceId, State]:
        """How some devices are now; those that are gone are left out. Two small questions."""
        actor.require("topology.graph")
        answers = await self._inventory.answering(actor, device_ids=device_ids)
        worst = await self._alarms.worst_of(actor, device_ids=device_ids)
        return {device: State(answer, *worst.get(device, ())) for device, answer in answers.items()}

    async def _measured(
        self, actor: Actor, ports: Collection[int]
    ) -> tuple[dict[int, InterfaceNow], dict[int, Light]]:
        """What is counted at the links' ports, and the light they receive."""
        words = await self._telemetry.ports_now(actor, interface_ids=ports)
        return {word.interface_id: word for word in words}, await self._lit(actor)

    async def _lit(self, actor: Actor) -> dict[int, Light]:
        """The light each port receives; read again after a while: fibres fade slowly."""
        now = self._clock.now()
        at, found = self._light.get(actor.tenant, (None, {}))
        if at is None or not at <= now < at + LIGHT_EVERY:
            sensors = await self._inventory.light_sensors(actor)
            ids = {int(sensor.id) for sensor in sensors}
            levels = await self._telemetry.lights_now(actor, sensor_ids=ids)
            found = await asyncio.to_thread(build.lights, sensors, levels)
            self._light[actor.tenant] = now, found
        return found

    @operation("topology.positions", right="topology.graph")
    async def positions(self, actor: Actor, *, view: str = MAIN_VIEW) -> dict[DeviceId, Position]:
        """Where devices stand on a map."""
        async with self._db.read(actor) as tx:
            return await store.placed(tx, _name(view))

    @operation("topology.place")
    async def place(
        self,
        actor: Actor,
        *,
        moves: tuple[Placement, ...],
        view: str = MAIN_VIEW,
        what: str = "placed",
    ) -> None:
        """Put devices where somebody wants them; the map is then never redrawn unasked."""
        if not moves:
            return
        _check(moves)
        async with self._db.begin(actor) as tx:
            before = await store.settled(tx, _name(view))
            await store.put(tx, view, moves)
            await store.settle(
                tx, view, Settled(before.devices, before.links, before.at, touched=True)
            )
            tx.record(MapChanged(view=view, devices=len(moves), what=what))

    @operation("topology.arranged", right="topology.graph")
    async def arranged(
        self,
        actor: Actor,
        *,
        view: str = MAIN_VIEW,
        projection: Projection = Projection.FORCE,
    ) -> Arranged:
        """The map ready to draw: devices without a place get one, the others stay put."""
        graph, key = await self.graph(actor), kept_as(_name(view), _drawn(projection))
        if projection is Projection.GEOGRAPHIC:
            return Arranged(graph, await self._locate(actor, key, graph))
        async with self._db.read(actor) as tx:
            places = await store.placed(tx, key)
            settled = await store.settled(tx, key)
        if settle.is_still_growing(graph, settled, self._clock.now()) and graph.nodes:
            done = await self._lay_out(actor, key, projection, graph, places, ignore)
            return Arranged(graph, done)
        if any(node.device_id not in places for node in graph.nodes):
            places |= await self._join(actor, key, projection, graph, places)
        return Arranged(graph, places)

    @operation("topology.arrange", right="topology.place")
    async def arrange(
        self,
        actor: Actor,
        *,
        view: str = MAIN_VIEW,
        projection: Projection = Projection.FORCE,
        keep_pinned: bool = True,
    ) -> dict[DeviceId, Position]:
        """Lay the whole map out anew; pinned devices stay unless told otherwise."""
        return await self.arrange_with(
            actor, view=view, projection=projection, keep_pinned=keep_pinned, report=ignore
        )

    async def arrange_with(
        self,
        actor: Actor,
        *,
        view: str,
        projection: Projection = Projection.FORCE,
        keep_pinned: bool,
        report: Report,
        only: frozenset[DeviceId] | None = None,
    ) -> dict[DeviceId, Position]:
        """As `arrange`; `report` hears on this loop how far it is, cancelling stops it.

        With `only` these devices are laid out as if there were no others: the map of a part.
        """
        actor.require("topology.place")
        graph, key = await self.graph(actor), kept_as(_name(view), _drawn(projection))
        if only is not None:
            graph = await asyncio.to_thread(build.part, graph, only)
        if projection is Projection.GEOGRAPHIC:
            return await self._locate(actor, key, graph, anew=True, pins=keep_pinned, report=report)
        places = await self.positions(actor, view=key)
        if not keep_pinned:
            places = {}
        return await self._lay_out(actor, key, projection, graph, places, report)

    def close(self) -> None:
        """End the layout thread."""
        self._thread.shutdown(cancel_futures=True)

    async def _lay_out(
        self,
        actor: Actor,
        view: str,
        projection: Projection,
        graph: Graph,
        places: Mapping[DeviceId, Position],
        report: Report,
    ) -> dict[DeviceId, Position]:
        task, whole = settle.problem(graph), WHOLE[_drawn(projection)]
        old, pins = settle.points(graph, places), _pins(places)
        pinned = _who(graph, pins)
        fresh = await self._off_loop(lambda told: whole(task, report=told), report)
        fresh = settle.fit_to_pinned(fresh, old, pinned)
        done = _as_positions(graph, fresh)
        done |= {device: at for device, at in pins.items() if device in done}
        async with self._db.begin(actor) as tx:
            before = await store.settled(tx, view)
            await store.put(tx, view, _moves(done))
            counts = Settled(len(graph.nodes), len(graph.edges), self._clock.now(), before.touched)
            await store.settle(tx, view, counts)
            tx.record(MapChanged(view=view, devices=len(done), what="arranged"))
        return done

    async def _join(
        self,
        actor: Actor,
        view: str,
        projection: Projection,
        graph: Graph,
        places: Mapping[DeviceId, Position],
    ) -> dict[DeviceId, Position]:
        """A seat for each newcomer; only these are written."""
        task, old = settle.problem(graph), settle.points(graph, places)
        standing, join = _who(graph, places), JOIN[_drawn(projection)]
        joined = await self._off_loop(lambda told: join(task, old, standing, report=told), ignore)
        everyone = _as_positions(graph, joined)
        new = {device: at for device, at in everyone.items() if device not in places}
        async with self._db.begin(actor) as tx:
            await store.put(tx, view, _moves(new))
            tx.record(MapChanged(view=view, devices=len(new), what="joined"))
        return new

    async def _locate(
        self,
        actor: Actor,
        view: str,
        graph: Graph,
        *,
        anew: bool = False,
        pins: bool = True,
        report: Report = ignore,
    ) -> dict[DeviceId, Position]:
        """Everyone around the coordinates of their site; only who moved is written."""
        async with self._db.read(actor) as tx:
            kept = await store.placed(tx, view)
            anchors = geographic.as_anchors(await store.placed(tx, _anchors_of(view)))
        pinned = _pins(kept) if pins else {}
        places = pinned if anew else kept
        old = settle.points(graph, places)
        standing, fixed = _who(graph, places), _who(graph, pinned)
        found = await self._off_loop(
            lambda told: geographic.locate(graph, old, standing, fixed, anchors, report=told),
            report,
        )
        there = _as_positions(graph, found.points)
        there |= {id: at for id, at in pinned.items() if id in there}
        new = {id: at for id, at in there.items() if kept.get(id) != at}
        spots = {
            DeviceId(site): Position(*spot)
            for site, spot in found.anchors.items()
            if anchors.get(site) != spot
        }
        if new or spots:
            async with self._db.begin(actor) as tx:
                await store.put(tx, view, _moves(new))
                await store.put(tx, _anchors_of(view), _moves(spots))
                what = "arranged" if anew else "joined"
                tx.record(MapChanged(view=view, devices=len(new), what=what))
        return there

    async def _off_loop(self, work: Callable[[Report], T], report: Report) -> T:
        """`work` in the layout thread; its reports reach this loop, cancelling reaches it."""
        loop, stop = asyncio.get_running_loop(), threading.Event()

        def told(share: float) -> None:
            if stop.is_set():
                raise Stopped
            loop.call_soon_threadsafe(report, share)

        try:
            return await loop.run_in_executor(self._thread, work, told)
        finally:
            stop.set()


def _name(view: str) -> str:
    if not view or len(view) > LONGEST_NAME:
        raise Invalid("a map's name has 1 to 100 characters", field="view")
    return view


def _check(moves: tuple[Placement, ...]) -> None:
    for move in moves:
        at = move.position
        if at is not None and not (abs(at.x) <= FURTHEST and abs(at.y) <= FURTHEST):
            raise Invalid("a device cannot stand there", field="moves")


def _drawn(projection: Projection) -> Projection:
    """The projection whose positions are used: a site plan has no map of its own."""
    return Projection.FORCE if projection is Projection.PLAN else projection


def _anchors_of(view: str) -> str:
    """Where a geographic map keeps the spots of its sites, as the devices' of another map."""
    return f"{view}/sites"


def _pins(places: Mapping[DeviceId, Position]) -> dict[DeviceId, Position]:
    return {device: at for device, at in places.items() if at.pinned}


def _who(graph: Graph, places: Mapping[DeviceId, Position]) -> NDArray[np.bool_]:
    """Which of the nodes are among the placed."""
    return np.array([node.device_id in places for node in graph.nodes], bool)


def _as_positions(graph: Graph, points: Points) -> dict[DeviceId, Position]:
    return {
        node.device_id: Position(x, y)
        for node, (x, y) in zip(graph.nodes, points.round(2).tolist(), strict=True)
    }


def _moves(places: Mapping[DeviceId, Position]) -> tuple[Placement, ...]:
    return tuple(Placement(device, at) for device, at in places.items())
