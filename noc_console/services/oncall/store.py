"""Where rotas, policies and escalations under way are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    select,
    text,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.alarms.model import AlarmId, Severity
from noc_console.services.oncall import documents
from noc_console.services.oncall.model import (
    Override,
    OverrideId,
    PageOut,
    Policy,
    PolicyId,
    Reason,
    Rota,
    RotaId,
    Run,
    RunState,
)

rotas = Table(
    "oncall_rotas",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("layers", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("changed_by", String, nullable=False),
    Index("ux_oncall_rotas_name", "tenant", "name", unique=True),
    sqlite_autoincrement=True,
)

overrides = Table(
    "oncall_overrides",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("rota_id", BigId, ForeignKey("oncall_rotas.id"), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("person", BigId, nullable=False),
    Column("instead_of", BigId, nullable=False),
    Column("reason", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", String, nullable=False),
    Index(None, "tenant", "ends_at"),
    Index(None, "rota_id"),
    sqlite_autoincrement=True,
)

policies = Table(
    "oncall_policies",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("zone", String, nullable=False),
    # Match, steps, rounds and the final step: read and written as a whole.
    Column("rules", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("changed_by", String, nullable=False),
    Index("ux_oncall_policies_name", "tenant", "name", unique=True),
    sqlite_autoincrement=True,
)

# That a tenant was given its first policy: who removed it does not want it back.
starts = Table(
    "oncall_starts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

runs = Table(
    "oncall_runs",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("alarm_id", BigId, primary_key=True, autoincrement=False),
    Column("policy_id", BigId, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("next", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("state", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "tenant", "state"),
)

pages = Table(
    "oncall_pages",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("alarm_id", BigId, nullable=False),
    Column("others", Integer, nullable=False),
    Column("policy_id", BigId, nullable=False),
    Column("policy", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("told", JSON, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("handed_at", UtcDateTime),
    Index(None, "tenant", "at"),
    Index(None, "tenant", "handed_at"),
    sqlite_autoincrement=True,
)

page_alarms = Table(
    "oncall_page_alarms",
    metadata,
    Column("page_id", BigId, ForeignKey("oncall_pages.id"), primary_key=True),
    Column("alarm_id", BigId, primary_key=True, autoincrement=False),
    Index(None, "alarm_id"),
)


async def take_turns(tx: Tx) -> None:
    """One at a time decides what is due: two collectors may hold the duty for a moment.

    SQLite has one writer anyway; PostgreSQL holds this lock until the end of the transaction.
    """

    def lock(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('noc.oncall'))"))

    await tx.work(lock, writes=False)


# --- rotas and overrides -------------------------------------------------------------------------


async def all_rotas(tx: Tx) -> tuple[Rota, ...]:
    query = select(rotas).where(rotas.c.tenant == tx.actor.tenant)
    return await tx.rows(query.order_by(rotas.c.name, rotas.c.id), _rota)


async def rota(tx: Tx, rota_id: int) -> Rota | None:
    where = (rotas.c.tenant == tx.actor.tenant, rotas.c.id == rota_id)
    return await tx.one(select(rotas).where(*where), _rota)


async def rota_named(tx: Tx, name: str) -> Rota | None:
    where = (rotas.c.tenant == tx.actor.tenant, rotas.c.name == name)
    return await tx.one(select(rotas).where(*where), _rota)


async def add_rota(tx: Tx, made: Rota) -> RotaId:
    number = {"id": int(made.id)} if made.id else {}
    return RotaId(await tx.insert(rotas, tenant=tx.actor.tenant, **number, **_rota_values(made)))


async def save_rota(tx: Tx, saved: Rota, *, over: int) -> bool:
    """Write over a version; False when it moved on meanwhile."""
    where = (
        rotas.c.tenant == tx.actor.tenant,
        rotas.c.id == saved.id,
        rotas.c.version == over,
    )
    return bool(await tx.execute(rotas.update().where(*where).values(**_rota_values(saved))))


async def remove_rota(tx: Tx, rota_id: int) -> None:
    mine = (overrides.c.tenant == tx.actor.tenant, overrides.c.rota_id == rota_id)
    await tx.execute(overrides.delete().where(*mine))
    where = (rotas.c.tenant == tx.actor.tenant, rotas.c.id == rota_id)
    await tx.execute(rotas.delete().where(*where))


async def overrides_since(
    tx: Tx, since: datetime, *, rota_id: int | None = None
) -> tuple[Override, ...]:
    """Overrides that end after a moment, oldest first."""
    query = select(overrides).where(
        overrides.c.tenant == tx.actor.tenant, overrides.c.ends_at > since
    )
    if rota_id is not None:
        query = query.where(overrides.c.rota_id == rota_id)
    return await tx.rows(query.order_by(overrides.c.id), _override)


async def override(tx: Tx, override_id: int) -> Override | None:
    where = (overrides.c.tenant == tx.actor.tenant, overrides.c.id == override_id)
    return await tx.one(select(overrides).where(*where), _override)


async def add_override(tx: Tx, made: Override) -> OverrideId:
    return OverrideId(
        await tx.insert(
            overrides,
            tenant=tx.actor.tenant,
            rota_id=made.rota_id,
            starts_at=made.start,
            ends_at=made.end,
            person=made.person,
            instead_of=made.instead_of,
            reason=made.reason.value,
            note=made.note,
            by=made.by,
        )
    )


async def remove_override(tx: Tx, override_id: int) -> None:
    where = (overrides.c.tenant == tx.actor.tenant, overrides.c.id == override_id)
    await tx.execute(overrides.delete().where(*where))


# --- policies ------------------------------------------------------------------------------------


async def all_policies(tx: Tx) -> tuple[Policy, ...]:
    query = select(policies).where(policies.c.tenant == tx.actor.tenant)
    return await tx.rows(query.order_by(policies.c.position, policies.c.id), _policy)


async def policy(tx: Tx, policy_id: int) -> Policy | None:
    where = (policies.c.tenant == tx.actor.tenant, policies.c.id == policy_id)
    return await tx.one(select(policies).where(*where), _policy)


async def add_policy(tx: Tx, made: Policy) -> PolicyId:
    number = {"id": int(made.id)} if made.id else {}
    return PolicyId(
        await tx.insert(policies, tenant=tx.actor.tenant, **number, **_policy_values(made))
    )


async def save_policy(tx: Tx, saved: Policy, *, over: int) -> bool:
    where = (
        policies.c.tenant == tx.actor.tenant,
        policies.c.id == saved.id,
        policies.c.version == over,
    )
    return bool(await tx.execute(policies.update().where(*where).values(**_policy_values(saved))))


async def remove_policy(tx: Tx, policy_id: int) -> None:
    where = (policies.c.tenant == tx.actor.tenant, policies.c.id == policy_id)
    await tx.execute(policies.delete().where(*where))


async def has_started(tx: Tx) -> bool:
    query = select(starts.c.at).where(starts.c.tenant == tx.actor.tenant)
    return await tx.one(query, lambda row: True) or False


async def start(tx: Tx, at: datetime) -> None:
    await tx.execute(starts.insert().values(tenant=tx.actor.tenant, at=at))


# --- escalations under way -----------------------------------------------------------------------


async def runs_of(tx: Tx, alarm_ids: Collection[int]) -> tuple[Run, ...]:
    """Every run that is not stopped, and those of these alarms."""
    mine = select(runs).where(runs.c.tenant == tx.actor.tenant)
    going = await tx.rows(mine.where(runs.c.state != RunState.STOPPED.value), _run)
    wanted = sorted(set(alarm_ids) - {int(run.alarm_id) for run in going})
    stopped: tuple[Run, ...] = ()
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        stopped += await tx.rows(mine.where(runs.c.alarm_id.in_(part)), _run)
    return going + stopped


async def keep_runs(tx: Tx, changed: Iterable[Run], at: datetime) -> None:
    rows = [
        {
            "tenant": tx.actor.tenant,
            "alarm_id": int(run.alarm_id),
            "policy_id": int(run.policy_id),
            "severity": int(run.severity),
            "began_at": run.began_at,
            "next": run.next,
            "due_at": run.due_at,
            "state": run.state.value,
            "why": run.why,
            "changed_at": at,
        }
        for run in changed
    ]
    if not rows:
        return

    def write(connection: Connection) -> None:
        for at in range(0, len(rows), 500):
            part = rows[at : at + 500]
            ids = [row["alarm_id"] for row in part]
            mine = (runs.c.tenant == tx.actor.tenant, runs.c.alarm_id.in_(ids))
            connection.execute(runs.delete().where(*mine))
            connection.execute(runs.insert(), part)

    await tx.work(write, writes=True)


async def forget_runs(tx: Tx, before: datetime) -> int:
    """Runs that stopped long ago."""
    where = (
        runs.c.tenant == tx.actor.tenant,
        runs.c.state == RunState.STOPPED.value,
        runs.c.changed_at < before,
    )
    return await tx.execute(runs.delete().where(*where))


async def add_page(tx: Tx, page: PageOut, alarm_ids: Iterable[int]) -> int:
    number = await tx.insert(
        pages,
        tenant=tx.actor.tenant,
        at=page.at,
        alarm_id=int(page.alarm_id),
        others=page.others,
        policy_id=int(page.policy_id),
        policy=page.policy,
        step=page.step,
        round=page.round,
        told=[documents.told_document(one) for one in page.told],
        kinds=list(page.kinds),
        problems=list(page.problems),
        note=page.note,
        handed_at=page.handed_at,
    )
    rows = [{"page_id": number, "alarm_id": int(alarm_id)} for alarm_id in alarm_ids]
    await tx.execute(page_alarms.insert(), rows)
    return number


async def unhanded(tx: Tx, limit: int) -> tuple[PageOut, ...]:
    """Pages the notifications have not taken over yet, oldest first."""
    query = select(pages).where(pages.c.tenant == tx.actor.tenant, pages.c.handed_at.is_(None))
    return await tx.rows(query.order_by(pages.c.id).limit(limit), _page)


async def hand(tx: Tx, page_id: int, at: datetime, problems: Collection[str]) -> None:
    where = (pages.c.tenant == tx.actor.tenant, pages.c.id == page_id)
    values = {"handed_at": at, "problems": list(problems)}
    await tx.execute(pages.update().where(*where).values(**values))


async def pages_of(tx: Tx, *, alarm_id: int | None, limit: int) -> tuple[PageOut, ...]:
    """The newest pages first; of one alarm, or all."""
    query = select(pages).where(pages.c.tenant == tx.actor.tenant)
    if alarm_id is not None:
        query = query.join(page_alarms, page_alarms.c.page_id == pages.c.id).where(
            page_alarms.c.alarm_id == alarm_id
        )
    return await tx.rows(query.order_by(pages.c.id.desc()).limit(limit), _page)


# --- rows and values -----------------------------------------------------------------------------


def _rota_values(made: Rota) -> dict[str, Any]:
    return {
        "name": made.name,
        "zone": made.zone,
        "layers": [documents.layer_document(layer) for layer in made.layers],
        "holidays": [documents.holiday_document(one) for one in made.holidays],
        "version": made.version,
        "changed_at": made.changed_at,
        "changed_by": made.changed_by,
    }


def _rota(row: Row[Any]) -> Rota:
    return Rota(
        id=RotaId(row.id),
        name=row.name,
        zone=row.zone,
        layers=tuple(map(documents.layer, row.layers)),
        holidays=tuple(map(documents.holiday, row.holidays)),
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def _override(row: Row[Any]) -> Override:
    return Override(
        id=OverrideId(row.id),
        rota_id=RotaId(row.rota_id),
        start=row.starts_at,
        end=row.ends_at,
        person=row.person,
        instead_of=row.instead_of,
        reason=Reason(row.reason),
        note=row.note,
        by=row.by,
    )


def _policy_values(made: Policy) -> dict[str, Any]:
    return {
        "name": made.name,
        "position": made.position,
        "is_on": made.is_on,
        "zone": made.zone,
        "rules": documents.policy_document(made),
        "version": made.version,
        "changed_at": made.changed_at,
        "changed_by": made.changed_by,
    }


def _policy(row: Row[Any]) -> Policy:
    return Policy(
        id=PolicyId(row.id),
        name=row.name,
        position=row.position,
        is_on=row.is_on,
        zone=row.zone,
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        **documents.policy_parts(row.rules),
    )


def _run(row: Row[Any]) -> Run:
    return Run(
        alarm_id=AlarmId(row.alarm_id),
        policy_id=PolicyId(row.policy_id),
        severity=Severity(row.severity),
        began_at=row.began_at,
        next=row.next,
        due_at=row.due_at,
        state=RunState(row.state),
        why=row.why,
    )


def _page(row: Row[Any]) -> PageOut:
    return PageOut(
        id=row.id,
        key=f"oncall-page-{row.id}",
        at=row.at,
        alarm_id=AlarmId(row.alarm_id),
        others=row.others,
        policy_id=PolicyId(row.policy_id),
        policy=row.policy,
        step=row.step,
        round=row.round,
        told=tuple(map(documents.told, row.told)),
        kinds=tuple(row.kinds),
        problems=tuple(row.problems),
        note=row.note,
        handed_at=row.handed_at,
    )
