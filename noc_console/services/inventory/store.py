"""Where the inventory is kept: sites, devices and their parts, evidence and links.

Work on one device takes many statements, so the writing functions take a connection and the
tenant and run inside `Tx.work`: one trip to the lane's thread. Searches are by indexed
prefix; on PostgreSQL the searched columns compare by bytes, as SQLite does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.inventory.model import (
    Device,
    Evidence,
    Found,
    Interface,
    Link,
    Reachability,
    Section,
    Sensor,
    Site,
)
from noc_console.services.inventory.rows import (
    evidence_of,
    found_of,
    interface_of,
    link_of,
    section_of,
    sensor_of,
    site_of,
    tagged_device_of,
)

K = TypeVar("K")
CHUNK = 400
"""Values in one IN list; SQLite's limit is far above, its planner is happier below."""

# Prefix ranges need the order of bytes; a PostgreSQL database's default order is a language's.
Word = String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")

sites = Table(
    "sites",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    UniqueConstraint("tenant", "name"),
)

devices = Table(
    "devices",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("name_key", Word, nullable=False),
    Column("address", String, nullable=False),
    Column("port", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("vendor", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("model", String, nullable=False),
    Column("version", String, nullable=False),
    Column("serial", String, nullable=False),
    Column("sys_object_id", String, nullable=False),
    Column("sys_descr", Text, nullable=False),
    Column("location", String, nullable=False),
    Column("contact", String, nullable=False),
    Column("engine_id", String, nullable=False),
    Column("chassis_mac", String, nullable=False),
    Column("site_id", BigId, ForeignKey("sites.id")),
    Column("credential_id", BigId),
    Column("reachability", String, nullable=False),
    Column("reachability_since", UtcDateTime),
    Column("booted_at", UtcDateTime),
    Column("first_seen", UtcDateTime),
    Column("last_seen", UtcDateTime),
    Column("inspected_at", UtcDateTime),
    Index(None, "tenant", "name_key"),
    Index(None, "tenant", "serial"),
    Index(None, "tenant", "engine_id"),
    Index(None, "tenant", "chassis_mac"),
    Index(None, "tenant", "site_id"),
)

# What people call devices to choose them by: see `tagging`.
tags = Table(
    "device_tags",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    Column("tag", Word, nullable=False),
    UniqueConstraint("tenant", "device_id", "tag"),
    Index(None, "tenant", "tag"),
)

addresses = Table(
    "device_addresses",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id"), nullable=False),
    Column("address", String, nullable=False),
    # The UDP port where it answered, or 0 for an interface's address nobody asked at.
    Column("port", Integer, nullable=False),
    Column("last_seen", UtcDateTime),
    UniqueConstraint("tenant", "device_id", "address", "port"),
    Index(None, "tenant", "address"),
)

interfaces = Table(
    "interfaces",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id"), nullable=False),
    Column("if_index", BigId, nullable=False),
    Column("name", String, nullable=False),
    Column("descr", String, nullable=False),
    Column("alias", String, nullable=False),
    Column("type", Integer, nullable=False),
    Column("speed_bps", BigId, nullable=False),
    Column("mtu", BigId, nullable=False),
    Column("mac", String, nullable=False),
    Column("admin_up", Boolean, nullable=False),
    Column("oper_status", Integer, nullable=False),
    Column("has_hc", Boolean, nullable=False),
    Column("addresses", JSON, nullable=False),
    Column("last_change", UtcDateTime),
    Column("last_seen", UtcDateTime),
    Column("lag_index", BigId),
    Index(None, "tenant", "device_id", "if_index"),
    Index(None, "tenant", "mac"),
)

sensors = Table(
    "sensors",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("oid", String, nullable=False),
    Column("scale", Float, nullable=False),
    Column("states", JSON, nullable=False),
    Column("interface_id", BigId, ForeignKey("interfaces.id")),
    Column("low", Float),
    Column("high", Float),
    Column("is_logarithmic", Boolean, nullable=False),
    Column("last_seen", UtcDateTime),
    Column("offset", Float, nullable=False, server_default="0"),
    Column("whole_oid", String, nullable=False, server_default=""),
    Column("rest_oid", String, nullable=False, server_default=""),
    Column("is_rest", Boolean, nullable=False, server_default=false()),
    Column("warn_low", Float),
    Column("warn_high", Float),
    Column("group", String, nullable=False, server_default=""),
    Column("entity_index", BigId),
    Column("less", JSON, nullable=False, server_default="[]"),
    Column("decoding", JSON, nullable=False, server_default="{}"),
    Index(None, "tenant", "device_id"),
)

# What an inspection found that is no row of its own, a document for each kind of it.
findings = Table(
    "device_findings",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id"), nullable=False),
    Column("section", String, nullable=False),
    Column("document", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant", "device_id", "section"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id"), nullable=False),
    Column("interface_id", BigId, ForeignKey("interfaces.id")),
    Column("remote_device_id", BigId, ForeignKey("devices.id")),
    Column("remote_interface_id", BigId, ForeignKey("interfaces.id")),
    Column("remote_name", String, nullable=False),
    Column("remote_key", Word, nullable=False),
    Column("remote_port", String, nullable=False),
    Column("remote_port_descr", String, nullable=False),
    Column("remote_address", String, nullable=False),
    Column("remote_chassis", String, nullable=False),
    Column("raw", Text, nullable=False),
    Column("is_endpoint", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "tenant", "device_id"),
    Index(None, "tenant", "remote_device_id"),
    Index(None, "tenant", "remote_key"),
    Index(None, "tenant", "remote_chassis"),
    Index(None, "tenant", "remote_address"),
)

links = Table(
    "links",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("a_device", BigId, ForeignKey("devices.id"), nullable=False),
    Column("a_interface", BigId, ForeignKey("interfaces.id")),
    Column("b_device", BigId, ForeignKey("devices.id"), nullable=False),
    Column("b_interface", BigId, ForeignKey("interfaces.id")),
    Column("score", Integer, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("speed_bps", BigId, nullable=False),
    Column("first_seen", UtcDateTime),
    Column("last_seen", UtcDateTime),
    Index(None, "tenant", "a_device"),
    Index(None, "tenant", "b_device"),
)

# What the network was before: see `past`.
changes = Table(
    "network_changes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("subject", String, nullable=False),
    Column("subject_id", BigId, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index(None, "tenant", "at", "subject", "subject_id"),
    sqlite_autoincrement=True,
)

# What people said of links: see `register`.
decisions = Table(
    "link_decisions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("a_device", BigId, ForeignKey("devices.id"), nullable=False),
    Column("a_interface", BigId, ForeignKey("interfaces.id")),
    Column("b_device", BigId, ForeignKey("devices.id"), nullable=False),
    Column("b_interface", BigId, ForeignKey("interfaces.id")),
    Column("speed_bps", BigId, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "tenant", "a_device"),
    Index(None, "tenant", "b_device"),
    sqlite_autoincrement=True,
)

terms = Table(
    "inventory_terms",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("term", Word, nullable=False),
    Column("kind", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id"), nullable=False),
    Column("interface_id", BigId, ForeignKey("interfaces.id")),
    Column("title", String, nullable=False),
    Column("detail", String, nullable=False),
    Index(None, "tenant", "term"),
    Index(None, "tenant", "device_id"),
)

PARTS = "parts"
"""The section of the parts' own numbers: the next inspection is compared with it."""

_LOCK = 0x6E6F6331
"""Key of the advisory lock under which one process at a time folds devices in."""


# Reading, for pages and commands


def tagged_devices(tenant: str) -> Select[Any]:
    """Rows of devices with `tags`, separated by blanks, in no order."""
    mine = (tags.c.tenant == tenant, tags.c.device_id == devices.c.id)
    told = select(func.aggregate_strings(tags.c.tag, " ")).where(*mine).scalar_subquery()
    return select(devices, told.label("tags")).where(devices.c.tenant == tenant)


async def all_sites(tx: Tx) -> tuple[Site, ...]:
    return await tx.rows(
        select(sites).where(sites.c.tenant == tx.actor.tenant).order_by(sites.c.name), site_of
    )


async def find_devices(
    tx: Tx, *, like: str = "", site_id: int | None = None, type: str | None = None, tag: str = ""
) -> tuple[Device, ...]:
    """Devices by name; `like` is looked for anywhere in what identifies them."""
    query = tagged_devices(tx.actor.tenant).order_by(devices.c.name)
    if site_id is not None:
        query = query.where(devices.c.site_id == site_id)
    if type is not None:
        query = query.where(devices.c.type == type)
    if tag:
        is_mine = (tags.c.tenant == tx.actor.tenant, tags.c.device_id == devices.c.id)
        query = query.where(exists().where(*is_mine, tags.c.tag == tag))
    if like:
        searched = ("name", "address", "vendor", "platform", "model", "serial", "location")
        query = query.where(
            or_(*(devices.c[column].icontains(like, autoescape=True) for column in searched))
        )
    return await tx.rows(query, tagged_device_of)


async def places(tx: Tx, site_ids: Collection[int] | None) -> dict[int, int | None]:
    """The site of each managed device, by id."""
    query = select(devices.c.id, devices.c.site_id).where(
        devices.c.tenant == tx.actor.tenant, devices.c.credential_id.is_not(None)
    )
    if site_ids is not None:
        query = query.where(devices.c.site_id.in_(site_ids))
    return dict(await tx.rows(query, lambda row: (row.id, row.site_id)))


async def are_up(tx: Tx, device_ids: Collection[int]) -> tuple[int, ...]:
    """Those of these devices that answered last."""
    query = select(devices.c.id).where(
        devices.c.tenant == tx.actor.tenant, devices.c.reachability == Reachability.UP
    )
    return await tx.work(
        lambda c: tuple(row.id for row in inside(c, query, devices.c.id, set(device_ids))),
        writes=False,
    )


async def get_device(tx: Tx, device_id: int) -> Device | None:
    return await tx.one(
        tagged_devices(tx.actor.tenant).where(devices.c.id == device_id), tagged_device_of
    )


async def devices_called(tx: Tx, *, name_key: str, address: str) -> tuple[Device, ...]:
    """Devices of that short name, or with that address."""
    with_address = select(addresses.c.device_id).where(
        addresses.c.tenant == tx.actor.tenant, addresses.c.address == address
    )
    return await tx.rows(
        tagged_devices(tx.actor.tenant)
        .where(
            or_(
                and_(devices.c.name_key == name_key, devices.c.name_key != ""),
                devices.c.id.in_(with_address),
            ),
        )
        .order_by(devices.c.id),
        tagged_device_of,
    )


async def find_interfaces(tx: Tx, *, device_id: int | None = None) -> tuple[Interface, ...]:
    query = select(interfaces).where(interfaces.c.tenant == tx.actor.tenant)
    if device_id is not None:
        query = query.where(interfaces.c.device_id == device_id)
    order = (interfaces.c.device_id, interfaces.c.if_index, interfaces.c.id)
    return await tx.rows(query.order_by(*order), interface_of)


async def get_interface(tx: Tx, interface_id: int) -> Interface | None:
    return await tx.one(
        select(interfaces).where(
            interfaces.c.tenant == tx.actor.tenant, interfaces.c.id == interface_id
        ),
        interface_of,
    )


async def find_sensors(tx: Tx, *, device_id: int | None = None) -> tuple[Sensor, ...]:
    query = select(sensors).where(sensors.c.tenant == tx.actor.tenant)
    if device_id is not None:
        query = query.where(sensors.c.device_id == device_id)
    return await tx.rows(query.order_by(sensors.c.device_id, sensors.c.id), sensor_of)


async def known_sensors(tx: Tx, sensor_ids: Collection[int]) -> frozenset[int]:
    """Which of these ids are the tenant's sensors."""
    query = select(sensors.c.id).where(sensors.c.tenant == tx.actor.tenant)
    return await tx.work(
        lambda c: frozenset(row.id for row in inside(c, query, sensors.c.id, sensor_ids)),
        writes=False,
    )


async def get_sensors(tx: Tx, sensor_ids: Collection[int]) -> tuple[Sensor, ...]:
    """The tenant's sensors of these ids; ids nobody knows are left out."""
    query = select(sensors).where(sensors.c.tenant == tx.actor.tenant)
    return await tx.work(
        lambda c: tuple(sensor_of(row) for row in inside(c, query, sensors.c.id, sensor_ids)),
        writes=False,
    )


async def find_sections(tx: Tx, *, device_id: int) -> tuple[Section, ...]:
    """What the last inspection of a device found, a document for each kind of it."""
    query = select(findings).where(
        findings.c.tenant == tx.actor.tenant,
        findings.c.device_id == device_id,
        findings.c.section != PARTS,
    )
    return await tx.rows(query.order_by(findings.c.section), section_of)


async def find_links(tx: Tx, *, device_id: int | None = None) -> tuple[Link, ...]:
    query = select(links).where(links.c.tenant == tx.actor.tenant)
    if device_id is not None:
        query = query.where(or_(links.c.a_device == device_id, links.c.b_device == device_id))
    return await tx.rows(query.order_by(links.c.a_device, links.c.b_device, links.c.id), link_of)


async def get_link(tx: Tx, link_id: int) -> Link | None:
    return await tx.one(
        select(links).where(links.c.tenant == tx.actor.tenant, links.c.id == link_id), link_of
    )


async def find_evidence(tx: Tx, *, device_id: int) -> tuple[Evidence, ...]:
    """What the device said, and what others said of it; the newest first."""
    query = select(evidence).where(
        evidence.c.tenant == tx.actor.tenant,
        or_(evidence.c.device_id == device_id, evidence.c.remote_device_id == device_id),
    )
    return await tx.rows(query.order_by(evidence.c.seen_at.desc(), evidence.c.id), evidence_of)


async def unresolved_evidence(tx: Tx, kinds: Collection[str]) -> tuple[Evidence, ...]:
    """Words about neighbours nobody knows yet."""
    query = select(evidence).where(
        evidence.c.tenant == tx.actor.tenant,
        evidence.c.remote_device_id.is_(None),
        evidence.c.kind.in_(sorted(kinds)),
    )
    return await tx.rows(query.order_by(evidence.c.id), evidence_of)


async def search(tx: Tx, readings: Sequence[str], *, limit: int) -> tuple[Found, ...]:
    """Things kept under a word that begins with one of the readings, in the words' order."""
    ranges = [and_(terms.c.term >= word, terms.c.term < word + "\U0010ffff") for word in readings]
    query = select(terms).where(terms.c.tenant == tx.actor.tenant, or_(*ranges))
    return await tx.rows(query.order_by(terms.c.term).limit(limit), found_of)


# Writing, inside Tx.work


def one_recorder_at_a_time(connection: Connection, tenant: str) -> None:
    """Two collectors must not add the same box twice; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext(:tenant))"),
            {"lock": _LOCK, "tenant": tenant},
        )


def inside(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Collection[Any]
) -> Iterator[Row[Any]]:
    """Rows of `query` whose `column` is one of `values`, however many there are."""
    known = sorted(values)
    for start in range(0, len(known), CHUNK):
        yield from connection.execute(query.where(column.in_(known[start : start + CHUNK])))


def grouped(
    connection: Connection,
    tenant: str,
    column: ColumnElement[Any],
    values: Collection[Any],
    into: Callable[[Row[Any]], K],
    *also: ColumnElement[Any],
) -> dict[Any, list[K]]:
    """Rows of the column's table by the column's value."""
    table = column.table
    query = select(column.label("key"), *(also or table.c)).where(table.c.tenant == tenant)
    found: dict[Any, list[K]] = defaultdict(list)
    for row in inside(connection, query, column, [value for value in values if value != ""]):
        found[row.key].append(into(row))
    return found


def upsert_all(
    connection: Connection,
    table: Table,
    tenant: str,
    *,
    add: Sequence[Mapping[str, Any]] = (),
    change: Sequence[Mapping[str, Any]] = (),
    remove: Collection[int] = (),
) -> None:
    """Rows to add, rows to change (all with the same columns and an `id`), ids to remove."""
    if add:
        connection.execute(table.insert(), [{"tenant": tenant, **row} for row in add])
    if change:
        columns = [name for name in change[0] if name != "id"]
        statement = (
            table.update()
            .where(table.c.id == bindparam("_id"), table.c.tenant == tenant)
            .values({name: bindparam(f"_{name}") for name in columns})
        )
        connection.execute(
            statement,
            [{f"_{name}": value for name, value in row.items()} for row in change],
        )
    gone = sorted(remove)
    for start in range(0, len(gone), CHUNK):
        connection.execute(
            table.delete().where(
                table.c.tenant == tenant, table.c.id.in_(gone[start : start + CHUNK])
            )
        )


def rows_where(
    connection: Connection, table: Table, tenant: str, *conditions: ColumnElement[bool]
) -> Iterable[Row[Any]]:
    return connection.execute(
        select(table).where(table.c.tenant == tenant, *conditions).order_by(table.c.id)
    )


def site_id_of(
    connection: Connection,
    tenant: str,
    name: str,
    latitude: float | None,
    longitude: float | None,
) -> int:
    """The site of that name, made when it is new; coordinates fill in when they become known."""
    row = connection.execute(
        select(sites).where(sites.c.tenant == tenant, sites.c.name == name)
    ).one_or_none()
    if row is None:
        return int(
            connection.execute(
                sites.insert()
                .values(tenant=tenant, name=name, latitude=latitude, longitude=longitude)
                .returning(sites.c.id)
            ).scalar_one()
        )
    if row.latitude is None and latitude is not None:
        connection.execute(
            sites.update()
            .where(sites.c.id == row.id)
            .values(latitude=latitude, longitude=longitude)
        )
    return int(row.id)
