"""What templates see of a device: the same words in changes and in what configurations should be.

What the inventory knows of it and around it, as plain values; what nobody knows is empty, never
undefined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import Device, Interface, OperStatus, Site
from noc_console.services.inventory.service import InventoryService
from noc_console.services.terminal.customers import customer_of


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for all devices: it is read once."""

    sites: Mapping[int, Site] = field(default_factory=dict)
    customer_ports: frozenset[int] = frozenset()
    """Interfaces described as a customer's, and that lead to no device of ours."""


NOTHING = Around()


async def around(actor: Actor, inventory: InventoryService) -> Around:
    """As the inventory knows it now."""
    sites = {int(site.id): site for site in await inventory.sites(actor)}
    ports = frozenset(int(port.id) for port in await inventory.customer_ports(actor))
    return Around(sites, ports)


def of_device(device: Device) -> dict[str, Any]:
    """`device.name`, `device.tags` …"""
    return {
        "name": device.name,
        "address": device.address,
        "platform": device.platform,
        "vendor": device.vendor,
        "model": device.model,
        "version": device.version,
        "serial": device.serial,
        "location": device.location,
        "contact": device.contact,
        "type": device.type.value,
        "tags": list(device.tags),
    }


def of_site(device: Device, known: Around) -> dict[str, Any]:
    """`site.name`, `site.address` …"""
    site = None if device.site_id is None else known.sites.get(int(device.site_id))
    return {
        "name": "" if site is None else site.name,
        # Nobody writes addresses of sites down here: it is what the device says (sysLocation).
        "address": device.location,
        "latitude": _or_empty(site.latitude if site else None),
        "longitude": _or_empty(site.longitude if site else None),
    }


def of_interfaces(ports: Sequence[Interface], known: Around) -> list[dict[str, Any]]:
    """Each with `name`, `descr`, `customer` …"""
    return [_interface(port, known) for port in ports]


def _interface(port: Interface, known: Around) -> dict[str, Any]:
    is_customers = int(port.id) in known.customer_ports
    return {
        "name": port.name,
        "descr": port.descr,
        "alias": port.alias,
        "type": port.type,
        "speed": port.speed_bps,
        "mtu": port.mtu,
        "mac": port.mac,
        "is_enabled": port.admin_up,
        "is_up": port.oper_status is OperStatus.UP,
        "is_member": port.lag_index is not None,
        "addresses": list(port.addresses),
        "customer": customer_of(port, is_linked=not is_customers),
    }


def _or_empty(value: float | None) -> float | str:
    return "" if value is None else value
