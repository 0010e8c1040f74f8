"""What a collector does beside polling: telling how it is, and tidying the measurements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import structlog

from noc_console.db.samples import Samples
from noc_console.kernel.clock import Clock, steady_s
from noc_console.kernel.heartbeat import beat

_log = structlog.get_logger("upkeep")

Source = Callable[[], Mapping[str, Any]]
"""Part of a collector's health: fields of `CollectorHealth`."""

PULSE_EVERY_S = 2.0
COMPACT_EVERY_S = 3600.0
PRUNE_EVERY = 24
"""Compactions between two prunings."""
LOOK_EVERY_S = 2.0
"""How soon a collector notices that tidying has become its duty."""


def always() -> bool:
    """The only collector there is does everything."""
    return True


class CollectorPulse:
    """Says every two seconds that this collector lives, and how it is."""

    def __init__(
        self,
        samples: Samples,
        *,
        clock: Clock,
        name: Callable[[], str],
        sources: Sequence[Source],
        every_s: float = PULSE_EVERY_S,
    ) -> None:
        self._samples = samples
        self._clock = clock
        self._name = name
        self._sources = sources
        self._every_s = every_s

    async def run(self) -> None:
        """Forever, until cancelled."""
        while True:
            health: dict[str, Any] = {}
            for source in self._sources:
                health.update(source())
            await self._samples.pulse(self._name(), self._clock.now(), health)
            beat()
            await asyncio.sleep(self._every_s)


class SamplesKeeper:
    """Compacts measurements every hour and forgets the oldest every day.

    Where several collectors share a store one of them does it: whose duty it is at the time.
    """

    def __init__(
        self,
        samples: Samples,
        *,
        clock: Clock,
        every_s: float = COMPACT_EVERY_S,
        is_mine: Callable[[], bool] = always,
        steady: Callable[[], float] = steady_s,
    ) -> None:
        self._samples = samples
        self._clock = clock
        self._every_s = every_s
        self._is_mine = is_mine
        self._steady = steady

    async def run(self) -> None:
        """Forever, until cancelled; begins at once, because the last run may be long ago."""
        rounds, last = 0, -inf
        while True:
            if self._is_mine() and self._steady() - last >= self._every_s:
                await self.tidy(prune=rounds % PRUNE_EVERY == 0)
                rounds, last = rounds + 1, self._steady()
            await asyncio.sleep(min(self._every_s, LOOK_EVERY_S))

    async def tidy(self, *, prune: bool) -> None:
        """One round."""
        done = await self._samples.compact(self._clock.now())
        for damaged in done.damaged:
            _log.warning("measurements damaged", what=damaged)
        if prune:
            gone = await self._samples.prune(self._clock.now())
            _log.info("measurements pruned", blocks=gone.blocks, rollups=gone.rollups)
