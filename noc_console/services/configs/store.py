"""Configurations: versions as rows, texts sealed beside them, each kept once however often it is
met; and how backup of each device stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    func,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.configs.model import (
    BackupPolicy,
    ExportDone,
    ExportPolicy,
    Standing,
    Version,
    Why,
)

_CHUNK = 400
_OF_VERSION = tuple(each.name for each in fields(Version))
_OF_STANDING = tuple(each.name for each in fields(Standing))

blobs = Table(
    "config_texts",
    metadata,
    Column("tenant", String, primary_key=True),
    # HMAC of the normal form: the same for texts that mean the same.
    Column("digest", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)

versions = Table(
    "config_versions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
    Column("digest", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("why", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("family", String, nullable=False),
    Column("command", String, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("who", String, nullable=False),
    Column("how", String, nullable=False),
    Index(None, "tenant", "device_id", "id"),
    Index(None, "tenant", "digest"),
    sqlite_autoincrement=True,
)

standing_rows = Table(
    "config_standings",
    metadata,
    Column("tenant", String, primary_key=True),
    Column(
        "device_id",
        BigId,
        ForeignKey("devices.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("version_id", BigId),
    Column("tried_at", UtcDateTime),
    Column("kept_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("reason", String, nullable=False),
    Column("wanted_at", UtcDateTime),
    Column("wanted_why", String, nullable=False),
    Column("wanted_by", String, nullable=False),
)

policies = Table(
    "config_policies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("settings", JSON, nullable=False),
)


async def policy(tx: Tx) -> BackupPolicy:
    """What was decided, else what is usual."""
    found = await tx.scalar(select(policies.c.settings).where(policies.c.tenant == tx.actor.tenant))
    known = {each.name for each in fields(BackupPolicy)}
    told = {k: v for k, v in (found or {}).items() if k in known}
    return BackupPolicy(**told | {"write_credentials": tuple(told.get("write_credentials", ()))})


async def save_policy(tx: Tx, wanted: BackupPolicy) -> None:
    await _decide(tx, asdict(wanted))


async def export_policy(tx: Tx) -> tuple[ExportPolicy, ExportDone]:
    """Where versions are written to by themselves, and how that went last."""
    found = await tx.scalar(select(policies.c.settings).where(policies.c.tenant == tx.actor.tenant))
    told = found or {}
    done = dict(told.get("exported", {}))
    if at := done.get("at"):
        done["at"] = datetime.fromisoformat(at)
    return ExportPolicy(**told.get("export", {})), ExportDone(**done)


async def save_export_policy(tx: Tx, wanted: ExportPolicy) -> None:
    """A new decision; how it went with another one says nothing."""
    await _decide(tx, {"export": asdict(wanted), "exported": {}})


async def note_export(tx: Tx, done: ExportDone) -> None:
    at = done.at.isoformat() if done.at else None
    await _decide(tx, {"exported": asdict(done) | {"at": at}})


async def _decide(tx: Tx, changes: dict[str, Any]) -> None:
    """Change some of what was decided; the rest stays."""
    mine = policies.c.tenant == tx.actor.tenant
    known = await tx.scalar(select(policies.c.settings).where(mine).with_for_update())
    settings = {**(known or {}), **changes}
    if known is not None:
        await tx.execute(policies.update().where(mine).values(settings=settings))
    else:
        await tx.execute(policies.insert().values(tenant=tx.actor.tenant, settings=settings))


async def standings(tx: Tx, device_ids: Collection[int] = ()) -> dict[int, Standing]:
    """How backup stands, by device: of all, or of those named."""
    mine = standing_rows.c.tenant == tx.actor.tenant
    found: list[Standing] = []
    if not device_ids:
        found += await tx.rows(select(standing_rows).where(mine), _standing)
    for part in _parts(device_ids):
        chosen = select(standing_rows).where(mine, standing_rows.c.device_id.in_(part))
        found += await tx.rows(chosen, _standing)
    return {one.device_id: one for one in found}


async def put_standings(tx: Tx, wanted: Iterable[Standing]) -> None:
    """Replace how backup of some devices stands."""
    rows = [asdict(one) | {"tenant": tx.actor.tenant} for one in wanted]

    def write(connection: Connection) -> None:
        for part in _parts([row["device_id"] for row in rows]):
            connection.execute(
                standing_rows.delete().where(
                    standing_rows.c.tenant == tx.actor.tenant,
                    standing_rows.c.device_id.in_(part),
                )
            )
        if rows:
            connection.execute(standing_rows.insert(), rows)

    await tx.work(write, writes=True)


async def version(tx: Tx, version_id: int) -> Version | None:
    return await tx.one(
        select(versions).where(versions.c.tenant == tx.actor.tenant, versions.c.id == version_id),
        _version,
    )


async def version_before(tx: Tx, later: Version) -> Version | None:
    """The version of the same device before another one."""
    query = (
        select(versions)
        .where(
            versions.c.tenant == tx.actor.tenant,
            versions.c.device_id == later.device_id,
            versions.c.id < later.id,
        )
        .order_by(versions.c.id.desc())
        .limit(1)
    )
    return await tx.one(query, _version)


async def newest(tx: Tx) -> dict[int, Version]:
    """The newest version of each device."""
    joined = versions.join(
        standing_rows,
        (standing_rows.c.version_id == versions.c.id)
        & (standing_rows.c.tenant == versions.c.tenant),
    )
    query = select(versions).select_from(joined).where(versions.c.tenant == tx.actor.tenant)
    return {one.device_id: one for one in await tx.rows(query, _version)}


async def last_id(tx: Tx) -> int:
    """The number of the version kept last; 0 when there is none."""
    mine = versions.c.tenant == tx.actor.tenant
    return int(await tx.scalar(select(func.max(versions.c.id)).where(mine)) or 0)


async def newest_of(tx: Tx, device_ids: Collection[int]) -> dict[int, Version]:
    """The newest version of some devices."""
    found: list[Version] = []
    for part in _parts(device_ids):
        last = (
            select(func.max(versions.c.id))
            .where(versions.c.tenant == tx.actor.tenant, versions.c.device_id.in_(part))
            .group_by(versions.c.device_id)
        )
        found += await tx.rows(select(versions).where(versions.c.id.in_(last)), _version)
    return {one.device_id: one for one in found}


async def counts(tx: Tx) -> dict[int, int]:
    """How many versions each device has."""
    query = (
        select(versions.c.device_id, func.count().label("kept"))
        .where(versions.c.tenant == tx.actor.tenant)
        .group_by(versions.c.device_id)
    )
    return dict(await tx.rows(query, _counted))


async def history(tx: Tx, device_id: int, limit: int) -> tuple[Version, ...]:
    """A device's versions, newest first."""
    query = (
        select(versions)
        .where(versions.c.tenant == tx.actor.tenant, versions.c.device_id == device_id)
        .order_by(versions.c.id.desc())
        .limit(limit)
    )
    return await tx.rows(query, _version)


