"""All rules in force, compiled once for a device, asked at every poll.

Of the rules of one measure and condition one decides for each object: an operator's own before
ours, the narrower scope before the wider, the later in the file before the earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.judging import Limit, least, limit_of
from noc_console.services.detection.measures import MEASURES, Subject
from noc_console.services.detection.model import Kind, Level, Origin, Rule
from noc_console.services.detection.scoping import fits_device, fits_port, fits_sensor
from noc_console.services.inventory.model import Device, Sensor, SensorKind

_JUDGED = (Kind.THRESHOLD, Kind.STATE)
"""Kinds that a poll decides."""
LIGHT_BAND = 1.0
HEAT_BAND = 5.0
"""Between raising and clearing, for limits that devices give without one: dB and °C."""


class PortFacts(Protocol):
    """A device's interfaces as columns; `telemetry.model.Ports` is such."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def types(self) -> Sequence[int] | NDArray[np.int32]: ...
    @property
    def speeds(self) -> NDArray[np.int64]: ...
    @property
    def linked(self) -> NDArray[np.bool_]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class PortLimit:
    """The rules of one measure and condition for a device's interfaces."""

    measure: str
    limits: tuple[Limit, ...]
    which: NDArray[np.int8] | None
    """The place in `limits` of each interface's; -1 is none. None: the first for all."""
    edges: float | NDArray[np.float64]
    """Up to here nothing can come of a value; of limits on too little, from here on."""
    below: bool = False
    """They are limits on too little."""

    def of(self, row: int) -> Limit | None:
        """What decides for an interface, by its row."""
        if self.which is None:
            return self.limits[0]
        at = int(self.which[row])
        return None if at < 0 else self.limits[at]

    def near(
        self, values: NDArray[np.float64], rows: NDArray[np.intp], *, every: bool
    ) -> NDArray[np.bool_]:
        """Which of these values something can come of; `every` when `rows` are all there are."""
        edges = self.edges
        if not isinstance(edges, float) and not every:
            edges = edges[rows]
        # A comparison with NaN is false, which is what an unknown value deserves.
        found: NDArray[np.bool_] = values < edges if self.below else values > edges
        return found


@dataclass(frozen=True, slots=True, eq=False)
class PortState:
    """How bad a dark interface is, by its row: 0 where no rule asks."""

    condition: Condition
    limits: tuple[Limit, ...]
    which: NDArray[np.int8]
    severities: NDArray[np.int8]

    def of(self, row: int) -> Limit | None:
        at = int(self.which[row])
        return None if at < 0 else self.limits[at]


@dataclass(frozen=True, slots=True, eq=False)
class PortRules:
    """Everything a poll asks of a device's interfaces, by condition."""

    loads: tuple[tuple[Condition, tuple[PortLimit, ...]], ...]
    states: tuple[PortState, ...]


class DeviceRules:
    """The rules whose words about devices fit one device, or many alike."""

    __slots__ = ("_by_measure", "_groups", "_limits")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_measure: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._by_measure[rule.measure].append(rule)
        self._limits: dict[str, tuple[Limit, ...]] = {}
        self._groups: tuple[_Group, ...] | None = None

    def limits(self, measure: str) -> tuple[Limit, ...]:
        """What decides about a measure of the device itself, one for each condition."""
        found = self._limits.get(measure)
        if found is None:
            rules = _firsts(self._by_measure.get(measure, ()))
            found = self._limits[measure] = tuple(map(limit_of, rules))
        return found

    def state(self, measure: str) -> Limit | None:
        """What a state of the device itself means."""
        return next(iter(self.limits(measure)), None)

    def of_sensor(self, sensor: Sensor, measure: str) -> tuple[Limit, ...]:
        """What decides about a measure of one sensor; the device's own limits win where asked."""
        fitting = [
            rule
            for rule in self._by_measure.get(measure, ())
            if fits_sensor(rule.scope, sensor.name, sensor.group)
        ]
        return tuple(limit_of(rule, own_levels(rule, sensor)) for rule in _firsts(fitting))

    def ports(self, ports: PortFacts) -> PortRules:
        """Everything about a device's interfaces, as arrays over their rows."""
        if self._groups is None:
            self._groups = _groups(self._by_measure)
        loads: dict[Condition, list[PortLimit]] = {}
        states = []
        for group in self._groups:
            if group.is_state:
                states.append(group.state(ports))
            else:
                loads.setdefault(group.condition, []).append(group.limit(ports))
        return PortRules(tuple((c, tuple(found)) for c, found in loads.items()), tuple(states))


