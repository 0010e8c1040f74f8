"""A store of measurements on either database, and an hour to fill."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from noc_console.db.samples import INTERFACE, Poll, Row, Samples, open_samples
from tests.conftest import FakeClock

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)
HOUR_MS = 3_600_000


@pytest.fixture
async def samples(store_url: str, clock: FakeClock) -> AsyncIterator[Samples]:
    async with open_samples(store_url, clock=clock) as opened:
        yield opened


def counters(octets: int, *, status: int = 1, epoch: int = 1) -> tuple[int, ...]:
    """An interface's row in which only in_octets moves."""
    return (octets, 0, 0, 0, 0, 0, 0, 0, status, epoch)


def poll(
    at_ms: int,
    octets: int,
    *,
    device: int = 1,
    subjects: Sequence[int] = (11,),
    status: int = 1,
    epoch: int = 1,
) -> Poll:
    """One poll of a device whose interfaces all tell the same."""
    row = counters(octets, status=status, epoch=epoch)
    return Poll(device, at_ms, [Row(INTERFACE, subject, row) for subject in subjects])


def steady(
    start_ms: int = START_MS,
    *,
    minutes: int = 60,
    per_second: int = 100,
    device: int = 1,
    subjects: Sequence[int] = (11,),
) -> list[Poll]:
    """A poll a minute of interfaces that receive `per_second` octets."""
    return [
        poll(
            start_ms + at * 60_000,
            1_000_000 + at * 60 * per_second,
            device=device,
            subjects=subjects,
        )
        for at in range(minutes)
    ]
