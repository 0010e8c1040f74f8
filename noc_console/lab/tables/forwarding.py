"""IP-FORWARD-MIB (RFC 4292): the routes of the core, so that a crawl can follow them.

Routes lead to the other routers' addresses along the shortest way of the whole network; a route
whose first link is down is gone until the link is back.
"""

from __future__ import annotations

from collections import deque
from ipaddress import IPv4Interface

from noc_console.lab.model import Device, Port
from noc_console.lab.tables.neighbours import octets
from noc_console.lab.tree import Builder, Guard
from noc_console.lab.world import World
from noc_console.wire import ber

CIDR = "1.3.6.1.2.1.4.24.4.1"
INET = "1.3.6.1.2.1.4.24.7.1"
LOCAL, REMOTE = 3, 4
_OWN, _OSPF, _BGP = 2, 13, 14


def fill(mib: Builder, world: World, device: Device) -> None:
    if not device.is_router:
        return
    for port in device.ports:
        if port.address:
            network = IPv4Interface(f"{port.address}/{port.prefix}").network
            _route(mib, str(network.network_address), port.prefix, "0.0.0.0", port, LOCAL, _OWN,
                   exists=world.while_up(port))  # fmt: skip
            if port.alias.startswith("transit"):
                provider = str(network.network_address + 2)
                _route(mib, "0.0.0.0", 0, provider, port, REMOTE, _BGP, exists=world.while_up(port))
    for router, first in first_hops(device):
        far = first.far
        assert far is not None
        _route(mib, router.router_id, 32, far.address, first, REMOTE, _OSPF,
               exists=world.while_up(first))  # fmt: skip


def first_hops(device: Device) -> list[tuple[Device, Port]]:
    """Every other router, with the port of ours on the way there (fewest hops)."""
    seen = {device.name}
    found: list[tuple[Device, Port]] = []
    queue: deque[tuple[Device, Port | None]] = deque([(device, None)])
    while queue:
        here, first = queue.popleft()
        for port in here.ports:
            far = port.far
            if far is None or not port.address or not far.device.is_router:
                continue
            if far.device.name not in seen:
                seen.add(far.device.name)
                found.append((far.device, first or port))
                queue.append((far.device, first or port))
    return found


def _route(
    mib: Builder, destination: str, prefix: int, next_hop: str, port: Port, kind: int,
    protocol: int, *, exists: Guard,
) -> None:  # fmt: skip
    mask = str(IPv4Interface(f"0.0.0.0/{prefix}").netmask)
    to, via = octets(destination), octets(next_hop)
    mib.row(
        CIDR, (*to, *octets(mask), 0, *via),
        {
            1: (ber.IP, destination),
            2: (ber.IP, mask),
            3: (ber.INTEGER, 0),
            4: (ber.IP, next_hop),
            5: (ber.INTEGER, port.if_index),
            6: (ber.INTEGER, kind),
            7: (ber.INTEGER, protocol),
            11: (ber.INTEGER, 1),
            16: (ber.INTEGER, 1),
        },
        exists=exists,
    )  # fmt: skip
    mib.row(
        INET, (1, 4, *to, prefix, 2, 0, 0, 1, 4, *via),
        {
            7: (ber.INTEGER, port.if_index),
            8: (ber.INTEGER, kind),
            9: (ber.INTEGER, protocol),
            12: (ber.INTEGER, 1),
            17: (ber.INTEGER, 1),
        },
        exists=exists,
    )  # fmt: skip
