"""What a device's readings mean by the rules: reports for the alarm desk.

A judge remembers what a single reading cannot tell: the values before, the light a fibre
usually brings, what waits for its delay.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.detection.book import PortLimit, RuleBook
from noc_console.services.detection.judging import (
    Held,
    Limit,
    is_pending,
    judge,
    least,
    settle,
)
from noc_console.services.detection.measures import (
    MEASURES,
    POWER_WORDS,
    SENDING_WORDS,
    of_sensor_kind,
)
from noc_console.services.detection.usual import usual_light
from noc_console.services.detection.wording import written
from noc_console.services.inventory.model import OperStatus, Sensor, SensorKind
from noc_console.services.telemetry.model import Flags, Floats, PortReadings, Reading, Subject
from noc_console.services.telemetry.rules.loads import Loads
from noc_console.services.telemetry.rules.outcome import Outcome, Standing

DARK = (OperStatus.DOWN, OperStatus.LOWER_LAYER_DOWN, OperStatus.NOT_PRESENT)
PER_CORE = "1.3.6.1.2.1.25.3.3.1.2."
"""hrProcessorLoad: one row per core, so their mean is the device's load."""
_MAIN = ("", "system")
"""Groups of memory that tell how full a box is: not its caches, not its swap."""
_OF_DEVICE = ("device.cpu", "device.memory", "device.temperature", "device.response_ms")
_UNKNOWN = np.int8(OperStatus.UNKNOWN)
_IS_DARK: Flags = np.isin(np.arange(max(OperStatus) + 1), DARK)

Statuses = NDArray[np.int8]


