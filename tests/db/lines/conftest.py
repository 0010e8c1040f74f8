"""Small stores of lines on either database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from noc_console.db.lines import Line, Lines, open_lines
from tests.conftest import FakeClock

START = 1_772_323_200_000  # 2026-03-01, as the clock of the tests
CHUNK = 100


def line(text: str, *, at: int = 0, **changes: object) -> Line:
    """A line of device 7, `at` milliseconds after the start."""
    fields: dict[str, object] = {
        "at": START + at,
        "tenant": "acme",
        "device": 7,
        "source": "192.0.2.7",
        "kind": "syslog",
        "severity": 5,
        "facility": 23,
        "text": text,
    }
    return Line(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
async def lines(store_url: str, clock: FakeClock) -> AsyncIterator[Lines]:
    """Chunks of a hundred lines."""
    async with open_lines(store_url, clock=clock, chunk_size=CHUNK) as opened:
        yield opened
