"""What one device's readings mean: unwrapped counters for the store, alarms for the desk.

A tracker remembers what a single reading cannot tell: the counters before, whether an
interface was ever up, the light a fibre usually brings. It knows no clock and asks nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.quantity import si
from noc_console.kernel.text import duration
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.inventory.model import DeviceType, OperStatus, Sensor, SensorKind
from noc_console.services.telemetry.model import (
    Flags,
    Floats,
    Ints,
    PortReadings,
    Reading,
    Subject,
)
from noc_console.services.telemetry.rules import rates, thresholds
from noc_console.services.telemetry.rules.rates import Tracks, Uptime, Width
from noc_console.services.telemetry.rules.thresholds import Limit

Standing = Mapping[tuple[str, Condition], Severity]
"""Alarms of the device that stand, by object key and condition."""

DARK = (OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT)
PER_CORE = "1.3.6.1.2.1.25.3.3.1.2."
"""hrProcessorLoad: one row per core, so their mean is the device's load."""
_POWER = ("power", "supply", "psu", "mains", "battery", "batteries", "rectifier", "ups", "phase")
"""Words of what feeds a box: its states are the condition POWER, all others HARDWARE."""
_MAIN = ("", "system")
"""Groups of memory that tell how full a box is: not its caches, not its swap."""
_SENDING = ("transmit", "tx", "sent", "bias")

_COUNTERS, _STATUS, _EPOCH, _COLUMNS = slice(0, 8), 8, 9, 10
"""The store's columns of an interface."""
_UNKNOWN = np.int8(OperStatus.UNKNOWN)
_IS_DARK: Flags = np.isin(np.arange(max(OperStatus) + 1), DARK)


@dataclass(slots=True)
class Outcome:
    """What is to be kept and told after a reading."""

    port_ids: Ints | None = None
    port_rows: Ints | None = None
    """[n, 10] in the order of the store's interface columns: counters, status, epoch."""
    sensors: dict[int, int] = field(default_factory=dict)
    """Thousandths."""
    device: tuple[int | None, ...] = ()
    statuses: dict[int, OperStatus] = field(default_factory=dict)
    """Interfaces whose state changed."""
    reports: list[AlarmReport] = field(default_factory=list)
    confirm: bool = False
    """Something looks wrong and another reading soon would make it certain."""
    restarted: bool = False


