"""Where planned work is kept: windows, the times they took place, and what each kept quiet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    or_,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.maintenance.model import (
    Ending,
    Maintenance,
    Run,
    RunId,
    Spot,
    Target,
    TargetKind,
    Window,
    WindowId,
)

_FEW = 500
"""So many devices are named in a question; of more, all rows are looked through."""

windows = Table(
    "maintenance_windows",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("ticket", String, nullable=False),
    Column("targets", JSON, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("length_s", Integer, nullable=False),
    Column("repeat", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("quiet_minutes", Integer, nullable=False),
    Column("warn_minutes", Integer, nullable=False),
    Column("optical_db", Float, nullable=False),
    Column("reads_configs", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("cancelled_at", UtcDateTime),
    Column("cancelled_by", String, nullable=False),
    # Moments, ISO 8601 in UTC, of a repetition that do not take place.
    Column("skipped", JSON, nullable=False),
    # When nothing of it is left to begin; empty while a repetition has no end.
    Column("last_end", UtcDateTime),
    Index(None, "tenant", "last_end"),
    sqlite_autoincrement=True,
)

runs = Table(
    "maintenance_runs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("window_id", BigId, ForeignKey("maintenance_windows.id"), nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("devices", Integer, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ending", String),
    Column("ended_by", String, nullable=False),
    Column("down", Integer, nullable=False),
    Column("warned_at", UtcDateTime),
    # Compressed: how it was before and after, see `snapshot.py`.
    Column("before", LargeBinary),
    Column("after", LargeBinary),
    Column("before_at", UtcDateTime),
    Column("after_at", UtcDateTime),
    Column("worse", Integer, nullable=False),
    Column("differing", Integer, nullable=False),
    # One collector begins a time, and once.
    UniqueConstraint("window_id", "planned_at"),
    Index(None, "tenant", "ends_at"),
    Index(None, "tenant", "ended_at"),
    sqlite_autoincrement=True,
)

spots = Table(
    "maintenance_spots",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("run_id", BigId, ForeignKey("maintenance_runs.id"), nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("interface_id", BigId),
    Column("sensor_id", BigId),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Index(None, "tenant", "ends_at"),
    Index(None, "run_id"),
    sqlite_autoincrement=True,
)


# Windows


async def add_window(tx: Tx, window: Window, last_end: datetime | None) -> WindowId:
    number = await tx.insert(windows, tenant=tx.actor.tenant, **_values(window, last_end))
    return WindowId(number)


async def save_window(tx: Tx, window: Window, last_end: datetime | None) -> None:
    await tx.execute(
        windows.update()
        .where(windows.c.id == window.id, windows.c.tenant == tx.actor.tenant)
        .values(**_values(window, last_end))
    )


async def window(tx: Tx, window_id: int) -> Window | None:
    return await tx.one(_windows(tx).where(windows.c.id == window_id), _window)


async def windows_of(tx: Tx, ids: Collection[int]) -> tuple[Window, ...]:
    return await tx.rows(_windows(tx).where(windows.c.id.in_(sorted(set(ids)))), _window)


async def coming(tx: Tx, *, after: datetime) -> tuple[Window, ...]:
    """Windows that may still begin, or are under way, after a moment."""
    alive = or_(windows.c.last_end.is_(None), windows.c.last_end > after)
    query = _windows(tx).where(alive, windows.c.cancelled_at.is_(None))
    return await tx.rows(query.order_by(windows.c.starts_at, windows.c.id), _window)


def _windows(tx: Tx) -> Select[Any]:
    return select(windows).where(windows.c.tenant == tx.actor.tenant)


def _values(window: Window, last_end: datetime | None) -> dict[str, Any]:
    return {
        "title": window.title,
        "ticket": window.ticket,
        "targets": [asdict(target) for target in window.targets],
        "starts_at": window.starts_at,
        "length_s": round(window.length.total_seconds()),
        "repeat": window.repeat,
        "zone": window.zone,
        "quiet_minutes": window.quiet_minutes,
        "warn_minutes": window.warn_minutes,
        "optical_db": window.optical_db,
        "reads_configs": window.reads_configs,
        "note": window.note,
        "by": window.by,
        "created_at": window.created_at,
        "cancelled_at": window.cancelled_at,
        "cancelled_by": window.cancelled_by,
        "skipped": [moment.astimezone(UTC).isoformat() for moment in window.skipped],
        "last_end": last_end,
    }


def _window(row: Row[Any]) -> Window:
    return Window(
        id=WindowId(row.id),
        title=row.title,
        targets=tuple(
            Target(**{**kept, "kind": TargetKind(kept["kind"]), "types": tuple(kept["types"])})
            for kept in row.targets
        ),
        starts_at=row.starts_at,
        length=timedelta(seconds=row.length_s),
        by=row.by,
        ticket=row.ticket,
        repeat=row.repeat,
        zone=row.zone,
        quiet_minutes=row.quiet_minutes,
        warn_minutes=row.warn_minutes,
        optical_db=row.optical_db,
        reads_configs=row.reads_configs,
        note=row.note,
        created_at=row.created_at,
        cancelled_at=row.cancelled_at,
        cancelled_by=row.cancelled_by,
        skipped=tuple(datetime.fromisoformat(kept) for kept in row.skipped),
    )


# Runs


async def add_run(
    tx: Tx,
    window_id: int,
    *,
    planned_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    kept_quiet: Sequence[Spot],
) -> RunId:
    """One time of a window, with what it keeps quiet."""
    tenant = tx.actor.tenant
    number = await tx.insert(
        runs,
        tenant=tenant,
        window_id=window_id,
        planned_at=planned_at,
        starts_at=starts_at,
        ends_at=ends_at,
        devices=len({spot.device_id for spot in kept_quiet}),
        ended_by="",
        down=0,
        worse=0,
        differing=0,
    )
    rows = [
        asdict(spot)
        | {"tenant": tenant, "run_id": number, "starts_at": starts_at, "ends_at": ends_at}
        for spot in kept_quiet
    ]
    if rows:
        await tx.execute(spots.insert(), rows)
    return RunId(number)


async def has_run(tx: Tx, window_id: int, planned_at: datetime) -> bool:
    query = select(runs.c.id).where(
        runs.c.tenant == tx.actor.tenant,
        runs.c.window_id == window_id,
        runs.c.planned_at == planned_at,
    )
    return await tx.scalar(query.limit(1)) is not None


async def run(tx: Tx, run_id: int) -> Run | None:
    return await tx.one(_runs(tx).where(runs.c.id == run_id), _run)


async def under_way(tx: Tx) -> tuple[Run, ...]:
    """Runs nobody has ended yet, those that end first leading."""
    query = _runs(tx).where(runs.c.ended_at.is_(None))
    return await tx.rows(query.order_by(runs.c.ends_at, runs.c.id), _run)


async def runs_between(tx: Tx, *, start: datetime, end: datetime, limit: int) -> tuple[Run, ...]:
    """Runs that touch a span, the newest first."""
    touches = and_(runs.c.starts_at < end, or_(runs.c.ended_at.is_(None), runs.c.ends_at > start))
    query = _runs(tx).where(touches).order_by(runs.c.starts_at.desc(), runs.c.id.desc())
    return await tx.rows(query.limit(limit), _run)


async def without_snapshot(tx: Tx, *, since: datetime) -> tuple[Run, ...]:
    """Runs whose state before or after is still to be taken; those long over are left."""
    before = and_(runs.c.ended_at.is_(None), runs.c.before_at.is_(None))
    # Somebody may have compared while it lasted: that was not after it.
    missing = or_(runs.c.after_at.is_(None), runs.c.after_at < runs.c.ended_at)
    after = and_(runs.c.ended_at > since, missing, runs.c.before_at.is_not(None))
    return await tx.rows(_runs(tx).where(or_(before, after)).order_by(runs.c.id), _run)


async def change_run(tx: Tx, run_id: int, **values: Any) -> None:
    """Set columns of a run."""
    await tx.execute(
        runs.update().where(runs.c.id == run_id, runs.c.tenant == tx.actor.tenant).values(**values)
    )


async def snapshots(tx: Tx, run_id: int) -> tuple[bytes | None, bytes | None]:
    """How it was before and after, as kept."""
    query = select(runs.c.before, runs.c.after).where(
        runs.c.tenant == tx.actor.tenant, runs.c.id == run_id
    )
    return await tx.one(query, lambda row: (row.before, row.after)) or (None, None)


_RUN = [column for column in runs.c if column.name not in {"before", "after"}]


def _runs(tx: Tx) -> Select[Any]:
    more = (
        windows.c.title,
        windows.c.ticket,
        windows.c.by,
        windows.c.quiet_minutes,
        windows.c.warn_minutes,
    )
    return (
        select(*_RUN, *more)
        .join(windows, windows.c.id == runs.c.window_id)
        .where(runs.c.tenant == tx.actor.tenant)
    )


def _run(row: Row[Any]) -> Run:
    return Run(
        id=RunId(row.id),
        window_id=WindowId(row.window_id),
        title=row.title,
        ticket=row.ticket,
        by=row.by,
        planned_at=row.planned_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        devices=row.devices,
        ended_at=row.ended_at,
        ending=None if row.ending is None else Ending(row.ending),
        ended_by=row.ended_by,
        down=row.down,
        warned_at=row.warned_at,
        quiet_minutes=row.quiet_minutes,
        warn_minutes=row.warn_minutes,
        has_before=row.before_at is not None,
        has_after=row.after_at is not None,
        worse=row.worse,
        differing=row.differing,
    )


# What is kept quiet


async def spots_of(tx: Tx, run_id: int) -> tuple[Spot, ...]:
    query = select(spots).where(spots.c.tenant == tx.actor.tenant, spots.c.run_id == run_id)
    return await tx.rows(
        query.order_by(spots.c.id),
        lambda row: Spot(row.device_id, row.interface_id, row.sensor_id),
    )


async def quiet(
    tx: Tx, at: datetime, device_ids: Collection[int] | None = None
) -> tuple[tuple[Spot, Maintenance], ...]:
    """What is kept quiet at a moment, by which work: of these devices, or of all."""
    wanted = None if device_ids is None else set(device_ids)
    columns = (spots, windows.c.title, windows.c.by, windows.c.ticket)
    query = (
        select(*columns)
        .join(runs, runs.c.id == spots.c.run_id)
        .join(windows, windows.c.id == runs.c.window_id)
        .where(
            spots.c.tenant == tx.actor.tenant,
            spots.c.ends_at > at,
            spots.c.starts_at <= at,
        )
        .order_by(spots.c.id)
    )
    if wanted is not None and len(wanted) <= _FEW:
        query = query.where(spots.c.device_id.in_(sorted(wanted)))

    def read(connection: Connection) -> tuple[tuple[Spot, Maintenance], ...]:
        return tuple(
            _quiet(row)
            for row in connection.execute(query)
            if wanted is None or row.device_id in wanted
        )

    return await tx.work(read, writes=False)


def _quiet(row: Row[Any]) -> tuple[Spot, Maintenance]:
    spot = Spot(row.device_id, row.interface_id, row.sensor_id)
    return spot, Maintenance(
        device_id=row.device_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.title,
        by=row.by,
        run_id=row.run_id,
        ticket=row.ticket,
        interface_id=row.interface_id,
    )


async def end_spots(
    tx: Tx, at: datetime, *, run_id: int | None = None, device_ids: Collection[int] = ()
) -> None:
    """Let what a run keeps quiet (or what any keeps of these devices) go at a moment."""
    mine = (spots.c.tenant == tx.actor.tenant, spots.c.ends_at > at)
    change = spots.update().values(ends_at=at)
    if run_id is not None:
        await tx.execute(change.where(*mine, spots.c.run_id == run_id))
    for device_id in device_ids:
        await tx.execute(change.where(*mine, spots.c.device_id == device_id))


async def prolong_spots(tx: Tx, run_id: int, *, was: datetime, ends_at: datetime) -> None:
    """Move the end of what a run keeps quiet; what was let go before stays so."""
    await tx.execute(
        spots.update()
        .where(spots.c.tenant == tx.actor.tenant, spots.c.run_id == run_id, spots.c.ends_at == was)
        .values(ends_at=ends_at)
    )


async def live_runs(tx: Tx, at: datetime, run_ids: Collection[int]) -> frozenset[int]:
    """Of these runs those that still keep something quiet."""
    query = select(spots.c.run_id).where(
        spots.c.tenant == tx.actor.tenant,
        spots.c.ends_at > at,
        spots.c.run_id.in_(sorted(set(run_ids))),
    )
    return frozenset(await tx.rows(query.distinct(), lambda row: int(row.run_id)))