_ORDER = {name: at for at, name in enumerate(MEASURES)}


class RuleBook:
    """The rules in force of one tenant."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.every = tuple(rules)
        """Even those that are switched off, in the order they were given."""
        self.rules: tuple[Rule, ...] = tuple(
            sorted((rule for rule in self.every if rule.is_enabled), key=_precedence)
        )
        """In force, those that decide first in front."""
        judged = [r for r in self.rules if r.kind in _JUDGED and MEASURES[r.measure].is_polled]
        self._judged = tuple(judged)
        self._asks_names = any(rule.scope.names for rule in judged)
        self._known: dict[tuple[str, ...], DeviceRules] = {}

    def of_device(self, device: Device, site_name: str = "") -> DeviceRules:
        """The rules a poll of this device asks; the same object for devices alike."""
        facts = (
            device.type.value,
            device.vendor,
            device.platform,
            device.model,
            site_name,
            device.name if self._asks_names else "",
        )
        found = self._known.get(facts)
        if found is None:
            fitting = [r for r in self._judged if fits_device(r.scope, device, site_name)]
            found = self._known[facts] = DeviceRules(fitting)
        return found

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.every if rule.id == rule_id), None)

    def about(self, condition: str) -> tuple[Rule, ...]:
        """Rules in force that raise this condition, those that decide first in front."""
        return tuple(rule for rule in self.rules if rule.condition == condition)


def _precedence(rule: Rule) -> tuple[int, int, int]:
    return (rule.origin is not Origin.OWN, -rule.scope.width, -rule.at)


def _firsts(rules: Sequence[Rule]) -> list[Rule]:
    """The rule that decides of each condition; a mute one decides that nothing is raised."""
    found: dict[Condition, Rule] = {}
    for rule in rules:
        found.setdefault(rule.condition, rule)
    return [rule for rule in found.values() if not rule.is_mute]


def _fitting(rule: Rule, ports: PortFacts) -> NDArray[np.bool_]:
    scope, count = rule.scope, len(ports)
    mask = np.ones(count, np.bool_)
    if not scope.is_of_ports:
        return mask
    if scope.linked is not None:
        mask &= ports.linked == scope.linked
    rest = replace(scope, linked=None)
    if not rest.is_of_ports:
        return mask
    types, aliases = ports.types, ports.aliases
    for row in np.flatnonzero(mask).tolist():
        mask[row] = fits_port(
            rest,
            name=ports.names[row],
            alias=aliases[row] if aliases else "",
            type=int(types[row]) if len(types) else 0,
            speed=float(ports.speeds[row]),
            linked=bool(ports.linked[row]),
        )
    return mask


class _Group:
    """The rules of one measure, condition and direction: compiled once for devices alike."""

    __slots__ = (
        "_below",
        "_edges",
        "_grades",
        "_places",
        "_shared",
        "condition",
        "is_state",
        "limits",
        "measure",
        "rules",
    )

    def __init__(self, measure: str, rules: Sequence[Rule], *, below: bool) -> None:
        self.measure, self.rules = measure, tuple(rules[:MOST_RIVALS])
        self.condition = rules[0].condition
        self.is_state = MEASURES[measure].is_state
        self.limits = tuple(map(limit_of, self.rules))
        silent = [rule.is_mute or not rule.levels for rule in self.rules]
        # One more place than rules: interfaces that no rule is about have the place -1.
        self._places = np.array([*(-1 if s else at for at, s in enumerate(silent)), -1], np.int8)
        self._grades = np.array([*(int(rule.severity) for rule in self.rules), 0], np.int8)
        self._edges = np.array([*map(_edge, self.limits), _never(below)])
        self._edges[self._places < 0] = _never(below)
        self._below = below
        self._shared: PortLimit | None = None
        if not self.rules[0].scope.is_of_ports and not self.is_state:
            self._shared = PortLimit(measure, self.limits[:1], None, float(self._edges[0]), below)

    def limit(self, ports: PortFacts) -> PortLimit:
        """For a device's interfaces; one for all devices when no interface is special."""
        if self._shared is not None:
            return self._shared
        which = self._which(ports)
        return PortLimit(
            self.measure, self.limits, self._places[which], self._edges[which], self._below
        )

    def state(self, ports: PortFacts) -> PortState:
        """The same of a state."""
        which = self._which(ports)
        return PortState(self.condition, self.limits, self._places[which], self._grades[which])

    def _which(self, ports: PortFacts) -> NDArray[np.int8]:
        which = np.full(len(ports), -1, np.int8)
        for at in range(len(self.rules) - 1, -1, -1):
            which[_fitting(self.rules[at], ports)] = at
        return which


