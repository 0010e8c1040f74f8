"""IP-MIB: addresses, ARP and forwarding, in the old tables and in the new ones (RFC 4293)."""

from __future__ import annotations

from ipaddress import IPv4Interface

from noc_console.lab.model import Device, Port
from noc_console.lab.tables import bridging
from noc_console.lab.tables.neighbours import octets
from noc_console.lab.tree import Builder, Cell
from noc_console.lab.world import World
from noc_console.wire import ber

IP = "1.3.6.1.2.1.4"
_PREFIX_ROW = f"{IP}.32.1.5"


def fill(mib: Builder, world: World, device: Device) -> None:
    mib.scalar(f"{IP}.1", ber.INTEGER, 1 if device.is_router else 2)
    mib.scalar(f"{IP}.2", ber.INTEGER, 64)
    for port in device.ports:
        if port.address:
            _address(mib, port)
    for port, address, mac, far in arp(world, device):
        _arp(mib, world, port, address, mac, far)


def arp(world: World, device: Device) -> list[tuple[Port, str, bytes, Device | None]]:
    """Whom the device has resolved: neighbours on its links, and the management VLAN's members."""
    found: list[tuple[Port, str, bytes, Device | None]] = []
    for port in device.ports:
        far = port.far
        if port.address and far is not None and far.address:
            found.append((port, far.address, far.mac, far.device))
    if not device.is_router:
        vlan = next((port for port in device.ports if port.kind == "vlan"), None)
        found += [
            (vlan or near, other.address, other.mac, other)
            for other, near in bridging.behind(world.plan, device)
            if device.role == "agg" or (near.far is not None and near.far.device is other)
        ]
    return found


def _address(mib: Builder, port: Port) -> None:
    interface = IPv4Interface(f"{port.address}/{port.prefix}")
    index = octets(port.address)
    mib.row(
        f"{IP}.20.1", index,
        {
            1: (ber.IP, port.address),
            2: (ber.INTEGER, port.if_index),
            3: (ber.IP, str(interface.netmask)),
            4: (ber.INTEGER, 1),
        },
    )  # fmt: skip
    network = octets(str(interface.network.network_address))
    row = f"{_PREFIX_ROW}.{port.if_index}.1.4.{'.'.join(map(str, network))}.{port.prefix}"
    mib.row(
        f"{IP}.34.1", (1, 4, *index),
        {
            3: (ber.INTEGER, port.if_index),
            4: (ber.INTEGER, 1),
            5: (ber.OID, row),
            6: (ber.INTEGER, 2),
            7: (ber.INTEGER, 1),
        },
    )  # fmt: skip


def _arp(
    mib: Builder, world: World, port: Port, address: str, mac: bytes, far: Device | None
) -> None:
    # Entries of a device that fell silent age away; here at once.
    exists = world.while_alive(far) if far is not None else None
    old: dict[int, Cell] = {
        1: (ber.INTEGER, port.if_index),
        2: (ber.OCTETS, mac),
        3: (ber.IP, address),
        4: (ber.INTEGER, 3),
    }
    mib.row(f"{IP}.22.1", (port.if_index, *octets(address)), old, exists=exists)
    new: dict[int, Cell] = {4: (ber.OCTETS, mac), 6: (ber.INTEGER, 3), 7: (ber.INTEGER, 1)}
    mib.row(f"{IP}.35.1", (port.if_index, 1, 4, *octets(address)), new, exists=exists)
