"""Questions about the network's shape: ways, weak points, what-if, who needs whom, health."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TypeVar

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.findings import (
    Disjoint,
    Health,
    Reach,
    Way,
    Ways,
    WeakPoints,
    Weight,
    WhatIf,
)
from noc_console.services.topology.model import Graph
from noc_console.services.topology.ports import Customers
from noc_console.services.topology.rules import disjoint as redundant
from noc_console.services.topology.rules import paths, reach, resilience, weak, whatif
from noc_console.services.topology.rules.walks import walk
from noc_console.services.topology.rules.web import NOT_SEEN, Web, spin
from noc_console.services.topology.service import TopologyService

MOST_WAYS = 16
T = TypeVar("T")


class Study:
    """One state of the network, and every question about it.

    The questions are answered in threads; what several of them need is worked out once. A
    link that is down carries nothing here. A device that does not answer may still forward:
    only its links say whether it does.
    """

    def __init__(self, graph: Graph, customers: Mapping[DeviceId, int] | None = None) -> None:
        self.graph = graph
        self.customers = customers

    @cached_property
    def web(self) -> Web:
        return spin(self.graph)

    @cached_property
    def standing(self) -> weak.Standing:
        return weak.stand(self.web, self.customers)

    async def path(
        self,
        start: DeviceId,
        goal: DeviceId,
        *,
        by: Weight = Weight.HOPS,
        avoid: Collection[LinkId] = (),
    ) -> Way:
        """The shortest way that is not down, with what each hop carries."""
        return await self._off_loop(lambda: self._path(start, goal, by, avoid))

    async def ways(
        self,
        start: DeviceId,
        goal: DeviceId,
        *,
        wanted: int = 3,
        disjoint: Disjoint = Disjoint.DEVICES,
        by: Weight = Weight.HOPS,
        avoid: Collection[LinkId] = (),
    ) -> Ways:
        """Redundant ways; says so when there are fewer than wanted."""
        return await self._off_loop(lambda: self._ways(start, goal, wanted, disjoint, by, avoid))

    async def weak_points(self) -> WeakPoints:
        """Devices and links by what their failing would do."""
        return await self._off_loop(lambda: weak.weak_points(self.standing))

    async def what_if(
        self,
        devices: Collection[DeviceId],
        links: Collection[LinkId],
        *,
        by: Weight = Weight.SPEED,
    ) -> WhatIf:
        """What would happen without these."""
        return await self._off_loop(
            lambda: whatif.what_if(
                self.standing,
                [self._node(each) for each in devices],
                [self._edge(each) for each in links],
                by,
            )
        )

    async def reach_of_device(self, device: DeviceId) -> Reach:
        """What a device needs, and what needs it."""
        return await self._off_loop(lambda: reach.of_device(self.standing, self._node(device)))

    async def reach_of_link(self, link: LinkId) -> Reach:
        """What a link needs, and what needs it."""
        return await self._off_loop(lambda: reach.of_link(self.standing, self._edge(link)))

    async def health(self) -> Health:
        """The network as a whole."""
        return await self._off_loop(lambda: resilience.health_of(self.standing))

    def named(self, device: str) -> DeviceId:
        """A device by its number, name or address."""
        for node in self.graph.nodes:
            if device in (str(int(node.device_id)), node.name, node.address):
                return node.device_id
        raise NotFound(f"there is no device {device}")

    async def _off_loop(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)

    def _node(self, device: DeviceId) -> int:
        try:
            return self.web.number[device]
        except KeyError:
            raise NotFound(f"there is no device {device}") from None

    def _edge(self, link: LinkId) -> int:
        try:
            return self.web.link[link]
        except KeyError:
            raise NotFound(f"there is no link {link} that is not down") from None

    def _cut(self, avoid: Collection[LinkId]) -> set[int]:
        return {self.web.link[link] for link in avoid if link in self.web.link}

    def _path(self, start: DeviceId, goal: DeviceId, by: Weight, avoid: Collection[LinkId]) -> Way:
        one, other = self._node(start), self._node(goal)
        found = paths.shortest(self.web, one, other, by, cut=self._cut(avoid))
        return paths.told(self.web, found or (), by, paths.places_of(self.graph))

    def _ways(
        self,
        start: DeviceId,
        goal: DeviceId,
        wanted: int,
        disjoint: Disjoint,
        by: Weight,
        avoid: Collection[LinkId],
    ) -> Ways:
        if not 1 <= wanted <= MOST_WAYS:
            raise Invalid(f"ask for 1 to {MOST_WAYS} ways", field="wanted")
        web, cut = self.web, self._cut(avoid)
        one, other = self._node(start), self._node(goal)
        taken = redundant.ways(
            web,
            one,
            other,
            wanted=wanted,
            disjoint=disjoint,
            cost=paths.cost_by(web, by),
            cut=cut,
        )
        places = paths.places_of(self.graph)
        nodes, edges = _needed(web, one, other, cut) if len(taken) == 1 else ([], [])
        return Ways(
            ways=tuple(paths.told(web, way, by, places) for way in taken),
            wanted=wanted,
            disjoint=disjoint,
            verdict=_verdict(web, len(taken), wanted, disjoint, nodes, edges),
            needed_devices=tuple(web.nodes[node].device_id for node in nodes),
            needed_links=tuple(web.edges[edge].link_id for edge in edges),
        )


class TopologyAnalysis:
    """The questions as operations, about the network as it is now or as a page shows it."""

    def __init__(self, topology: TopologyService, customers: Customers) -> None:
        self._topology = topology
        self._customers = customers

    async def study(self, actor: Actor, *, graph: Graph | None = None) -> Study:
        """The network as it is now, or another state of it, ready for questions."""
        actor.require("topology.graph")
        known = await self._topology.graph(actor) if graph is None else graph
        return Study(known, await self._customers.on_devices(actor))

    @operation("topology.path", right="topology.graph")
    async def path(
        self,
        actor: Actor,
        *,
        start: str,
        goal: str,
        by: Weight = Weight.HOPS,
        avoid: tuple[int, ...] = (),
    ) -> Way:
        """Show the shortest way between two devices that is not down, with each hop's load."""
        study = await self.study(actor)
        around = frozenset(LinkId(link) for link in avoid)
        return await study.path(study.named(start), study.named(goal), by=by, avoid=around)

    @operation("topology.ways", right="topology.graph")
    async def ways(
        self,
        actor: Actor,
        *,
        start: str,
        goal: str,
        wanted: int = 3,
        disjoint: Disjoint = Disjoint.DEVICES,
        by: Weight = Weight.HOPS,
    ) -> Ways:
        """Show ways between two devices that have no device, or no link, in common."""
        study = await self.study(actor)
        return await study.ways(
            study.named(start), study.named(goal), wanted=wanted, disjoint=disjoint, by=by
        )

    @operation("topology.weak-points", right="topology.graph")
    async def weak_points(self, actor: Actor, *, limit: int = 50) -> WeakPoints:
        """List the most critical devices, and the links nothing can stand in for."""
        if limit < 1:
            raise Invalid("a limit is at least 1", field="limit")
        found = await (await self.study(actor)).weak_points()
        return WeakPoints(
            found.devices[:limit],
            found.links[:limit],
            found.articulations,
            found.bridges,
            found.core,
            found.is_estimate,
        )

    @operation("topology.what-if", right="topology.graph")
    async def what_if(
        self,
        actor: Actor,
        *,
        devices: tuple[str, ...] = (),
        links: tuple[int, ...] = (),
        by: Weight = Weight.SPEED,
    ) -> WhatIf:
        """Tell what would happen if devices and links failed; nothing is changed."""
        study = await self.study(actor)
        return await study.what_if(
            [study.named(device) for device in devices], [LinkId(link) for link in links], by=by
        )

    @operation("topology.reach", right="topology.graph")
    async def reach(self, actor: Actor, *, device: str = "", link: int = 0) -> Reach:
        """Tell what a device or link needs on its way to the core, and what needs it."""
        study = await self.study(actor)
        if bool(device) == bool(link):
            raise Invalid("name a device or a link", field="device")
        if link:
            return await study.reach_of_link(LinkId(link))
        return await study.reach_of_device(study.named(device))

    @operation("topology.health", right="topology.graph")
    async def health(self, actor: Actor) -> Health:
        """Tell how well the network as a whole stands failures, and what to do about it."""
        return await (await self.study(actor)).health()


