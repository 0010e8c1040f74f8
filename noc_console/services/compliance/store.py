"""Where rules, verdicts and waivers are kept: rules as rows, verdicts a document a device."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.compliance.model import (
    Evidence,
    Finding,
    Gravity,
    Judged,
    Rule,
    RuleKind,
    Verdict,
    Waiver,
)

_CHUNK = 400

rules = Table(
    "compliance_rules",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("block", Text, nullable=False),
    Column("variables", Text, nullable=False),
    Column("platforms", JSON, nullable=False),
    Column("devices", JSON, nullable=False),
    Column("gravity", String, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Index(None, "tenant"),
    sqlite_autoincrement=True,
)

waivers = Table(
    "compliance_waivers",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("rule_id", BigId, ForeignKey("compliance_rules.id", ondelete="CASCADE"), nullable=False),
    Column("device_id", BigId, ForeignKey("devices.id", ondelete="CASCADE")),
    Column("until", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "tenant"),
    sqlite_autoincrement=True,
)

verdicts = Table(
    "compliance_verdicts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column(
        "device_id",
        BigId,
        ForeignKey("devices.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("version_id", BigId, nullable=False),
    Column("rules_rev", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("findings", JSON, nullable=False),
)


async def every_rule(tx: Tx) -> tuple[Rule, ...]:
    """The tenant's rules by name."""
    query = select(rules).where(rules.c.tenant == tx.actor.tenant).order_by(rules.c.name)
    return await tx.rows(query, _rule)


async def get_rule(tx: Tx, rule_id: int) -> Rule | None:
    mine = (rules.c.tenant == tx.actor.tenant, rules.c.id == rule_id)
    return await tx.one(select(rules).where(*mine), _rule)


async def put_rule(tx: Tx, rule: Rule) -> int:
    """Add a rule (id 0) or change one; its number."""
    values = {
        "name": rule.name,
        "kind": rule.kind.value,
        "text": rule.text,
        "block": rule.block,
        "variables": rule.variables,
        "platforms": list(rule.platforms),
        "devices": list(rule.devices),
        "gravity": rule.gravity.value,
        "remedy": rule.remedy,
        "is_on": rule.is_on,
    }
    if not rule.id:
        return await tx.insert(rules, tenant=tx.actor.tenant, **values)
    mine = (rules.c.tenant == tx.actor.tenant, rules.c.id == rule.id)
    await tx.execute(rules.update().where(*mine).values(**values))
    return rule.id


async def remove_rule(tx: Tx, rule_id: int) -> bool:
    """Forget a rule with its waivers."""
    mine = (rules.c.tenant == tx.actor.tenant, rules.c.id == rule_id)
    return bool(await tx.execute(rules.delete().where(*mine)))


async def every_waiver(tx: Tx) -> tuple[Waiver, ...]:
    query = select(waivers).where(waivers.c.tenant == tx.actor.tenant).order_by(waivers.c.id.desc())
    return await tx.rows(query, _waiver)


async def add_waiver(tx: Tx, waiver: Waiver) -> int:
    return await tx.insert(
        waivers,
        tenant=tx.actor.tenant,
        rule_id=waiver.rule_id,
        device_id=waiver.device_id,
        until=waiver.until,
        reason=waiver.reason,
        by=waiver.by,
        at=waiver.at,
    )


async def remove_waiver(tx: Tx, waiver_id: int) -> bool:
    mine = (waivers.c.tenant == tx.actor.tenant, waivers.c.id == waiver_id)
    return bool(await tx.execute(waivers.delete().where(*mine)))


async def every_verdict(tx: Tx) -> dict[int, Judged]:
    """What was found, by device."""
    query = select(verdicts).where(verdicts.c.tenant == tx.actor.tenant)
    return {one.device_id: one for one in await tx.rows(query, _judged)}


async def standing(tx: Tx) -> dict[int, tuple[int, str]]:
    """Which version and which rules each device was judged by: without what was found."""
    query = select(verdicts.c.device_id, verdicts.c.version_id, verdicts.c.rules_rev).where(
        verdicts.c.tenant == tx.actor.tenant
    )
    return dict(await tx.rows(query, _stood))


async def put_verdicts(tx: Tx, judged: Iterable[Judged]) -> None:
    """Replace what was found about some devices."""
    rows = [
        {
            "tenant": tx.actor.tenant,
            "device_id": one.device_id,
            "version_id": one.version_id,
            "rules_rev": one.rules_rev,
            "at": one.at,
            "findings": [_kept(finding) for finding in one.findings],
        }
        for one in judged
    ]

    def write(connection: Connection) -> None:
        for at in range(0, len(rows), _CHUNK):
            part = rows[at : at + _CHUNK]
            connection.execute(
                verdicts.delete().where(
                    verdicts.c.tenant == tx.actor.tenant,
                    verdicts.c.device_id.in_([row["device_id"] for row in part]),
                )
            )
            connection.execute(verdicts.insert(), part)

    await tx.work(write, writes=True)


def _kept(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule_id,
        "verdict": finding.verdict.value,
        "since": finding.since.isoformat(),
        "evidence": [[one.line, one.text] for one in finding.evidence],
    }


def _judged(row: Row[Any]) -> Judged:
    findings = tuple(
        Finding(
            rule_id=int(each["rule"]),
            device_id=row.device_id,
            version_id=row.version_id,
            verdict=Verdict(each["verdict"]),
            at=row.at,
            since=datetime.fromisoformat(each["since"]),
            evidence=tuple(Evidence(text, line) for line, text in each["evidence"]),
        )
        for each in row.findings
    )
    return Judged(row.device_id, row.version_id, row.rules_rev, row.at, findings)


def _stood(row: Row[Any]) -> tuple[int, tuple[int, str]]:
    return row.device_id, (row.version_id, row.rules_rev)


def _rule(row: Row[Any]) -> Rule:
    return Rule(
        id=row.id,
        name=row.name,
        kind=RuleKind(row.kind),
        text=row.text,
        block=row.block,
        variables=row.variables,
        platforms=tuple(row.platforms),
        devices=tuple(row.devices),
        gravity=Gravity(row.gravity),
        remedy=row.remedy,
        is_on=row.is_on,
    )


def _waiver(row: Row[Any]) -> Waiver:
    return Waiver(row.id, row.rule_id, row.device_id, row.until, row.reason, row.by, row.at)