MOST_RIVALS = 127
"""Rules of one measure and condition."""


def _groups(by_measure: Mapping[str, Sequence[Rule]]) -> tuple[_Group, ...]:
    """In the order of the measures; a mute rule silences both directions."""
    found = []
    for measure in sorted(by_measure, key=_ORDER.__getitem__):
        if MEASURES[measure].subject is not Subject.INTERFACE:
            continue
        by_condition: dict[Condition, list[Rule]] = defaultdict(list)
        for rule in by_measure[measure]:
            by_condition[rule.condition].append(rule)
        for alike in by_condition.values():
            for below in (False, True):
                some = [rule for rule in alike if rule.below == below or rule.is_mute]
                # Where a mute rule for all comes first, nothing is ever asked.
                if any(not rule.is_mute for rule in some) and not _silences(some[0]):
                    found.append(_Group(measure, some, below=below))
    return tuple(found)


def _silences(rule: Rule) -> bool:
    return rule.is_mute and not rule.scope.is_of_ports


def _edge(limit: Limit) -> float:
    if not limit.below:
        return least(limit)
    return max((level.clear_at for level in limit.levels), default=_never(True))


def _never(below: bool) -> float:
    return float("-inf") if below else float("inf")


def own_levels(rule: Rule, sensor: Sensor) -> tuple[Level, ...] | None:
    """The levels a device gives for a sensor, in the severities of the rule; None: it gives none.

    The worst at the device's limit, the next where the device warns (of heat, else 5 °C before).
    """
    if not rule.device_limits or not rule.levels:
        return None
    if rule.below:
        return _under(rule, sensor)
    if sensor.high is None or (sensor.kind is SensorKind.TEMPERATURE and not sensor.high):
        return None
    is_heat = sensor.kind is SensorKind.TEMPERATURE
    band = HEAT_BAND if is_heat else abs(sensor.high) * 0.05
    warn = sensor.warn_high if sensor.warn_high is not None else sensor.high
    early = warn if warn < sensor.high else sensor.high - HEAT_BAND if is_heat else None
    found = [Level(rule.levels[0].severity, sensor.high, sensor.high - band)]
    if early is not None and len(rule.levels) > 1:
        found.append(Level(rule.levels[1].severity, early, early - band))
    return tuple(found)


def _under(rule: Rule, sensor: Sensor) -> tuple[Level, ...] | None:
    if sensor.low is None:
        return None
    band = LIGHT_BAND if sensor.kind is SensorKind.DBM else abs(sensor.low) * 0.05
    found = [Level(rule.levels[0].severity, sensor.low, sensor.low + band)]
    warn = sensor.warn_low
    if warn is not None and warn > sensor.low:
        milder = rule.levels[1].severity if len(rule.levels) > 1 else Severity.MINOR
        found.append(Level(min(milder, rule.levels[0].severity), warn, warn + band))
    return tuple(found)
