"""Where collectors are kept: what was decided about them, their zones, and the living's leases.

One lease row a living process, renewed every heartbeat; the shards it holds point to it and
are written only when they change hands, so a heartbeat costs one row and not a hundred. A
lease that goes takes its shards' owner with it (the foreign key sees to that), in one step.

All times here are the database's: the clocks of the machines differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import StoreNow, UtcDateTime
from noc_console.services.collectors.model import (
    COMMON,
    SHARDS,
    Duty,
    Lease,
    Share,
    Standing,
    Zone,
    ZoneId,
)

collectors = Table(
    "collectors",
    metadata,
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("only_zones", Boolean, nullable=False),
    Column("is_draining", Boolean, nullable=False),
    # Of its last process that ended without saying so.
    Column("gone_at", UtcDateTime),
    PrimaryKeyConstraint("tenant", "name"),
)

zones = Table(
    "collector_zones",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("tenant", "name"),
    sqlite_autoincrement=True,
)


zone_servers = Table(
    "collector_zone_servers",
    metadata,
    Column("tenant", String, nullable=False),
    Column("zone_id", BigId, ForeignKey("collector_zones.id", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    PrimaryKeyConstraint("tenant", "zone_id", "name"),
)

zone_sites = Table(
    "collector_zone_sites",
    metadata,
    Column("tenant", String, nullable=False),
    Column("site_id", BigId, nullable=False),
    Column("zone_id", BigId, ForeignKey("collector_zones.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("tenant", "site_id"),
)

zone_devices = Table(
    "collector_zone_devices",
    metadata,
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    # Its own zone whatever its site's is: COMMON is an answer too.
    Column("zone_id", BigId, nullable=False),
    PrimaryKeyConstraint("tenant", "device_id"),
)

leases = Table(
    "collector_leases",
    metadata,
    Column("instance", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("label", String, nullable=False),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("is_child", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("renewed_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("watch_key", Integer, nullable=False),
    Column("is_watched", Boolean, nullable=False),
    UniqueConstraint("tenant", "label"),
)

shares = Table(
    "collector_shares",
    metadata,
    Column("tenant", String, nullable=False),
    Column("zone_id", BigId, nullable=False),
    # A shard's number or a duty's name.
    Column("item", String, nullable=False),
    Column("owner", String, ForeignKey("collector_leases.instance", ondelete="SET NULL")),
    PrimaryKeyConstraint("tenant", "zone_id", "item"),
    Index(None, "owner"),
)

_DUTIES = tuple(str(duty) for duty in Duty)


def standings(connection: Connection, tenant: str) -> dict[str, Standing]:
    """What was decided about each collector, by name."""
    served: dict[str, set[ZoneId]] = defaultdict(set)
    for row in connection.execute(
        select(zone_servers.c.name, zone_servers.c.zone_id).where(zone_servers.c.tenant == tenant)
    ):
        served[row.name].add(ZoneId(row.zone_id))
    known = {
        row.name: Standing(
            row.name, frozenset(served.pop(row.name, ())), row.only_zones, row.is_draining
        )
        for row in connection.execute(select(collectors).where(collectors.c.tenant == tenant))
    }
    return known | {name: Standing(name, frozenset(zones)) for name, zones in served.items()}


def ensure_shares(connection: Connection, tenant: str, zone: ZoneId) -> None:
    """The rows to be held of a zone; the duties are the common zone's."""
    items = [*map(str, range(SHARDS)), *(_DUTIES if zone == COMMON else ())]
    known = connection.scalar(
        select(func.count()).where(shares.c.tenant == tenant, shares.c.zone_id == zone)
    )
    if known != len(items):
        for item in items:
            add_unless_there(connection, shares, tenant=tenant, zone_id=zone, item=item)


def store_now(connection: Connection) -> datetime:
    """The database's clock."""
    now = connection.scalar(select(StoreNow()))
    assert isinstance(now, datetime)
    return now


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything the page shows, read at one moment."""

    leases: tuple[Lease, ...]
    standings: Mapping[str, Standing]
    gone_s: Mapping[str, float]
    """Seconds since a collector without a lease was last known to live, by name."""
    zones: tuple[Zone, ...]
    owners: Mapping[Share, str]
    """Who holds what, by instance; what nobody holds is not in it."""
    sites: Mapping[int, ZoneId]
    devices: Mapping[int, ZoneId]


def rows(connection: Connection, tenant: str) -> Rows:
    now = store_now(connection)
    gone = connection.execute(
        select(collectors.c.name, collectors.c.gone_at).where(
            collectors.c.tenant == tenant, collectors.c.gone_at.is_not(None)
        )
    )
    owned = connection.execute(
        select(shares.c.zone_id, shares.c.item, shares.c.owner).where(
            shares.c.tenant == tenant, shares.c.owner.is_not(None)
        )
    )
    sites, devices = places(connection, tenant)
    return Rows(
        leases=all_leases(connection, tenant),
        standings=standings(connection, tenant),
        gone_s={row.name: (now - row.gone_at).total_seconds() for row in gone},
        zones=all_zones(connection, tenant),
        owners={Share(ZoneId(row.zone_id), row.item): row.owner for row in owned},
        sites=sites,
        devices=devices,
    )


def all_zones(connection: Connection, tenant: str) -> tuple[Zone, ...]:
    found = connection.execute(
        select(zones.c.id, zones.c.name).where(zones.c.tenant == tenant).order_by(zones.c.name)
    )
    return tuple(Zone(ZoneId(row.id), row.name) for row in found)


def places(connection: Connection, tenant: str) -> tuple[dict[int, ZoneId], dict[int, ZoneId]]:
    """Zones of sites and of single devices, by id."""
    sites = connection.execute(
        select(zone_sites.c.site_id, zone_sites.c.zone_id).where(zone_sites.c.tenant == tenant)
    )
    devices = connection.execute(
        select(zone_devices.c.device_id, zone_devices.c.zone_id).where(
            zone_devices.c.tenant == tenant
        )
    )
    return (
        {row.site_id: ZoneId(row.zone_id) for row in sites},
        {row.device_id: ZoneId(row.zone_id) for row in devices},
    )


async def zone_named(tx: Tx, name: str) -> Zone | None:
    return await tx.one(
        select(zones.c.id, zones.c.name).where(
            zones.c.tenant == tx.actor.tenant, zones.c.name == name
        ),
        lambda row: Zone(ZoneId(row.id), row.name),
    )


async def add_zone(tx: Tx, name: str) -> Zone:
    zone = Zone(ZoneId(await tx.insert(zones, tenant=tx.actor.tenant, name=name)), name)
    await tx.work(lambda c: ensure_shares(c, tx.actor.tenant, zone.id), writes=True)
    return zone


async def remove_zone(tx: Tx, zone: Zone) -> None:
    """Its devices are the common zone's again."""
    for table in (shares, zone_devices):
        await tx.execute(
            delete(table).where(table.c.tenant == tx.actor.tenant, table.c.zone_id == zone.id)
        )
    await tx.execute(delete(zones).where(zones.c.tenant == tx.actor.tenant, zones.c.id == zone.id))


