"""Keeps the desk folded: reacts to alarms and to the network within about a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.folding import WEIGHED, AlarmFolding
from noc_console.services.alarms.model import changes_in
from noc_console.services.alarms.service import AlarmService
from noc_console.services.collectors.model import ZonesChanged
from noc_console.services.inventory.model import (
    DeviceChanged,
    LinksChanged,
    Reachability,
    ReachabilityChanged,
)
from noc_console.services.rootcause.model import Findings, VantageChanged
from noc_console.services.rootcause.rules.engine import Correlator
from noc_console.services.rootcause.service import RootCauseService

_log = structlog.get_logger("rootcause")

BUNDLE_S = 0.3
"""What comes together is judged together."""
IDLE_S = 1.0
REBUILD_S = 20.0
"""A discovery changes links for minutes on end; the network is read again this often at most …"""
REBUILD_SHARE = 20
"""… and for a twentieth of the time, however large it is."""
REFRESH_S = 600.0
"""Customers and ONUs change without an event that tells."""
OURS = frozenset({"folded", "unfolded", WEIGHED})
TELLING = OURS | {"raised", "reopened", "cleared", "flapped", "stormed", "suppressed", "released"}
"""Words of the history after which a verdict may differ. A repetition changes nothing."""
NETWORK = (LinksChanged, DeviceChanged, ZonesChanged, VantageChanged)


class RootFinder:
    """Folds alarms under their roots and weighs these.

    Of several collectors one does it: whose duty it is at the time. It begins with everything that
    stands, so nothing is lost with a process; what is judged again and found the same is not
    written. The work is done in a thread: the loop never waits for it.
    """

    def __init__(
        self,
        rootcause: RootCauseService,
        alarms: AlarmService,
        folding: AlarmFolding,
        *,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
        is_mine: Callable[[], bool] = lambda: True,
        steady: Callable[[], float] | None = None,
    ) -> None:
        self._rootcause = rootcause
        self._alarms = alarms
        self._folding = folding
        self._bus = bus
        self._clock = clock
        self._actor = actor
        self._is_mine = is_mine
        self._steady = steady or (lambda: asyncio.get_running_loop().time())
        self._engine: Correlator | None = None
        self._built = 0.0
        self._pause_s = REBUILD_S
        self._is_stale = False
        self._ids: set[int] = set()
        self._answers: dict[int, Reachability] = {}
        self._writing: frozenset[int] = frozenset()
        self._next_at: datetime | None = None
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Forever, until cancelled."""
        self._engine = None
        leave = self._bus.listen(self._hear)
        try:
            while True:
                beat()
                if self._is_mine():
                    await self.look()
                else:
                    self._engine = None
                self._woken.clear()
                if not self._has_work():
                    await self._wait()
                await asyncio.sleep(BUNDLE_S)
        finally:
            leave()

    async def look(self) -> None:
        """Judge what changed since the last look; the first one judges everything."""
        age = self._steady() - self._built
        if self._engine is None or age > REFRESH_S or (self._is_stale and age > self._pause_s):
            findings = await self._begin()
        elif self._has_work():
            findings = await self._follow(self._engine)
        else:
            return
        self._next_at = findings.next_at
        await self._write(findings)

    def _has_work(self) -> bool:
        is_due = self._next_at is not None and self._next_at <= self._clock.now()
        return bool(self._ids or self._answers or is_due)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(IDLE_S):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _begin(self) -> Findings:
        """The network and the desk as they are, whatever was known before."""
        self._is_stale = False
        self._ids.clear()
        self._answers.clear()
        began = self._steady()
        engine = await self._rootcause.correlator(self._actor)
        standing = [one for one in await self._alarms.active(self._actor) if one.is_active]
        now = self._clock.now()
        findings = await asyncio.to_thread(engine.look, standing, now=now)
        self._engine, self._built = engine, self._steady()
        self._pause_s = max(REBUILD_S, REBUILD_SHARE * (self._built - began))
        _log.info("roots found", alarms=len(standing), changed=len(findings.folds))
        return findings

    async def _follow(self, engine: Correlator) -> Findings:
        """What came since the last look."""
        ids, self._ids = self._ids, set()
        answers, self._answers = self._answers, {}
        alarms = await self._alarms.some(self._actor, alarm_ids=ids) if ids else ()
        gone = ids - {int(alarm.id) for alarm in alarms}
        now = self._clock.now()

        def judge() -> Findings:
            engine.answer(answers)
            return engine.look(alarms, gone=gone, now=now)

        return await asyncio.to_thread(judge)

    async def _write(self, findings: Findings) -> None:
        if findings.folds or findings.impacts:
            touched = {int(fold.alarm_id) for fold in findings.folds}
            self._writing = frozenset(touched | {int(one) for one in findings.impacts})
            try:
                await self._folding.write(
                    self._actor, folds=findings.folds, impacts=findings.impacts
                )
            finally:
                self._writing = frozenset()
        if findings.reports:
            await self._alarms.apply(self._actor, reports=findings.reports)

    def _hear(self, events: Sequence[Event]) -> None:
        for change in changes_in(events):
            is_echo = change.what in OURS and change.alarm_id in self._writing
            if change.what in TELLING and not is_echo:
                self._ids.add(change.alarm_id)
        for event in events:
            if isinstance(event, ReachabilityChanged):
                self._answers[event.device_id] = Reachability(event.reachability)
            elif isinstance(event, NETWORK):
                self._is_stale |= not (isinstance(event, DeviceChanged) and event.what == "seen")
        if self._ids or self._answers:
            self._woken.set()