async def every(
    tx: Tx, *, device_ids: Collection[int] = (), oldest_first: bool = False
) -> tuple[Version, ...]:
    """All versions, without their texts."""
    query = select(versions).where(versions.c.tenant == tx.actor.tenant)
    if device_ids:
        query = query.where(versions.c.device_id.in_(sorted(device_ids)))
    order = versions.c.id if oldest_first else versions.c.id.desc()
    return await tx.rows(query.order_by(order), _version)


async def sealed(tx: Tx, digests: Collection[str]) -> dict[str, bytes]:
    """Sealed texts by their digest."""
    found: dict[str, bytes] = {}
    wanted = sorted(set(digests))
    for at in range(0, len(wanted), _CHUNK):
        query = select(blobs.c.digest, blobs.c.sealed).where(
            blobs.c.tenant == tx.actor.tenant, blobs.c.digest.in_(wanted[at : at + _CHUNK])
        )
        found |= dict(await tx.rows(query, _body))
    return found


async def keep_text(tx: Tx, digest: str, body: bytes, at: datetime) -> None:
    """Keep a sealed text unless it is there already."""
    mine = (blobs.c.tenant == tx.actor.tenant, blobs.c.digest == digest)
    if await tx.scalar(select(blobs.c.digest).where(*mine)) is None:
        row = {"tenant": tx.actor.tenant, "digest": digest, "sealed": body, "kept_at": at}
        await tx.execute(blobs.insert().values(row))


async def add_version(tx: Tx, wanted: Version) -> int:
    """Add a version; its number."""
    row = asdict(wanted)
    del row["id"]
    return await tx.insert(versions, tenant=tx.actor.tenant, **row)


async def seen(tx: Tx, version_ids: Collection[int], at: datetime) -> None:
    """Note that configurations are still the same."""
    for part in _parts(version_ids):
        await tx.execute(versions.update().where(versions.c.id.in_(part)).values(seen_at=at))


async def prune(tx: Tx, keep: int) -> int:
    """Let go of versions beyond the newest so many of each device, and of texts of none."""
    ranked = (
        select(
            versions.c.id,
            func.row_number()
            .over(partition_by=versions.c.device_id, order_by=versions.c.id.desc())
            .label("place"),
        )
        .where(versions.c.tenant == tx.actor.tenant)
        .subquery()
    )
    old = select(ranked.c.id).where(ranked.c.place > keep)
    gone = await tx.execute(versions.delete().where(versions.c.id.in_(old)))
    used = select(versions.c.digest).where(versions.c.tenant == tx.actor.tenant)
    gone_texts = await tx.execute(
        blobs.delete().where(blobs.c.tenant == tx.actor.tenant, blobs.c.digest.not_in(used))
    )
    if not gone and not gone_texts:
        tx.wrote = False
    return gone


def _counted(row: Row[Any]) -> tuple[int, int]:
    return int(row.device_id), int(row.kept)


def _body(row: Row[Any]) -> tuple[str, bytes]:
    return str(row.digest), bytes(row.sealed)


def _version(row: Row[Any]) -> Version:
    return Version(**{name: getattr(row, name) for name in _OF_VERSION} | {"why": Why(row.why)})


def _standing(row: Row[Any]) -> Standing:
    kept = {name: getattr(row, name) for name in _OF_STANDING}
    return Standing(**kept | {"wanted_why": Why(row.wanted_why)})


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    listed = sorted(set(ids))
    return (listed[at : at + _CHUNK] for at in range(0, len(listed), _CHUNK))
