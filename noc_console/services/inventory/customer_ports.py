"""Ports that lead to a customer, as far as their descriptions tell."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Row, Select, func, or_, select, union

from noc_console.db.database import Tx
from noc_console.services.inventory import store
from noc_console.services.inventory.model import DeviceId, InterfaceId

WORDS = ("customer", "subscriber", "kunde", "cliente", "client ", "abonn", "cust:", "cust-")
"""How operators mark such a port in its description; case does not matter."""


def is_customers(alias: str) -> bool:
    """Whether a port's description marks it as a customer's."""
    alias = alias.lower()
    return any(word in alias for word in WORDS)


class CustomerPort(NamedTuple):
    """One port with a customer behind it."""

    id: InterfaceId
    device_id: DeviceId


async def customer_ports(tx: Tx) -> tuple[CustomerPort, ...]:
    """Ports described as a customer's that lead to no device of ours and are still there."""
    table, links, tenant = store.interfaces, store.links, tx.actor.tenant
    ends = union(
        select(links.c.a_interface.label("id")).where(links.c.tenant == tenant),
        select(links.c.b_interface.label("id")).where(links.c.tenant == tenant),
    ).subquery()
    alias = func.lower(table.c.alias)
    query: Select[tuple[int, int]] = (
        select(table.c.id, table.c.device_id)
        .where(
            table.c.tenant == tenant,
            table.c.if_index > 0,
            or_(*(alias.contains(word) for word in WORDS)),
            table.c.id.not_in(select(ends.c.id).where(ends.c.id.is_not(None))),
        )
        .order_by(table.c.id)
    )
    return await tx.rows(query, _port)


def _port(row: Row[tuple[int, int]]) -> CustomerPort:
    return CustomerPort(InterfaceId(row.id), DeviceId(row.device_id))
