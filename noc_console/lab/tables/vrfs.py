"""MPLS-L3VPN-STD-MIB (RFC 4382): the customers' networks on the edge of ours."""

from __future__ import annotations

from noc_console.lab.model import Device
from noc_console.lab.tables.protocols import OWN_AS
from noc_console.lab.tree import Builder
from noc_console.lab.world import World
from noc_console.wire import ber

VRF = "1.3.6.1.2.1.10.166.11.1.2.2.1"
VRF_PORT = "1.3.6.1.2.1.10.166.11.1.2.1.1"
NAMES = (("INTERNET", "what transit brings"), ("VOICE", "telephony"), ("BANK-7", "a customer"))
_ROLES = ("edge", "bng")
_INTERNET_CLASS, _ACTIVE = 1, 1


def fill(mib: Builder, world: World, device: Device) -> None:
    """Edges and subscriber gateways have three each; transit ports are in the first."""
    if device.role not in _ROLES:
        return
    for number, (name, words) in enumerate(NAMES, 1):
        mib.row(
            VRF, spelt(name),
            {
                3: (ber.OCTETS, words),
                4: (ber.OCTETS, f"{OWN_AS}:{number}00"),
                6: (ber.INTEGER, 1),
                15: (ber.INTEGER, _ACTIVE),
            },
        )  # fmt: skip
    for port in device.ports:
        if port.link is not None and port.link.purpose == "transit":
            index = (*spelt(NAMES[0][0]), port.if_index)
            mib.row(
                VRF_PORT, index,
                {2: (ber.INTEGER, _INTERNET_CLASS), 5: (ber.INTEGER, _ACTIVE)},
            )  # fmt: skip


def spelt(name: str) -> tuple[int, ...]:
    """A name in an index: its length, then its octets."""
    return (len(name), *name.encode())
