"""What people do with collectors: see who polls what, set up zones, take one out of service."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.collectors import leasing, rules, store
from noc_console.services.collectors.model import (
    COMMON,
    SHARDS,
    CollectorsChanged,
    CollectorShare,
    CollectorState,
    Lease,
    Share,
    Standing,
    Unserved,
    Zone,
    ZoneId,
    ZonesChanged,
    ZoneShare,
)
from noc_console.services.inventory.service import InventoryService

COMMON_NAME = "common"
LONGEST_NAME = 64


class CollectorService:
    """The team of collectors. Each keeps its own part: that is `workers.LeaseKeeper`'s."""

    def __init__(self, db: Database, *, inventory: InventoryService, me: str = "") -> None:
        self._db = db
        self._inventory = inventory
        self._me = me

    @operation("collectors.shares", right="collectors.see")
    async def shares(self, actor: Actor) -> tuple[CollectorShare, ...]:
        """Show every collector: whether it lives, and which part of the devices it polls."""
        rows = await self._rows(actor)
        devices = await self._devices_by_share(actor, rows)
        return await asyncio.to_thread(_collector_shares, rows, devices, self._me)

    @operation("collectors.zones", right="collectors.see")
    async def zones(self, actor: Actor) -> tuple[ZoneShare, ...]:
        """Show the zones: what is in them, who reaches them, and whether anybody does now."""
        rows = await self._rows(actor)
        devices = await self._devices_by_share(actor, rows)
        sites = {int(site.id): site.name for site in await self._inventory.sites(actor)}
        return _zone_shares(rows, devices, sites)

    @operation("collectors.unserved", right="collectors.see")
    async def unserved(self, actor: Actor) -> tuple[Unserved, ...]:
        """Show zones whose devices nobody polls because no living collector reaches them."""
        rows = await self._rows(actor)
        live = [lease for lease in rows.leases if lease.is_live]
        found = [
            zone
            for zone in (Zone(COMMON, COMMON_NAME), *rows.zones)
            if not rules.partners(zone.id, live, rows.standings)
        ]
        if not found:
            return ()
        by_zone: dict[ZoneId, set[int]] = defaultdict(set)
        for device_id, site_id in (await self._inventory.places(actor)).items():
            zone = rules.zone_of(device_id, site_id, devices=rows.devices, sites=rows.sites)
            by_zone[zone].add(device_id)
        return tuple(
            Unserved(zone, frozenset(by_zone[zone.id])) for zone in found if zone.id in by_zone
        )

    @operation("collectors.add-zone", right="collectors.change")
    async def add_zone(self, actor: Actor, *, name: str) -> Zone:
        """Name a part of the network that only certain collectors reach, e.g. a POP behind NAT.

        It has no collectors yet: let some serve it before you put sites into it.
        """
        wanted = _name(name, "name")
        if wanted.lower() == COMMON_NAME:
            raise Invalid("the common zone is there already", field="name")
        async with self._db.begin(actor) as tx:
            if await store.zone_named(tx, wanted) is not None:
                raise Conflict(f"there is a zone {wanted} already")
            zone = await store.add_zone(tx, wanted)
            tx.record(ZonesChanged(zone_id=zone.id, what="added"))
        return zone

    @operation("collectors.remove-zone", right="collectors.change")
    async def remove_zone(self, actor: Actor, *, zone: str) -> None:
        """Remove a zone; its devices are polled with all others again."""
        async with self._db.begin(actor) as tx:
            gone = await _zone(tx, zone)
            await store.remove_zone(tx, gone)
            tx.record(ZonesChanged(zone_id=gone.id, what="removed"))

    @operation("collectors.place-site", right="collectors.change")
    async def place_site(self, actor: Actor, *, site: str, zone: str = COMMON_NAME) -> None:
        """Put a whole site into a zone, with what will be found there; `common` takes it out."""
        known = {each.name: int(each.id) for each in await self._inventory.sites(actor)}
        if site not in known:
            raise NotFound(f"there is no site {site}")
        async with self._db.begin(actor) as tx:
            target = await _zone(tx, zone)
            await store.place_sites(tx, target.id, [known[site]])
            tx.record(ZonesChanged(zone_id=target.id, what="sites"))

    @operation("collectors.place-device", right="collectors.change")
    async def place_device(self, actor: Actor, *, device: str, zone: str = "") -> None:
        """Put one device into a zone, whatever its site's is; without a zone, where its site is."""
        found = await self._inventory.device_named(actor, name=device)
        await self.place_devices(actor, device_ids=(int(found.id),), zone=zone)

    @operation("collectors.place-devices", right="collectors.change")
    async def place_devices(
        self, actor: Actor, *, device_ids: tuple[int, ...], zone: str = ""
    ) -> None:
        """Put devices into a zone by their ids."""
        async with self._db.begin(actor) as tx:
            target = await _zone(tx, zone) if zone else None
            await store.place_devices(tx, None if target is None else target.id, device_ids)
            tx.record(ZonesChanged(zone_id=0 if target is None else target.id, what="devices"))

    @operation("collectors.serve", right="collectors.change")
    async def serve(
        self, actor: Actor, *, collector: str, zone: str, only_zones: bool = False
    ) -> None:
        """Let a collector serve a zone: beside everything else, or zones only.

        It goes by the collector's name; it need not run yet.
        """
        name = _name(collector, "collector")
        async with self._db.begin(actor) as tx:
            target = await _zone(tx, zone)
            if target.id == COMMON:
                raise Invalid("every collector serves the common zone by itself", field="zone")
            await store.serve(tx, name, target.id, only=only_zones)
            tx.record(CollectorsChanged(name=name, what="serves"))

    @operation("collectors.serve-no-more", right="collectors.change")
    async def serve_no_more(self, actor: Actor, *, collector: str, zone: str) -> None:
        """Take a zone from a collector; with its last one it serves the common zone again."""
        async with self._db.begin(actor) as tx:
            target = await _zone(tx, zone)
            if not await store.serve_no_more(tx, collector, target.id):
                raise NotFound(f"{collector} does not serve {zone}")
            tx.record(CollectorsChanged(name=collector, what="serves no more"))

    @operation("collectors.drain", right="collectors.change")
    async def drain(self, actor: Actor, *, collector: str) -> None:
        """Take a collector out of service: it hands its devices over and takes no more."""
        await self._drain(actor, collector, is_draining=True)

    @operation("collectors.resume", right="collectors.change")
    async def resume(self, actor: Actor, *, collector: str) -> None:
        """Put a drained collector back into service."""
        await self._drain(actor, collector, is_draining=False)

    @operation("collectors.forget", right="collectors.change")
    async def forget(self, actor: Actor, *, collector: str) -> None:
        """Forget a collector that is gone, and what was decided about it."""
        async with self._db.begin(actor) as tx:
            live = await tx.work(lambda c: leasing.living(c, actor.tenant), writes=False)
            if any(lease.name == collector for lease in live):
                raise Conflict(f"{collector} lives: drain it, or stop it first")
            if not await store.forget(tx, collector):
                raise NotFound(f"there is no collector {collector}")
            tx.record(CollectorsChanged(name=collector, what="forgotten"))

    # For workers

    async def zone_ids(self, actor: Actor, /) -> Mapping[str, int]:
        """Every zone by name, the common one not among them."""
        actor.require("collectors.see")
        async with self._db.read(actor) as tx:
            found = await tx.work(lambda c: store.all_zones(c, actor.tenant), writes=False)
        return {zone.name: zone.id for zone in found}

    async def zones_of(self, actor: Actor, /) -> Mapping[int, ZoneId]:
        """The zones of devices that are not in the common one, by device."""
        actor.require("collectors.see")
        async with self._db.read(actor) as tx:
            sites, devices = await tx.work(lambda c: store.places(c, actor.tenant), writes=False)
        at_sites = await self._inventory.places(actor, site_ids=sites) if sites else {}
        found = {device_id: sites[site] for device_id, site in at_sites.items() if site in sites}
        found |= devices
        return {device_id: zone for device_id, zone in found.items() if zone != COMMON}

    async def _drain(self, actor: Actor, collector: str, *, is_draining: bool) -> None:
        async with self._db.begin(actor) as tx:
            known = await tx.work(lambda c: store.standings(c, actor.tenant), writes=False)
            if collector not in known:
                raise NotFound(f"there is no collector {collector}")
            if known[collector].is_draining == is_draining:
                return
            await store.drain(tx, collector, is_draining=is_draining)
            what = "drained" if is_draining else "resumed"
            tx.record(CollectorsChanged(name=collector, what=what))

    async def _rows(self, actor: Actor) -> store.Rows:
        def read(connection: Connection) -> store.Rows:
            return store.rows(connection, actor.tenant)

        async with self._db.read(actor) as tx:
            return await tx.work(read, writes=False)

    async def _devices_by_share(self, actor: Actor, rows: store.Rows) -> Mapping[Share, int]:
        places = await self._inventory.places(actor)
        return await asyncio.to_thread(_count, places, rows)


