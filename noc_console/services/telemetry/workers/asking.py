"""Asking one device: the OIDs of a poll, and how the answer becomes a `Reading`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.inventory.model import OperStatus, Sensor, SensorKind
from noc_console.services.telemetry.model import (
    UNKNOWN,
    Flags,
    Ints,
    PortReadings,
    Ports,
    Reading,
    Subject,
)
from noc_console.services.telemetry.ports import Polled, SnmpReader, Value
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
_WORD = (1 << 64) - 1
PER_GET = 32
PER_BULK = 80
"""Values that fit one reply of an agent with 1,472 bytes."""

Steady = Callable[[], float]


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """The columns of one device's interface table, and which interface a row is.

    Devices alike share one of these: of thousands there are dozens.
    """

    columns: tuple[bytes, ...]
    names: tuple[str, ...]
    wide: bool
    narrow: bool
    keys: tuple[bytes, ...]
    """Index bytes in the order in which a device has its rows."""
    rows: Ints
    """Which of `Ports` each of them is."""
    is_ascending: bool

    @property
    def requests(self) -> int:
        """About how many datagrams the table takes."""
        return 1 + len(self.keys) * len(self.columns) // PER_BULK


def questions(ports: Ports) -> Questions:
    """What to ask of these interfaces; 32-bit counters only where there are no others."""
    return _questions(ports.indexes.tobytes(), bool(ports.wide.any()), not ports.wide.all())


@lru_cache(maxsize=4096)
def _questions(indexes: bytes, wide: bool, narrow: bool) -> Questions:
    every = np.frombuffer(indexes, np.int64)
    # An interface the device no longer has shares its index with nobody.
    rows = np.argsort(every, kind="stable")
    rows = rows[every[rows] > 0]
    names = _PORT + (_WIDE if wide else ()) + (_NARROW if narrow else ())
    return Questions(
        columns=tuple(map(oid.encode, names)),
        names=names,
        wide=wide,
        narrow=narrow,
        keys=tuple(map(_index, every[rows].tolist())),
        rows=rows,
        is_ascending=bool((rows[1:] > rows[:-1]).all()),
    )


@lru_cache(maxsize=65_536)
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
        if not asked.keys:
            nothing = self._reading(began, None, None)
            return await self._read_sensors(subject, sensors, nothing, alone=True)
        polled = await self._reader.poll(
            subject.target, asked.columns, scalars=(oid.encode(SYS_UPTIME),)
        )
        answered = self._reading(
            began, polled.scalars[0], ports_read(asked, polled, subject.ports.wide)
        )
        return await self._read_sensors(subject, sensors, answered, alone=False)

    async def read_ports(self, subject: Subject, rows: Ints) -> Reading:
        """A few interfaces only (by their rows), because somebody looks at them."""
        names = [names_of(subject.ports, int(row)) for row in rows]
        began = self._steady()
        every = [name for each in names for name in each]
        got = await self._reader.get(subject.target, [SYS_UPTIME, *every])
        wide = subject.ports.wide[rows]
        parts = []
        for is_wide in (True, False):  # they were asked for other columns
            of = np.flatnonzero(wide == is_wide)
            if not len(of):
                continue
            numbers = [_number(got.get(name)) for at in of for name in names[at]]
            table = _matrix(numbers, len(names[of[0]]), has_holes=None in numbers)
            parts.append(_of_table(rows[of], table, wide[of], is_wide, not is_wide))
        reading = self._reading(began, _number(got.get(SYS_UPTIME)), _joined(parts))
        return replace(reading, whole=False)

    async def read_table(self, subject: Subject, asked: Questions) -> Reading:
        """All interfaces without the sensors, because somebody looks at the device."""
        began = self._steady()
        polled = await self._reader.poll(
            subject.target, asked.columns, scalars=(oid.encode(SYS_UPTIME),)
        )
        ports = ports_read(asked, polled, subject.ports.wide)
        return replace(self._reading(began, polled.scalars[0], ports), whole=False)

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
            reading = self._reading(began, ticks, None)
        values = {}
        for sensor in sensors:
            value = value_of(sensor, got)
            if value is not None:
                values[int(sensor.id)] = value
        return replace(reading, sensors=values)

    def _reading(self, began: float, ticks: int | None, ports: PortReadings | None) -> Reading:
        ended = self._steady()
        return Reading(
            at=ended,
            at_ms=round(self._clock.now().timestamp() * 1000),
            response_s=ended - began,
            uptime_ticks=ticks,
            ports=ports,
        )


def ports_read(asked: Questions, polled: Polled, wide: Flags) -> PortReadings:
    """The rows of a table as readings of the interfaces we know; `wide` is of all of them."""
    rows = asked.rows
    if tuple(polled.indexes) == asked.keys:
        table = _matrix(polled.numbers, polled.width, has_holes=polled.has_holes)
    else:
        found = polled.rows
        there = [at for at, key in enumerate(asked.keys) if key in found]
        rows = rows[there]
        numbers = [number for at in there for number in found[asked.keys[at]]]
        table = _matrix(numbers, polled.width, has_holes=polled.has_holes)
    if not asked.is_ascending:
        order = np.argsort(rows)
        rows, table = rows[order], table[order]
    return _of_table(rows, table, wide[rows], asked.wide, asked.narrow)


_NOTHING = PortReadings(
    np.empty(0, np.intp), np.empty((0, 8), np.int64), np.empty(0, np.int8), np.empty(0, np.int8)
)


def names_of(ports: Ports, row: int) -> tuple[str, ...]:
    """The instances of one interface, in the order of the columns."""
    index = int(ports.indexes[row])
    columns = _PORT + (_WIDE if ports.wide[row] else _NARROW)
    return tuple(f"{name}.{index}" for name in columns)


def _matrix(numbers: Sequence[int | None], width: int, *, has_holes: bool) -> Ints:
    """Numbers as int64, row by row; what is missing or negative is UNKNOWN."""
    flat: Any = numbers
    table: Ints
    try:
        if has_holes:
            flat = [UNKNOWN if number is None else number for number in numbers]
        table = np.array(flat, np.int64).reshape(-1, width)
    except OverflowError:
        table = np.array(list(map(_word, numbers)), np.int64).reshape(-1, width)
    else:
        # A counter is never negative; one that is was broken on its way.
        table[table < 0] = UNKNOWN
    return table


def _word(value: int | None) -> int:
    """64 unsigned bits as int64: counters beyond 2^63 wrap, their differences do not."""
    if value is None or value < 0:
        return UNKNOWN
    word = value & _WORD
    return word - (1 << 64) if word >> 63 else word


def _of_table(
    rows: Ints, table: Ints, wide: Flags, has_wide: bool, has_narrow: bool
) -> PortReadings:
    """Columns as asked for (see `_questions`) become those of `PortReadings`."""
    if not len(rows):
        return _NOTHING
    counters = np.empty((len(rows), 8), np.int64)
    if has_wide:
        counters[:, :2], counters[:, 2], counters[:, 3] = (
            table[:, 6:8],
            _sum(table[:, 8:11]),
            _sum(table[:, 11:14]),
        )
    if has_narrow:
        first = 14 if has_wide else 6
        old = ~wide
        narrow = table[old, first : first + 6]
        counters[old, :2] = narrow[:, :2]
        counters[old, 2], counters[old, 3] = _sum(narrow[:, 2:4]), _sum(narrow[:, 4:6])
    counters[:, 4:] = table[:, 2:6]
    admin, oper = table[:, 0], table[:, 1]
    return PortReadings(
        rows,
        counters,
        np.where(admin == UNKNOWN, -1, admin == 1).astype(np.int8),
        np.where((oper >= 1) & (oper <= 7), oper, int(OperStatus.UNKNOWN)).astype(np.int8),
    )


def _sum(parts: Ints) -> Ints:
    """Packets of all kinds; without unicast there is no sum, the other kinds may be missing."""
    known = parts != UNKNOWN
    if known.all():
        whole: Ints = parts.sum(axis=1, dtype=np.int64)
        return whole
    total: Ints = np.where(known, parts, 0).sum(axis=1, dtype=np.int64)
    return np.where(known[:, 0], total, UNKNOWN)


def _joined(parts: Sequence[PortReadings]) -> PortReadings:
    if len(parts) < 2:
        return parts[0] if parts else _NOTHING
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows)
    return PortReadings(
        rows[order],
        np.concatenate([part.counters for part in parts])[order],
        np.concatenate([part.admin for part in parts])[order],
        np.concatenate([part.oper for part in parts])[order],
    )


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