class Judge:
    """Judges one device."""

    __slots__ = (
        "_asks",
        "_book",
        "_held",
        "_light",
        "_limits",
        "_near",
        "_recent",
        "_rules",
        "_sensors",
        "_supplies",
        "at",
        "subject",
    )

    def __init__(self, subject: Subject, book: RuleBook) -> None:
        self.subject = subject
        self.at = 0.0
        """Steady seconds of the reading that is judged."""
        self._book = book
        self._near: dict[str, dict[int, deque[float]]] = {}
        """Interfaces near or beyond a limit, by slot and id: the others' past decides nothing."""
        self._recent: dict[tuple[str, int], deque[float]] = defaultdict(_few)
        """Of the device (0) and its sensors, by slot and id."""
        self._held: dict[tuple[str, str], Held] = {}
        """What waits for its delay, by slot and object."""
        self._light: dict[int, tuple[float, float]] = {}
        self._supplies: dict[int, list[tuple[Condition, Severity, str]]] = {}
        """The newest word of each state: of many sensors a poll reads only some."""
        self.follow(subject)

    def follow(self, subject: Subject) -> None:
        """The inventory knows more (or less) of the device now."""
        gone = set(np.setdiff1d(self.subject.ports.ids, subject.ports.ids).tolist())
        for ports in self._near.values():
            for number in ports.keys() & gone:
                del ports[number]
        self.subject = subject
        self._sensors = {int(sensor.id): sensor for sensor in subject.sensors}
        for number in self._supplies.keys() - self._sensors.keys():
            del self._supplies[number]
        self.adopt(self._book)

    def adopt(self, book: RuleBook) -> None:
        """Judge by these rules from now on; what is remembered of the past stays."""
        self._book = book
        self._rules = book.of_device(self.subject.device, self.subject.site_name)
        self._asks = self._rules.ports(self.subject.ports)
        self._limits: dict[int, tuple[Limit, ...]] = {}
        """Of sensors, worked out when they are first read."""
        self._supplies.clear()

    def remember_light(self, usual: Mapping[int, float], *, at: float) -> None:
        """What history says the fibres usually bring, dBm by sensor id."""
        for number, value in usual.items():
            self._light[number] = (value, at)

    def unreachable(self) -> Severity:
        """How bad it is that this device does not answer; CLEARED where no rule asks."""
        return self.state("device.reachable")

    def state(self, measure: str) -> Severity:
        """How bad a state of the device is, by the rule that decides."""
        limits = self._rules.limits(measure)
        return limits[0].levels[0].severity if limits else Severity.CLEARED

    def ports(
        self,
        done: Outcome,
        ports: PortReadings,
        per_second: Floats,
        seen_up: Flags,
        standing: Standing,
    ) -> None:
        """Judge states and loads of the interfaces that were read."""
        rows = ports.rows
        of_ports = self._standing_rows(standing)
        self._judge_states(done, ports, seen_up, of_ports, standing)
        loads = Loads(per_second, self.subject.ports.speeds[rows])
        for condition, limits in self._asks.loads:
            self._judge_loads(
                done, rows, loads, condition, limits, of_ports.get(condition, ()), standing
            )

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

    def _judge_states(
        self,
        done: Outcome,
        ports: PortReadings,
        seen_up: Flags,
        of_ports: Mapping[Condition, list[int]],
        standing: Standing,
    ) -> None:
        known, rows = self.subject.ports, ports.rows
        sure: Flags = np.not_equal(ports.oper, _UNKNOWN)  # unknown is neither down nor up again
        matters: Flags = np.logical_or(known.linked[rows], seen_up[rows])
        off: Flags = np.equal(ports.admin, 0)
        down: Flags = np.all((_IS_DARK[ports.oper], matters, sure, ~off), axis=0)
        for state in self._asks.states:
            bad = np.flatnonzero(down & (state.severities[rows] > 0))
            having = (*of_ports.get(state.condition, ()), *self._held_rows(state.condition))
            for at in _union(bad, rows, having):
                if not sure[at]:
                    continue
                row = int(rows[at])
                limit, severity = state.of(row), Severity.CLEARED
                if off[at]:
                    text = "switched off"
                elif down[at]:
                    severity = Severity(int(state.severities[row]))
                    word = OperStatus(ports.oper[at]).name.lower().replace("_", " ")
                    text = self._words(limit, row, word) or word
                else:
                    text = "up again"
                about = self.about(row)
                if limit is not None and limit.is_slow:
                    current = standing.get((about.key, state.condition), Severity.CLEARED)
                    severity = self._settled(limit, about, current, severity)
                done.reports.append(AlarmReport(about, state.condition, severity, text))

    def _held_rows(self, condition: Condition) -> list[int]:
        """Rows of the interfaces whose state waits for its delay."""
        if not self._held:
            return []
        slot = f"{condition}/interface.status"
        numbers = (key.rpartition(":")[2] for name, key in self._held if name == slot)
        found = (self._row(int(number)) for number in numbers)
        return [row for row in found if row is not None]

    def _words(self, limit: Limit | None, row: int, word: str) -> str:
        """A rule's own text about a state."""
        if limit is None or not limit.text:
            return ""
        return written(limit.text, self.about(row), value=word, unit="", limit="", usual="")

    def _judge_loads(
        self,
        done: Outcome,
        rows: NDArray[np.intp],
        loads: Loads,
        condition: Condition,
        limits: tuple[PortLimit, ...],
        having: Iterable[int],
        standing: Standing,
    ) -> None:
        """All measures of one condition, such as errors by number and by share: the worst one."""
        every = len(rows) == len(self.subject.ports)
        near = np.zeros(len(rows), np.bool_)
        remembered: list[int] = []
        for one in limits:
            near |= one.near(loads.of(one.measure), rows, every=every)
            remembered += self._remembered(f"{condition}/{one.measure}")
        for at in _union(np.flatnonzero(near), rows, (*having, *remembered)):
            self._judge_port(done, int(rows[at]), at, loads, condition, limits, standing)

    def _judge_port(
        self,
        done: Outcome,
        row: int,
        at: int,
        loads: Loads,
        condition: Condition,
        limits: tuple[PortLimit, ...],
        standing: Standing,
    ) -> None:
        about, number = self.about(row), int(self.subject.ports.ids[row])
        current = standing.get((about.key, condition), Severity.CLEARED)
        worst: tuple[Severity, Limit, PortLimit] | None = None
        for one in limits:
            limit, value = one.of(row), float(loads.of(one.measure)[at])
            if limit is None or value != value:
                continue
            recent = self._near.setdefault(limit.slot, {}).setdefault(number, _few())
            severity = self._decide(done, about, limit, value, current, recent)
            if worst is None or severity > worst[0]:
                worst = severity, limit, one
            self._forget_calm(number, limit, recent, stands=current > Severity.CLEARED)
        if worst is None:
            return
        severity, limit, one = worst
        text = ", ".join(loads.say(each.measure, at) for each in limits)
        if limit.text:
            measured = float(loads.of(one.measure)[at])
            text = self._own_words(limit, about, measured)
        done.reports.append(AlarmReport(about, condition, severity, text))

    def _remembered(self, slot: str) -> list[int]:
        """Rows of the interfaces that were near this limit lately."""
        found = (self._row(port) for port in self._near.get(slot, ()))
        return [row for row in found if row is not None]

    def _forget_calm(
        self, number: int, limit: Limit, recent: deque[float], *, stands: bool
    ) -> None:
        """An interface whose last values are all far from the limit needs no memory."""
        if stands or any(slot == limit.slot for slot, _ in self._held):
            return
        values = list(recent)[-limit.of :]
        if limit.below:
            edge = max((level.clear_at for level in limit.levels), default=float("-inf"))
            calm = all(value >= edge for value in values)
        else:
            calm = all(value <= least(limit) for value in values)
        if calm:
            self._near[limit.slot].pop(number, None)

    def sensors(
        self, done: Outcome, reading: Reading, statuses: Statuses, standing: Standing
    ) -> None:
        """Judge what the device says of itself; `statuses` are its interfaces' states by row."""
        self._judge_device(done, reading, standing)
        for number, value in reading.sensors.items():
            sensor = self._sensors.get(number)
            if sensor is None:
                continue
            limits = self._limits.get(number)
            if limits is None:
                limits = self._limits[number] = self._limits_of(sensor)
            if sensor.kind is SensorKind.DBM:
                self._judge_light(done, sensor, limits, value, reading, statuses, standing)
            elif sensor.kind in (SensorKind.STATE, SensorKind.CHARGE):
                self._supplies[number] = self._judge_supply(done, sensor, limits, value, standing)
            elif limits:
                self._judge_plain(done, sensor, limits, value, standing)
        states: dict[Condition, list[tuple[Severity, str]]] = defaultdict(list)
        for words in self._supplies.values():
            for condition, severity, text in words:
                states[condition].append((severity, text))
        for condition, found in states.items():
            self._report_worst(done, condition, found)

    def _judge_device(self, done: Outcome, reading: Reading, standing: Standing) -> None:
        """What is measured of the device as a whole."""
        for measure in _OF_DEVICE:
            limits = self._rules.limits(measure)
            if not limits or (value := self._of_device(measure, reading)) is None:
                continue
            about = self.about()
            for limit in limits:
                text = (
                    self._own_words(limit, about, value)
                    if limit.text
                    else MEASURES[measure].words.format(value=value)
                )
                self._judge(done, about, limit, value, text, standing)

    def _of_device(self, measure: str, reading: Reading) -> float | None:
        if measure == "device.cpu":
            return self.load(reading, SensorKind.CPU)
        if measure == "device.memory":
            return self.load(reading, SensorKind.MEMORY)
        if measure == "device.response_ms":
            return reading.response_s * 1000
        return self.hottest(reading)

    def _limits_of(self, sensor: Sensor) -> tuple[Limit, ...]:
        """Every rule about a sensor."""
        if sensor.kind is SensorKind.DBM:
            measures: tuple[str, ...] = ("sensor.light", "sensor.light_drop")
        elif sensor.kind is SensorKind.STATE:
            words = set(re.findall(r"[a-z]+", f"{sensor.name} {sensor.group}".lower()))
            feeds = not POWER_WORDS.isdisjoint(words)
            measures = ("sensor.supply_state" if feeds else "sensor.hardware_state",)
        else:
            measures = (of_sensor_kind(sensor.kind),)
        return tuple(
            limit for measure in measures for limit in self._rules.of_sensor(sensor, measure)
        )

    def _judge_plain(
        self,
        done: Outcome,
        sensor: Sensor,
        limits: tuple[Limit, ...],
        value: float,
        standing: Standing,
    ) -> None:
        about = self.about(sensor=sensor)
        for limit in limits:
            if limit.text:
                text = self._own_words(limit, about, value)
            elif sensor.kind is SensorKind.TEMPERATURE:
                text = f"{value:.0f} °C"
            else:
                text = MEASURES[of_sensor_kind(sensor.kind)].say(value)
            self._judge(done, about, limit, value, text, standing)

    def _judge_light(
        self,
        done: Outcome,
        sensor: Sensor,
        limits: tuple[Limit, ...],
        value: float,
        reading: Reading,
        statuses: Statuses,
        standing: Standing,
    ) -> None:
        """Received light against the module's limit and against what is usual for this fibre.

        Without a link there is nothing to receive: the interface's own alarm says so.
        """
        if any(word in sensor.name.lower() for word in SENDING_WORDS):
            return
        port = None if sensor.interface_id is None else int(sensor.interface_id)
        if port is None and sensor.low is None:
            return  # a subscriber's or a radio's: its darkness is no fault of ours
        row = None if port is None else self._row(port)
        if row is not None and statuses[row] != OperStatus.UP:
            return
        number = int(sensor.id)
        usual, since = self._light.get(number, (None, reading.at))
        reference = usual_light(usual, value, passed_s=reading.at - since)
        self._light[number] = (reference, reading.at)
        about, drop = self.about(row, sensor), reference - value
        worst: dict[Condition, tuple[Severity, Limit]] = {}
        for limit in limits:
            current = standing.get((about.key, limit.condition), Severity.CLEARED)
            told = drop if limit.slot.endswith("_drop") else value
            severity = self._decide(done, about, limit, told, current)
            if limit.condition not in worst or severity > worst[limit.condition][0]:
                worst[limit.condition] = severity, limit
        for condition, (severity, limit) in worst.items():
            text = f"receives {value:.1f} dBm, {drop:.1f} dB less than usual"
            if limit.text:
                text = self._own_words(limit, about, value, usual=reference)
            done.reports.append(AlarmReport(about, condition, severity, text))

    def _judge_supply(
        self,
        done: Outcome,
        sensor: Sensor,
        limits: tuple[Limit, ...],
        value: float,
        standing: Standing,
    ) -> list[tuple[Condition, Severity, str]]:
        own, found = self.about(sensor=sensor), []
        for limit in limits:
            current = standing.get((self.about().key, limit.condition), Severity.CLEARED)
            if sensor.kind is SensorKind.CHARGE:
                text, told = f"{sensor.name} {value:.0f} %", value
            else:
                text, told = f"{sensor.name}: {sensor.word(value)}", float(sensor.grade(value))
            if limit.text:
                text = self._own_words(limit, own, value)
            found.append((limit.condition, self._decide(done, own, limit, told, current), text))
        return found

    def _report_worst(
        self, done: Outcome, condition: Condition, found: list[tuple[Severity, str]]
    ) -> None:
        """One alarm for all supplies of a device: what is wrong, worst first."""
        worst = max(severity for severity, _ in found)
        wrong = sorted(((s, t) for s, t in found if s > Severity.CLEARED), reverse=True)
        text = "; ".join(text for _, text in wrong) or "all good"
        done.reports.append(AlarmReport(self.about(), condition, worst, text))

    def _own_words(
        self, limit: Limit, about: AlarmObject, value: float, usual: float | None = None
    ) -> str:
        """The text a rule brings."""
        edge = limit.levels[-1].raise_at if limit.levels else None
        return written(limit.text, about, value=value, unit=limit.unit, limit=edge, usual=usual)

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
        self,
        done: Outcome,
        about: AlarmObject,
        limit: Limit,
        value: float,
        current: Severity,
        recent: deque[float] | None = None,
    ) -> Severity:
        if recent is None:
            recent = self._recent[limit.slot, about.sensor_id or 0]
        recent.append(value)
        values = tuple(recent)
        severity = judge(limit, current, values)
        if limit.is_slow:
            return self._settled(limit, about, current, severity)
        done.confirm |= severity <= current and is_pending(limit, current, values)
        return severity

    def _settled(
        self, limit: Limit, about: AlarmObject, current: Severity, wanted: Severity
    ) -> Severity:
        """What counts, when a move must last before it does."""
        key = limit.slot, about.key
        severity, held = settle(limit, current, wanted, self._held.get(key), at=self.at)
        if held is None:
            self._held.pop(key, None)
        else:
            self._held[key] = held
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

    def hottest(self, reading: Reading) -> float | None:
        """°C of the warmest sensor that was read."""
        hot = (
            value
            for number, value in reading.sensors.items()
            if self._kind(number) is SensorKind.TEMPERATURE
        )
        return max(hot, default=None)

    def load(self, reading: Reading, kind: SensorKind) -> float | None:
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


def _few() -> deque[float]:
    return deque(maxlen=8)


def _union(near: NDArray[np.intp], rows: NDArray[np.intp], more: Iterable[int]) -> list[int]:
    """Places in `rows`: those near a limit, and those of other rows that need a word."""
    places = set(near.tolist())
    for row in more:
        at = int(np.searchsorted(rows, row))
        if at < len(rows) and rows[at] == row:
            places.add(at)
    return sorted(places)
