"""What devices say, judged by the event rules: looks for the poller, alarms, changes of set-ups.

A word is a claim. What a poll can see only makes the poller look; what nobody can see becomes an
alarm, as severe as the way it came lets us believe. Judging is quick and asks nobody; what comes
of it waits here, bounded, until the store has taken it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.heartbeat import beat, rest
from noc_console.services.alarms.aging import AgingService
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.model import (
    Finding,
    Mark,
    Proof,
    Sense,
    Trust,
    bounded,
)
from noc_console.services.intake.model import ConfigChange, LineKind, LogLine, Trap
from noc_console.services.intake.placing import Placing
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.service import InventoryService

WAITING = 20_000
"""Objects whose reports may wait for the store."""
EDGES = 6
"""Comings and goings kept of one object while it waits: enough to see that it flaps."""
BATCH = 500
SLICE = 50
"""Placed before the listeners get another turn."""
CHANGES = 5_000
REPORT_EVERY_S = 0.5
AGE_EVERY_S = 60.0
FORGET_EVERY_S = 43_200.0
HEARD_TWICE_S = 600.0
"""Within so long two ways of hearing the same count as one piece of evidence more."""
REMEMBERED = 20_000
SAME_CHANGE_S = 30.0
"""A commit writes several lines: one change."""

MOST_OBJECTS = 5_000
"""Objects of one device that words nobody proved make alarms of within `OBJECTS_S`: more than
the subscribers of a full shelf, and no end of made-up neighbours."""
OBJECTS_S = 3_600.0
CROWDS = 1_000
"""Devices whose objects are counted."""

Slot = tuple[int, str, str, str]
"""Device, condition, kind of object and key."""


@dataclass(frozen=True, slots=True)
class Word:
    """A finding with where it came from, until it is reported."""

    device_id: int
    finding: Finding
    severity: Severity
    evidence: str
    number: int
    """Later ones are greater."""


@dataclass(slots=True)
class _Heard:
    """Ways in which one condition of one object was told of lately."""

    at: float
    kinds: set[LineKind]
    trust: Trust


class Crowds:
    """Counts the objects of each device that unproven words told of: names can be made up, and
    each would be an alarm of its own for as long as somebody sends.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[float, set[int]]] = OrderedDict()

    def allows(self, slot: Slot, now: float) -> bool:
        """Whether one more may be told of; who was told of is no more. `now` is monotonic."""
        device_id, _, _, key = slot
        if not key:
            return True
        began, names = self._known.get(device_id, (now, set()))
        if now - began >= OBJECTS_S:
            began, names = now, set()
        self._known[device_id] = began, names
        self._known.move_to_end(device_id)
        if len(self._known) > CROWDS:
            self._known.popitem(last=False)
        name = hash(slot)
        if name not in names and len(names) >= MOST_OBJECTS:
            return False
        names.add(name)
        return True


