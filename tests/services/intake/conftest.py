"""The intake beside its stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.db.lines import Lines, open_lines
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.reading import load
from noc_console.services.intake.service import IntakeService
from tests.conftest import FakeClock

BOOK = EventBook(load(Path(__file__).parents[3] / "resources" / "alarm_rules" / "events"))
"""The rules that come with the program."""


@pytest.fixture
async def lines(store_url: str, clock: FakeClock) -> AsyncIterator[Lines]:
    async with open_lines(store_url, clock=clock, chunk_size=50) as opened:
        yield opened


@pytest.fixture
def intake(db: Database, lines: Lines, clock: FakeClock) -> IntakeService:
    return IntakeService(db, lines, clock=clock)