async def place_sites(tx: Tx, zone: ZoneId, site_ids: Iterable[int]) -> None:
    """Put whole sites into a zone; COMMON takes them out of theirs."""
    await _place(tx, zone_sites, "site_id", zone, site_ids, keep=zone != COMMON)


async def place_devices(tx: Tx, zone: ZoneId | None, device_ids: Iterable[int]) -> None:
    """Put devices into a zone of their own; None: they are where their site is."""
    await _place(tx, zone_devices, "device_id", zone, device_ids, keep=zone is not None)


async def serve(tx: Tx, name: str, zone: ZoneId, *, only: bool) -> None:
    await _known(tx, name)
    await tx.work(
        lambda c: add_unless_there(
            c, zone_servers, tenant=tx.actor.tenant, zone_id=zone, name=name
        ),
        writes=True,
    )
    await _decide(tx, name, only_zones=only)


async def serve_no_more(tx: Tx, name: str, zone: ZoneId) -> bool:
    """Whether it did; who has no zone left serves the common one."""
    mine = and_(zone_servers.c.tenant == tx.actor.tenant, zone_servers.c.name == name)
    done = await tx.execute(delete(zone_servers).where(mine, zone_servers.c.zone_id == zone))
    if not await tx.scalar(select(func.count()).select_from(zone_servers).where(mine)):
        await _decide(tx, name, only_zones=False)
    return bool(done)


async def drain(tx: Tx, name: str, *, is_draining: bool) -> None:
    await _known(tx, name)
    await _decide(tx, name, is_draining=is_draining)


async def forget(tx: Tx, name: str) -> bool:
    """Whether there was anything to forget of it."""
    done = 0
    for table in (zone_servers, collectors):
        done += await tx.execute(
            delete(table).where(table.c.tenant == tx.actor.tenant, table.c.name == name)
        )
    return done > 0


async def _known(tx: Tx, name: str) -> None:
    values = {"name": name, "only_zones": False, "is_draining": False}
    await tx.work(
        lambda c: add_unless_there(c, collectors, tenant=tx.actor.tenant, **values), writes=True
    )


async def _decide(tx: Tx, name: str, **values: Any) -> None:
    await tx.execute(
        update(collectors)
        .where(collectors.c.tenant == tx.actor.tenant, collectors.c.name == name)
        .values(**values)
    )


async def _place(
    tx: Tx, table: Table, key: str, zone: ZoneId | None, ids: Iterable[int], *, keep: bool
) -> None:
    tenant, wanted = tx.actor.tenant, sorted(set(ids))

    def write(connection: Connection) -> None:
        for at in range(0, len(wanted), 400):
            some = wanted[at : at + 400]
            connection.execute(
                delete(table).where(table.c.tenant == tenant, table.c[key].in_(some))
            )
            if keep:
                connection.execute(
                    insert(table),
                    [{"tenant": tenant, key: number, "zone_id": zone} for number in some],
                )

    await tx.work(write, writes=True)


def all_leases(connection: Connection, tenant: str) -> tuple[Lease, ...]:
    found = connection.execute(
        select(leases, StoreNow().label("now"))
        .where(leases.c.tenant == tenant)
        .order_by(leases.c.since, leases.c.instance)
    )
    return tuple(map(_lease, found))


def _lease(row: Row[Any]) -> Lease:
    return Lease(
        instance=row.instance,
        name=row.name,
        label=row.label,
        host=row.host,
        pid=row.pid,
        is_child=row.is_child,
        since=row.since,
        age_s=max(0.0, (row.now - row.renewed_at).total_seconds()),
        is_live=row.until > row.now,
        is_watched=row.is_watched,
        watch_key=row.watch_key,
    )


def these(some: Collection[Share]) -> ColumnElement[bool]:
    return tuple_(shares.c.zone_id, shares.c.item).in_([(share.zone, share.item) for share in some])


def add_unless_there(connection: Connection, table: Table, **values: Any) -> bool:
    """Add the row unless there is one like it; whether it was added."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    added = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return connection.execute(added.returning(*table.primary_key)).first() is not None
