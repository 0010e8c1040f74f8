"""LLDP-MIB (IEEE 802.1AB-2005) and CISCO-CDP-MIB: who is at the other end of each cable."""

from __future__ import annotations

from noc_console.lab.model import Device, Port
from noc_console.lab.tree import Builder
from noc_console.lab.world import World
from noc_console.wire import ber

LLDP = "1.0.8802.1.1.2.1"
CDP = "1.3.6.1.4.1.9.9.23.1"
MAC_SUBTYPE = 4
_ROUTER_BIT, _BRIDGE_BIT, _WLAN_BIT, _STATION_BIT = 0x08, 0x20, 0x10, 0x01


def octets(address: str) -> tuple[int, ...]:
    """An IPv4 address as an index."""
    return tuple(map(int, address.split(".")))


def capabilities(device: Device) -> bytes:
    """LldpSystemCapabilitiesMap: bit 0 is the most significant."""
    if device.role == "srv":
        return bytes((_STATION_BIT, 0))
    bits = _ROUTER_BIT if device.is_router else 0
    bits |= _BRIDGE_BIT if device.character.has_bridge else 0
    bits |= _WLAN_BIT if device.role == "ap" else 0
    return bytes((bits or _ROUTER_BIT, 0))


def fill(mib: Builder, world: World, device: Device) -> None:
    if "lldp" in device.character.speaks:
        _lldp_local(mib, device)
        for local, far in device.neighbours("lldp"):
            _lldp_remote(mib, world, local, far)
    if "cdp" in device.character.speaks:
        mib.scalar(f"{CDP}.3.1", ber.INTEGER, 1)
        mib.scalar(f"{CDP}.3.4", ber.OCTETS, device.name)
        for local, far in device.neighbours("cdp"):
            _cdp(mib, world, local, far)


def _lldp_local(mib: Builder, device: Device) -> None:
    system = capabilities(device)
    mib.scalar(f"{LLDP}.3.1", ber.INTEGER, MAC_SUBTYPE)
    mib.scalar(f"{LLDP}.3.2", ber.OCTETS, device.mac)
    mib.scalar(f"{LLDP}.3.3", ber.OCTETS, device.name)
    mib.scalar(f"{LLDP}.3.4", ber.OCTETS, device.character.describe(device))
    mib.scalar(f"{LLDP}.3.5", ber.OCTETS, system)
    mib.scalar(f"{LLDP}.3.6", ber.OCTETS, system)
    for port in device.ports:
        if port.kind == "ethernet":
            mib.row(
                f"{LLDP}.3.7.1", (device.character.lldp_port_number(port),),
                {
                    2: (ber.INTEGER, device.character.port_id_subtype),
                    3: (ber.OCTETS, device.character.lldp_port_id(port)),
                    4: (ber.OCTETS, port.alias or port.name),
                },
            )  # fmt: skip
    address = octets(device.address)
    mib.row(
        f"{LLDP}.3.8.1", (1, 4, *address),
        {
            3: (ber.INTEGER, 5),
            4: (ber.INTEGER, 2),
            5: (ber.INTEGER, device.ports[0].if_index),
            6: (ber.OID, "0.0"),
        },
    )  # fmt: skip


def _lldp_remote(mib: Builder, world: World, local: Port, far: Port) -> None:
    exists = world.while_up(local)
    number = local.device.character.lldp_port_number(local)
    index = (0, number, local.position + 1)
    device = far.device
    system = capabilities(device)
    mib.row(
        f"{LLDP}.4.1.1", index,
        {
            4: (ber.INTEGER, MAC_SUBTYPE),
            5: (ber.OCTETS, device.mac),
            6: (ber.INTEGER, device.character.port_id_subtype),
            7: (ber.OCTETS, device.character.lldp_port_id(far)),
            8: (ber.OCTETS, far.alias or far.name),
            9: (ber.OCTETS, device.name),
            10: (ber.OCTETS, device.character.describe(device)),
            11: (ber.OCTETS, system),
            12: (ber.OCTETS, system),
        },
        exists=exists,
    )  # fmt: skip
    mib.row(
        f"{LLDP}.4.2.1", (*index, 1, 4, *octets(device.address)),
        {
            3: (ber.INTEGER, 2),
            4: (ber.INTEGER, device.ports[0].if_index),
            5: (ber.OID, "0.0"),
        },
        exists=exists,
    )  # fmt: skip


def _cdp(mib: Builder, world: World, local: Port, far: Port) -> None:
    device = far.device
    mib.row(
        f"{CDP}.2.1.1", (local.if_index, local.position + 1),
        {
            3: (ber.INTEGER, 1),
            4: (ber.OCTETS, bytes(octets(device.address))),
            5: (ber.OCTETS, device.character.describe(device)[:250]),
            6: (ber.OCTETS, device.name),
            7: (ber.OCTETS, far.name),
            8: (ber.OCTETS, f"cisco {device.character.model}"),
            9: (ber.OCTETS, bytes((0, 0, 0, 0x29))),
            12: (ber.INTEGER, 3),
        },
        exists=world.while_up(local),
    )  # fmt: skip
