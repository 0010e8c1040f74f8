"""Alarms from flows: what the rules say of each minute, brought to the desk."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import timedelta

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.quantity import si
from noc_console.services.alarms.aging import AgingService
from noc_console.services.alarms.model import NO_DEVICE, AlarmObject, AlarmReport, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.flows import FlowRule, Measure
from noc_console.services.detection.events.model import filled
from noc_console.services.flows.rules.grouping import Columns
from noc_console.services.flows.rules.limits import FlowLimits, Verdict, label, object_key

WAITING = 5_000
"""Reports that may wait for the store; the oldest go first, what stands is told again."""
BATCH = 500
FORGOTTEN_S = 900.0
"""An alarm nobody repeated for so long is over: its collector began anew, or its rule is off."""


class FlowWatcher:
    """Judges minutes (in whatever thread), and reports (on the loop)."""

    def __init__(
        self,
        book: EventBook,
        *,
        alarms: AlarmService,
        aging: AgingService,
        clock: Clock,
        actor: Actor,
        name: str,
    ) -> None:
        self._book = book
        self._alarms = alarms
        self._aging = aging
        self._clock = clock
        self._actor = actor
        self._name = name
        self._limits = FlowLimits()
        self._reports: deque[AlarmReport] = deque(maxlen=WAITING)

    def judge(self, talks: Columns | None, words: Mapping[int, str], minute_s: int) -> None:
        """Compare the sums of a minute, which began at `minute_s`, with the limits."""
        for verdict in self._limits.judge(self._book.flows, talks, minute_s // 60):
            self._reports.append(self._report(verdict, words))

    async def report(self) -> None:
        """Bring what waits to the desk. Unreachable leaves it here."""
        while self._reports:
            some = tuple(self._reports)[:BATCH]
            await self._alarms.apply(self._actor, reports=some)
            for _ in some:
                if self._reports:
                    self._reports.popleft()
        await self._age(self._book.pack.flows, self._book.flows)

    async def _age(self, *rules: Iterable[FlowRule]) -> None:
        before = self._clock.now() - timedelta(seconds=FORGOTTEN_S)
        for condition in {rule.condition for some in rules for rule in some}:
            old = await self._aging.unrepeated(self._actor, condition=condition, before=before)
            gone = tuple(
                AlarmReport(about, condition, Severity.CLEARED, "no flows tell of it any more")
                for about in old
            )
            await self._alarms.apply(self._actor, reports=gone)

    def _report(self, verdict: Verdict, words: Mapping[int, str]) -> AlarmReport:
        rule = verdict.rule
        name = label(rule.by, verdict.key, words)
        other = object_key(rule.by, name)
        about = AlarmObject(NO_DEVICE, device_name=name, interface_name=rule.title, other=other)
        shown = _shown(rule, verdict.value)
        if verdict.is_over:
            text = f"{rule.watches}: {shown}"
            return AlarmReport(about, rule.condition, Severity.CLEARED, text)
        text = filled(rule.text, {"host": name, "value": shown})
        evidence = f"flows heard by {self._name}: {shown} ({rule.watches}), limit {rule.limit:,g}"
        return AlarmReport(about, rule.condition, rule.severity, text, evidence)


def _shown(rule: FlowRule, value: float) -> str:
    if rule.measure in (Measure.SOURCES, Measure.DESTINATIONS, Measure.PORTS):
        return f"{value:,.0f}"
    return si(value, "").strip()
