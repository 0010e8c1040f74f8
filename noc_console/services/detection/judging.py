"""From measured values to severities, with hysteresis and patience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.measures import MEASURES
from noc_console.services.detection.model import Level, Rule


@dataclass(frozen=True, slots=True)
class Limit:
    """What is too much (or too little) of something: a rule, ready to be asked at every poll.

    `need` of the last `of` values must agree before the severity moves, either way; then it
    must stay so for a delay.
    """

    condition: Condition
    unit: str
    levels: tuple[Level, ...]
    """Worst first; none where a mute rule silences the others."""
    below: bool = False
    """Too little is the problem: light, charge."""
    need: int = 2
    of: int = 3
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    slot: str = ""
    """Under which name the values before are remembered."""
    rule_id: str = ""
    text: str = ""

    @property
    def is_slow(self) -> bool:
        """What it decides must last before it counts."""
        return self.on_delay_s > 0 or self.off_delay_s > 0


Held = tuple[Severity, float]
"""A severity that waits for its delay, and since when."""


def limit_of(rule: Rule, levels: tuple[Level, ...] | None = None) -> Limit:
    """A rule as a limit, with other levels where the device gives its own."""
    return Limit(
        condition=rule.condition,
        unit=MEASURES[rule.measure].unit,
        levels=rule.levels if levels is None else levels,
        below=rule.below,
        need=rule.need,
        of=rule.of,
        on_delay_s=rule.on_delay_s,
        off_delay_s=rule.off_delay_s,
        slot=f"{rule.condition}/{rule.measure}",
        rule_id=rule.id,
        text=rule.text,
    )


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


def settle(
    limit: Limit, current: Severity, wanted: Severity, held: Held | None, *, at: float
) -> tuple[Severity, Held | None]:
    """What counts now, when `wanted` was decided: a move waits for its delay first.

    The wait begins anew when the direction turns; a move that grows on the way keeps its start.
    """
    if wanted == current:
        return current, None
    delay = limit.on_delay_s if wanted > current else limit.off_delay_s
    if delay <= 0:
        return wanted, None
    goes_on = held is not None and (held[0] > current) == (wanted > current)
    since = held[1] if held is not None and goes_on else at
    return (wanted, None) if at - since >= delay else (current, (wanted, since))


def least(limit: Limit) -> float:
    """The value up to which nothing can come of a limit on too much."""
    return min((level.clear_at for level in limit.levels), default=float("inf"))


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
