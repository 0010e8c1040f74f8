"""Which devices are due for a backup."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from noc_console.services.configs.model import BackupPolicy, Standing, Why

FIRST_RETRY = timedelta(minutes=10)
"""After a failure; doubled with each further one, up to the interval."""
SPREAD = 0.1
"""Part of the interval over which devices of the same age are spread, so that a thousand devices
found on the same day are not all asked in the same minute for ever."""


def due(standing: Standing, policy: BackupPolicy, now: datetime) -> Why | None:
    """What a device is to be read for now; None: not yet."""
    if standing.wanted_at is not None and standing.wanted_at <= now:
        return standing.wanted_why
    if not policy.is_on:
        return None
    if standing.tried_at is None:
        return Why.SCHEDULE
    return Why.SCHEDULE if next_turn(standing, policy) <= now else None


def next_turn(standing: Standing, policy: BackupPolicy) -> datetime:
    """When the schedule comes to a device that was tried before."""
    interval = timedelta(hours=policy.interval_h)
    tried = standing.tried_at or standing.kept_at
    if tried is None:
        raise ValueError("a device that was never tried is due at once")
    if standing.failures:
        wait = FIRST_RETRY * int(2 ** min(standing.failures - 1, 16))
        return tried + min(wait, interval)
    share = (standing.device_id * 2_654_435_761 % 1_000) / 1_000
    return tried + interval * (1 - SPREAD * share)


def in_order(standings: Iterable[tuple[Standing, Why]]) -> list[tuple[Standing, Why]]:
    """Whom to ask first: what people wait for, then changes, then those read longest ago."""
    first = {Why.DEMAND: 0, Why.CHANGE: 1, Why.SCHEDULE: 2}

    def place(one: tuple[Standing, Why]) -> tuple[int, float, int]:
        standing, why = one
        tried = standing.tried_at.timestamp() if standing.tried_at else 0.0
        return first[why], tried, standing.device_id

    return sorted(standings, key=place)
