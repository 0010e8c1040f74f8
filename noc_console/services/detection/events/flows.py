"""Rules of flows: too much to one host, too many sources, a scan, a talker nobody has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.events.entries import (
    SEVERITIES,
    Words,
    choice,
    flag,
    listed,
    only,
    phrase,
    slug,
    whole,
)


class By(StrEnum):
    """What flows are summed up by."""

    SOURCE = "source"
    DESTINATION = "destination"
    CUSTOMER = "customer"
    SOURCE_AS = "source-as"
    DESTINATION_AS = "destination-as"


class Measure(StrEnum):
    """What is compared with the limit, over one minute."""

    PACKETS = "packets"
    """A second."""
    BITS = "bits"
    """A second."""
    FLOWS = "flows"
    """A second."""
    SOURCES = "sources"
    """Different hosts that send to it."""
    DESTINATIONS = "destinations"
    """Different hosts it sends to: a scan."""
    PORTS = "ports"
    """Different ports of one host it sends to: a scan of ports."""
    NEW = "new"
    """It was not there before, in so many minutes of `learn`: bits a second."""


@dataclass(frozen=True, slots=True)
class FlowRule:
    """A limit for what one host, customer or network does."""

    id: str
    title: str
    condition: Condition
    severity: Severity
    by: By
    measure: Measure
    limit: float
    clear_below: float
    minutes: int
    """It must last so many minutes in a row, and be over for as many."""
    protocols: tuple[int, ...] = ()
    ports: tuple[int, ...] = ()
    """Of the service: `53`, `123`."""
    learn: int = 1_440
    """Of NEW: minutes it must not have been seen in; nothing is new before so many are known."""
    text: str = ""
    remedy: str = ""
    is_enabled: bool = True
    file: str = ""

    @property
    def watches(self) -> str:
        unit = {Measure.BITS: "bit/s", Measure.NEW: "bit/s, new", Measure.PACKETS: "packets/s"}
        what = unit.get(self.measure, self.measure.value)
        return f"{what} by {self.by.value.replace('-', ' ')}"


_KEYS = frozenset(
    (
        *("id", "title", "condition", "severity", "by", "counts", "over", "clear_below"),
        *("minutes", "protocol", "port", "learn", "text", "remedy", "enabled"),
    )
)
_DISTINCT: Mapping[Measure, frozenset[By]] = {
    Measure.SOURCES: frozenset((By.DESTINATION, By.CUSTOMER, By.DESTINATION_AS)),
    Measure.DESTINATIONS: frozenset((By.SOURCE, By.CUSTOMER, By.SOURCE_AS)),
    Measure.PORTS: frozenset((By.SOURCE,)),
}


def read(entry: Words, file: str) -> FlowRule:
    """A [[flow]] of a rule file. Raises Invalid naming the key."""
    only(entry, _KEYS)
    measure = choice(entry, "counts", {each.value: each for each in Measure}, Measure.PACKETS)
    by = choice(entry, "by", {each.value: each for each in By}, By.DESTINATION)
    if by not in _DISTINCT.get(measure, frozenset(By)):
        raise Invalid(f"by: {measure.value} cannot be counted by {by.value}", field="by")
    limit = _limit(entry, "over", None)
    rule = FlowRule(
        id=slug(entry, "id"),
        title=phrase(entry, "title", must=True),
        condition=Condition(phrase(entry, "condition", must=True)),
        severity=choice(entry, "severity", SEVERITIES, Severity.WARNING),
        by=by,
        measure=measure,
        limit=limit,
        clear_below=_limit(entry, "clear_below", limit * 0.8),
        minutes=max(1, whole(entry.get("minutes", 1), 60, "minutes")),
        protocols=tuple(whole(each, 255, "protocol") for each in listed(entry, "protocol")),
        ports=tuple(whole(each, 65_535, "port") for each in listed(entry, "port")),
        learn=max(1, whole(entry.get("learn", 1_440), 10_080, "learn")),
        text=phrase(entry, "text", must=True),
        remedy=phrase(entry, "remedy", longest=2_000),
        is_enabled=flag(entry, "enabled", True),
        file=file,
    )
    if rule.clear_below > rule.limit:
        raise Invalid("clear_below: must not be above the limit", field="clear_below")
    if rule.severity is Severity.CLEARED:
        raise Invalid("severity: a rule raises something", field="severity")
    return rule


def _limit(entry: Words, key: str, default: float | None) -> float:
    found = entry.get(key, default)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < 1e15:
        raise Invalid(f"{key}: a number above 0", field=key)
    return float(found)