class Tracker:
    """Follows one device."""

    __slots__ = (
        "_answers",
        "_last",
        "_light",
        "_mark",
        "_moment",
        "_recent",
        "_seen_up",
        "_sensors",
        "_settled_after_s",
        "_statuses",
        "_supplies",
        "subject",
        "uptime",
    )

    def __init__(self, subject: Subject, *, settled_after_s: float) -> None:
        self.uptime: Uptime | None = None
        self.subject = subject
        self._settled_after_s = settled_after_s
        self._last: Tracks | None = None
        self._mark: Tracks | None = None
        """The last whole reading: looks in between change no judgement."""
        self._recent: dict[tuple[int, str, int], deque[float]] = defaultdict(_few)
        """Of ports only those near or beyond a limit: the others' past decides nothing."""
        self._light: dict[int, tuple[float, float]] = {}
        self._supplies: dict[int, tuple[Condition, Severity, str]] = {}
        """The newest word of each state: of many sensors a poll reads only some."""
        self._seen_up = np.zeros(len(subject.ports), np.bool_)
        self._answers = 0
        self._moment: tuple[float, int] | None = None
        self.follow(subject)

    def follow(self, subject: Subject) -> None:
        """The inventory knows more (or less) of the device now."""
        before, now = self.subject.ports, subject.ports
        self.subject = subject
        if not np.array_equal(before.ids, now.ids):
            self._reorder(before.ids, now.ids)
        # Whatever the inventory says, the next reading corrects it where it is wrong:
        # a rediscovery may have written what it saw in the middle of a flap.
        self._statuses = now.statuses.copy()
        self._seen_up |= now.statuses == OperStatus.UP
        self._sensors = {int(sensor.id): sensor for sensor in subject.sensors}
        for gone in self._supplies.keys() - self._sensors.keys():
            del self._supplies[gone]

    def _reorder(self, before: Ints, now: Ints) -> None:
        """Interfaces came or went: those that stay keep what is known of them."""
        _, was, becomes = np.intersect1d(before, now, assume_unique=True, return_indices=True)
        seen_up = np.zeros(len(now), np.bool_)
        seen_up[becomes] = self._seen_up[was]
        self._seen_up = seen_up
        self._last = _moved(self._last, was, becomes, len(now))
        self._mark = _moved(self._mark, was, becomes, len(now))
        gone = set(np.setdiff1d(before, now).tolist())
        for slot in [slot for slot in self._recent if slot[0] in gone]:
            del self._recent[slot]

    def remember_counters(self, found: Tracks, ids: Ints) -> None:
        """What the store was told last of these interfaces; ids ascend."""
        ports = self.subject.ports.ids
        _, was, becomes = np.intersect1d(ids, ports, assume_unique=True, return_indices=True)
        self._last = _moved(found, was, becomes, len(ports))

    def remember_up(self, interfaces: Iterable[int]) -> None:
        """These were up before we came: their alarms still stand."""
        self._seen_up |= np.isin(self.subject.ports.ids, list(interfaces))

    def remember_light(self, usual: Mapping[int, float], *, at: float) -> None:
        """What history says the fibres usually bring, dBm by sensor id."""
        for number, value in usual.items():
            self._light[number] = (value, at)

    def lost(self) -> Outcome:
        """The device does not answer: of its interfaces we know nothing, which is not 'down'."""
        self._answers = 0
        rows = np.flatnonzero(self._statuses != _UNKNOWN)
        unknown = dict.fromkeys(self.subject.ports.ids[rows].tolist(), OperStatus.UNKNOWN)
        self._statuses[rows] = _UNKNOWN
        return Outcome(device=(None, None, None, None, None, 0), statuses=unknown)

    def take(self, reading: Reading, standing: Standing) -> Outcome:
        """Fold one reading in."""
        done = Outcome()
        jumped = self._clock_jumped(reading)
        if reading.uptime_ticks is not None:
            before = self.uptime
            self.uptime, done.restarted = rates.follow_uptime(
                before, reading.uptime_ticks, at=reading.at
            )
            if done.restarted and before is not None:
                self._report_restart(done, before)
        ports = reading.ports
        if ports is not None and len(ports):
            self._take_ports(done, ports, reading, afresh=done.restarted or jumped)
        if reading.whole:
            self._answers += 1
            self._settle_restart(done, standing)
            if ports is not None and len(ports):
                self._judge_ports(done, ports, standing)
            self._judge_sensors(done, reading, standing)
            done.device = self._device_row(reading)
        done.sensors = {number: round(value * 1000) for number, value in reading.sensors.items()}
        done.reports = [report for report in done.reports if _is_news(report, standing)]
        return done

    # Counters and states

    def _clock_jumped(self, reading: Reading) -> bool:
        """Whether the wall clock, by which the store takes rates, went another way than time."""
        before, self._moment = self._moment, (reading.at, reading.at_ms)
        if before is None:
            return False
        passed = reading.at - before[0]
        return abs((reading.at_ms - before[1]) / 1000 - passed) > 2.0 + 0.02 * passed

    def _take_ports(
        self, done: Outcome, ports: PortReadings, reading: Reading, *, afresh: bool
    ) -> None:
        known, rows = self.subject.ports, ports.rows
        every = len(rows) == len(known)
        width = Width(known.wide, known.speeds)
        before = self._last
        if not every:
            width = Width(known.wide[rows], known.speeds[rows])
            before = _picked(before, rows)
        now = rates.follow(
            before, ports.counters, width, at=reading.at, epoch=reading.at_ms, afresh=afresh
        )
        table = np.empty((len(rows), _COLUMNS), np.int64)
        table[:, _COUNTERS], table[:, _STATUS], table[:, _EPOCH] = (
            now.values,
            ports.oper,
            now.epochs,
        )
        done.port_ids, done.port_rows = (known.ids if every else known.ids[rows]), table
        # The same memory as the store's newest state: half a million interfaces, kept once.
        told = Tracks(now.at, table[:, _COUNTERS], table[:, _EPOCH])
        self._last = told if every else _replaced(self._last, rows, told, len(known))
        self._seen_up[rows] |= ports.oper == OperStatus.UP
        changed = np.flatnonzero(self._statuses[rows] != ports.oper)
        if len(changed):
            self._statuses[rows[changed]] = ports.oper[changed]
            states = map(OperStatus, ports.oper[changed].tolist())
            done.statuses = dict(zip(known.ids[rows[changed]].tolist(), states, strict=True))

    def _device_row(self, reading: Reading) -> tuple[int | None, ...]:
        hot = [
            value
            for number, value in reading.sensors.items()
            if self._kind(number) is SensorKind.TEMPERATURE
        ]
        uptime = None if self.uptime is None else round(self.uptime.seconds)
        return (
            _milli(self._load(reading, SensorKind.CPU)),
            _milli(self._load(reading, SensorKind.MEMORY)),
            _milli(max(hot, default=None)),
            uptime,
            round(reading.response_s * 1_000_000),
            1,
        )

    def _load(self, reading: Reading, kind: SensorKind) -> float | None:
        """Percent: the mean over cores, the worst of processors or pools."""
        values, per_core = [], True
        for number, value in reading.sensors.items():
            if self._kind(number) is kind and self._sensors[number].group in _MAIN:
                values.append(value)
                per_core &= self._sensors[number].oid.startswith(PER_CORE)
        if not values:
            return None
        return sum(values) / len(values) if per_core else max(values)

    def _kind(self, number: int) -> SensorKind | None:
        sensor = self._sensors.get(number)
        return None if sensor is None else sensor.kind

    # Judging

    def _report_restart(self, done: Outcome, before: Uptime) -> None:
        self._answers = 0
        text = f"restarted; it had been up for {duration(before.seconds)}"
        about = self.about()
        done.reports.append(AlarmReport(about, Condition.RESTARTED, thresholds.RESTARTED, text))

    def _settle_restart(self, done: Outcome, standing: Standing) -> None:
        about = self.about()
        stands = (about.key, Condition.RESTARTED) in standing
        if not stands or done.restarted or self.uptime is None or self._answers < 2:
            return
        if self.uptime.seconds >= self._settled_after_s:
            text = f"up for {duration(self.uptime.seconds)} and answering"
            done.reports.append(AlarmReport(about, Condition.RESTARTED, Severity.CLEARED, text))

    def _judge_ports(self, done: Outcome, ports: PortReadings, standing: Standing) -> None:
        rows = ports.rows
        last = _picked(self._last, rows)
        assert last is not None  # the reading was just taken
        per_second = rates.rates(_picked(self._mark, rows), last)
        self._mark = self._last
        of_ports = self._standing_rows(standing)
        self._judge_states(done, ports, of_ports.get(Condition.INTERFACE_DOWN, ()))
        self._judge_loads(done, rows, per_second, of_ports.get(Condition.UTILISATION, ()), standing)
        self._judge_errors(done, rows, per_second, of_ports.get(Condition.ERRORS, ()), standing)

    def _standing_rows(self, standing: Standing) -> dict[Condition, list[int]]:
        """Rows of the interfaces that have an alarm, by condition."""
        found: dict[Condition, list[int]] = defaultdict(list)
        for key, condition in standing:
            _, _, number = key.partition("/interface:")
            if number.isdecimal():
                row = self._row(int(number))
                if row is not None:
                    found[condition].append(row)
        return found

    def _judge_states(self, done: Outcome, ports: PortReadings, standing: Iterable[int]) -> None:
        known, rows = self.subject.ports, ports.rows
        sure: Flags = np.not_equal(ports.oper, _UNKNOWN)  # unknown is neither down nor up again
        matters: Flags = np.logical_or(known.linked[rows], self._seen_up[rows])
        off: Flags = np.equal(ports.admin, 0)
        down: Flags = np.all((_IS_DARK[ports.oper], matters, sure, ~off), axis=0)
        for at in _union(np.flatnonzero(down), rows, standing):
            if not sure[at]:
                continue
            row = int(rows[at])
            if off[at]:
                text, severity = "switched off", Severity.CLEARED
            elif down[at]:
                severity = (
                    thresholds.INTERFACE_DOWN_LINKED
                    if known.linked[row]
                    else thresholds.INTERFACE_DOWN_OTHER
                )
                text = OperStatus(ports.oper[at]).name.lower().replace("_", " ")
            else:
                text, severity = "up again", Severity.CLEARED
            about = self.about(row)
            done.reports.append(AlarmReport(about, Condition.INTERFACE_DOWN, severity, text))

    def _judge_loads(
        self,
        done: Outcome,
        rows: NDArray[np.intp],
        per_second: Floats,
        having: Iterable[int],
        standing: Standing,
    ) -> None:
        limit, speeds = thresholds.UTILISATION, self.subject.ports.speeds[rows]
        usable = np.where(speeds > 0, speeds, 1)
        used = np.where((speeds > 0)[:, None], per_second[:, :2] * 800 / usable[:, None], np.nan)
        percents = np.fmax(used[:, 0], used[:, 1])
        near = np.flatnonzero(percents > thresholds.least(limit))
        for at in _union(near, rows, (*having, *self._remembered(limit))):
            percent = float(percents[at])
            if percent != percent:
                continue
            way = "out" if used[at, 1] >= percent else "in"
            text = f"{way} {percent:.0f} % of {si(int(speeds[at]), 'b/s')}"
            about = self.about(int(rows[at]))
            self._judge(done, about, limit, percent, text, standing)
            self._forget_calm(about, limit, standing)

    def _judge_errors(
        self,
        done: Outcome,
        rows: NDArray[np.intp],
        per_second: Floats,
        having: Iterable[int],
        standing: Standing,
    ) -> None:
        """By number and by share of the packets: whichever is worse."""
        by_number, by_share = thresholds.ERRORS, thresholds.ERROR_SHARE
        told = np.logical_or(*np.isfinite(per_second[:, 4:6].T))
        totals = np.nansum(per_second[:, 4:6], axis=1)
        packets = np.nansum(per_second[:, 2:4], axis=1)
        counts = totals > thresholds.ERROR_SHARE_FROM
        shares = np.where(counts, 100 * totals / np.where(counts, packets + totals, 1.0), 0.0)
        near = (totals > thresholds.least(by_number)) | (shares > thresholds.least(by_share))
        remembered = (*self._remembered(by_number), *self._remembered(by_share))
        for at in _union(np.flatnonzero(near), rows, (*having, *remembered)):
            if not told[at]:
                continue
            total, share = float(totals[at]), float(shares[at])
            about = self.about(int(rows[at]))
            current = standing.get((about.key, Condition.ERRORS), Severity.CLEARED)
            severity = max(
                self._decide(done, about, by_number, total, current),
                self._decide(done, about, by_share, share, current),
            )
            text = f"{total:.1f} errors/s, {share:.2g} % of the packets"
            done.reports.append(AlarmReport(about, Condition.ERRORS, severity, text))
            for limit in (by_number, by_share):
                self._forget_calm(about, limit, standing)

    def _remembered(self, limit: Limit) -> list[int]:
        """Rows of the interfaces that were near this limit lately."""
        what = f"{limit.condition}/{limit.unit}"
        found = (self._row(port) for port, name, _ in self._recent if port and name == what)
        return [row for row in found if row is not None]

    def _forget_calm(self, about: AlarmObject, limit: Limit, standing: Standing) -> None:
        """An interface whose last values are all far from the limit needs no memory."""
        slot = _slot(about, limit)
        recent = list(self._recent[slot])[-limit.of :]
        calm = all(value <= thresholds.least(limit) for value in recent)
        if calm and (about.key, limit.condition) not in standing:
            del self._recent[slot]

    def _judge_sensors(self, done: Outcome, reading: Reading, standing: Standing) -> None:
        for limit, kind, name in (
            (thresholds.CPU, SensorKind.CPU, "CPU"),
            (thresholds.MEMORY, SensorKind.MEMORY, "memory"),
        ):
            if (load := self._load(reading, kind)) is not None:
                text = f"{name} {load:.0f} %"
                self._judge(done, self.about(), limit, load, text, standing)
        for number, value in reading.sensors.items():
            sensor = self._sensors.get(number)
            if sensor is None:
                continue
            if sensor.kind is SensorKind.TEMPERATURE:
                limit = thresholds.limit_of(sensor) or thresholds.TEMPERATURE
                about = self.about(sensor=sensor)
                self._judge(done, about, limit, value, f"{value:.0f} °C", standing)
            elif sensor.kind is SensorKind.DBM:
                self._judge_light(done, sensor, value, reading, standing)
            elif sensor.kind in (SensorKind.STATE, SensorKind.CHARGE):
                self._supplies[number] = self._judge_supply(done, sensor, value, standing)
        states: dict[Condition, list[tuple[Severity, str]]] = defaultdict(list)
        for condition, severity, text in self._supplies.values():
            states[condition].append((severity, text))
        for condition, found in states.items():
            self._report_worst(done, condition, found)

    def _judge_light(
        self, done: Outcome, sensor: Sensor, value: float, reading: Reading, standing: Standing
    ) -> None:
        """Received light against the module's limit and against what is usual for this fibre.

        Without a link there is nothing to receive: the interface's own alarm says so.
        """
        if any(word in sensor.name.lower() for word in _SENDING):
            return
        port = None if sensor.interface_id is None else int(sensor.interface_id)
        if port is None and sensor.low is None:
            return  # a subscriber's or a radio's: its darkness is no fault of ours
        row = None if port is None else self._row(port)
        if row is not None and self._statuses[row] != OperStatus.UP:
            return
        number = int(sensor.id)
        usual, since = self._light.get(number, (None, reading.at))
        reference = thresholds.baseline(usual, value, passed_s=reading.at - since)
        self._light[number] = (reference, reading.at)
        about = self.about(row, sensor)
        drop = reference - value
        current = standing.get((about.key, Condition.OPTICAL_POWER), Severity.CLEARED)
        low = thresholds.limit_of(sensor) or thresholds.OPTICAL_LOW
        severity = max(
            self._decide(done, about, low, value, current),
            self._decide(done, about, thresholds.OPTICAL_DROP, drop, current),
        )
        text = f"receives {value:.1f} dBm, {drop:.1f} dB less than usual"
        done.reports.append(AlarmReport(about, Condition.OPTICAL_POWER, severity, text))

    def _judge_supply(
        self, done: Outcome, sensor: Sensor, value: float, standing: Standing
    ) -> tuple[Condition, Severity, str]:
        words = set(re.findall(r"[a-z]+", f"{sensor.name} {sensor.group}".lower()))
        is_power = sensor.kind is SensorKind.CHARGE or not words.isdisjoint(_POWER)
        condition = Condition.POWER if is_power else Condition.HARDWARE
        limit = thresholds.limit_of(sensor) or thresholds.STATE
        own = self.about(sensor=sensor)
        current = standing.get((self.about().key, condition), Severity.CLEARED)
        if sensor.kind is SensorKind.CHARGE:
            severity = self._decide(done, own, limit, value, current)
            return condition, severity, f"{sensor.name} {value:.0f} %"
        severity = self._decide(done, own, limit, float(sensor.grade(value)), current)
        return condition, severity, f"{sensor.name}: {sensor.word(value)}"

    def _report_worst(
        self, done: Outcome, condition: Condition, found: list[tuple[Severity, str]]
    ) -> None:
        """One alarm for all supplies of a device: what is wrong, worst first."""
        worst = max(severity for severity, _ in found)
        wrong = sorted(((s, t) for s, t in found if s > Severity.CLEARED), reverse=True)
        text = "; ".join(text for _, text in wrong) or "all good"
        done.reports.append(AlarmReport(self.about(), condition, worst, text))

    def _judge(
        self,
        done: Outcome,
        about: AlarmObject,
        limit: Limit,
        value: float,
        text: str,
        standing: Standing,
    ) -> None:
        current = standing.get((about.key, limit.condition), Severity.CLEARED)
        severity = self._decide(done, about, limit, value, current)
        done.reports.append(AlarmReport(about, limit.condition, severity, text))

    def _decide(
        self, done: Outcome, about: AlarmObject, limit: Limit, value: float, current: Severity
    ) -> Severity:
        recent = self._recent[_slot(about, limit)]
        recent.append(value)
        values = tuple(recent)
        severity = thresholds.judge(limit, current, values)
        done.confirm |= severity <= current and thresholds.is_pending(limit, current, values)
        return severity

    def about(self, row: int | None = None, sensor: Sensor | None = None) -> AlarmObject:
        """The device, or an interface (by its row) or sensor of it, with its names."""
        ports = self.subject.ports
        name = sensor.name if sensor is not None else "" if row is None else ports.names[row]
        return AlarmObject(
            device_id=int(self.subject.device.id),
            interface_id=None if row is None else int(ports.ids[row]),
            sensor_id=None if sensor is None else int(sensor.id),
            device_name=self.subject.device.name,
            interface_name=name,
            site_name=self.subject.site_name,
        )

    def _row(self, interface_id: int) -> int | None:
        ids = self.subject.ports.ids
        row = int(np.searchsorted(ids, interface_id))
        return row if row < len(ids) and ids[row] == interface_id else None


