"""Who may speak from which address: for what comes in unasked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from noc_console.db.database import Tx
from noc_console.services.inventory import store
from noc_console.services.inventory.model import DeviceId


@dataclass(frozen=True, slots=True)
class Sender:
    """An address, and the device that has it."""

    address: str
    device_id: DeviceId
    device_name: str
    answered: bool
    """Whether the device answered there; else the address is one of its interfaces."""


async def senders(tx: Tx) -> tuple[Sender, ...]:
    """Every address a device is known to have, with the device's name."""
    held, devices = store.addresses.c, store.devices
    statement = (
        select(held.address, held.device_id, held.port, devices.c.name)
        .join(devices, devices.c.id == held.device_id)
        .where(held.tenant == tx.actor.tenant)
    )
    return await tx.rows(
        statement, lambda row: Sender(row.address, DeviceId(row.device_id), row.name, row.port > 0)
    )