def _count(places: Mapping[int, int | None], rows: store.Rows) -> Mapping[Share, int]:
    """Devices of each share: a hundred thousand of them take a moment."""
    zoned = Counter(
        (
            rules.zone_of(device_id, site_id, devices=rows.devices, sites=rows.sites),
            device_id % SHARDS,
        )
        for device_id, site_id in places.items()
    )
    return {Share(zone, str(number)): count for (zone, number), count in zoned.items()}


def _collector_shares(
    rows: store.Rows, devices: Mapping[Share, int], me: str
) -> tuple[CollectorShare, ...]:
    held: dict[str, list[Share]] = defaultdict(list)
    for share, owner in rows.owners.items():
        held[owner].append(share)
    names = {zone.id: zone.name for zone in rows.zones}
    found = [
        _living(lease, held[lease.instance], rows, devices, names, me) for lease in rows.leases
    ]
    alive = {lease.name for lease in rows.leases}
    found += [
        _gone(standing, rows.gone_s.get(name), names, me)
        for name, standing in rows.standings.items()
        if name not in alive
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def _living(
    lease: Lease,
    held: list[Share],
    rows: store.Rows,
    devices: Mapping[Share, int],
    names: Mapping[ZoneId, str],
    me: str,
) -> CollectorShare:
    standing = rules.standing_of(lease, rows.standings)
    return CollectorShare(
        name=lease.label,
        state=rules.state_of(lease, len(held), rows.standings),
        host=lease.host,
        pid=lease.pid,
        instance=lease.instance,
        since=lease.since,
        heard_s=lease.age_s,
        zones=_names(standing, names),
        only_zones=standing.only_zones,
        shards=sum(share.duty is None for share in held),
        devices=sum(devices.get(share, 0) for share in held),
        duties=tuple(sorted(share.duty for share in held if share.duty is not None)),
        is_child=lease.is_child,
        is_me=lease.label == me,
    )


def _gone(
    standing: Standing, gone_s: float | None, names: Mapping[ZoneId, str], me: str
) -> CollectorShare:
    return CollectorShare(
        name=standing.name,
        state=CollectorState.GONE,
        host="",
        pid=0,
        instance="",
        since=None,
        heard_s=gone_s,
        zones=_names(standing, names),
        only_zones=standing.only_zones,
        shards=0,
        devices=0,
        duties=(),
        is_child=False,
        is_me=standing.name == me,
    )


def _names(standing: Standing, names: Mapping[ZoneId, str]) -> tuple[str, ...]:
    return tuple(sorted(names[zone] for zone in standing.zones if zone in names))


def _zone_shares(
    rows: store.Rows, devices: Mapping[Share, int], sites: Mapping[int, str]
) -> tuple[ZoneShare, ...]:
    counts: Counter[ZoneId] = Counter()
    for share, count in devices.items():
        counts[share.zone] += count
    held = Counter(share.zone for share in rows.owners if share.duty is None)
    live = [lease for lease in rows.leases if lease.is_live]
    found = []
    for zone in (Zone(COMMON, COMMON_NAME), *rows.zones):
        partners = rules.partners(zone.id, live, rows.standings)
        served = (lease.label for lease in partners)
        named = (s.name for s in rows.standings.values() if zone.id in s.zones)
        found.append(
            ZoneShare(
                id=zone.id,
                name=zone.name,
                devices=counts[zone.id],
                sites=_sites_in(zone.id, rows, sites),
                collectors=tuple(sorted(served if zone.id == COMMON else named)),
                alive=len(partners),
                unheld=SHARDS - held[zone.id],
            )
        )
    return tuple(found)


def _sites_in(zone: ZoneId, rows: store.Rows, names: Mapping[int, str]) -> tuple[str, ...]:
    inside: Iterable[int] = (site for site, its in rows.sites.items() if its == zone)
    return tuple(sorted(names[site] for site in inside if site in names))


async def _zone(tx: Tx, name: str) -> Zone:
    if name.lower() == COMMON_NAME:
        return Zone(COMMON, COMMON_NAME)
    if (found := await store.zone_named(tx, name)) is not None:
        return found
    raise NotFound(f"there is no zone {name}")


def _name(text: str, field: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or "~" in name:
        raise Invalid(f"a name has 1 to {LONGEST_NAME} printable characters and no ~", field=field)
    return name
