"""What the template of a change sees of a device: what the inventory knows of it and around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import Device, Interface, Site
from noc_console.services.inventory.service import InventoryService
from noc_console.services.terminal.customers import customer_of


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for all devices of a plan: it is read once."""

    sites: Mapping[int, Site] = field(default_factory=dict)
    customer_ports: frozenset[int] = frozenset()
    """Interfaces described as a customer's, and that lead to no device of ours."""


async def around(actor: Actor, inventory: InventoryService) -> Around:
    """As the inventory knows it now."""
    sites = {int(site.id): site for site in await inventory.sites(actor)}
    ports = frozenset(int(port.id) for port in await inventory.customer_ports(actor))
    return Around(sites, ports)


def values(
    device: Device,
    ports: Sequence[Interface],
    variables: Mapping[str, str],
    known: Around = Around(),
) -> dict[str, Any]:
    """By the names that templates use; what nobody knows is empty, never undefined."""
    return {
        "device": {
            "name": device.name,
            "address": device.address,
            "platform": device.platform,
            "vendor": device.vendor,
            "model": device.model,
            "version": device.version,
            "serial": device.serial,
            "location": device.location,
            "type": device.type.value,
            "tags": list(device.tags),
        },
        "site": _site(device, known),
        "interfaces": [_interface(port, known) for port in ports],
        "var": dict(variables),
    }


def _site(device: Device, known: Around) -> dict[str, Any]:
    site = None if device.site_id is None else known.sites.get(int(device.site_id))
    return {
        "name": "" if site is None else site.name,
        # Nobody writes addresses of sites down here: it is what the device says (sysLocation).
        "address": device.location,
        "latitude": _or_empty(site.latitude if site else None),
        "longitude": _or_empty(site.longitude if site else None),
    }


def _interface(port: Interface, known: Around) -> dict[str, Any]:
    is_customers = int(port.id) in known.customer_ports
    return {
        "name": port.name,
        "descr": port.descr,
        "alias": port.alias,
        "speed": port.speed_bps,
        "is_up": port.oper_status.value == 1,
        "addresses": list(port.addresses),
        "customer": customer_of(port, is_linked=not is_customers),
    }


def _or_empty(value: float | None) -> float | str:
    return "" if value is None else value
