"""Where operators' rules are kept: every step of every rule, append-only; the newest counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Row, String, Table, Text, func, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.detection.model import Family, RuleChange

alarm_rule_steps = Table(
    "alarm_rule_steps",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("family", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("what", String, nullable=False),
    Column("toml", Text, nullable=False),
    Index(None, "tenant", "rule_id", "id"),
    sqlite_autoincrement=True,
)


async def standing(tx: Tx) -> dict[Family, dict[str, str]]:
    """The texts of the rules that are ours no longer, by family and id."""
    steps = alarm_rule_steps
    newest = (
        select(func.max(steps.c.id))
        .where(steps.c.tenant == tx.actor.tenant)
        .group_by(steps.c.rule_id)
    )
    query = select(steps.c.family, steps.c.rule_id, steps.c.toml).where(
        steps.c.id.in_(newest), steps.c.toml != ""
    )

    def text(row: Row[Any]) -> tuple[str, str, str]:
        return row.family, row.rule_id, row.toml

    found: dict[Family, dict[str, str]] = {family: {} for family in Family}
    for family, rule_id, toml in await tx.rows(query.order_by(steps.c.id), text):
        found[Family(family)][rule_id] = toml
    return found


async def history(tx: Tx, rule_id: str) -> tuple[RuleChange, ...]:
    """Everything that happened to a rule, oldest first."""
    steps = alarm_rule_steps
    query = select(steps).where(steps.c.tenant == tx.actor.tenant, steps.c.rule_id == rule_id)
    return await tx.rows(query.order_by(steps.c.id), _change)


async def add(tx: Tx, family: Family, rule_id: str, *, what: str, toml: str, at: datetime) -> None:
    """One more step."""
    await tx.insert(
        alarm_rule_steps,
        tenant=tx.actor.tenant,
        family=family.value,
        rule_id=rule_id,
        at=at,
        by=tx.actor.name,
        what=what,
        toml=toml,
    )


def _change(row: Row[Any]) -> RuleChange:
    return RuleChange(row.id, row.rule_id, row.at, row.by, row.what, row.toml)
