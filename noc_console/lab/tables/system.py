"""SNMPv2-MIB, SNMP-FRAMEWORK-MIB: who the agent is."""

from __future__ import annotations

from noc_console.lab.model import Device
from noc_console.lab.tree import Builder, Cell, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

SYSTEM = "1.3.6.1.2.1.1"
SNMP = "1.3.6.1.2.1.11"
ENGINE = "1.3.6.1.6.3.10.2.1"
_MODULES = (
    ("1.3.6.1.6.3.1", "The MIB module for SNMPv2 entities"),
    ("1.3.6.1.2.1.31", "The MIB module to describe generic objects for network interfaces"),
    ("1.3.6.1.6.3.10.3.1.1", "The SNMP Management Architecture MIB."),
)


def engine_id(device: Device) -> bytes:
    """RFC 3411 §5: the vendor's enterprise number, then format 3, the MAC address."""
    return (0x80000000 | device.character.enterprise).to_bytes(4, "big") + b"\x03" + device.mac


def fill(mib: Builder, world: World, device: Device) -> None:
    character = device.character
    node = world.node(device)

    def uptime(_arg: int, at: float) -> bytes:
        return unsigned(world.uptime(device, at) * 100)

    mib.scalar(f"{SYSTEM}.1", ber.OCTETS, character.describe(device))
    mib.scalar(f"{SYSTEM}.2", ber.OID, character.object_id)
    mib.scalar(f"{SYSTEM}.3", ber.TIMETICKS, uptime)
    mib.scalar(f"{SYSTEM}.4", ber.OCTETS, character.contact)
    mib.scalar(f"{SYSTEM}.5", ber.OCTETS, device.name)
    mib.scalar(f"{SYSTEM}.6", ber.OCTETS, device.location)
    mib.scalar(f"{SYSTEM}.7", ber.INTEGER, character.services)
    mib.scalar(f"{SYSTEM}.8", ber.TIMETICKS, 0)
    for number, (module, text) in enumerate(_MODULES, 1):
        cells: dict[int, Cell] = {
            2: (ber.OID, module),
            3: (ber.OCTETS, text),
            4: (ber.TIMETICKS, 0),
        }
        mib.row(f"{SYSTEM}.9.1", (number,), cells)
    mib.scalar(f"{ENGINE}.1", ber.OCTETS, engine_id(device))
    mib.scalar(f"{ENGINE}.2", ber.INTEGER, lambda _arg, _at: unsigned(node.boots))
    mib.scalar(f"{ENGINE}.3", ber.INTEGER, lambda _arg, at: unsigned(world.uptime(device, at), 31))
    mib.scalar(f"{ENGINE}.4", ber.INTEGER, 1472)
