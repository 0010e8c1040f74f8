"""Asking one device: the OIDs of a poll, and how the answer becomes a `Reading`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.inventory.model import Interface, Sensor, SensorKind
from noc_console.services.telemetry.model import PortReading, Reading, Subject
from noc_console.services.telemetry.ports import Numbers, Polled, SnmpReader, Value
from noc_console.wire import oid

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"

_STATE = (f"{IF}.7", f"{IF}.8")
_TROUBLE = (f"{IF}.14", f"{IF}.20", f"{IF}.13", f"{IF}.19")
"""In and out errors, in and out discards: 32 bits everywhere."""
_WIDE = (
    *(f"{IFX}.6", f"{IFX}.10"),
    *(f"{IFX}.7", f"{IFX}.8", f"{IFX}.9"),
    *(f"{IFX}.11", f"{IFX}.12", f"{IFX}.13"),
)
"""64-bit octets in and out; unicast, multicast, broadcast packets in, then out."""
_NARROW = (f"{IF}.10", f"{IF}.16", f"{IF}.11", f"{IF}.12", f"{IF}.17", f"{IF}.18")
"""32-bit octets in and out; unicast and other packets in, then out."""
_PORT = _STATE + _TROUBLE

DARKNESS_DBM = -40.0
_LARGEST = 9e12
PER_GET = 32
PER_BULK = 80
"""Values that fit one reply of an agent with 1,472 bytes."""

Steady = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Questions:
    """The columns of one device's interface table, and which interface a row is."""

    columns: tuple[bytes, ...]
    names: tuple[str, ...]
    wide: bool
    narrow: bool
    ports: Mapping[bytes, Interface]

    @property
    def requests(self) -> int:
        """About how many datagrams the table takes."""
        return 1 + len(self.ports) * len(self.columns) // PER_BULK


def questions(interfaces: Collection[Interface]) -> Questions:
    """What to ask of these interfaces; 32-bit counters only where there are no others."""
    wide = any(port.has_hc for port in interfaces)
    narrow = any(not port.has_hc for port in interfaces)
    names = _PORT + (_WIDE if wide else ()) + (_NARROW if narrow else ())
    return Questions(
        columns=tuple(map(oid.encode, names)),
        names=names,
        wide=wide,
        narrow=narrow,
        ports={_index(port.index): port for port in interfaces if port.index >= 0},
    )


def _index(number: int) -> bytes:
    return oid.child(b"", number & 0xFFFFFFFF)


class Asker:
    """Reads devices over SNMP. Raises Unreachable (AuthRejected) when one does not answer."""

    def __init__(self, reader: SnmpReader, *, clock: Clock, steady: Steady) -> None:
        self._reader = reader
        self._clock = clock
        self._steady = steady

    async def read(
        self, subject: Subject, asked: Questions, sensors: Collection[Sensor] | None = None
    ) -> Reading:
        """Everything of a device: uptime, all interfaces, and its sensors or some of them."""
        began = self._steady()
        sensors = subject.sensors if sensors is None else sensors
        if not asked.ports:
            nothing = self._reading(began, None, {})
            return await self._read_sensors(subject, sensors, nothing, alone=True)
        polled = await self._reader.poll(
            subject.target, asked.columns, scalars=(oid.encode(SYS_UPTIME),)
        )
        answered = self._reading(began, polled.scalars[0], ports_of(asked, polled))
        return await self._read_sensors(subject, sensors, answered, alone=False)

    async def read_ports(self, subject: Subject, ports: Collection[Interface]) -> Reading:
        """A few interfaces only, because somebody looks at them."""
        asked = questions(ports)
        names = [f"{name}.{port.index}" for port in ports for name in names_for(port)]
        began = self._steady()
        got = await self._reader.get(subject.target, [SYS_UPTIME, *names])
        found = {int(port.id): _port_from(got, port) for port in asked.ports.values()}
        reading = self._reading(began, _number(got.get(SYS_UPTIME)), found)
        return replace(reading, whole=False)

    async def read_table(self, subject: Subject, asked: Questions) -> Reading:
        """All interfaces without the sensors, because somebody looks at the device."""
        began = self._steady()
        polled = await self._reader.poll(
            subject.target, asked.columns, scalars=(oid.encode(SYS_UPTIME),)
        )
        reading = self._reading(began, polled.scalars[0], ports_of(asked, polled))
        return replace(reading, whole=False)

    async def gives_sign(self, subject: Subject, *, rounds: int = 2) -> bool:
        """Whether the device answers anything at all: small questions, asked stubbornly.

        Two rounds of four tries: at 20 % loss each way a living device is mistaken for a
        dead one with a probability of 0.36⁸, three in ten thousand, and only after a poll
        has failed as well.
        """
        patient = replace(subject.target, timeout_s=subject.target.timeout_s / 2, retries=3)
        for _ in range(rounds):
            try:
                await self._reader.get(patient, [SYS_UPTIME])
            except AuthRejected:
                return False
            except Unreachable:
                continue
            return True
        return False

    async def _read_sensors(
        self, subject: Subject, sensors: Collection[Sensor], reading: Reading, *, alone: bool
    ) -> Reading:
        """The sensors' instances. When they fail to come, the interfaces' answer still counts."""
        names = list(dict.fromkeys(name for sensor in sensors for name in sensor.oids))
        if alone:
            names.append(SYS_UPTIME)
        if not names:
            return reading
        try:
            got = await self._reader.get(subject.target, names)
        except Unreachable:
            if alone:
                raise
            return reading
        if alone:
            ticks = _number(got.get(SYS_UPTIME))
            began = reading.at - reading.response_s
            reading = self._reading(began, ticks, {})
        values = {}
        for sensor in sensors:
            value = value_of(sensor, got)
            if value is not None:
                values[int(sensor.id)] = value
        return replace(reading, sensors=values)

    def _reading(
        self, began: float, ticks: int | None, ports: Mapping[int, PortReading]
    ) -> Reading:
        ended = self._steady()
        return Reading(
            at=ended,
            at_ms=round(self._clock.now().timestamp() * 1000),
            response_s=ended - began,
            uptime_ticks=ticks,
            ports=ports,
        )