class EventJudge:
    """Takes lines of known devices. `take` returns at once; `run` brings what follows home."""

    def __init__(
        self,
        book: EventBook,
        *,
        alarms: AlarmService,
        aging: AgingService,
        inventory: InventoryService,
        intake: IntakeService,
        clock: Clock,
        actor: Actor,
    ) -> None:
        self.book = book
        self.placing = Placing(inventory, actor)
        self.findings = 0
        self.reports = 0
        self.dropped: Counter[str] = Counter()
        self._alarms = alarms
        self._aging = aging
        self._intake = intake
        self._clock = clock
        self._actor = actor
        self._waiting: OrderedDict[Slot, list[Word]] = OrderedDict()
        self._unwritten: list[Word] = []
        """On their way into the store; they stay here while it does not answer."""
        self._changes: list[ConfigChange] = []
        self._told: OrderedDict[tuple[int, str], datetime] = OrderedDict()
        self._heard: OrderedDict[Slot, _Heard] = OrderedDict()
        self._crowds = Crowds()
        self._arrived = asyncio.Event()

    def take(self, item: Trap | LogLine, device_id: int, text: str, now: float) -> bool:
        """Judge what a known device said; whether the poller should look at it.

        `text` is the line as it is kept, `now` monotonic seconds.
        """
        found = findings_of(item, self.book)
        look = False
        for finding in found:
            self.findings += 1
            look |= finding.pattern.look
            if finding.pattern.mark is Mark.CONFIG:
                self._note_change(item, device_id, finding, text)
            if finding.rule is None or finding.sense is Sense.NOTICE:
                continue
            if finding.rule.proof is Proof.POLL:
                look = True
            else:
                self._wait_for_store(item, device_id, finding, text, now)
        return look

    def health(self) -> Mapping[str, Any]:
        """For the pulse."""
        waiting = sum(map(len, self._waiting.values())) + len(self._unwritten)
        return {"events": self.findings, "reports": self.reports, "waiting": waiting}

    async def run(self) -> None:
        """Forever, until cancelled."""
        loop = asyncio.get_running_loop()
        aged = forgotten = float("-inf")
        while True:
            beat()
            await self.report(loop.time())
            if loop.time() - aged >= AGE_EVERY_S:
                await self.age()
                aged = loop.time()
            if loop.time() - forgotten >= FORGET_EVERY_S:
                await self._intake.forget_changes(self._actor)
                forgotten = loop.time()
            await asyncio.sleep(REPORT_EVERY_S)
            rest()
            try:
                async with asyncio.timeout(AGE_EVERY_S):
                    await self._arrived.wait()
            except TimeoutError:
                pass

    async def report(self, now: float) -> None:
        """Bring everything that waits into the store, in batches. Unreachable leaves it here."""
        self._arrived.clear()
        while self._unwritten or self._waiting or self._changes:
            while self._waiting and len(self._unwritten) < BATCH:
                _, words = self._waiting.popitem(last=False)
                self._unwritten += words
            # Two names of one object (index and name of a port) wait apart: in order again.
            self._unwritten.sort(key=lambda word: word.number)
            await self._bring(now)
            if changes := tuple(self._changes):
                await self._intake.note_changes(self._actor, changes=changes)
                del self._changes[: len(changes)]

    async def age(self) -> None:
        """Clear what nobody repeated for as long as its rule says."""
        for rule in self.book.rules:
            if rule.clear_after_s and rule.is_enabled:
                before = self._clock.now() - timedelta(seconds=rule.clear_after_s)
                old = await self._aging.unrepeated(
                    self._actor, condition=rule.condition, before=before
                )
                minutes = rule.clear_after_s / 60
                told = f"not told of again for {minutes:g} min"
                reports = tuple(
                    AlarmReport(about, rule.condition, Severity.CLEARED, told) for about in old
                )
                await self._alarms.apply(self._actor, reports=reports)

    async def _bring(self, now: float) -> None:
        reports = []
        for number, word in enumerate(self._unwritten, start=1):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            about = await self.placing.place(word.device_id, word.finding, now)
            if about is not None:
                reports.append(report_of(word, about))
        await self._alarms.apply(self._actor, reports=tuple(reports))
        self.reports += len(reports)
        self._unwritten = []

    def _wait_for_store(
        self, item: Trap | LogLine, device_id: int, finding: Finding, text: str, now: float
    ) -> None:
        assert finding.rule is not None
        slot = (device_id, finding.rule.condition.value, finding.rule.about, finding.key)
        severity = Severity.CLEARED
        if finding.sense is Sense.RAISE:
            if item.trust is Trust.CLAIMED and not self._crowds.allows(slot, now):
                self.dropped["too many objects"] += 1
                return
            twice = self._is_heard_twice(slot, item, now)
            severity = bounded(finding.severity, item.trust, is_confirmed=twice)
        words = self._waiting.get(slot)
        if words is None:
            if len(self._waiting) >= WAITING and not self._make_room(severity):
                self.dropped["reports"] += 1
                return
            words = self._waiting[slot] = []
        word = Word(device_id, finding, severity, evidence_of(item, text), self.findings)
        if words and words[-1].severity == severity:
            words[-1] = word
        else:
            words.append(word)
            if len(words) > EDGES:
                del words[1:3]  # a coming and its going
        self._arrived.set()

    def _make_room(self, severity: Severity) -> bool:
        """Let the oldest go, unless it is worse than what wants its place."""
        slot, words = next(iter(self._waiting.items()))
        if max(word.severity for word in words) > severity:
            return False
        del self._waiting[slot]
        self.dropped["reports"] += len(words)
        return True

    def _is_heard_twice(self, slot: Slot, item: Trap | LogLine, now: float) -> bool:
        """Told of by a trap and by a log line, one of which nobody can forge blindly."""
        kind = LineKind.TRAP if isinstance(item, Trap) else LineKind.SYSLOG
        heard = self._heard.get(slot)
        if heard is None or now - heard.at > HEARD_TWICE_S:
            heard = self._heard[slot] = _Heard(now, set(), Trust.CLAIMED)
        heard.kinds.add(kind)
        heard.trust = max(heard.trust, item.trust)
        self._heard.move_to_end(slot)
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return len(heard.kinds) > 1 and heard.trust >= Trust.CONNECTED

    def _note_change(
        self, item: Trap | LogLine, device_id: int, finding: Finding, text: str
    ) -> None:
        who = finding.words.get("user", "")
        key = (device_id, who)
        told = self._told.get(key)
        at = item.received_at
        if told is not None and abs((at - told).total_seconds()) < SAME_CHANGE_S:
            return
        if len(self._changes) >= CHANGES:
            self.dropped["changes"] += 1
            return
        self._told[key] = at
        self._told.move_to_end(key)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        how = finding.words.get("how", "")
        self._changes.append(ConfigChange(device_id=device_id, at=at, who=who, how=how, text=text))
        self._arrived.set()


def findings_of(item: Trap | LogLine, book: EventBook) -> tuple[Finding, ...]:
    """What the rules see in a notification or line."""
    if isinstance(item, Trap):
        return book.find_trap(item.trap_oid, item.varbinds)
    return book.find_line(
        item.text,
        mnemonic=item.mnemonic,
        app=item.app,
        severity=item.severity,
        facility=item.facility,
        structured=item.structured,
    )


def evidence_of(item: Trap | LogLine, text: str) -> str:
    """Which line or notification it was: kept in the alarm's history."""
    if isinstance(item, Trap):
        return f"{item.version} trap of {item.source}: {text}"
    return f"log line of {item.source}: {text}"


def report_of(word: Word, about: AlarmObject) -> AlarmReport:
    """What the alarm desk is told."""
    assert word.finding.rule is not None
    text = word.finding.text if word.severity > Severity.CLEARED else ""
    wanted = word.finding.severity
    if Severity.CLEARED < word.severity < wanted:
        text = f"{text} (only told, not confirmed: not yet {wanted.name.lower()})"
    return AlarmReport(
        about=about,
        condition=word.finding.rule.condition,
        severity=word.severity,
        text=text,
        evidence=word.evidence,
    )
