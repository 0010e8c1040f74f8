"""What one device's readings mean: unwrapped counters for the store, alarms for the desk.

A tracker remembers what a single reading cannot tell: the counters before, whether an
interface was ever up, the light a fibre usually brings. It knows no clock and asks nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from noc_console.kernel.quantity import si
from noc_console.kernel.text import duration
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.inventory.model import (
    DeviceType,
    Interface,
    OperStatus,
    Sensor,
    SensorKind,
)
from noc_console.services.telemetry.model import PortReading, Reading, Subject
from noc_console.services.telemetry.rules import rates, thresholds
from noc_console.services.telemetry.rules.rates import Track, Uptime, Width
from noc_console.services.telemetry.rules.thresholds import Limit

Standing = Mapping[tuple[str, Condition], Severity]
"""Alarms that stand, by object key and condition."""

DARK = {OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT}
PER_CORE = "1.3.6.1.2.1.25.3.3.1.2."
"""hrProcessorLoad: one row per core, so their mean is the device's load."""
_POWER = ("power", "supply", "psu", "mains", "battery", "batteries", "rectifier", "ups", "phase")
"""Words of what feeds a box: its states are the condition POWER, all others HARDWARE."""
_MAIN = ("", "system")
"""Groups of memory that tell how full a box is: not its caches, not its swap."""
_SENDING = ("transmit", "tx", "sent", "bias")
_MAX_STATUS = 7


