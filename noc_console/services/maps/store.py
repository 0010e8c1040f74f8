"""Where maps, saved views and drawings are kept. Rows go in, values come out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

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
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.kernel.errors import NotFound
from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.maps.model import (
    Drawing,
    DrawingKind,
    Image,
    ImageKind,
    MapId,
    NetworkMap,
    SavedView,
    SavedViewId,
    Selector,
    Shows,
    Tint,
)
from noc_console.services.topology.model import Projection

CHUNK = 400

maps = Table(
    "maps",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("shows", String, nullable=False),
    Column("selector", JSON, nullable=False),
    Column("projection", String, nullable=False),
    Index(None, "tenant"),
    # A number is never used again: positions under `map:7` outlive the map.
    sqlite_autoincrement=True,
)

members = Table(
    "map_devices",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("map_id", BigId, ForeignKey("maps.id", ondelete="CASCADE"), nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    UniqueConstraint("map_id", "device_id"),
)

views = Table(
    "map_saved_views",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    # 0 is the main map, which has no row of its own: no foreign key here and below.
    Column("map_id", BigId, nullable=False),
    Column("owner", String, nullable=False),
    Column("name", String, nullable=False),
    Column("digit", Integer),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("scale", Float, nullable=False),
    Column("projection", String, nullable=False),
    Column("layer", String, nullable=False),
    Column("folded", JSON, nullable=False),
    Index(None, "tenant", "map_id"),
    sqlite_autoincrement=True,
)

drawings = Table(
    "map_drawings",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("map_id", BigId, nullable=False),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("tint", String, nullable=False),
    Column("points", JSON, nullable=False),
    Column("z", Integer, nullable=False),
    Column("opacity", Float, nullable=False),
    Column("is_locked", Boolean, nullable=False),
    Column("image", String, nullable=False),
    UniqueConstraint("tenant", "map_id", "key"),
)

images = Table(
    "map_images",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("tenant", "hash"),
)


# --- maps ----------------------------------------------------------------------------------


async def visible(tx: Tx) -> tuple[NetworkMap, ...]:
    """The maps this actor may see: their own and the team's, by name."""
    rows = await tx.rows(select(maps).where(*_seen_by(tx)).order_by(func.lower(maps.c.name)), _map)
    mine = select(members.c.map_id, members.c.device_id).where(
        members.c.map_id.in_(select(maps.c.id).where(*_seen_by(tx)))
    )
    devices: dict[int, set[DeviceId]] = {}
    for map_id, device_id in await tx.rows(
        mine, lambda row: (int(row.map_id), DeviceId(row.device_id))
    ):
        devices.setdefault(map_id, set()).add(device_id)
    return tuple(_with_devices(each, devices.get(each.id, set())) for each in rows)


async def get(tx: Tx, map_id: int) -> NetworkMap:
    found = await tx.one(select(maps).where(*_seen_by(tx), maps.c.id == map_id), _map)
    if found is None:
        raise NotFound(f"there is no map {map_id}")
    ids = select(members.c.device_id).where(members.c.map_id == map_id)
    return _with_devices(found, set(await tx.rows(ids, lambda row: DeviceId(row[0]))))


async def add(tx: Tx, wanted: NetworkMap) -> MapId:
    map_id = MapId(await tx.insert(maps, tenant=tx.actor.tenant, **_map_values(wanted)))
    await put_devices(tx, map_id, wanted.devices)
    return map_id


async def save(tx: Tx, wanted: NetworkMap) -> None:
    """The map itself; its devices have verbs of their own."""
    await tx.execute(
        maps.update()
        .where(maps.c.tenant == tx.actor.tenant, maps.c.id == wanted.id)
        .values(**_map_values(wanted))
    )


async def remove(tx: Tx, map_id: int) -> None:
    """The map with its views and drawings; pictures no drawing shows any more go too."""
    tenant = tx.actor.tenant
    for table in (views, drawings):
        await tx.execute(table.delete().where(table.c.tenant == tenant, table.c.map_id == map_id))
    await tx.execute(members.delete().where(members.c.map_id == map_id))
    await tx.execute(maps.delete().where(maps.c.tenant == tenant, maps.c.id == map_id))
    shown = select(drawings.c.image).where(drawings.c.tenant == tenant)
    await tx.execute(images.delete().where(images.c.tenant == tenant, images.c.hash.not_in(shown)))


