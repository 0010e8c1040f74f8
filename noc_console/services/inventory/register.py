"""Where decisions about links are kept: an append-only register."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from noc_console.db.database import Tx
from noc_console.services.inventory import store
from noc_console.services.inventory.decisions import Decision, Verdict, standing

decisions = store.decisions


async def append(tx: Tx, one: Decision) -> int:
    """Add an entry; the answer is its id."""
    return await tx.insert(
        decisions,
        tenant=tx.actor.tenant,
        at=one.at,
        actor=one.actor,
        verdict=one.verdict.value,
        a_device=one.a_device,
        a_interface=one.a_interface,
        b_device=one.b_device,
        b_interface=one.b_interface,
        speed_bps=one.speed_bps,
        reason=one.reason,
    )


async def entries(tx: Tx, *, devices: Collection[int] = ()) -> tuple[Decision, ...]:
    """The register, oldest first; only what is about these devices when some are named."""
    query = select(decisions).where(decisions.c.tenant == tx.actor.tenant)
    if devices:
        known = sorted(devices)
        query = query.where(or_(decisions.c.a_device.in_(known), decisions.c.b_device.in_(known)))
    return await tx.rows(query.order_by(decisions.c.id), _decision)


def standing_about(
    connection: Connection, tenant: str, numbers: Collection[int]
) -> tuple[Decision, ...]:
    """The decisions that count about links of these devices."""
    query = select(decisions).where(decisions.c.tenant == tenant)
    rows = {
        row.id: _decision(row)
        for column in (decisions.c.a_device, decisions.c.b_device)
        for row in store.inside(connection, query, column, numbers)
    }
    return standing(rows[number] for number in sorted(rows))


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        at=row.at,
        actor=row.actor,
        verdict=Verdict(row.verdict),
        a_device=row.a_device,
        a_interface=row.a_interface,
        b_device=row.b_device,
        b_interface=row.b_interface,
        speed_bps=row.speed_bps,
        reason=row.reason,
    )
