"""Where jobs, their runs and what devices answered are kept."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
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
    func,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.jobs import model
from noc_console.services.jobs.model import (
    Answer,
    Item,
    ItemState,
    Job,
    JobId,
    JobKind,
    JobRunId,
    Run,
    RunState,
)
from noc_console.services.maintenance.model import Target, TargetKind

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("targets", JSON, nullable=False),
    # What differs between kinds: body, template, variables, server …
    Column("settings", JSON, nullable=False),
    Column("starts_at", UtcDateTime),
    Column("repeat", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("may_change", Boolean, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # A job that was removed keeps its runs.
    Column("removed_at", UtcDateTime),
    Index(None, "tenant", "removed_at"),
    sqlite_autoincrement=True,
)

runs = Table(
    "job_runs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("job_id", BigId, ForeignKey("jobs.id"), nullable=False),
    Column("state", String, nullable=False),
    Column("by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("planned_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # The process that runs it: another one takes over what that one left behind.
    Column("holder", String, nullable=False),
    Column("cancel_by", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("outside", String, nullable=False),
    # The job as it was when the run was asked for: changing a job changes no history.
    Column("job", JSON, nullable=False),
    Column("devices", Integer, nullable=False),
    # A time of a schedule begins once, whoever begins it.
    UniqueConstraint("job_id", "planned_at"),
    Index(None, "tenant", "asked_at"),
    Index(None, "tenant", "state"),
    sqlite_autoincrement=True,
)

items = Table(
    "job_items",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("run_id", BigId, ForeignKey("job_runs.id"), nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("name", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("state", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("rows", Integer, nullable=False),
    # Compressed JSON: what was said to each line, secrets masked.
    Column("answers", LargeBinary),
    Index(None, "run_id", "state"),
    Index(None, "tenant", "device_id"),
    sqlite_autoincrement=True,
)

outputs = Table(
    "job_outputs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("run_id", BigId, ForeignKey("job_runs.id"), nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "run_id"),
    sqlite_autoincrement=True,
)

_SETTINGS = (
    *("body", "template", "variables", "folder", "is_check"),
    *("server", "token", "template_id", "parallel", "timeout_s"),
)


# Jobs


async def add(tx: Tx, job: Job) -> JobId:
    return JobId(await tx.insert(jobs, tenant=tx.actor.tenant, **_values(job)))


async def save(tx: Tx, job: Job) -> None:
    mine = (jobs.c.id == job.id, jobs.c.tenant == tx.actor.tenant)
    await tx.execute(jobs.update().where(*mine).values(**_values(job)))


async def remove(tx: Tx, job_id: int, at: datetime) -> None:
    mine = (jobs.c.id == job_id, jobs.c.tenant == tx.actor.tenant)
    await tx.execute(jobs.update().where(*mine).values(removed_at=at))


async def job(tx: Tx, job_id: int) -> Job | None:
    return await tx.one(_jobs(tx).where(jobs.c.id == job_id), _job)


async def every(tx: Tx) -> tuple[Job, ...]:
    return await tx.rows(_jobs(tx).order_by(jobs.c.id.desc()), _job)


def _jobs(tx: Tx) -> Select[Any]:
    return select(jobs).where(jobs.c.tenant == tx.actor.tenant, jobs.c.removed_at.is_(None))


def _values(job: Job) -> dict[str, Any]:
    return {
        "title": job.title,
        "kind": job.kind.value,
        "targets": [_plain(target) for target in job.targets],
        "settings": {name: getattr(job, name) for name in _SETTINGS},
        "starts_at": job.starts_at,
        "repeat": job.repeat,
        "zone": job.zone,
        "may_change": job.may_change,
        "is_paused": job.is_paused,
        "by": job.by,
        "created_at": job.created_at,
    }


def _plain(target: Target) -> dict[str, Any]:
    plain = asdict(target)
    return {**plain, "kind": target.kind.value, "types": list(target.types)}


def _target(plain: dict[str, Any]) -> Target:
    words = {**plain, "kind": TargetKind(plain["kind"]), "types": tuple(plain["types"])}
    return Target(**words)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=JobId(row.id),
        title=row.title,
        kind=JobKind(row.kind),
        targets=tuple(map(_target, row.targets)),
        starts_at=row.starts_at,
        repeat=row.repeat,
        zone=row.zone,
        may_change=row.may_change,
        is_paused=row.is_paused,
        by=row.by,
        created_at=row.created_at,
        **row.settings,
    )


# Runs


async def add_run(tx: Tx, job: Job, *, asked_at: datetime, planned_at: datetime | None) -> JobRunId:
    kept = {**_values(job), "starts_at": None, "created_at": None}
    number = await tx.insert(
        runs,
        tenant=tx.actor.tenant,
        job_id=job.id,
        state=RunState.WAITING.value,
        by=tx.actor.name,
        asked_at=asked_at,
        planned_at=planned_at,
        holder="",
        cancel_by="",
        note="",
        outside="",
        job=kept,
        devices=0,
    )
    return JobRunId(number)


async def has_planned(tx: Tx, job_id: int, planned_at: datetime) -> bool:
    query = select(runs.c.id).where(runs.c.job_id == job_id, runs.c.planned_at == planned_at)
    return await tx.scalar(query) is not None


async def run(tx: Tx, run_id: int) -> Run | None:
    found = await tx.rows(_runs(tx).where(runs.c.id == run_id), _run)
    return (await _counted(tx, found))[0] if found else None


async def newest(
    tx: Tx, *, job_id: int | None, before: int | None = None, limit: int
) -> tuple[Run, ...]:
    query = _runs(tx).order_by(runs.c.id.desc()).limit(limit)
    if job_id is not None:
        query = query.where(runs.c.job_id == job_id)
    if before is not None:
        query = query.where(runs.c.id < before)
    return await _counted(tx, await tx.rows(query, _run))


async def in_states(tx: Tx, states: Collection[RunState]) -> tuple[Run, ...]:
    wanted = runs.c.state.in_([state.value for state in states])
    return await tx.rows(_runs(tx).where(wanted).order_by(runs.c.id), _run)


async def job_of(tx: Tx, run_id: int) -> Job | None:
    """The job as it was when the run was asked for."""
    query = select(runs.c.job_id, runs.c.job).where(
        runs.c.id == run_id, runs.c.tenant == tx.actor.tenant
    )
    return await tx.one(query, _frozen)


def _frozen(row: Row[Any]) -> Job:
    kept = dict(row.job)
    settings = kept.pop("settings")
    kept["kind"] = JobKind(kept["kind"])
    kept["targets"] = tuple(map(_target, kept["targets"]))
    return Job(id=JobId(row.job_id), **kept, **settings)


async def holder(tx: Tx, run_id: int) -> str:
    return str(await tx.scalar(select(runs.c.holder).where(runs.c.id == run_id)) or "")


async def change_run(tx: Tx, run_id: int, **values: Any) -> None:
    mine = (runs.c.id == run_id, runs.c.tenant == tx.actor.tenant)
    if "state" in values:
        values["state"] = values["state"].value
    await tx.execute(runs.update().where(*mine).values(**values))


def _runs(tx: Tx) -> Select[Any]:
    wanted = [each for each in runs.c if each.name != "job"]
    return (
        select(*wanted, jobs.c.title, jobs.c.kind)
        .join(jobs, jobs.c.id == runs.c.job_id)
        .where(runs.c.tenant == tx.actor.tenant)
    )


def _run(row: Row[Any]) -> Run:
    return Run(
        id=JobRunId(row.id),
        job_id=JobId(row.job_id),
        title=row.title,
        kind=JobKind(row.kind),
        state=RunState(row.state),
        by=row.by,
        asked_at=row.asked_at,
        planned_at=row.planned_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_by=row.cancel_by,
        note=row.note,
        outside=row.outside,
        devices=row.devices,
    )


async def _counted(tx: Tx, found: Sequence[Run]) -> tuple[Run, ...]:
    if not found:
        return ()
    query = (
        select(items.c.run_id, items.c.state, func.count().label("many"))
        .where(items.c.run_id.in_([one.id for one in found]))
        .group_by(items.c.run_id, items.c.state)
    )
    counts: dict[int, list[int]] = {}
    for run_id, state, many in await tx.rows(
        query, lambda r: (r.run_id, ItemState(r.state), r.many)
    ):
        sums = counts.setdefault(run_id, [0, 0])
        if state.is_over:
            sums[0 if state.is_good else 1] += many
    return tuple(
        replace(one, good=counts.get(one.id, [0, 0])[0], bad=counts.get(one.id, [0, 0])[1])
        for one in found
    )


# What devices answered


async def add_items(tx: Tx, run_id: int, found: Sequence[Item]) -> None:
    if not found:
        return
    rows = [
        {
            "tenant": tx.actor.tenant,
            "run_id": run_id,
            "device_id": one.device_id,
            "name": one.name,
            "platform": one.platform,
            "state": one.state.value,
            "note": one.note,
            "rows": one.rows,
        }
        for one in found
    ]
    await tx.execute(items.insert(), rows)


async def items_of(
    tx: Tx, run_id: int, states: Collection[ItemState] | None = None
) -> tuple[Item, ...]:
    wanted = [each for each in items.c if each.name != "answers"]
    query = select(*wanted).where(items.c.run_id == run_id, items.c.tenant == tx.actor.tenant)
    if states is not None:
        query = query.where(items.c.state.in_([state.value for state in states]))
    return await tx.rows(query.order_by(items.c.id), _item)


async def change_items(tx: Tx, run_id: int, states: Collection[ItemState], **values: Any) -> int:
    """Change those of a run that are in one of the states."""
    mine = (items.c.run_id == run_id, items.c.state.in_([state.value for state in states]))
    return await tx.execute(items.update().where(*mine).values(**_of_item(values)))


async def change_item(tx: Tx, item_id: int, **values: Any) -> None:
    mine = (items.c.id == item_id, items.c.tenant == tx.actor.tenant)
    await tx.execute(items.update().where(*mine).values(**_of_item(values)))


def _of_item(values: dict[str, Any]) -> dict[str, Any]:
    made = dict(values)
    if "state" in made:
        made["state"] = made["state"].value
    return made


async def answers(tx: Tx, run_id: int, item_id: int | None = None) -> tuple[model.Result, ...]:
    query = select(items).where(items.c.run_id == run_id, items.c.tenant == tx.actor.tenant)
    if item_id is not None:
        query = query.where(items.c.id == item_id)
    # Unpacked in the lane's thread, where the rows are.
    return await tx.rows(
        query.order_by(items.c.id), lambda row: model.Result(_item(row), unpacked(row.answers))
    )


def _item(row: Row[Any]) -> Item:
    return Item(
        id=row.id,
        run_id=JobRunId(row.run_id),
        device_id=row.device_id,
        name=row.name,
        platform=row.platform,
        state=ItemState(row.state),
        note=row.note,
        started_at=row.started_at,
        ended_at=row.ended_at,
        rows=row.rows,
    )


def packed(found: Sequence[Answer]) -> bytes:
    """Answers as they are kept."""
    plain = [
        {
            "line": one.line,
            "text": one.text,
            "note": one.note,
            "columns": None if one.table is None else one.table.columns,
            "rows": () if one.table is None else one.table.rows,
        }
        for one in found
    ]
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace"), 6)


def unpacked(kept: bytes | None) -> tuple[Answer, ...]:
    """Answers as they were."""
    if not kept:
        return ()
    return tuple(
        Answer(
            one["line"],
            one["text"],
            None
            if one["columns"] is None
            else model.Table(tuple(one["columns"]), tuple(map(tuple, one["rows"]))),
            one["note"],
        )
        for one in json.loads(zlib.decompress(kept))
    )


# What programs print


async def add_output(tx: Tx, run_id: int, text: str) -> None:
    await tx.insert(outputs, tenant=tx.actor.tenant, run_id=run_id, text=text)


async def output(tx: Tx, run_id: int, after: int) -> tuple[tuple[int, str], ...]:
    query = (
        select(outputs.c.id, outputs.c.text)
        .where(
            outputs.c.run_id == run_id,
            outputs.c.tenant == tx.actor.tenant,
            outputs.c.id > after,
        )
        .order_by(outputs.c.id)
    )
    return await tx.rows(query, lambda row: (row.id, row.text))


# Tidying


async def old_runs(tx: Tx, before: datetime, limit: int) -> tuple[int, ...]:
    query = (
        select(runs.c.id)
        .where(runs.c.tenant == tx.actor.tenant, runs.c.ended_at < before)
        .order_by(runs.c.id)
        .limit(limit)
    )
    return await tx.rows(query, lambda row: int(row.id))


async def drop_runs(tx: Tx, run_ids: Sequence[int]) -> None:
    for table in (outputs, items):
        await tx.execute(table.delete().where(table.c.run_id.in_(run_ids)))
    await tx.execute(runs.delete().where(runs.c.id.in_(run_ids)))
