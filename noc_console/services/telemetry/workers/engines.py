"""SNMPv3 engines that change: once is a replaced card or a new box, again within an hour is not.

An agent that keeps losing its engine's identity or boots counter, two devices on one address,
or somebody who answers in a device's place: the reader learns each new engine (RFC 3414 §2),
and this tells the desk when it had to do so again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import steady_s
from noc_console.kernel.heartbeat import beat, rest
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.workers.asking import Steady

WINDOW_S = 3_600.0
MANY = 2
"""Changes within the window that are no longer one event."""
LOOK_EVERY_S = 60.0
MOST_PEERS = 10_000
"""Peers remembered; the longest silent is forgotten first."""


class Engine(Protocol):
    """Who answers at an address: its id, and how often it has started."""

    @property
    def id(self) -> bytes: ...

    @property
    def boots(self) -> int: ...


class EngineWatch:
    """Counts changes by device and keeps the alarms about them, until cancelled."""

    def __init__(
        self,
        inventory: InventoryService,
        alarms: AlarmService,
        *,
        actor: Actor,
        steady: Steady = steady_s,
    ) -> None:
        self._inventory = inventory
        self._alarms = alarms
        self._actor = actor
        self._steady = steady
        self._changes: defaultdict[str, deque[tuple[float, str]]] = defaultdict(deque)
        self._news: set[str] = set()
        self._standing: dict[int, float] = {}
        """Devices with an alarm, and when their engine changed last."""
        self._heard = asyncio.Event()

    def changed(self, peer: str, old: Engine, new: Engine) -> None:
        """What the reader calls, on the loop of `run`: `peer` (address:port) has a new engine.

        The same one with more boots has restarted, which its uptime tells better.
        """
        if new.id == old.id and new.boots >= old.boots:
            return
        now = self._steady()
        changes = self._changes.pop(peer, None) or deque()
        changes.append((now, f"{_short(old)} → {_short(new)}"))
        while changes[0][0] < now - WINDOW_S:
            changes.popleft()
        self._changes[peer] = changes
        if len(self._changes) > MOST_PEERS:
            del self._changes[next(iter(self._changes))]
        if len(changes) >= MANY:
            self._news.add(peer)
            self._heard.set()

    async def run(self) -> None:
        """For ever. What an earlier process left standing clears after a quiet hour."""
        for alarm in await self._alarms.active(self._actor):
            if alarm.is_active and alarm.condition is Condition.ENGINE_CHANGED:
                self._standing.setdefault(alarm.about.device_id, self._steady())
        while True:
            await self.look()
            rest()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._heard.wait()
            except TimeoutError:
                pass

    async def look(self) -> None:
        """Raise what is new, clear what has been quiet."""
        beat()
        self._heard.clear()
        now = self._steady()
        quiet = [number for number, at in self._standing.items() if now - at > WINDOW_S]
        if not self._news and not quiet:
            return
        news, self._news = self._news, set()
        reports = []
        for device in await self._inventory.devices(self._actor):
            about = AlarmObject(int(device.id), device_name=device.name)
            changes = self._changes.get(_peer(device.address, device.port), ())
            if _peer(device.address, device.port) in news and changes:
                self._standing[int(device.id)] = changes[-1][0]
                text = f"SNMPv3 engine changed {len(changes)} times within an hour, last "
                text += changes[-1][1]
                severity = Severity.MINOR
            elif int(device.id) in quiet:
                text, severity = "the SNMPv3 engine has not changed for an hour", Severity.CLEARED
            else:
                continue
            reports.append(AlarmReport(about, Condition.ENGINE_CHANGED, severity, text))
        try:
            await self._alarms.apply(self._actor, reports=tuple(reports))
        except BaseException:
            self._news |= news
            raise
        for number in quiet:
            self._standing.pop(number, None)


def _peer(address: str, port: int | None) -> str:
    """As `SnmpTarget.peer` writes it."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _short(engine: Engine) -> str:
    """Engine ids are up to 32 octets (RFC 3411); their ends tell them apart."""
    text = engine.id.hex()
    shown = text if len(text) <= 24 else f"{text[:10]}…{text[-12:]}"
    return f"{shown} (boots {engine.boots})"