@dataclass(slots=True)
class Outcome:
    """What is to be kept and told after a reading."""

    interfaces: dict[int, tuple[int | None, ...]] = field(default_factory=dict)
    """In the order of the store's interface columns: counters, status, epoch."""
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

    def __init__(self, subject: Subject, *, settled_after_s: float) -> None:
        self.uptime: Uptime | None = None
        self.tracks: dict[int, Track] = {}
        self.rates: dict[int, tuple[float | None, ...]] = {}
        self._settled_after_s = settled_after_s
        self._marks: dict[int, Track] = {}
        self._recent: dict[tuple[int, str, int], deque[float]] = defaultdict(
            lambda: deque(maxlen=8)
        )
        self._light: dict[int, tuple[float, float]] = {}
        self._supplies: dict[int, tuple[Condition, Severity, str]] = {}
        """The newest word of each state: of many sensors a poll reads only some."""
        self._seen_up: set[int] = set()
        self._statuses: dict[int, int] = {}
        self._answers = 0
        self._moment: tuple[float, int] | None = None
        self.follow(subject)

    def follow(self, subject: Subject) -> None:
        """The inventory knows more (or less) of the device now."""
        self.subject = subject
        self._ports = {int(port.id): port for port in subject.interfaces}
        self._sensors = {int(sensor.id): sensor for sensor in subject.sensors}
        for number, port in self._ports.items():
            # Whatever the inventory says, the next reading corrects it where it is wrong:
            # a rediscovery may have written what it saw in the middle of a flap.
            self._statuses[number] = int(port.oper_status)
            if port.oper_status == OperStatus.UP:
                self._seen_up.add(number)
        for gone in self._supplies.keys() - self._sensors.keys():
            del self._supplies[gone]
        for gone in self.tracks.keys() - self._ports.keys():
            del self.tracks[gone]
            self._marks.pop(gone, None)

    def remember_up(self, interfaces: Iterable[int]) -> None:
        """These were up before we came: their alarms still stand."""
        self._seen_up.update(interfaces)

    def remember_light(self, usual: Mapping[int, float], *, at: float) -> None:
        """What history says the fibres usually bring, dBm by sensor id."""
        for number, value in usual.items():
            self._light[number] = (value, at)

    def lost(self) -> Outcome:
        """The device does not answer: of its interfaces we know nothing, which is not 'down'."""
        self._answers = 0
        unknown = {
            number: OperStatus.UNKNOWN
            for number, status in self._statuses.items()
            if status != OperStatus.UNKNOWN
        }
        self._statuses.update({number: int(status) for number, status in unknown.items()})
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
        for number, port in reading.ports.items():
            if number in self._ports:
                self._take_port(done, number, port, reading, afresh=done.restarted or jumped)
        if reading.whole:
            self._answers += 1
            self._settle_restart(done, standing)
            self._judge_ports(done, reading, standing)
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

    def _take_port(
        self, done: Outcome, number: int, port: PortReading, reading: Reading, *, afresh: bool
    ) -> None:
        before = self.tracks.get(number)
        now = rates.follow(
            before,
            port.counters,
            width_of(self._ports[number]),
            at=reading.at,
            epoch=reading.at_ms,
            afresh=afresh,
        )
        self.tracks[number] = now
        self.rates[number] = rates.rates(before, now)
        status = port.oper_status
        if status is None or not 1 <= status <= _MAX_STATUS:
            status = int(OperStatus.UNKNOWN)
        done.interfaces[number] = (*now.values, status, now.epoch)
        if status == OperStatus.UP:
            self._seen_up.add(number)
        if self._statuses.get(number) != status:
            self._statuses[number] = status
            done.statuses[number] = OperStatus(status)

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

    def _judge_ports(self, done: Outcome, reading: Reading, standing: Standing) -> None:
        for number, port in reading.ports.items():
            known = self._ports.get(number)
            if known is None:
                continue
            about = self.about(known)
            self._judge_state(done, about, known, port)
            mark, track = self._marks.get(number), self.tracks[number]
            self._marks[number] = track
            per_second = rates.rates(mark, track)
            self._judge_load(done, about, known, per_second, standing)
            self._judge_errors(done, about, per_second, standing)

    def _judge_state(
        self, done: Outcome, about: AlarmObject, known: Interface, port: PortReading
    ) -> None:
        number = int(known.id)
        if self._statuses.get(number) == OperStatus.UNKNOWN or port.oper_status is None:
            return  # unknown is neither down nor up again
        linked = number in self.subject.linked
        down = port.oper_status in DARK and (linked or number in self._seen_up)
        if port.admin_up is False:
            text, severity = "switched off", Severity.CLEARED
        elif down:
            severity = (
                thresholds.INTERFACE_DOWN_LINKED if linked else thresholds.INTERFACE_DOWN_OTHER
            )
            text = OperStatus(port.oper_status).name.lower().replace("_", " ")
        else:
            text, severity = "up again", Severity.CLEARED
        done.reports.append(AlarmReport(about, Condition.INTERFACE_DOWN, severity, text))

    def _judge_load(
        self,
        done: Outcome,
        about: AlarmObject,
        known: Interface,
        per_second: tuple[float | None, ...],
        standing: Standing,
    ) -> None:
        used = [
            (octets * 800 / known.speed_bps, way)
            for octets, way in zip(per_second[:2], ("in", "out"), strict=True)
            if octets is not None and known.speed_bps > 0
        ]
        if used:
            percent, way = max(used)
            text = f"{way} {percent:.0f} % of {si(known.speed_bps, 'b/s')}"
            self._judge(done, about, thresholds.UTILISATION, percent, text, standing)

    def _judge_errors(
        self,
        done: Outcome,
        about: AlarmObject,
        per_second: tuple[float | None, ...],
        standing: Standing,
    ) -> None:
        """By number and by share of the packets: whichever is worse."""
        errors = [value for value in per_second[4:6] if value is not None]
        if not errors:
            return
        total = sum(errors)
        packets = sum(value for value in per_second[2:4] if value is not None)
        share = 0.0
        if total > thresholds.ERROR_SHARE_FROM:
            share = min(100.0, 100 * total / (packets + total))
        current = standing.get((about.key, Condition.ERRORS), Severity.CLEARED)
        severity = max(
            self._decide(done, about, thresholds.ERRORS, total, current),
            self._decide(done, about, thresholds.ERROR_SHARE, share, current),
        )
        text = f"{total:.1f} errors/s, {share:.2g} % of the packets"
        done.reports.append(AlarmReport(about, Condition.ERRORS, severity, text))

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
        if port is not None and self._statuses.get(port, OperStatus.UP) != OperStatus.UP:
            return
        number = int(sensor.id)
        usual, since = self._light.get(number, (None, reading.at))
        reference = thresholds.baseline(usual, value, passed_s=reading.at - since)
        self._light[number] = (reference, reading.at)
        about = self.about(self._ports.get(port or 0), sensor)
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
        slot = (about.interface_id or 0, f"{limit.condition}/{limit.unit}", about.sensor_id or 0)
        recent = self._recent[slot]
        recent.append(value)
        values = tuple(recent)
        severity = thresholds.judge(limit, current, values)
        done.confirm |= severity <= current and thresholds.is_pending(limit, current, values)
        return severity

    def about(self, port: Interface | None = None, sensor: Sensor | None = None) -> AlarmObject:
        """The device, or an interface or sensor of it, with its names."""
        name = sensor.name if sensor is not None else port.name if port is not None else ""
        return AlarmObject(
            device_id=int(self.subject.device.id),
            interface_id=None if port is None else int(port.id),
            sensor_id=None if sensor is None else int(sensor.id),
            device_name=self.subject.device.name,
            interface_name=name,
            site_name=self.subject.site_name,
        )


def width_of(port: Interface) -> Width:
    """What this interface's counters can hold."""
    return Width(rates.WIDE if port.has_hc else rates.NARROW, port.speed_bps)


def unreachable_severity(type: DeviceType) -> Severity:
    """How bad it is when such a device does not answer."""
    return thresholds.UNREACHABLE.get(type, Severity.MINOR)


def _is_news(report: AlarmReport, standing: Standing) -> bool:
    known = standing.get((report.about.key, report.condition), Severity.CLEARED)
    return report.severity != known


def _milli(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)
