"""BGP4-MIB (RFC 4273) and OSPF-MIB (RFC 4750): what the routers say to each other."""

from __future__ import annotations

from noc_console.lab.model import BgpPeer, Device, Port
from noc_console.lab.tables.neighbours import octets
from noc_console.lab.tree import Builder, Live, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

OWN_AS = 64_500
BGP = "1.3.6.1.2.1.15"
OSPF = "1.3.6.1.2.1.14"
ESTABLISHED, ACTIVE = 6, 3
FULL, DOWN = 8, 1


def fill(mib: Builder, world: World, device: Device) -> None:
    if not device.is_router:
        return
    if device.peers:
        mib.scalar(f"{BGP}.1", ber.OCTETS, b"\x10")
        mib.scalar(f"{BGP}.2", ber.INTEGER, OWN_AS)
        mib.scalar(f"{BGP}.4", ber.IP, device.router_id)
        for peer in device.peers:
            _peer(mib, world, device, peer)
    _ospf(mib, world, device)


def ospf_neighbours(device: Device) -> list[tuple[Port, Port]]:
    """Our port and the neighbour's, on every routed link inside the network."""
    return [
        (port, port.far)
        for port in device.ports
        if port.far is not None and port.address and port.far.address and port.far.device.is_router
    ]


def established_for(world: World, device: Device, peer: BgpPeer, at: float) -> float:
    """Seconds a session has stood (or been down)."""
    since = world.node(device).boot_at + 40
    if peer.port is not None:
        since = max(since, world.last_change(peer.port) + 3)
    elif peer.far is not None:
        since = max(since, world.node(peer.far).boot_at + 40)
    return max(0.0, at - since)


def _peer(mib: Builder, world: World, device: Device, peer: BgpPeer) -> None:
    def state(_arg: int, _at: float) -> bytes:
        return signed(ESTABLISHED if world.session_up(peer) else ACTIVE)

    def updates(every_s: float) -> Live:
        return lambda _arg, at: unsigned(world.uptime(device, at) / every_s)

    def since(_arg: int, at: float) -> bytes:
        return unsigned(established_for(world, device, peer, at))

    mib.row(
        f"{BGP}.3.1", octets(peer.address),
        {
            1: (ber.IP, peer.far.router_id if peer.far else peer.address),
            2: (ber.INTEGER, state),
            3: (ber.INTEGER, 2),
            4: (ber.INTEGER, 4),
            5: (ber.IP, peer.local),
            6: (ber.INTEGER, 179),
            7: (ber.IP, peer.address),
            8: (ber.INTEGER, 30_000 + peer.prefixes % 20_000),
            9: (ber.INTEGER, peer.remote_as),
            10: (ber.COUNTER32, updates(2.7 if not peer.far else 31)),
            11: (ber.COUNTER32, updates(95)),
            12: (ber.COUNTER32, updates(2.2 if not peer.far else 25)),
            13: (ber.COUNTER32, updates(26)),
            14: (ber.OCTETS, b"\x00\x00"),
            15: (ber.COUNTER32, 1),
            16: (ber.GAUGE32, since),
            18: (ber.INTEGER, 90),
            19: (ber.INTEGER, 30),
            20: (ber.INTEGER, 90),
            21: (ber.INTEGER, 30),
        },
    )  # fmt: skip


def _ospf(mib: Builder, world: World, device: Device) -> None:
    mib.scalar(f"{OSPF}.1.1", ber.IP, device.router_id)
    mib.scalar(f"{OSPF}.1.2", ber.INTEGER, 1)
    mib.scalar(f"{OSPF}.1.3", ber.INTEGER, 2)
    mib.row(
        f"{OSPF}.2.1", (0, 0, 0, 0),
        {1: (ber.IP, "0.0.0.0"), 2: (ber.INTEGER, 0), 3: (ber.INTEGER, 1), 10: (ber.INTEGER, 1)},
    )  # fmt: skip
    for port, far in ospf_neighbours(device):
        _ospf_link(mib, world, port, far)


def _ospf_link(mib: Builder, world: World, port: Port, far: Port) -> None:
    def adjacency(_arg: int, _at: float) -> bytes:
        return signed(FULL if world.is_up(port) else DOWN)

    def interface(_arg: int, _at: float) -> bytes:
        return signed(4 if world.is_up(port) else DOWN)

    mib.row(
        f"{OSPF}.7.1", (*octets(port.address), 0),
        {
            1: (ber.IP, port.address),
            2: (ber.INTEGER, 0),
            3: (ber.IP, "0.0.0.0"),
            4: (ber.INTEGER, 3),
            5: (ber.INTEGER, 1),
            12: (ber.INTEGER, interface),
        },
    )  # fmt: skip
    mib.row(
        f"{OSPF}.10.1", (*octets(far.address), 0),
        {
            1: (ber.IP, far.address),
            2: (ber.INTEGER, 0),
            3: (ber.IP, far.device.router_id),
            4: (ber.INTEGER, 2),
            5: (ber.INTEGER, 1),
            6: (ber.INTEGER, adjacency),
            7: (ber.COUNTER32, 6),
        },
    )  # fmt: skip
