"""Who runs which probe, when several collectors are alive; and when.

A probe of a device belongs to the collector that polls the device; the others are dealt out
by the same leases, as if the probe's id were a device's.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from noc_console.services.probes.model import OF_RULE, Aim, Probe
from noc_console.services.probes.settings import PingSettings, TwampSettings

FREE = 1 << 42
"""Probes without a device have this plus their id as the number they are leased by."""
FIRST_ROUND_S = 5.0
"""A new probe is run within this time."""
_GOLDEN = (math.sqrt(5) - 1) / 2
SPREAD = 0.9
"""The part of an interval over which a round's packets are spread."""


def number(probe: Probe) -> int:
    """What the leases know this probe by."""
    return FREE + probe.id if probe.device_id is None else probe.device_id


def is_mine(
    probe: Probe,
    *,
    collector: str,
    leased: Callable[[int], bool],
    in_zone: Callable[[str, int], bool],
) -> bool:
    """Whether the collector of that name runs it now.

    `leased` asks the leases for a number; `in_zone` does so within a zone of that name.
    """
    kind, _, name = probe.origin.partition(":")
    if kind == "collector":
        return name == collector
    if kind == "zone":
        return in_zone(name, number(probe))
    return leased(number(probe))


def phase(probe: Probe) -> float:
    """A probe's place in every interval, 0 ≤ phase < 1, as far from its neighbours' as can be.

    Multiples of the golden ratio, as for polls (`telemetry/rules/schedule.py`): a restart or
    another collector spreads them the same way.
    """
    return (probe.id % OF_RULE * _GOLDEN) % 1.0


def turn(probe: Probe, *, now: float) -> float:
    """Its first turn after `now`, in seconds of the steady clock."""
    interval = probe.interval_s
    offset = phase(probe) * interval
    at = (math.floor((now - offset) / interval) + 1) * interval + offset
    return at if at > now else at + interval


def first_wait(probe: Probe) -> float:
    """A new probe is run soon, but not all of them at the same moment."""
    return phase(probe) * min(FIRST_ROUND_S, probe.interval_s)


def spread_s(probe: Probe) -> float:
    """Over how many seconds the packets of a round are sent; 0 is one burst."""
    settings = probe.settings
    if isinstance(settings, PingSettings) and settings.spread:
        return max(0.0, probe.interval_s * SPREAD - settings.timeout_s)
    return 0.0


def longest_s(aim: Aim) -> float:
    """After so long a round is over, whatever happens."""
    settings = aim.settings
    tries = (
        1 if isinstance(settings, PingSettings | TwampSettings) else getattr(settings, "count", 1)
    )
    gaps = settings.count * settings.gap_ms / 1000 if isinstance(settings, TwampSettings) else 2.0
    return aim.within_s + gaps + settings.timeout_s * (tries + 1) + 5.0
