"""Where searches are kept: runs with their lease, and the targets of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    or_,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import StoreNow, UtcDateTime
from noc_console.services.discovery.model import (
    DiscoveryPolicy,
    LedgerEntry,
    Outcome,
    Run,
    RunId,
    RunState,
    Scope,
    Target,
    TargetState,
)

runs = Table(
    "discovery_runs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("scope", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("links", Integer, nullable=False),
    # Who works on it; a worker that dies lets the lease run out and another one goes on.
    Column("owner", String),
    Column("lease_until", UtcDateTime),
    Index(None, "tenant", "state"),
)

targets = Table(
    "discovery_targets",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("run_id", BigId, ForeignKey("discovery_runs.id"), nullable=False),
    Column("address", String, nullable=False),
    Column("port", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("via", String, nullable=False),
    Column("credential", String, nullable=False),
    Column("credential_id", BigId),
    Column("reason_class", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", UtcDateTime),
    Column("device_id", BigId),
    UniqueConstraint("tenant", "run_id", "address", "port"),
    Index(None, "tenant", "run_id", "state"),
)

policies = Table(
    "discovery_policies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("rediscover_hours", Float, nullable=False),
)

_LIVE = (RunState.WAITING, RunState.RUNNING)


async def add_run(tx: Tx, scope: Scope, at: datetime) -> int:
    return await tx.insert(
        runs,
        tenant=tx.actor.tenant,
        scope=_scope_values(scope),
        state=RunState.WAITING,
        started_at=at,
        links=0,
    )


async def get_run(tx: Tx, run_id: int | None = None) -> Run | None:
    """The run with its counts; the newest when none is named."""
    query = select(runs).where(runs.c.tenant == tx.actor.tenant).order_by(runs.c.id.desc())
    if run_id is not None:
        query = query.where(runs.c.id == run_id)
    found = await tx.rows(query.limit(1), lambda row: row)
    return (await _with_counts(tx, found))[0] if found else None


async def all_runs(tx: Tx, limit: int) -> tuple[Run, ...]:
    query = select(runs).where(runs.c.tenant == tx.actor.tenant).order_by(runs.c.id.desc())
    return await _with_counts(tx, await tx.rows(query.limit(limit), lambda row: row))


async def _with_counts(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[Run, ...]:
    grouped = await tx.rows(
        select(targets.c.run_id, targets.c.state, targets.c.reason_class, func.count())
        .where(targets.c.tenant == tx.actor.tenant, targets.c.run_id.in_([row.id for row in rows]))
        .group_by(targets.c.run_id, targets.c.state, targets.c.reason_class),
        tuple,
    )
    return tuple(_run(row, [group[1:] for group in grouped if group[0] == row.id]) for row in rows)


def _run(row: Row[Any], groups: Sequence[tuple[str, str, int]]) -> Run:
    counts: dict[str, int] = {}
    failures: dict[str, int] = {}
    for state, reason_class, count in groups:
        counts[state] = counts.get(state, 0) + count
        if state == TargetState.FAILED:
            failures[reason_class] = failures.get(reason_class, 0) + count
    return Run(
        id=RunId(row.id),
        scope=_scope(row.scope),
        state=RunState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        found=counts.get(TargetState.FOUND, 0),
        known=counts.get(TargetState.KNOWN, 0),
        failed=counts.get(TargetState.FAILED, 0),
        left=counts.get(TargetState.WAITING, 0),
        links=row.links,
        failures=failures,
    )


async def ledger(tx: Tx, run_id: int) -> tuple[LedgerEntry, ...]:
    return await tx.rows(
        select(targets)
        .where(targets.c.tenant == tx.actor.tenant, targets.c.run_id == run_id)
        .order_by(targets.c.depth, targets.c.id),
        _entry,
    )


async def end_run(tx: Tx, run_id: int, state: RunState, *, at: datetime, links: int | None) -> bool:
    """Whether it was still alive; its targets that wait stay waiting."""
    values: dict[str, Any] = {"state": state, "ended_at": at, "lease_until": None}
    if links is not None:
        values["links"] = links
    return bool(
        await tx.execute(
            runs.update()
            .where(runs.c.tenant == tx.actor.tenant, runs.c.id == run_id, runs.c.state.in_(_LIVE))
            .values(**values)
        )
    )


async def get_policy(tx: Tx) -> DiscoveryPolicy:
    hours = await tx.scalar(
        select(policies.c.rediscover_hours).where(policies.c.tenant == tx.actor.tenant)
    )
    return DiscoveryPolicy() if hours is None else DiscoveryPolicy(float(hours))


async def put_policy(tx: Tx, policy: DiscoveryPolicy) -> None:
    await tx.execute(policies.delete().where(policies.c.tenant == tx.actor.tenant))
    await tx.execute(
        policies.insert().values(tenant=tx.actor.tenant, rediscover_hours=policy.rediscover_hours)
    )


# On a connection: housekeeping of workers, and bulk writing


def claim(connection: Connection, tenant: str, run_id: int, owner: str, lease: timedelta) -> bool:
    """Take or renew the lease of a living run; False when another worker holds it.

    By the database's clock: those of the workers' machines differ.
    """
    now = connection.scalar(select(StoreNow()))
    assert now is not None
    done = connection.execute(
        runs.update()
        .where(
            runs.c.tenant == tenant,
            runs.c.id == run_id,
            runs.c.state.in_(_LIVE),
            or_(
                runs.c.owner == owner,
                runs.c.lease_until.is_(None),
                runs.c.lease_until < StoreNow(),
            ),
        )
        .values(owner=owner, lease_until=now + lease, state=RunState.RUNNING)
    )
    return done.rowcount == 1


def release(connection: Connection, tenant: str, run_id: int, owner: str) -> None:
    """Give the lease back at once, so that another worker need not wait it out."""
    connection.execute(
        runs.update()
        .where(runs.c.tenant == tenant, runs.c.id == run_id, runs.c.owner == owner)
        .values(lease_until=None)
    )


def claimable(connection: Connection, tenant: str) -> tuple[int, ...]:
    """Living runs nobody works on, oldest first."""
    rows = connection.execute(
        select(runs.c.id)
        .where(
            runs.c.tenant == tenant,
            runs.c.state.in_(_LIVE),
            or_(runs.c.lease_until.is_(None), runs.c.lease_until < StoreNow()),
        )
        .order_by(runs.c.id)
    )
    return tuple(row.id for row in rows)


def add_targets(
    connection: Connection,
    tenant: str,
    run_id: int,
    new: Sequence[Target | Outcome],
    at: datetime,
) -> None:
    """Targets nobody stored yet: waiting ones, and ones that are done already."""
    if new:
        connection.execute(
            targets.insert(),
            [
                _target_values(tenant, run_id, one.target) | _outcome(one, at)
                if isinstance(one, Outcome)
                else _target_values(tenant, run_id, one) | {"state": TargetState.WAITING}
                for one in new
            ],
        )


def finish_targets(
    connection: Connection, tenant: str, run_id: int, done: Sequence[Outcome], at: datetime
) -> None:
    """Note what became of stored targets, found by the address they were stored under."""
    rows = [
        {f"_{name}": value for name, value in _outcome(one, at).items()}
        | {"key_address": one.target.address, "key_port": one.target.port}
        for one in done
    ]
    if rows:
        names = [name[1:] for name in rows[0] if name.startswith("_")]
        connection.execute(
            targets.update()
            .where(
                targets.c.tenant == tenant,
                targets.c.run_id == run_id,
                targets.c.address == bindparam("key_address"),
                targets.c.port == bindparam("key_port"),
            )
            .values({name: bindparam(f"_{name}") for name in names}),
            rows,
        )


def stored_targets(
    connection: Connection, tenant: str, run_id: int
) -> list[tuple[Target, TargetState, int | None]]:
    """Every target of a run with its state and device, in the order they were heard of."""
    rows = connection.execute(
        select(targets)
        .where(targets.c.tenant == tenant, targets.c.run_id == run_id)
        .order_by(targets.c.id)
    )
    return [(_target(row), TargetState(row.state), row.device_id) for row in rows]


def _target(row: Row[Any]) -> Target:
    return Target(
        address=row.address,
        port=row.port,
        depth=row.depth,
        via=row.via,
        name=row.name,
        kind=row.kind,
    )


def _target_values(tenant: str, run_id: int, target: Target) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "run_id": run_id,
        "address": target.address,
        "port": target.port,
        "name": target.name,
        "depth": target.depth,
        "kind": target.kind,
        "via": target.via,
        "credential": "",
        "credential_id": None,
        "reason_class": "",
        "reason": "",
        "seconds": 0.0,
        "at": None,
        "device_id": None,
    }


def _outcome(one: Outcome, at: datetime) -> dict[str, Any]:
    return {
        "state": one.state,
        "address": one.address,
        "name": one.name or one.target.name,
        "credential": one.credential,
        "credential_id": one.credential_id,
        "reason_class": one.reason_class,
        "reason": one.reason,
        "seconds": one.seconds,
        "at": at,
        "device_id": one.device_id,
    }


def _entry(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(
        address=row.address,
        port=row.port,
        name=row.name,
        state=TargetState(row.state),
        depth=row.depth,
        via=row.via,
        credential=row.credential,
        reason=row.reason,
        seconds=row.seconds,
        at=row.at,
        device_id=row.device_id,
    )


def _scope_values(scope: Scope) -> dict[str, Any]:
    return {
        "seeds": list(scope.seeds),
        "port": scope.port,
        "depth": scope.depth,
        "exclude": list(scope.exclude),
        "credential_ids": list(scope.credential_ids),
        "requests_per_second": scope.requests_per_second,
        "within": list(scope.within),
        "zone": scope.zone,
    }


def _scope(values: dict[str, Any]) -> Scope:
    return Scope(
        seeds=tuple(values["seeds"]),
        port=values["port"],
        depth=values["depth"],
        exclude=tuple(values["exclude"]),
        credential_ids=tuple(values["credential_ids"]),
        requests_per_second=values["requests_per_second"],
        within=tuple(values.get("within", ())),
        zone=values.get("zone", ""),
    )
