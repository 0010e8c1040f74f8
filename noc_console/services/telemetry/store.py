"""Where each tenant's polling policy is kept. Measurements have their own store."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import JSON, Column, Row, String, Table, select

from noc_console.db.database import Tx, metadata
from noc_console.services.inventory.model import DeviceType
from noc_console.services.telemetry.model import PollPolicy, Tier

poll_policies = Table(
    "poll_policies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("settings", JSON, nullable=False),
)


async def policy(tx: Tx, default: PollPolicy) -> PollPolicy:
    """The tenant's policy; what it does not set, and what this version added, is the default's."""
    statement = select(poll_policies.c.settings).where(poll_policies.c.tenant == tx.actor.tenant)

    def settings(row: Row[Any]) -> dict[str, Any]:
        return dict(row[0])

    kept = await tx.one(statement, settings) or {}
    known = {field.name for field in fields(PollPolicy)}
    set_here = {key: value for key, value in kept.items() if key in known}
    if "tiers" in set_here:
        set_here["tiers"] = tuple(map(_tier, set_here["tiers"]))
    return replace(default, **set_here)


def _tier(kept: dict[str, Any]) -> Tier:
    known = {field.name for field in fields(Tier)}
    given = {key: value for key, value in kept.items() if key in known}
    for many in ("types", "words", "device_ids"):
        given[many] = tuple(given.get(many, ()))
    given["types"] = tuple(map(DeviceType, given["types"]))
    return Tier(**given)


async def save_policy(tx: Tx, settings: dict[str, Any]) -> None:
    """Replace what the tenant has set."""
    mine = poll_policies.c.tenant == tx.actor.tenant
    if not await tx.execute(poll_policies.update().where(mine).values(settings=settings)):
        row = {"tenant": tx.actor.tenant, "settings": settings}
        await tx.execute(poll_policies.insert().values(row))
