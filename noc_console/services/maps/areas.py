"""Areas: shapes people drew on maps, as the devices inside them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.kernel.operation import operation
from noc_console.services.maps import store
from noc_console.services.maps.model import MAIN, MAIN_MAP, Drawing, NetworkMap
from noc_console.services.maps.rules import inside, pick
from noc_console.services.topology.model import Projection, kept_as
from noc_console.services.topology.service import TopologyService


@dataclass(frozen=True, slots=True)
class Area:
    """A shape with an inside, on its map; named by its words, or by its kind and number."""

    map_id: int
    map_name: str
    drawing: str
    name: str


class AreaService:
    """Reads what lies inside; drawing itself is `DrawingService`'s."""

    def __init__(self, db: Database, topology: TopologyService) -> None:
        self._db = db
        self._topology = topology

    @operation("maps.areas", right="topology.graph")
    async def areas(self, actor: Actor) -> tuple[Area, ...]:
        """List the shapes drawn on the maps one can see."""
        found: list[Area] = []
        async with self._db.read(actor) as tx:
            for each in (MAIN_MAP, *await store.visible(tx)):
                shapes = [
                    drawing
                    for drawing in await store.drawings_of(tx, each.id)
                    if drawing.kind in inside.AREAS
                ]
                found += [
                    Area(each.id, each.name, shape.id, shape.text.strip() or _nameless(shape, at))
                    for at, shape in enumerate(shapes, start=1)
                ]
        return tuple(found)

    @operation("maps.inside", right="topology.graph")
    async def inside(self, actor: Actor, *, map_id: int = MAIN, drawing: str) -> tuple[int, ...]:
        """Tell which devices stand inside a shape on a map, as the map opens."""
        async with self._db.read(actor) as tx:
            wanted = MAIN_MAP if map_id == MAIN else await store.get(tx, map_id)
            drawn = await store.drawings_of(tx, map_id)
        shape = next((each for each in drawn if each.id == drawing), None)
        if shape is None:
            raise NotFound("that area is no longer on its map")
        # A site plan shows racks; its devices stand where the plain map has them.
        projection = wanted.projection
        if projection is Projection.PLAN:
            projection = Projection.FORCE
        places = await self._topology.positions(actor, view=kept_as(wanted.view, projection))
        found = inside.devices(shape, places)
        if not wanted.is_main and found:
            found &= await self._shown(actor, wanted)
        return tuple(sorted(map(int, found)))

    async def _shown(self, actor: Actor, wanted: NetworkMap) -> frozenset[int]:
        """The devices of a map: others have a place in its view as well."""
        graph = await self._topology.graph(actor)
        shown = await asyncio.to_thread(pick.shown, graph, wanted)
        return frozenset(int(node.device_id) for node in shown.nodes)


def _nameless(shape: Drawing, at: int) -> str:
    return f"{shape.kind.value} {at}"
