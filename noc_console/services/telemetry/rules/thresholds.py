"""From measured values to severities, with hysteresis: one table says where the levels are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.inventory.model import DeviceType, Sensor, SensorKind


@dataclass(frozen=True, slots=True)
class Level:
    """Raised at or beyond `raise_at`, held until back at or before `clear_at`."""

    severity: Severity
    raise_at: float
    clear_at: float


@dataclass(frozen=True, slots=True)
class Limit:
    """What is too much (or too little) of something.

    `need` of the last `of` values must agree before the severity moves, either way.
    """

    condition: Condition
    unit: str
    levels: tuple[Level, ...]
    """Worst first."""
    below: bool = False
    """Too little is the problem: light, charge."""
    need: int = 2
    of: int = 3


def _up(condition: Condition, unit: str, *levels: Level, need: int = 2, of: int = 3) -> Limit:
    return Limit(condition, unit, levels, need=need, of=of)


WARNING, MINOR, MAJOR = Severity.WARNING, Severity.MINOR, Severity.MAJOR

# The policy. One place, with units; every number an operator might ask about stands here.
UTILISATION = _up(Condition.UTILISATION, "% of speed", Level(MAJOR, 95, 85), Level(WARNING, 85, 75))
CPU = _up(Condition.CPU, "%", Level(MAJOR, 95, 85), Level(MINOR, 80, 70))
MEMORY = _up(Condition.MEMORY, "%", Level(MAJOR, 97, 93), Level(MINOR, 90, 85))
TEMPERATURE = _up(Condition.TEMPERATURE, "°C", Level(MAJOR, 75, 70), Level(MINOR, 65, 60))
ERRORS = _up(Condition.ERRORS, "errors/s", Level(MAJOR, 100, 50), Level(MINOR, 10, 5))
ERROR_SHARE = _up(Condition.ERRORS, "% of packets", Level(MAJOR, 1, 0.5), Level(MINOR, 0.1, 0.05))
ERROR_SHARE_FROM = 1.0
"""Errors a second below which their share of the packets says nothing."""
OPTICAL_LOW = Limit(Condition.OPTICAL_POWER, "dBm", (Level(MAJOR, -27, -26),), below=True)
OPTICAL_DROP = _up(Condition.OPTICAL_POWER, "dB", Level(MINOR, 6, 5), Level(WARNING, 3, 2))
CHARGE = Limit(Condition.POWER, "%", (Level(MAJOR, 20, 25), Level(MINOR, 50, 60)), below=True)
STATE = _up(Condition.POWER, "state", Level(MAJOR, 3, 2.5), Level(MINOR, 2, 1.5), need=1, of=1)

UNREACHABLE: dict[DeviceType, Severity] = {
    DeviceType.ROUTER: Severity.CRITICAL,
    DeviceType.OLT: Severity.CRITICAL,
    DeviceType.SWITCH: Severity.MAJOR,
    DeviceType.FIREWALL: Severity.CRITICAL,
    DeviceType.POWER: Severity.MAJOR,
}
"""How bad it is when a device does not answer; the rest is minor."""
INTERFACE_DOWN_LINKED = Severity.MAJOR
"""An interface that leads to a device we know."""
INTERFACE_DOWN_OTHER = Severity.MINOR
RESTARTED = Severity.WARNING


def judge(limit: Limit, current: Severity, recent: Sequence[float]) -> Severity:
    """The severity after the newest value (the last of `recent`), given the one that stands.

    It rises when enough recent values are beyond a level, and falls when enough are back
    before the clearing value of the level that stands; between the two nothing moves.
    """
    values = recent[-limit.of :]
    for level in limit.levels:
        if level.severity <= current:
            break
        if sum(_beyond(limit, value, level.raise_at) for value in values) >= limit.need:
            return level.severity
    return _eased(limit, current, values)


def _eased(limit: Limit, current: Severity, values: Sequence[float]) -> Severity:
    """The worst level, not above the one that stands, that still holds."""
    for level in limit.levels:
        if level.severity > current:
            continue
        back = sum(not _beyond(limit, value, level.clear_at, at=False) for value in values)
        if back < min(limit.need, limit.of):
            return level.severity
    return Severity.CLEARED


def least(limit: Limit) -> float:
    """The value up to which nothing can come of a limit on too much."""
    return min(level.clear_at for level in limit.levels)


def is_pending(limit: Limit, current: Severity, recent: Sequence[float]) -> bool:
    """Whether the newest value is beyond a level that needs another one to confirm it."""
    if not recent:
        return False
    return any(
        level.severity > current and _beyond(limit, recent[-1], level.raise_at)
        for level in limit.levels
    )


def _beyond(limit: Limit, value: float, edge: float, *, at: bool = True) -> bool:
    """On the bad side of the edge; `at` says whether the edge itself is bad."""
    if value == edge:
        return at
    return value < edge if limit.below else value > edge


def limit_of(sensor: Sensor) -> Limit | None:
    """The limit of a sensor's values (of a state: of its grade); the device's own win over ours."""
    if sensor.kind is SensorKind.TEMPERATURE:
        return _temperature(sensor.high, sensor.warn_high) if sensor.high else TEMPERATURE
    if sensor.kind is SensorKind.DBM:
        return OPTICAL_LOW if sensor.low is None else _light(sensor.low, sensor.warn_low)
    return {SensorKind.CHARGE: CHARGE, SensorKind.STATE: STATE}.get(sensor.kind)


def _temperature(high: float, warn: float | None) -> Limit:
    """Major at the device's limit; minor where it warns, or 5 °C before."""
    early = warn if warn is not None and warn < high else high - 5
    return _up(
        Condition.TEMPERATURE, "°C", Level(MAJOR, high, high - 5), Level(MINOR, early, early - 5)
    )


def _light(low: float, warn: float | None) -> Limit:
    """Major below the module's limit, minor where it warns."""
    levels = [Level(MAJOR, low, low + 1)]
    if warn is not None and warn > low:
        levels.append(Level(MINOR, warn, warn + 1))
    return Limit(Condition.OPTICAL_POWER, "dBm", tuple(levels), below=True)


def baseline(old: float | None, value: float, *, passed_s: float) -> float:
    """The light a fibre normally brings: follows upwards at once, downwards over days.

    A fading fibre must not drag its own reference down, a cleaned one sets it anew.
    """
    if old is None or value >= old:
        return value
    return old + (value - old) * min(1.0, passed_s / (5 * 86_400))
