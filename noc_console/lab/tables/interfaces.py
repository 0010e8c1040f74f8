"""IF-MIB: ifTable and ifXTable, with counters that really count."""

from __future__ import annotations

from noc_console.lab.model import Device, Port
from noc_console.lab.tree import Builder, Live, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

IF_NUMBER = "1.3.6.1.2.1.2.1"
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
_TYPES = {"ethernet": 6, "pon": 250, "radio": 71, "loopback": 24, "vlan": 136}
_NEVER = "0.0"
MULTICAST = 0.006
BROADCAST = 0.002


def fill(mib: Builder, world: World, device: Device) -> None:
    mib.scalar(IF_NUMBER, ber.INTEGER, len(device.ports))
    mib.scalar("1.3.6.1.2.1.31.1.5", ber.TIMETICKS, 0)
    live = _Columns(world, device.ports)
    for port in device.ports:
        _row(mib, live, port)


class _Columns:
    """The moving columns, as functions of the port's position."""

    def __init__(self, world: World, ports: list[Port]) -> None:
        self._world = world
        self._ports = ports

    def status(self, position: int, _at: float) -> bytes:
        return signed(1 if self._world.is_up(self._ports[position]) else 2)

    def last_change(self, position: int, _at: float) -> bytes:
        port = self._ports[position]
        boot = self._world.node(port.device).boot_at
        return unsigned(max(0.0, self._world.last_change(port) - boot) * 100)

    def octets(self, *, out: bool, bits: int) -> Live:
        def read(position: int, at: float) -> bytes:
            return unsigned(self._world.octets(self._ports[position], at, out=out), bits)

        return read

    def packets(self, share: float, *, out: bool, bits: int) -> Live:
        def read(position: int, at: float) -> bytes:
            count = self._world.packets(self._ports[position], at, out=out)
            return unsigned(int(count * share), bits)

        return read

    def trouble(self, which: int) -> Live:
        def read(position: int, at: float) -> bytes:
            return unsigned(self._world.faults_in(self._ports[position], at)[which])

        return read

    def build(self) -> dict[str, dict[int, tuple[int, Live]]]:
        """Column number → tag and function, made once per device."""
        unicast = 1 - MULTICAST - BROADCAST
        c32, c64 = ber.COUNTER32, ber.COUNTER64
        return {
            IF: {
                8: (ber.INTEGER, self.status),
                9: (ber.TIMETICKS, self.last_change),
                10: (c32, self.octets(out=False, bits=32)),
                11: (c32, self.packets(unicast, out=False, bits=32)),
                14: (c32, self.trouble(0)),
                16: (c32, self.octets(out=True, bits=32)),
                17: (c32, self.packets(unicast, out=True, bits=32)),
                19: (c32, self.trouble(1)),
            },
            IFX: {
                2: (c32, self.packets(MULTICAST, out=False, bits=32)),
                3: (c32, self.packets(BROADCAST, out=False, bits=32)),
                4: (c32, self.packets(MULTICAST, out=True, bits=32)),
                5: (c32, self.packets(BROADCAST, out=True, bits=32)),
                6: (c64, self.octets(out=False, bits=64)),
                7: (c64, self.packets(unicast, out=False, bits=64)),
                8: (c64, self.packets(MULTICAST, out=False, bits=64)),
                9: (c64, self.packets(BROADCAST, out=False, bits=64)),
                10: (c64, self.octets(out=True, bits=64)),
                11: (c64, self.packets(unicast, out=True, bits=64)),
                12: (c64, self.packets(MULTICAST, out=True, bits=64)),
                13: (c64, self.packets(BROADCAST, out=True, bits=64)),
            },
        }

    @property
    def tables(self) -> dict[str, dict[int, tuple[int, Live]]]:
        if not hasattr(self, "_tables"):
            self._tables = self.build()
        return self._tables


def _as_int32(number: int) -> int:
    """Agents with ifIndex above 2^31 send the value as the negative number of the same bits."""
    return number - 2**32 if number >= 2**31 else number


def _row(mib: Builder, live: _Columns, port: Port) -> None:
    index = (port.if_index,)
    character = port.device.character
    mac = port.mac if port.kind != "loopback" else b""
    bps = port.speed * 1_000_000
    mib.row(
        IF, index,
        {
            1: (ber.INTEGER, _as_int32(port.if_index)),
            2: (ber.OCTETS, character.if_descr(port)),
            3: (ber.INTEGER, _TYPES[port.kind]),
            4: (ber.INTEGER, 1500 if port.speed < 10_000 else 9216),
            5: (ber.GAUGE32, min(bps, 0xFFFFFFFF)),
            6: (ber.OCTETS, mac),
            7: (ber.INTEGER, 1),
            13: (ber.COUNTER32, 0),
            15: (ber.COUNTER32, 0),
            20: (ber.COUNTER32, 0),
            22: (ber.OID, _NEVER),
        },
    )  # fmt: skip
    mib.row(
        IFX, index,
        {
            1: (ber.OCTETS, character.if_name(port)),
            14: (ber.INTEGER, 1),
            15: (ber.GAUGE32, port.speed),
            16: (ber.INTEGER, 2),
            17: (ber.INTEGER, 1 if port.is_physical else 2),
            18: (ber.OCTETS, port.alias),
            19: (ber.TIMETICKS, 0),
        },
    )  # fmt: skip
    for table, columns in live.tables.items():
        for column, (tag, read) in columns.items():
            mib.cell(f"{table}.{column}", index, tag, read, port.position)
