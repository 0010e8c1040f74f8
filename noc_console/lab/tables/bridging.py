"""BRIDGE-MIB and Q-BRIDGE-MIB: which addresses a switch has heard, and where."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from noc_console.lab.model import Device, Link, Plan, Port
from noc_console.lab.tree import Builder, Cell, Live, signed
from noc_console.lab.world import World
from noc_console.wire import ber

BRIDGE = "1.3.6.1.2.1.17"
MANAGEMENT_VLAN = 99
SUBSCRIBER_VLAN = 100
VOICE_VLAN, TELEVISION_VLAN, BUSINESS_VLAN = 110, 120, 200
SERVICES = (SUBSCRIBER_VLAN, VOICE_VLAN, TELEVISION_VLAN, BUSINESS_VLAN)
"""What trunks carry tagged."""
_NAMES = {
    MANAGEMENT_VLAN: "management",
    SUBSCRIBER_VLAN: "internet",
    VOICE_VLAN: "voice",
    TELEVISION_VLAN: "television",
    BUSINESS_VLAN: "business",
}
AGGREGATION_PRIORITY, USUAL_PRIORITY = 8192, 32768
"""Of spanning tree: aggregation switches become roots."""
_DISABLED, _BLOCKING, _FORWARDING = 1, 2, 5
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
    for vlan in sorted({vlan for port in bridged for vlan in (pvid(port), *tagged(port))}):
        untagged_ports = [port for port in bridged if pvid(port) == vlan]
        every = untagged_ports + [port for port in bridged if vlan in tagged(port)]
        mib.row(
            f"{BRIDGE}.7.1.4.3.1", (vlan,),
            {
                1: (ber.OCTETS, vlan_name(vlan)),
                2: (ber.OCTETS, port_list(every, len(device.ports))),
                3: (ber.OCTETS, port_list([], len(device.ports))),
                4: (ber.OCTETS, port_list(untagged_ports, len(device.ports))),
                5: (ber.INTEGER, 1),
            },
        )  # fmt: skip
    _spanning_tree(mib, world, device, bridged)
    for mac, port, vlan in heard(world.plan, device):
        _entry(mib, world, port, mac, vlan)


def bridge_port(port: Port) -> int:
    """dot1dBasePort: not the ifIndex, as on real switches."""
    return port.position + 1


def pvid(port: Port) -> int:
    """The VLAN of untagged frames."""
    return SUBSCRIBER_VLAN if port.link and port.link.purpose == "subscriber" else MANAGEMENT_VLAN


def tagged(port: Port) -> tuple[int, ...]:
    """The VLANs of tagged frames: every service on a trunk, voice and television at some homes."""
    if port.link is None or not port.is_physical:
        return ()
    if port.link.purpose == "access":
        return SERVICES
    if port.link.purpose == "subscriber" and port.position % 3 == 0:
        return (VOICE_VLAN, TELEVISION_VLAN)
    return ()


def vlan_name(vlan: int) -> str:
    return _NAMES.get(vlan, f"vlan{vlan}")


def port_list(ports: Iterable[Port], count: int) -> bytes:
    """PortList (RFC 4363): a bit for each bridge port, the first the highest of its octet."""
    octets = bytearray(-(-count // 8))
    for port in ports:
        at = bridge_port(port) - 1
        octets[at // 8] |= 0x80 >> at % 8
    return bytes(octets)


def priority(device: Device) -> int:
    return AGGREGATION_PRIORITY if device.role == "agg" else USUAL_PRIORITY


def bridge_id(device: Device) -> bytes:
    """Priority and address: the least in a network is its root."""
    return priority(device).to_bytes(2, "big") + device.mac


def _spanning_tree(mib: Builder, world: World, device: Device, bridged: Sequence[Port]) -> None:
    """BRIDGE-MIB's dot1dStp: the way to the root is the shortest one."""
    bridges = {far: port for far, port in behind(world.plan, device) if far.character.has_bridge}
    root = min([device, *bridges], key=bridge_id)
    towards = None if root is device else bridges[root]
    mib.scalar(f"{BRIDGE}.2.1", ber.INTEGER, 3)
    mib.scalar(f"{BRIDGE}.2.2", ber.INTEGER, priority(device))
    mib.scalar(f"{BRIDGE}.2.5", ber.OCTETS, bridge_id(root))
    mib.scalar(f"{BRIDGE}.2.6", ber.INTEGER, 0 if towards is None else path_cost(towards))
    mib.scalar(f"{BRIDGE}.2.7", ber.INTEGER, 0 if towards is None else bridge_port(towards))
    for port in bridged:
        mib.row(
            f"{BRIDGE}.2.15.1", (bridge_port(port),),
            {
                1: (ber.INTEGER, bridge_port(port)),
                2: (ber.INTEGER, 128),
                3: (ber.INTEGER, _port_state(world, device, port, towards)),
                4: (ber.INTEGER, 1),
                5: (ber.INTEGER, path_cost(port)),
                6: (ber.OCTETS, bridge_id(root)),
                8: (ber.OCTETS, bridge_id(device)),
            },
        )  # fmt: skip


def _port_state(world: World, device: Device, port: Port, towards: Port | None) -> Live:
    """Forwarding, but of two ways to the root's side the worse one waits."""
    far = port.far
    is_spare = (
        far is not None
        and towards is not None
        and port is not towards
        and _is_layer_2(port.link)
        and far.device.character.has_bridge
        and bridge_id(far.device) < bridge_id(device)
    )
    open_state = _BLOCKING if is_spare else _FORWARDING
    return lambda _arg, _at: signed(open_state if world.is_up(port) else _DISABLED)


def path_cost(port: Port) -> int:
    """IEEE 802.1D-2004: 20 Tbit/s by the speed."""
    return 20_000_000 // max(1, port.speed)


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
    in_vlan: dict[int, Cell] = {2: (ber.INTEGER, number), 3: (ber.INTEGER, _LEARNED)}
    exists = world.while_up(port)
    mib.row(f"{BRIDGE}.4.3.1", index, plain, exists=exists)
    mib.row(f"{BRIDGE}.7.1.2.2.1", (vlan, *index), in_vlan, exists=exists)
