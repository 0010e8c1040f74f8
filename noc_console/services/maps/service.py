"""What people do with maps: make them, put devices on them, share them, come back to a view."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.operation import operation
from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.maps import store
from noc_console.services.maps.model import (
    MAIN,
    MAIN_MAP,
    MapId,
    NamedMapChanged,
    NetworkMap,
    SavedView,
    SavedViewChanged,
    SavedViewId,
    Selector,
    Shows,
)
from noc_console.services.maps.rules import check, pick
from noc_console.services.topology.model import MAIN_VIEW, Graph, Placement, Projection
from noc_console.services.topology.service import TopologyService

LAID_OUT = (Projection.FORCE, Projection.LAYERED)
"""Projections in which people move devices, so that a copy takes their places along."""


class MapService:
    """The maps of a team, and each person's views of them."""

    def __init__(self, db: Database, topology: TopologyService) -> None:
        self._db = db
        self._topology = topology

    @operation("maps.list", right="topology.graph")
    async def maps(self, actor: Actor) -> tuple[NetworkMap, ...]:
        """List the maps: the main one, one's own, and those of the team."""
        async with self._db.read(actor) as tx:
            return (MAIN_MAP, *await store.visible(tx))

    @operation("maps.create", right="maps.edit")
    async def create(
        self,
        actor: Actor,
        *,
        name: str,
        shows: Shows = Shows.PICKED,
        device_ids: tuple[int, ...] = (),
        sites: tuple[int, ...] = (),
        types: tuple[DeviceType, ...] = (),
        words: str = "",
        like: str = MAIN_VIEW,
    ) -> NetworkMap:
        """Make a map: of everything, of what a filter lets pass, or of devices picked by hand.

        Its devices first stand where they stand in the view `like`.
        """
        selector = _selector(sites, types, words)
        async with self._db.begin(actor) as tx:
            known = await store.visible(tx)
            if len(known) >= check.MOST_MAPS:
                raise Invalid(f"a team has at most {check.MOST_MAPS} maps")
            wanted = NetworkMap(
                MAIN,
                check.free(name, (MAIN_MAP, *known)),
                owner=actor.name,
                is_shared=False,
                shows=shows,
                selector=selector,
                devices=frozenset(map(DeviceId, device_ids if shows is Shows.PICKED else ())),
            )
            made = replace(wanted, id=await store.add(tx, wanted))
            tx.record(NamedMapChanged(map_id=made.id, what="created", name=made.name))
        await self._take_places(actor, like, made.view)
        return made

    @operation("maps.rename", right="maps.edit")
    async def rename(self, actor: Actor, *, map_id: int, name: str) -> NetworkMap:
        """Give one's map another name."""
        async with self._db.begin(actor) as tx:
            before = await self._own(tx, map_id)
            taken = (MAIN_MAP, *await store.visible(tx))
            after = replace(before, name=check.free(name, taken, but=map_id))
            await store.save(tx, after)
            tx.record(NamedMapChanged(map_id=map_id, what="renamed", name=after.name))
        return after

    @operation("maps.copy", right="maps.edit")
    async def copy(self, actor: Actor, *, map_id: int = MAIN, name: str = "") -> NetworkMap:
        """Copy a map with its places and drawings, to change it without changing the other."""
        async with self._db.begin(actor) as tx:
            before = await _any(tx, map_id)
            taken = (MAIN_MAP, *await store.visible(tx))
            fresh = check.free(name or check.free_copy(before.name, taken), taken)
            wanted = replace(before, name=fresh, owner=actor.name, is_shared=False)
            made = replace(wanted, id=await store.add(tx, wanted))
            await store.draw(tx, made.id, await store.drawings_of(tx, map_id), ())
            tx.record(NamedMapChanged(map_id=made.id, what="copied", name=made.name))
        await self._take_places(actor, before.view, made.view)
        return made

    @operation("maps.remove", right="maps.edit")
    async def remove(self, actor: Actor, *, map_id: int) -> None:
        """Delete one's map with its views and drawings; the devices stay what they are."""
        async with self._db.begin(actor) as tx:
            before = await self._own(tx, map_id)
            await store.remove(tx, map_id)
            tx.record(NamedMapChanged(map_id=map_id, what="removed", name=before.name))

    @operation("maps.share", right="maps.edit")
    async def share(self, actor: Actor, *, map_id: int, is_shared: bool = True) -> NetworkMap:
        """Show one's map to the team, or to nobody else any more."""
        return await self._change(actor, map_id, "shared", is_shared=is_shared)

    @operation("maps.select", right="maps.edit")
    async def select(
        self,
        actor: Actor,
        *,
        map_id: int,
        sites: tuple[int, ...] = (),
        types: tuple[DeviceType, ...] = (),
        words: str = "",
    ) -> NetworkMap:
        """Let a filter say which devices a map shows."""
        selector = _selector(sites, types, words)
        return await self._change(
            actor, map_id, "selected", shows=Shows.SELECTED, selector=selector
        )

    @operation("maps.project", right="maps.edit")
    async def project(self, actor: Actor, *, map_id: int, projection: Projection) -> NetworkMap:
        """Say in which projection a map opens."""
        return await self._change(actor, map_id, "projected", projection=projection)

    @operation("maps.add-devices", right="maps.edit")
    async def add_devices(
        self, actor: Actor, *, map_id: int, device_ids: tuple[int, ...]
    ) -> NetworkMap:
        """Put devices on an own map."""
        async with self._db.begin(actor) as tx:
            before = _picked(await store.get(tx, map_id))
            await store.put_devices(tx, map_id, device_ids)
            tx.record(NamedMapChanged(map_id=map_id, what="devices", name=before.name))
            return await store.get(tx, map_id)

    @operation("maps.remove-devices", right="maps.edit")
    async def remove_devices(
        self, actor: Actor, *, map_id: int, device_ids: tuple[int, ...]
    ) -> NetworkMap:
        """Take devices off an own map; they stay in the inventory."""
        async with self._db.begin(actor) as tx:
            before = _picked(await store.get(tx, map_id))
            await store.take_devices(tx, map_id, device_ids)
            tx.record(NamedMapChanged(map_id=map_id, what="devices", name=before.name))
            return await store.get(tx, map_id)

    @operation("maps.views", right="topology.graph")
    async def views(self, actor: Actor, *, map_id: int = MAIN) -> tuple[SavedView, ...]:
        """List one's saved views of a map."""
        async with self._db.read(actor) as tx:
            await _any(tx, map_id)
            return await store.views_of(tx, map_id)

    @operation("maps.save-view", right="topology.graph")
    async def save_view(
        self,
        actor: Actor,
        *,
        map_id: int,
        name: str,
        x: float,
        y: float,
        scale: float,
        key: int | None = None,
        projection: Projection = Projection.FORCE,
        layer: str = "",
        folded: tuple[str, ...] = (),
    ) -> SavedView:
        """Keep what one looks at; the same name is replaced, a key moves to the newest."""
        wanted = SavedView(
            SavedViewId(0), MapId(map_id), check.name(name), actor.name, key, x, y, scale
        )
        wanted = check.view(replace(wanted, projection=projection, layer=layer, folded=folded))
        async with self._db.begin(actor) as tx:
            await _any(tx, map_id)
            known = await store.views_of(tx, map_id)
            if len(known) >= check.MOST_VIEWS:
                raise Invalid(f"a map has at most {check.MOST_VIEWS} saved views")
            for each in known:
                if each.name.casefold() == wanted.name.casefold():
                    await store.remove_view(tx, each.id)
                elif key is not None and each.key == key:
                    await store.save_view(tx, replace(each, key=None))
            saved = replace(wanted, id=await store.add_view(tx, wanted))
            tx.record(SavedViewChanged(map_id=map_id, what="saved", name=saved.name))
        return saved

    @operation("maps.remove-view", right="topology.graph")
    async def remove_view(self, actor: Actor, *, view_id: int) -> None:
        """Forget a saved view."""
        async with self._db.begin(actor) as tx:
            before = await store.view(tx, view_id)
            await store.remove_view(tx, view_id)
            tx.record(SavedViewChanged(map_id=before.map_id, what="removed", name=before.name))

    @staticmethod
    def shown(graph: Graph, wanted: NetworkMap) -> Graph:
        """The part of the network a map shows; pure, to be run off the UI thread."""
        return pick.shown(graph, wanted)

    async def _change(self, actor: Actor, map_id: int, what: str, **values: object) -> NetworkMap:
        async with self._db.begin(actor) as tx:
            before = await self._own(tx, map_id)
            after: NetworkMap = replace(before, **values)  # type: ignore[arg-type]
            await store.save(tx, after)
            tx.record(NamedMapChanged(map_id=map_id, what=what, name=after.name))
        return after

    async def _own(self, tx: Tx, map_id: int) -> NetworkMap:
        if map_id == MAIN:
            raise Invalid("the main map shows everything and stays")
        found = await store.get(tx, map_id)
        if found.owner != tx.actor.name:
            raise NotAllowed(f"{found.name} is a map of {found.owner}: copy it to change it")
        return found

    async def _take_places(self, actor: Actor, source: str, target: str) -> None:
        """Let devices of a new map stand where they stand in another."""
        for projection in LAID_OUT:
            suffix = "" if projection is Projection.FORCE else f"/{projection.value}"
            places = await self._topology.positions(actor, view=f"{source}{suffix}")
            moves = tuple(Placement(device, at) for device, at in places.items())
            await self._topology.place(actor, moves=moves, view=f"{target}{suffix}", what="copied")


async def _any(tx: Tx, map_id: int) -> NetworkMap:
    return MAIN_MAP if map_id == MAIN else await store.get(tx, map_id)


def _picked(found: NetworkMap) -> NetworkMap:
    if found.shows is not Shows.PICKED:
        raise Invalid(f"{found.name} chooses its devices by itself; make a map of your own first")
    return found


def _selector(sites: tuple[int, ...], types: tuple[DeviceType, ...], words: str) -> Selector:
    if len(words) > 200 or len(sites) > 1000:
        raise Invalid("that is too long a filter", field="words")
    return Selector(tuple(map(SiteId, sites)), types, words.strip())
