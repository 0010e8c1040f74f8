"""The test bench of event rules: what a line or trap would do, and what kept ones would have."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.flows import FlowRule
from noc_console.services.detection.events.model import (
    EventRule,
    Finding,
    Mark,
    Proof,
    Sense,
    Trust,
    Value,
    bounded,
)
from noc_console.services.detection.events.reading import EventPack, read_one
from noc_console.services.intake import rules
from noc_console.services.intake.judging import findings_of
from noc_console.services.intake.model import IntakeLine, LineKind, LineQuery, LogLine, Trap
from noc_console.services.intake.placing import key_of
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.service import InventoryService
from noc_console.wire import syslog

LONGEST_LINE = 8_192
MOST_VARBINDS = 100
MOST_LINES = 100_000
"""Kept lines one replay looks at: the newest of its span."""
MOST_FIRINGS = 1_000
PAGE = 10_000
_OID = re.compile(r"\.?\d{1,10}(?:\.\d{1,10}){1,127}")
_WHOLE = re.compile(r"-?\d{1,20}")
_HEX = re.compile(r"0x(?:[0-9A-Fa-f]{2})*")
_DOTTED = re.compile(r"\d{1,10}(?:\.\d{1,10}){3,127}")


@dataclass(frozen=True, slots=True)
class Match:
    """What one rule makes of what was given."""

    rule_id: str
    """Empty of a notice, which raises nothing."""
    title: str
    sense: Sense
    condition: str
    severity: Severity
    """As the rule says."""
    believed: Severity
    """As the desk would get it, heard the way that was given."""
    about: str
    """The object: `bgp:10.0.0.1`, `interface:Gi0/1`, `device`."""
    text: str
    poll_decides: bool
    """It only makes the poller look."""
    looks: bool
    cleared_by: tuple[str, ...]
    """The patterns that clear it."""
    clear_after_s: float
    words: tuple[tuple[str, str], ...]
    is_config_change: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """How a line or trap is understood, and what it would do."""

    kind: LineKind
    severity: int
    """syslog's."""
    name: str
    """The mnemonic of a line, the OID of a trap."""
    app: str
    text: str
    """As it would be kept."""
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """An alarm a replay raised."""

    rule_id: str
    condition: str
    device_id: int | None
    about: str
    severity: Severity
    start: datetime
    end: datetime | None
    """None when it still stood at the end of the span."""
    text: str
    line: str
    """What raised it."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class EventReplay:
    """What the event rules make of kept lines and traps."""

    start: datetime
    end: datetime
    lines: int
    """Looked at."""
    complete: bool
    """Whether that is all there are of the span."""
    total: int
    """Alarms raised, even those not listed."""
    fired: tuple[Fired, ...]
    """The newest of them, oldest first."""
    by_rule: tuple[tuple[str, int], ...] = field(default=())
    """How many each rule raised, most first."""

    @property
    def per_day(self) -> float:
        days = (self.end - self.start) / timedelta(days=1)
        return self.total / days if days > 0 else 0.0


class EventTrialService:
    """Tries event rules out without raising anything."""

    def __init__(
        self,
        intake: IntakeService,
        inventory: InventoryService,
        book: EventBook,
        *,
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._inventory = inventory
        self._book = book
        self._clock = clock

    @operation("intake.try-line", right="intake.see")
    async def try_line(
        self,
        actor: Actor,
        *,
        line: str = "",
        trap: str = "",
        varbinds: tuple[str, ...] = (),
        authentic: bool = False,
        toml: str = "",
    ) -> Tried:
        """Say what the event rules make of one log line, or of a trap with its varbinds.

        A line is given as it is sent (with or without <189> in front), a trap by its OID,
        varbinds as OID=value (0x… for octets). `authentic` tries it as SNMPv3 or TLS would
        bring it. With `toml` only that rule is tried.
        """
        item = self._item(line, trap, varbinds, authentic=authentic)
        book = self._with(toml)
        found = findings_of(item, book)
        kept = (
            rules.line_of_trap(item, None, book)
            if isinstance(item, Trap)
            else rules.line_of_log(item, None)
        )
        return Tried(
            kind=kept.kind,
            severity=kept.severity,
            name=kept.mnemonic,
            app=kept.app,
            text=kept.text,
            matches=tuple(_match(one, item.trust) for one in found),
        )

    @operation("intake.replay-rules", right="intake.see")
    async def replay(
        self,
        actor: Actor,
        *,
        start: datetime,
        end: datetime | None = None,
        toml: str = "",
        rule_ids: tuple[str, ...] = (),
        device_ids: tuple[int, ...] = (),
    ) -> EventReplay:
        """Show which alarms the event rules would have raised from the lines and traps kept.

        With `toml` only that rule is tried, with `rule_ids` only those; else all that are on.
        """
        until = end or self._clock.now()
        if start.tzinfo is None or until.tzinfo is None or start >= until:
            raise Invalid("the start must be before the end, both with their zone", field="start")
        book = self._with(toml)
        lines, complete = await self._kept(actor, start, until, device_ids)
        chosen = frozenset(rule_ids)
        total, fired, by_rule = await asyncio.to_thread(_replayed, lines, book, chosen)
        return EventReplay(start, until, len(lines), complete, total, fired, by_rule)

    async def _kept(
        self, actor: Actor, start: datetime, end: datetime, device_ids: tuple[int, ...]
    ) -> tuple[list[IntakeLine], bool]:
        """The newest lines of a span, oldest first, and whether there are no more."""
        found: list[IntakeLine] = []
        before: int | None = None
        while True:
            query = LineQuery(
                device_ids=device_ids, start=start, end=end, before=before, limit=PAGE
            )
            page = await self._intake.find(actor, query=query)
            found += page.lines
            if not page.more or not page.lines or len(found) >= MOST_LINES:
                return found[::-1], page.complete and not page.more
            before = page.lines[-1].id

    def _with(self, toml: str) -> EventBook:
        """The rules in force, or one given as its text and no other."""
        if not toml.strip():
            return self._book
        pack = self._book.pack
        one = read_one(toml, pack)
        if isinstance(one, FlowRule):
            raise Invalid("a rule of flows is tried on the page of flows", field="toml")
        alone = EventBook(EventPack(pack.conditions, (), (), (), {}))
        alone.adopt({one.id: toml})
        return alone

    def _item(
        self, line: str, trap: str, varbinds: Sequence[str], *, authentic: bool
    ) -> Trap | LogLine:
        now = self._clock.now()
        trust = Trust.AUTHENTIC if authentic else Trust.CLAIMED
        if bool(line.strip()) == bool(trap.strip()):
            raise Invalid("give a line, or the OID of a trap", field="line")
        if trap.strip():
            name = trap.strip()
            if not _OID.fullmatch(name):
                raise Invalid(f"{name[:80]!r} is no OID in numbers", field="trap")
            if len(varbinds) > MOST_VARBINDS:
                raise Invalid(f"at most {MOST_VARBINDS} varbinds", field="varbinds")
            told = tuple(_varbind(one) for one in varbinds if one.strip())
            version = "v3" if authentic else "v2c"
            return Trap("192.0.2.1", now, version, name.lstrip("."), 0, told, trust)
        if len(line) > LONGEST_LINE:
            raise Invalid(f"a line has at most {LONGEST_LINE} characters", field="line")
        told_line = syslog.parse(line.strip().encode(), now)
        return LogLine(
            source="192.0.2.1",
            received_at=now,
            facility=told_line.facility,
            severity=told_line.severity,
            text=told_line.text,
            host=told_line.host or "",
            app=told_line.app or "",
            process=told_line.pid or "",
            message_id=told_line.message_id or "",
            mnemonic=told_line.mnemonic or "",
            structured=told_line.structured or "",
            trust=trust,
        )


def _varbind(text: str) -> tuple[str, Value]:
    """`1.3.6.1.2.1.2.2.1.1.7=7`; numbers are numbers, 0x… are octets, dotted ones addresses."""
    name, equals, value = text.strip().partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not _OID.fullmatch(name):
        raise Invalid(f"{text[:80]!r} is not of the form OID=value", field="varbinds")
    told: Value = value.encode()
    if _WHOLE.fullmatch(value):
        told = int(value)
    elif _HEX.fullmatch(value):
        told = bytes.fromhex(value[2:])
    elif _DOTTED.fullmatch(value):
        told = value
    return name.lstrip("."), told


def _match(finding: Finding, trust: Trust) -> Match:
    rule, pattern = finding.rule, finding.pattern
    is_raise = finding.sense is Sense.RAISE
    return Match(
        rule_id="" if rule is None else rule.id,
        title=pattern.says if rule is None else rule.title,
        sense=finding.sense,
        condition="" if rule is None else rule.condition.value,
        severity=finding.severity if is_raise else Severity.CLEARED,
        believed=bounded(finding.severity, trust) if is_raise else Severity.CLEARED,
        about=_about(finding),
        text=finding.text,
        poll_decides=rule is not None and rule.proof is Proof.POLL,
        looks=pattern.look or (rule is not None and rule.proof is Proof.POLL),
        cleared_by=() if rule is None else tuple(each.watches for each in rule.clears),
        clear_after_s=0.0 if rule is None else rule.clear_after_s,
        words=tuple(sorted(finding.words.items())),
        is_config_change=pattern.mark is Mark.CONFIG,
    )


def _about(finding: Finding) -> str:
    if finding.rule is None:
        return ""
    key = key_of(finding) if finding.key else ""
    return f"{finding.rule.about}:{key}" if key else finding.rule.about


@dataclass(slots=True)
class _Standing:
    fired: Fired
    clears_at: datetime | None
    """When it clears by itself, should nobody repeat it."""

    def ended(self, at: datetime | None) -> Fired:
        if self.clears_at is not None and (at is None or self.clears_at < at):
            at = self.clears_at
        return replace(self.fired, end=at)


def _replayed(
    lines: Sequence[IntakeLine], book: EventBook, chosen: frozenset[str]
) -> tuple[int, tuple[Fired, ...], tuple[tuple[str, int], ...]]:
    """Every alarm in the order it came: how many, the newest, and how many by rule."""
    standing: dict[tuple[int | None, str, str], _Standing] = {}
    done: list[Fired] = []
    by_rule: Counter[str] = Counter()
    for line in lines:
        for finding in findings_of(_heard(line), book):
            rule = finding.rule
            if rule is None or finding.sense is Sense.NOTICE or rule.proof is Proof.POLL:
                continue
            if chosen and rule.id not in chosen:
                continue
            about = _about(finding)
            slot = (line.device_id, rule.condition.value, about)
            known = standing.get(slot)
            is_over = known and known.clears_at and known.clears_at < line.at
            if known is not None and (is_over or finding.sense is Sense.CLEAR):
                done.append(standing.pop(slot).ended(line.at))
                known = None
            if finding.sense is Sense.CLEAR:
                continue
            after = timedelta(seconds=rule.clear_after_s)
            clears_at = line.at + after if after else None
            if known is None:
                by_rule[rule.id] += 1
                standing[slot] = _Standing(_fired(finding, rule, line, about), clears_at)
            else:
                known.fired = replace(known.fired, count=known.fired.count + line.count)
                known.clears_at = clears_at
    end = lines[-1].at if lines else None
    for one in standing.values():
        is_over = one.clears_at is not None and end is not None and one.clears_at < end
        done.append(one.ended(end) if is_over else one.fired)
    every = sorted(done, key=lambda one: one.start)
    most = tuple(sorted(by_rule.items(), key=lambda item: (-item[1], item[0])))
    return by_rule.total(), tuple(every[-MOST_FIRINGS:]), most


def _heard(line: IntakeLine) -> Trap | LogLine:
    """A kept line as it was heard; what was not kept of it is missing."""
    if line.kind is LineKind.TRAP:
        varbinds = rules.unpacked_varbinds(line.structured)
        return Trap(line.source, line.at, "v2c", line.mnemonic, 0, varbinds)
    return LogLine(
        source=line.source,
        received_at=line.at,
        facility=line.facility or 0,
        severity=line.severity,
        text=line.text,
        host=line.host,
        app=line.app,
        process=line.process,
        message_id=line.message_id,
        mnemonic=line.mnemonic,
        structured=line.structured,
    )


def _fired(finding: Finding, rule: EventRule, line: IntakeLine, about: str) -> Fired:
    return Fired(
        rule_id=rule.id,
        condition=rule.condition.value,
        device_id=line.device_id,
        about=about,
        severity=bounded(finding.severity, Trust.CLAIMED),
        start=line.at,
        end=None,
        text=finding.text,
        line=line.text,
        count=line.count,
    )
