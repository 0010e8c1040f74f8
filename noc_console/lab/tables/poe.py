"""POWER-ETHERNET-MIB (RFC 3621) with Cisco's milliwatts: what the copper ports feed."""

from __future__ import annotations

from zlib import crc32

from noc_console.lab.model import Device, Port
from noc_console.lab.tables import physical
from noc_console.lab.tree import Builder, Live, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

PORT = "1.3.6.1.2.1.105.1.1.1"
SUPPLY = "1.3.6.1.2.1.105.1.3.1.1"
CISCO_PORT = "1.3.6.1.4.1.9.9.402.1.2.1"
GROUP = 1
BUDGET_W = 740
_SEARCHING, _DELIVERING = 2, 3


def fill(mib: Builder, world: World, device: Device) -> None:
    """Every copper port can give power; those with something to feed do."""
    ports = [port for port in device.ports if port.kind == "ethernet" and not port.optical]
    for number, port in enumerate(ports, 1):
        _row(mib, world, port, number)

    def used(_arg: int, _at: float) -> bytes:
        return unsigned(sum(milliwatts(world, port) for port in ports) // 1000)

    mib.row(
        SUPPLY, (GROUP,),
        {
            2: (ber.GAUGE32, BUDGET_W),
            3: (ber.INTEGER, 1),
            4: (ber.GAUGE32, used),
            5: (ber.INTEGER, 80),
        },
    )  # fmt: skip


def is_fed(port: Port) -> bool:
    """Every second home has its terminal fed over the cable."""
    return port.link is not None and port.link.purpose == "subscriber" and port.position % 2 == 0


def milliwatts(world: World, port: Port) -> int:
    """What hangs on the port draws: nothing while the cable is dead."""
    if not is_fed(port) or not world.is_up(port):
        return 0
    return 3_800 + crc32(port.key.encode()) % 9_000


def _row(mib: Builder, world: World, port: Port, number: int) -> None:
    def state(_arg: int, _at: float) -> bytes:
        return signed(_DELIVERING if milliwatts(world, port) else _SEARCHING)

    draw: Live = lambda _arg, _at: unsigned(milliwatts(world, port))  # noqa: E731 - one of two
    mib.row(
        PORT, (GROUP, number),
        {
            3: (ber.INTEGER, 1),
            4: (ber.INTEGER, 1),
            5: (ber.INTEGER, 1),
            6: (ber.INTEGER, state),
            7: (ber.INTEGER, 3),
            10: (ber.INTEGER, 4),
        },
    )  # fmt: skip
    mib.row(
        CISCO_PORT, (GROUP, number),
        {9: (ber.GAUGE32, draw), 11: (ber.INTEGER, physical.PORT_BASE + port.position)},
    )  # fmt: skip