def ports_of(asked: Questions, polled: Polled) -> dict[int, PortReading]:
    """The rows of a table as readings of the interfaces we know."""
    found = {}
    for index, row in polled.rows.items():
        port = asked.ports.get(index)
        if port is not None:
            found[int(port.id)] = _port_row(asked, port, row)
    return found


def _port_row(asked: Questions, port: Interface, row: Numbers) -> PortReading:
    admin, oper, in_errors, out_errors, in_discards, out_discards = row[:6]
    narrow = row[14:20] if asked.wide else row[6:12]
    traffic = _wide(row[6:14]) if port.has_hc else _narrow(narrow)
    counters = (*traffic, in_errors, out_errors, in_discards, out_discards)
    return PortReading(_clean(counters), None if admin is None else admin == 1, oper)


def names_for(port: Interface) -> tuple[str, ...]:
    """The columns of one interface, in the order `_port_from` reads them."""
    return _PORT + (_WIDE if port.has_hc else _NARROW)


def _port_from(got: Mapping[str, Value], port: Interface) -> PortReading:
    row = tuple(_number(got.get(f"{name}.{port.index}")) for name in names_for(port))
    one = Questions((), (), wide=port.has_hc, narrow=not port.has_hc, ports={})
    return _port_row(one, port, row)


def _wide(row: Numbers) -> Numbers:
    return row[0], row[1], _sum(row[2:5]), _sum(row[5:8])


def _narrow(row: Numbers) -> Numbers:
    return row[0], row[1], _sum(row[2:4]), _sum(row[4:6])


def _sum(parts: Numbers) -> int | None:
    """Packets of all kinds; without unicast there is no sum, the other kinds may be missing."""
    if parts[0] is None:
        return None
    return sum(part for part in parts if part is not None)


def _clean(counters: Numbers) -> Numbers:
    """A counter is never negative; one that is was broken on its way."""
    return tuple(value if value is not None and value >= 0 else None for value in counters)


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def value_of(sensor: Sensor, got: Mapping[str, Value]) -> float | None:
    """A sensor's value in its unit; None when the device says nothing usable.

    Of a state it is the device's own number: history keeps what was said, not what we make of it.
    """
    number = sensor.decoding.number(got.get(sensor.oid))
    if number is None:
        return None
    if sensor.kind is SensorKind.STATE:
        return _state(sensor, number)
    for instance, factor in sensor.less:
        # Without one of them the number would mean something else.
        part = _parsed(got.get(instance))
        if part is None:
            return None
        number -= factor * part
    value: float | None = number * sensor.scale + sensor.offset
    if sensor.whole_oid or sensor.rest_oid:
        value = _share(sensor, value, got)
    elif sensor.is_logarithmic:
        value = 10 * math.log10(value) if value is not None and value > 0 else DARKNESS_DBM
    if value is not None and sensor.is_rest:
        value = 100 - value
    return value if value is not None and math.isfinite(value) and abs(value) < _LARGEST else None


def _share(sensor: Sensor, part: float | None, got: Mapping[str, Value]) -> float | None:
    """The part in percent of a whole the device tells beside it."""
    other = _parsed(got.get(sensor.whole_oid or sensor.rest_oid))
    if other is None or part is None or part < 0:
        return None
    whole = other if sensor.whole_oid else part + other
    return 100 * part / whole if whole > 0 else None


def _parsed(read: Value) -> float | None:
    if isinstance(read, bytes):
        read = read.decode("ascii", "replace").strip("\0 ")
    if isinstance(read, str):
        try:
            number = float(read)
        except ValueError:
            return None
        return number if math.isfinite(number) else None
    return None if read is None else float(read)


def _state(sensor: Sensor, number: float) -> float | None:
    if number != int(number) or all(known != number for known, _, _ in sensor.states):
        return None
    return number
