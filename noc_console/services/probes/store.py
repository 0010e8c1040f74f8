"""Where probes, their last words and the rule "ping every device" are kept. Rows go in, probes
come out. What was measured lies with the samples.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
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
    Row,
    String,
    Table,
    Text,
    select,
    text,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.probes.model import (
    PingRule,
    Probe,
    ProbeFacts,
    ProbeId,
    ProbeState,
    Thresholds,
)
from noc_console.services.probes.settings import SETTINGS, ProbeKind

_CHUNK = 400
_SETTINGS = {kind: frozenset(each.name for each in fields(made)) for kind, made in SETTINGS.items()}
_THRESHOLDS = frozenset(each.name for each in fields(Thresholds))

probes = Table(
    "probes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("target", Text, nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id", ondelete="CASCADE")),
    Column("name", String, nullable=False),
    Column("interval_s", Float, nullable=False),
    Column("origin", String, nullable=False),
    Column("is_paused", Boolean, nullable=False, server_default=text("false")),
    Column("settings", JSON, nullable=False),
    Column("thresholds", JSON, nullable=False),
    Column("has_secret", Boolean, nullable=False, server_default=text("false")),
    Index(None, "tenant"),
    Index(None, "device_id"),
    sqlite_autoincrement=True,
)

probe_facts = Table(
    "probe_facts",
    metadata,
    # No foreign key: probes of the rule have a word, but no row of their own.
    Column("probe_id", BigId, primary_key=True, autoincrement=False),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("reason", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("by", String, nullable=False),
    Index(None, "tenant"),
)

ping_rules = Table(
    "ping_rules",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("settings", JSON, nullable=False),
)


async def every(tx: Tx) -> tuple[Probe, ...]:
    """The tenant's probes, oldest first."""
    mine = probes.c.tenant == tx.actor.tenant
    return await tx.rows(select(probes).where(mine).order_by(probes.c.id), _probe)


async def get(tx: Tx, probe_id: int) -> Probe | None:
    found = probes.c.id == probe_id
    return await tx.one(select(probes).where(probes.c.tenant == tx.actor.tenant, found), _probe)


async def add(tx: Tx, probe: Probe) -> ProbeId:
    return ProbeId(await tx.insert(probes, tenant=tx.actor.tenant, **_values(probe)))


async def add_many(tx: Tx, wanted: Iterable[Probe]) -> tuple[ProbeId, ...]:
    """Many at once, in their order."""
    rows = [_values(probe) | {"tenant": tx.actor.tenant} for probe in wanted]
    insert = probes.insert().returning(probes.c.id)

    def write(connection: Connection) -> tuple[ProbeId, ...]:
        return tuple(ProbeId(connection.execute(insert, row).scalar_one()) for row in rows)

    return await tx.work(write, writes=True)


async def save(tx: Tx, probe: Probe) -> None:
    await tx.execute(
        probes.update()
        .where(probes.c.tenant == tx.actor.tenant, probes.c.id == probe.id)
        .values(**_values(probe))
    )


async def remove(tx: Tx, probe_ids: Collection[int]) -> int:
    """Forget probes and their words; how many there were."""
    gone = 0
    for part in _parts(probe_ids):
        mine = (probes.c.tenant == tx.actor.tenant, probes.c.id.in_(part))
        gone += await tx.execute(probes.delete().where(*mine))
        theirs = (probe_facts.c.tenant == tx.actor.tenant, probe_facts.c.probe_id.in_(part))
        await tx.execute(probe_facts.delete().where(*theirs))
    return gone


async def words(tx: Tx) -> dict[int, ProbeFacts]:
    """The last words of every probe, by its id."""
    mine = probe_facts.c.tenant == tx.actor.tenant
    return {one.probe_id: one for one in await tx.rows(select(probe_facts).where(mine), _facts)}


async def save_words(tx: Tx, told: Iterable[ProbeFacts]) -> None:
    """Replace the last words of some probes."""
    listed = list(told)
    rows = [
        {
            "probe_id": one.probe_id,
            "tenant": tx.actor.tenant,
            "at": one.at,
            "state": int(one.state),
            "error": one.error,
            "reason": one.reason,
            "facts": [list(fact) for fact in one.facts],
            "expires_at": one.expires_at,
            "by": one.by,
        }
        for one in listed
    ]
    for part in _parts([one.probe_id for one in listed]):
        await tx.execute(probe_facts.delete().where(probe_facts.c.probe_id.in_(part)))
    if rows:
        await tx.execute(probe_facts.insert(), rows)


async def rule(tx: Tx) -> PingRule:
    """The tenant's rule "ping every device"; off when nobody set one."""
    statement = select(ping_rules.c.settings).where(ping_rules.c.tenant == tx.actor.tenant)
    kept = await tx.one(statement, lambda row: dict(row[0])) or {}
    known = {each.name for each in fields(PingRule)} - {"thresholds"}
    thresholds = _thresholds(kept.get("thresholds", {}))
    return PingRule(**{k: v for k, v in kept.items() if k in known}, thresholds=thresholds)


async def save_rule(tx: Tx, wanted: PingRule) -> None:
    mine = ping_rules.c.tenant == tx.actor.tenant
    settings = asdict(wanted)
    if not await tx.execute(ping_rules.update().where(mine).values(settings=settings)):
        row = {"tenant": tx.actor.tenant, "settings": settings}
        await tx.execute(ping_rules.insert().values(row))


def _values(probe: Probe) -> dict[str, Any]:
    return {
        "kind": probe.kind.value,
        "target": probe.target,
        "device_id": probe.device_id,
        "name": probe.name,
        "interval_s": probe.interval_s,
        "origin": probe.origin,
        "is_paused": probe.is_paused,
        "settings": asdict(probe.settings),
        "thresholds": asdict(probe.thresholds),
        "has_secret": probe.has_secret,
    }


def _probe(row: Row[Any]) -> Probe:
    kind = ProbeKind(row.kind)
    made, known = SETTINGS[kind], _SETTINGS[kind]
    return Probe(
        id=ProbeId(row.id),
        kind=kind,
        target=row.target,
        device_id=row.device_id,
        name=row.name,
        interval_s=row.interval_s,
        origin=row.origin,
        is_paused=row.is_paused,
        settings=made(**{k: v for k, v in row.settings.items() if k in known}),
        thresholds=_thresholds(row.thresholds),
        has_secret=row.has_secret,
    )


def _thresholds(kept: dict[str, Any]) -> Thresholds:
    return Thresholds(**{k: v for k, v in kept.items() if k in _THRESHOLDS})


def _facts(row: Row[Any]) -> ProbeFacts:
    return ProbeFacts(
        probe_id=ProbeId(row.probe_id),
        at=row.at,
        state=ProbeState(row.state),
        error=row.error,
        reason=row.reason,
        facts=tuple((str(title), str(text)) for title, text in row.facts),
        expires_at=row.expires_at,
        by=row.by,
    )


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    listed = sorted(set(ids))
    return (listed[at : at + _CHUNK] for at in range(0, len(listed), _CHUNK))
