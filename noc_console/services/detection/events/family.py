"""Event rules on the list of all alarm rules, and rules of operators taken over."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events import reading
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.flows import FlowRule
from noc_console.services.detection.events.model import EventRule, Proof
from noc_console.services.detection.model import Family, RuleRow


class EventFamily:
    """Lends the rules of a book to the list; see `detection.ports.RuleFamily`."""

    def __init__(self, book: EventBook) -> None:
        self.book = book

    def pack(self) -> tuple[RuleRow, ...]:
        """Those that come with the program, with their texts."""
        pack = self.book.pack
        own: tuple[EventRule | FlowRule, ...] = (*pack.rules, *pack.flows)
        return tuple(row(one, pack.texts.get(one.id, "")) for one in own)

    def read(self, toml: str) -> RuleRow:
        """One rule out of a text. Raises Invalid naming the key."""
        return row(reading.read_one(toml, self.book.pack), toml)

    def adopt(self, own: Mapping[str, str]) -> None:
        """Rules of operators by id, as texts: own ones and changed ones of ours."""
        self.book.adopt(own)


def row(one: EventRule | FlowRule, toml: str) -> RuleRow:
    """A rule for the list."""
    if isinstance(one, FlowRule):
        kind, watches = "flow", one.watches
        levels = f"{_word(one.severity)} > {one.limit:,.12g} for {one.minutes} min"
    else:
        kind, watches = one.kinds, one.raises[0].watches
        if (more := len(one.raises) - 1) > 0:
            watches += f" and {more} more"
        levels = "the poll decides" if one.proof is Proof.POLL else _levels(one)
    return RuleRow(
        id=one.id,
        title=one.title,
        family=Family.EVENT,
        kind=kind,
        watches=watches,
        scope="",
        condition=one.condition.value,
        levels=levels,
        severity=one.severity,
        is_enabled=one.is_enabled,
        remedy=one.remedy,
        toml=toml,
    )


def _levels(rule: EventRule) -> str:
    levels = _word(rule.severity)
    if not rule.clears:
        levels += ", never cleared by the device"
    if rule.clear_after_s:
        levels += f", cleared after {rule.clear_after_s / 60:,g} min without"
    return levels


def _word(severity: Severity) -> str:
    return severity.name.lower()