def _few() -> deque[float]:
    return deque(maxlen=8)


def _slot(about: AlarmObject, limit: Limit) -> tuple[int, str, int]:
    return about.interface_id or 0, f"{limit.condition}/{limit.unit}", about.sensor_id or 0


def _union(near: NDArray[np.intp], rows: NDArray[np.intp], more: Iterable[int]) -> list[int]:
    """Places in `rows`: those near a limit, and those of other rows that need a word."""
    places = set(near.tolist())
    for row in more:
        at = int(np.searchsorted(rows, row))
        if at < len(rows) and rows[at] == row:
            places.add(at)
    return sorted(places)


def _picked(tracks: Tracks | None, rows: NDArray[np.intp]) -> Tracks | None:
    if tracks is None or len(rows) == len(tracks.at):
        return tracks
    return Tracks(tracks.at[rows], tracks.values[rows], tracks.epochs[rows])


def _moved(
    tracks: Tracks | None, was: NDArray[np.intp], becomes: NDArray[np.intp], size: int
) -> Tracks | None:
    """Tracks in another order; what was not there before has no past."""
    return None if tracks is None else _replaced(None, becomes, _picked_at(tracks, was), size)


def _picked_at(tracks: Tracks, rows: NDArray[np.intp]) -> Tracks:
    return Tracks(tracks.at[rows], tracks.values[rows], tracks.epochs[rows])


def _replaced(tracks: Tracks | None, rows: NDArray[np.intp], by: Tracks, size: int) -> Tracks:
    """`tracks` (or interfaces without a past) with these rows anew."""
    if tracks is None:
        at = np.full(size, np.nan)
        values, epochs = np.zeros((size, rates.COLUMNS), np.int64), np.zeros(size, np.int64)
    else:
        at, values, epochs = tracks.at.copy(), tracks.values.copy(), tracks.epochs.copy()
    at[rows], values[rows], epochs[rows] = by.at, by.values, by.epochs
    return Tracks(at, values, epochs)


def unreachable_severity(type: DeviceType) -> Severity:
    """How bad it is when such a device does not answer."""
    return thresholds.UNREACHABLE.get(type, Severity.MINOR)


def _is_news(report: AlarmReport, standing: Standing) -> bool:
    known = standing.get((report.about.key, report.condition), Severity.CLEARED)
    return report.severity != known


def _milli(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)