def _needed(web: Web, start: int, goal: int, cut: Collection[int]) -> tuple[list[int], list[int]]:
    """Devices and links every way from start to goal passes, ends left out."""
    arcs = [[arc for arc in each if arc[1] not in cut] for each in web.arcs] if cut else web.arcs
    seen = walk(arcs, [start])
    nodes, edges = [], []
    below, above = goal, seen.parent[goal]
    while above != NOT_SEEN:
        if seen.is_bridge(below):
            edges.append(seen.by[below])
        if above != start and seen.low[below] >= seen.begin[above]:
            nodes.append(above)
        below, above = above, seen.parent[above]
    return nodes[::-1], edges[::-1]


def _verdict(
    web: Web, found: int, wanted: int, disjoint: Disjoint, nodes: list[int], edges: list[int]
) -> str:
    """How redundant the connection is, in one or two sentences."""
    common = "device" if disjoint is Disjoint.DEVICES else "link"
    if not found:
        return "There is no way between them that is not down."
    if found >= wanted:
        return f"{plural(found, 'way')} without a common {common}."
    text = f"Only {plural(found, 'way')} without a common {common}: there are no more."
    if nodes and disjoint is Disjoint.DEVICES:
        named = [web.nodes[node].name for node in nodes[:3]]
        more = f" and {len(nodes) - 3} more" if len(nodes) > 3 else ""
        return f"{text} Every way passes {', '.join(named)}{more}."
    if edges:
        return f"{text} Every way needs {plural(len(edges), 'link')} nothing stands in for."
    return text
