"""HOST-RESOURCES-MIB (RFC 2790): memory, disks and processors of a server (and of RouterOS)."""

from __future__ import annotations

from noc_console.lab.model import Device
from noc_console.lab.tree import Builder, Live, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

HOST = "1.3.6.1.2.1.25"
_RAM, _DISK = f"{HOST}.2.1.2", f"{HOST}.2.1.4"


def fill(
    mib: Builder, world: World, device: Device, *, disks: dict[int, tuple[str, int, float]]
) -> None:
    """`disks`: index → name, size in KiB, share used."""
    character = device.character
    total = character.memory_mb * 1024

    def used(_arg: int, at: float) -> bytes:
        return signed(world.memory(device, at) * total)

    mib.scalar(f"{HOST}.1.1", ber.TIMETICKS, _uptime(world, device))
    mib.scalar(f"{HOST}.1.5", ber.GAUGE32, 1)
    mib.scalar(f"{HOST}.1.6", ber.GAUGE32, lambda _arg, at: unsigned(180 + world.cpu(device, at)))
    mib.scalar(f"{HOST}.2.2", ber.INTEGER, total)
    storages: dict[int, tuple[str, str, int, Live | int]] = {
        1: (_RAM, "Physical memory", total, used)
    }
    for index, (name, size, share) in disks.items():
        storages[index] = (_DISK, name, size, int(size * share))
    for index, (kind, name, size, taken) in storages.items():
        mib.row(
            f"{HOST}.2.3.1", (index,),
            {
                1: (ber.INTEGER, index),
                2: (ber.OID, kind),
                3: (ber.OCTETS, name),
                4: (ber.INTEGER, 1024),
                5: (ber.INTEGER, size),
                6: (ber.INTEGER, taken),
                7: (ber.COUNTER32, 0),
            },
        )  # fmt: skip
    _processors(mib, world, device)


def _uptime(world: World, device: Device) -> Live:
    return lambda _arg, at: unsigned(world.uptime(device, at) * 100)


def _processors(mib: Builder, world: World, device: Device) -> None:
    def load(core: int, at: float) -> bytes:
        # Cores share the load unevenly, and no two moments alike.
        return signed(min(100, max(0, world.cpu(device, at) + (core * 7 + int(at / 5)) % 5 - 2)))

    for core in range(device.character.processors):
        index = (196_608 + core,)
        mib.row(
            f"{HOST}.3.2.1", index,
            {
                1: (ber.INTEGER, index[0]),
                2: (ber.OID, f"{HOST}.3.1.3"),
                3: (ber.OCTETS, f"cpu {core}"),
                5: (ber.INTEGER, 2),
            },
        )  # fmt: skip
        mib.cell(f"{HOST}.3.3.1.1", index, ber.OID, "0.0")
        mib.cell(f"{HOST}.3.3.1.2", index, ber.INTEGER, load, core)