async def put_devices(tx: Tx, map_id: int, device_ids: Collection[int]) -> None:
    """Put devices on an own map; those there stay."""
    ids = sorted(device_ids)

    def write(connection: Connection) -> None:
        there = select(members.c.device_id).where(members.c.map_id == map_id)
        known = set(connection.scalars(there))
        fresh = [{"map_id": map_id, "device_id": id} for id in ids if id not in known]
        if fresh:
            connection.execute(members.insert(), fresh)

    if ids:
        await tx.work(write, writes=True)


async def take_devices(tx: Tx, map_id: int, device_ids: Collection[int]) -> int:
    """Take devices off an own map; how many were on it."""
    ids, gone = sorted(device_ids), 0
    for start in range(0, len(ids), CHUNK):
        part = members.c.device_id.in_(ids[start : start + CHUNK])
        gone += await tx.execute(members.delete().where(members.c.map_id == map_id, part))
    return gone


# --- views ---------------------------------------------------------------------------------


async def views_of(tx: Tx, map_id: int) -> tuple[SavedView, ...]:
    """This actor's views of a map, by name."""
    return await tx.rows(
        select(views)
        .where(
            views.c.tenant == tx.actor.tenant,
            views.c.map_id == map_id,
            views.c.owner == tx.actor.name,
        )
        .order_by(func.lower(views.c.name)),
        _view,
    )


async def add_view(tx: Tx, wanted: SavedView) -> SavedViewId:
    values = _view_values(wanted) | {"owner": tx.actor.name}
    return SavedViewId(await tx.insert(views, tenant=tx.actor.tenant, **values))


async def save_view(tx: Tx, wanted: SavedView) -> None:
    await tx.execute(
        views.update()
        .where(views.c.tenant == tx.actor.tenant, views.c.id == wanted.id)
        .values(**_view_values(wanted))
    )


async def view(tx: Tx, view_id: int) -> SavedView:
    found = await tx.one(
        select(views).where(
            views.c.tenant == tx.actor.tenant,
            views.c.id == view_id,
            views.c.owner == tx.actor.name,
        ),
        _view,
    )
    if found is None:
        raise NotFound(f"there is no saved view {view_id}")
    return found


async def remove_view(tx: Tx, view_id: int) -> None:
    await tx.execute(views.delete().where(views.c.tenant == tx.actor.tenant, views.c.id == view_id))


# --- drawings ------------------------------------------------------------------------------


async def drawings_of(tx: Tx, map_id: int) -> tuple[Drawing, ...]:
    """What is drawn on a map, the lowest first."""
    return await tx.rows(
        select(drawings)
        .where(drawings.c.tenant == tx.actor.tenant, drawings.c.map_id == map_id)
        .order_by(drawings.c.z, drawings.c.key),
        _drawing,
    )


async def draw(tx: Tx, map_id: int, put: Iterable[Drawing], remove: Iterable[str]) -> None:
    """Keep some drawings as they are now, and forget others."""
    listed, tenant = list(put), tx.actor.tenant
    gone = sorted({*remove, *(each.id for each in listed)})
    fresh = [{"tenant": tenant, "map_id": map_id, **_drawing_values(each)} for each in listed]

    def write(connection: Connection) -> None:
        for start in range(0, len(gone), CHUNK):
            connection.execute(
                drawings.delete().where(
                    drawings.c.tenant == tenant,
                    drawings.c.map_id == map_id,
                    drawings.c.key.in_(gone[start : start + CHUNK]),
                )
            )
        if fresh:
            connection.execute(drawings.insert(), fresh)

    await tx.work(write, writes=True)


async def count_drawings(tx: Tx, map_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(drawings)
        .where(drawings.c.tenant == tx.actor.tenant, drawings.c.map_id == map_id)
    )
    return int(await tx.scalar(statement))


