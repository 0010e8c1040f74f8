"""The map: the network as a graph, where everything stands, and who may move it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.topology import store
from noc_console.services.topology.model import (
    MAIN_VIEW,
    Arranged,
    Edge,
    Graph,
    MapChanged,
    Placement,
    Position,
    Settled,
)
from noc_console.services.topology.rules import build, layout, nearby, paths, settle
from noc_console.services.topology.rules.stress import Points, Report, ignore

LONGEST_NAME = 100
FURTHEST = 1e7
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
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="layout")

    @operation("topology.graph")
    async def graph(self, actor: Actor) -> Graph:
        """The network as it is now: devices with their trouble, links with their load."""
        links = await self._inventory.links(actor)
        wanted = {
            port
            for link in links
            for port in (link.a_interface, link.b_interface)
            if port is not None
        }
        ports = await self._inventory.interfaces(actor)
        now = await self._telemetry.interface_now(actor)
        return build.graph(
            await self._inventory.devices(actor),
            await self._inventory.sites(actor),
            links,
            ports={port.id: port for port in ports if port.id in wanted},
            alarms=await self._alarms.active(actor),
            now={word.interface_id: word for word in now},
            at=self._clock.now(),
        )

    async def refreshed(self, actor: Actor, *, graph: Graph) -> Graph:
        """A graph with the rates of now; cheaper than a new one."""
        actor.require("topology.graph")
        now = await self._telemetry.interface_now(actor)
        return build.with_rates(graph, {word.interface_id: word for word in now}, self._clock.now())

    @operation("topology.path")
    async def path(self, actor: Actor, *, start: int, goal: int) -> tuple[Edge, ...]:
        """The links on the shortest way between two devices that is not down."""
        graph = await self.graph(actor)
        known = {node.device_id for node in graph.nodes}
        for device in (start, goal):
            if device not in known:
                raise NotFound(f"there is no device {device}")
        by_id = {edge.link_id: edge for edge in graph.edges}
        way = paths.shortest(graph, DeviceId(start), DeviceId(goal))
        return tuple(by_id[link] for link in way)

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
    async def arranged(self, actor: Actor, *, view: str = MAIN_VIEW) -> Arranged:
        """The map ready to draw: devices without a place get one, the others stay put."""
        graph = await self.graph(actor)
        async with self._db.read(actor) as tx:
            places = await store.placed(tx, _name(view))
            settled = await store.settled(tx, view)
        if settle.is_still_growing(graph, settled, self._clock.now()) and graph.nodes:
            return Arranged(graph, await self._lay_out(actor, view, graph, places, ignore))
        if any(node.device_id not in places for node in graph.nodes):
            places |= await self._join(actor, view, graph, places)
        return Arranged(graph, places)

    @operation("topology.arrange", right="topology.place")
    async def arrange(
        self, actor: Actor, *, view: str = MAIN_VIEW, keep_pinned: bool = True
    ) -> dict[DeviceId, Position]:
        """Lay the whole map out anew; pinned devices stay unless told otherwise."""
        return await self.arrange_with(actor, view=view, keep_pinned=keep_pinned, report=ignore)

    async def arrange_with(
        self, actor: Actor, *, view: str, keep_pinned: bool, report: Report
    ) -> dict[DeviceId, Position]:
        """As `arrange`; `report` hears on this loop how far it is, cancelling stops it."""
        actor.require("topology.place")
        graph = await self.graph(actor)
        places = await self.positions(actor, view=view)
        if not keep_pinned:
            places = {}
        return await self._lay_out(actor, view, graph, places, report)

    def close(self) -> None:
        """End the layout thread."""
        self._thread.shutdown(cancel_futures=True)

    async def _lay_out(
        self,
        actor: Actor,
        view: str,
        graph: Graph,
        places: Mapping[DeviceId, Position],
        report: Report,
    ) -> dict[DeviceId, Position]:
        task = settle.problem(graph)
        old = settle.points(graph, places)
        pinned = np.array(
            [
                (place := places.get(node.device_id)) is not None and place.pinned
                for node in graph.nodes
            ],
            bool,
        )
        fresh = await self._off_loop(lambda told: layout.arrange(task, report=told), report)
        fresh = settle.fit_to_pinned(fresh, old, pinned)
        done = _as_positions(graph, fresh, pinned)
        async with self._db.begin(actor) as tx:
            before = await store.settled(tx, view)
            await store.put(tx, view, _moves(done))
            counts = Settled(len(graph.nodes), len(graph.edges), self._clock.now(), before.touched)
            await store.settle(tx, view, counts)
            tx.record(MapChanged(view=view, devices=len(done), what="arranged"))
        return done

    async def _join(
        self, actor: Actor, view: str, graph: Graph, places: Mapping[DeviceId, Position]
    ) -> dict[DeviceId, Position]:
        """A seat for each newcomer; only these are written."""
        task, old = settle.problem(graph), settle.points(graph, places)
        standing = np.array([node.device_id in places for node in graph.nodes], bool)
        joined = await self._off_loop(
            lambda told: nearby.join(task, old, standing, report=told), ignore
        )
        everyone = _as_positions(graph, joined, np.zeros(len(graph.nodes), bool))
        new = {device: at for device, at in everyone.items() if device not in places}
        async with self._db.begin(actor) as tx:
            await store.put(tx, view, _moves(new))
            tx.record(MapChanged(view=view, devices=len(new), what="joined"))
        return new

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


def _as_positions(
    graph: Graph, points: Points, pinned: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> dict[DeviceId, Position]:
    return {
        node.device_id: Position(round(float(x), 2), round(float(y), 2), bool(pin))
        for node, (x, y), pin in zip(graph.nodes, points, pinned, strict=True)
    }


def _moves(places: Mapping[DeviceId, Position]) -> tuple[Placement, ...]:
    return tuple(Placement(device, at) for device, at in places.items())
