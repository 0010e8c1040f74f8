"""BRIDGE-MIB and Q-BRIDGE-MIB: which addresses a switch has heard, and where."""

from __future__ import annotations

from collections import deque

from noc_console.lab.model import Device, Link, Plan, Port
from noc_console.lab.tree import Builder, Cell
from noc_console.lab.world import World
from noc_console.wire import ber

BRIDGE = "1.3.6.1.2.1.17"
MANAGEMENT_VLAN = 99
SUBSCRIBER_VLAN = 100
_LEARNED = 3
_LAYER_2 = ("access", "management")


def fill(mib: Builder, world: World, device: Device) -> None:
    if not device.character.has_bridge:
        return
    bridged = [port for port in device.ports if port.kind == "ethernet"]
    mib.scalar(f"{BRIDGE}.1.1", ber.OCTETS, device.mac)
    mib.scalar(f"{BRIDGE}.1.2", ber.INTEGER, len(bridged))
    mib.scalar(f"{BRIDGE}.1.3", ber.INTEGER, 2)
    for port in bridged:
        number = bridge_port(port)
        cells: dict[int, Cell] = {
            1: (ber.INTEGER, number),
            2: (ber.INTEGER, port.if_index),
            3: (ber.OID, "0.0"),
        }
        mib.row(f"{BRIDGE}.1.4.1", (number,), cells)
        mib.cell(f"{BRIDGE}.7.1.4.5.1.1", (number,), ber.GAUGE32, pvid(port))
    for vlan in sorted({MANAGEMENT_VLAN, *(pvid(port) for port in bridged)}):
        mib.row(
            f"{BRIDGE}.7.1.4.3.1", (vlan,),
            {1: (ber.OCTETS, vlan_name(vlan)), 5: (ber.INTEGER, 1)},
        )  # fmt: skip
    for mac, port, vlan in heard(world.plan, device):
        _entry(mib, world, port, mac, vlan)


def bridge_port(port: Port) -> int:
    """dot1dBasePort: not the ifIndex, as on real switches."""
    return port.position + 1


def pvid(port: Port) -> int:
    """The VLAN of untagged frames."""
    return SUBSCRIBER_VLAN if port.link and port.link.purpose == "subscriber" else MANAGEMENT_VLAN


def vlan_name(vlan: int) -> str:
    return {MANAGEMENT_VLAN: "management", SUBSCRIBER_VLAN: "internet"}.get(vlan, f"vlan{vlan}")


def heard(plan: Plan, device: Device) -> list[tuple[bytes, Port, int]]:
    """MAC address, port and VLAN of everything the switch has learned."""
    found = [
        (mac, device.ports[position], SUBSCRIBER_VLAN)
        for position, macs in device.clients.items()
        for mac in macs
    ]
    return found + [(far.mac, port, MANAGEMENT_VLAN) for far, port in behind(plan, device)]


def behind(plan: Plan, device: Device) -> list[tuple[Device, Port]]:
    """Every device of the layer-2 network with the port of ours it is behind (shortest way)."""
    seen = {device.name}
    found: list[tuple[Device, Port]] = []
    queue: deque[tuple[Device, Port]] = deque()

    def spread(here: Device, first: Port | None) -> None:
        for port in here.ports:
            far = port.far
            if far is None or not _is_layer_2(port.link) or far.device.name in seen:
                continue
            seen.add(far.device.name)
            queue.append((far.device, first or port))

    spread(device, None)
    while queue:
        here, first = queue.popleft()
        found.append((here, first))
        spread(here, first)
    return found


def _is_layer_2(link: Link | None) -> bool:
    return link is not None and link.purpose in _LAYER_2


def _entry(mib: Builder, world: World, port: Port, mac: bytes, vlan: int) -> None:
    number, index = bridge_port(port), tuple(mac)
    plain: dict[int, Cell] = {
        1: (ber.OCTETS, mac),
        2: (ber.INTEGER, number),
        3: (ber.INTEGER, _LEARNED),
    }
    tagged: dict[int, Cell] = {2: (ber.INTEGER, number), 3: (ber.INTEGER, _LEARNED)}
    exists = world.while_up(port)
    mib.row(f"{BRIDGE}.4.3.1", index, plain, exists=exists)
    mib.row(f"{BRIDGE}.7.1.2.2.1", (vlan, *index), tagged, exists=exists)
