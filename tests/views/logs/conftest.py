"""A log with lines in it, and services to search it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.db.lines import open_lines
from noc_console.services.intake.model import IntakeLine, LineKind
from noc_console.services.intake.service import IntakeService
from tests.conftest import FakeClock
from tests.views.world import World


@dataclass
class Logged:
    """The intake of a small network."""

    intake: IntakeService
    world: World
    clock: FakeClock

    async def say(
        self,
        text: str,
        *,
        device: str = "core-1",
        severity: int = 5,
        kind: LineKind = LineKind.SYSLOG,
        ago_s: float = 60,
        count: int = 1,
    ) -> None:
        """A line as a collector keeps it."""
        line = IntakeLine(
            at=self.clock.now() - timedelta(seconds=ago_s),
            device_id=self.world.devices[device],
            source="10.0.0.1",
            kind=kind,
            severity=severity,
            text=text,
            count=count,
            facility=23 if kind is LineKind.SYSLOG else None,
            host=device,
        )
        await self.intake.keep(self.world.collector, lines=(line,))

    async def stranger(self, source: str, text: str) -> None:
        """A line of nobody we know."""
        line = IntakeLine(self.clock.now(), None, source, LineKind.TRAP, 5, text)
        await self.intake.keep(self.world.collector, lines=(), strangers=(line,))


@pytest.fixture
async def logged(
    store: Database, world: World, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Logged]:
    async with open_lines(f"sqlite:///{tmp_path}/noc.db", clock=clock) as lines:
        yield Logged(IntakeService(store, lines, clock=clock), world, clock)