async def has_images(tx: Tx, hashes: Collection[str]) -> bool:
    """Whether all these pictures are kept."""
    wanted = set(hashes)
    found = select(images.c.hash).where(
        images.c.tenant == tx.actor.tenant, images.c.hash.in_(sorted(wanted))
    )
    return not wanted or set(await tx.rows(found, lambda row: str(row[0]))) == wanted


async def keep_image(tx: Tx, image: Image) -> None:
    """Keep a picture; the same one is kept once."""
    if not await has_images(tx, (image.hash,)):
        await tx.insert(
            images,
            tenant=tx.actor.tenant,
            hash=image.hash,
            kind=image.kind.value,
            width=image.width,
            height=image.height,
            content=image.content,
        )


async def image(tx: Tx, hash: str) -> Image:
    found = await tx.one(
        select(images).where(images.c.tenant == tx.actor.tenant, images.c.hash == hash),
        lambda row: Image(row.hash, ImageKind(row.kind), row.width, row.height, bytes(row.content)),
    )
    if found is None:
        raise NotFound("the picture is not kept any more")
    return found


# --- rows ----------------------------------------------------------------------------------


def _seen_by(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    return (
        maps.c.tenant == tx.actor.tenant,
        or_(maps.c.is_shared, maps.c.owner == tx.actor.name),
    )


def _map(row: Row[Any]) -> NetworkMap:
    kept = row.selector
    return NetworkMap(
        id=MapId(row.id),
        name=row.name,
        owner=row.owner,
        is_shared=row.is_shared,
        shows=Shows(row.shows),
        selector=Selector(
            tuple(SiteId(each) for each in kept.get("sites", ())),
            tuple(DeviceType(each) for each in kept.get("types", ())),
            str(kept.get("words", "")),
        ),
        projection=Projection(row.projection),
    )


def _member(row: Row[Any]) -> tuple[int, DeviceId]:
    return int(row.map_id), DeviceId(row.device_id)


def _with_devices(wanted: NetworkMap, devices: set[DeviceId]) -> NetworkMap:
    return NetworkMap(
        wanted.id,
        wanted.name,
        wanted.owner,
        wanted.is_shared,
        wanted.shows,
        wanted.selector,
        frozenset(devices),
        wanted.projection,
    )


def _map_values(wanted: NetworkMap) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "owner": wanted.owner,
        "is_shared": wanted.is_shared,
        "shows": wanted.shows.value,
        "selector": {
            "sites": list(wanted.selector.sites),
            "types": [each.value for each in wanted.selector.types],
            "words": wanted.selector.words,
        },
        "projection": wanted.projection.value,
    }


def _view(row: Row[Any]) -> SavedView:
    return SavedView(
        id=SavedViewId(row.id),
        map_id=MapId(row.map_id),
        name=row.name,
        owner=row.owner,
        key=row.digit,
        x=row.x,
        y=row.y,
        scale=row.scale,
        projection=Projection(row.projection),
        layer=row.layer,
        folded=tuple(row.folded),
    )


def _view_values(wanted: SavedView) -> dict[str, Any]:
    return {
        "map_id": wanted.map_id,
        "name": wanted.name,
        "digit": wanted.key,
        "x": wanted.x,
        "y": wanted.y,
        "scale": wanted.scale,
        "projection": wanted.projection.value,
        "layer": wanted.layer,
        "folded": list(wanted.folded),
    }


def _drawing(row: Row[Any]) -> Drawing:
    return Drawing(
        id=row.key,
        kind=DrawingKind(row.kind),
        x=row.x,
        y=row.y,
        width=row.width,
        height=row.height,
        text=row.text,
        tint=Tint(row.tint),
        points=tuple((float(x), float(y)) for x, y in row.points),
        z=row.z,
        opacity=row.opacity,
        is_locked=row.is_locked,
        image=row.image,
    )


def _drawing_values(wanted: Drawing) -> dict[str, Any]:
    return {
        "key": wanted.id,
        "kind": wanted.kind.value,
        "x": wanted.x,
        "y": wanted.y,
        "width": wanted.width,
        "height": wanted.height,
        "text": wanted.text,
        "tint": wanted.tint.value,
        "points": [list(point) for point in wanted.points],
        "z": wanted.z,
        "opacity": wanted.opacity,
        "is_locked": wanted.is_locked,
        "image": wanted.image,
    }
