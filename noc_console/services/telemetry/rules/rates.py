"""Counters become rates, without ever inventing one.

A device's counters wrap, restart with the device, restart alone (a line card), or are read
late. Where it is not certain what happened between two readings there is no rate: the
counters get a new epoch, and nobody subtracts across epochs. A gap is a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TICKS = 1 << 32
UPTIME_WRAP_S = TICKS / 100
"""sysUpTime counts hundredths of a second in 32 bits: 497 days, 2 h and 28 min."""

Raw = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long a device has been up, wraps added, at a moment of the steady clock."""

    seconds: float
    at: float


def follow_uptime(old: Uptime | None, ticks: int, *, at: float) -> tuple[Uptime, bool]:
    """The uptime after a new sysUpTime, and whether the device restarted in between.

    Running on is what the clock says it should be, or more (an agent's clock may be fast,
    ours may have slept). A wrap lands where it should within minutes. Anything else is a
    restart, also when the new uptime is larger than the old one but lags behind the clock.
    """
    seconds = (ticks % TICKS) / 100
    if old is None:
        return Uptime(seconds, at), False
    passed = max(0.0, at - old.at)
    expected = old.seconds + passed
    slack = 10.0 + 0.02 * passed
    wraps = int(old.seconds // UPTIME_WRAP_S)
    running = seconds + wraps * UPTIME_WRAP_S
    if running >= max(expected - slack, old.seconds - 1.0):
        return Uptime(running, at), False
    wrapped = running + UPTIME_WRAP_S
    if abs(wrapped - expected) <= max(300.0, slack):
        return Uptime(wrapped, at), False
    return Uptime(seconds, at), True


@dataclass(frozen=True, slots=True)
class Width:
    """What the columns of one interface can hold, and how fast it can go."""

    bits: tuple[int, ...]
    """Of each counter, 32 or 64: in and out octets, packets, errors, discards."""
    speed_bps: int = 0
    """0 when not known."""


WIDE = (64, 64, 64, 64, 32, 32, 32, 32)
"""ifXTable's octets and packets; errors and discards have 32 bits everywhere (RFC 2863)."""
NARROW = (32,) * 8
OCTETS = (0, 1)
PACKETS = (2, 3)
SMALLEST_FRAME_BITS = 672
"""64 octets with preamble and gap: 84 octets on the wire (IEEE 802.3)."""
CACHE_S = 15.0
"""Agents refresh counters as rarely as this: a burst of so long may arrive at once."""
SLACK = 1.2


@dataclass(frozen=True, slots=True)
class Track:
    """One interface's counters, unwrapped, as last read. `at` is steady seconds."""

    at: float
    values: tuple[int | None, ...]
    epoch: int


def follow(
    old: Track | None, raw: Raw, width: Width, *, at: float, epoch: int, afresh: bool = False
) -> Track:
    """Unwrap the next reading onto the last one; `epoch` is the name of a new run of counters.

    `afresh` says that the device restarted, or that there is another reason not to subtract.
    """
    fresh = Track(at, tuple(raw), epoch)
    if old is None or afresh or len(old.values) != len(fresh.values):
        return fresh
    passed = at - old.at
    if passed <= 0:
        return fresh
    values: list[int | None] = []
    for column, (before, now) in enumerate(zip(old.values, raw, strict=True)):
        if before is None or now is None:
            values.append(now)
            continue
        grown = _grown(before, now, width, column, passed)
        if grown is None:
            return fresh
        values.append(before + grown)
    return Track(at, tuple(values), old.epoch)


def _grown(before: int, now: int, width: Width, column: int, passed: float) -> int | None:
    """How far a counter went, or None when it must have restarted."""
    size = 1 << width.bits[column]
    last = before % size
    grown = (now - last) % size
    most = _most(width, column, passed)
    if most is not None:
        if most >= size and size == TICKS:
            return None  # it may have wrapped more than once: unknown
        return grown if grown <= most else None
    if now >= last:
        return grown
    # Backwards, and no speed to judge by: a wrap starts high and ends low.
    return grown if grown < size // 4 and last > size // 2 else None


def _most(width: Width, column: int, passed: float) -> float | None:
    """What the counter can grow at line rate; None for counters that know no such limit."""
    if not width.speed_bps:
        return None
    bits = (passed + CACHE_S) * width.speed_bps * SLACK
    if column in OCTETS:
        return bits / 8
    if column in PACKETS:
        return bits / SMALLEST_FRAME_BITS
    return None


def rates(old: Track | None, new: Track) -> tuple[float | None, ...]:
    """Per second between two readings of one epoch; None where that is not known."""
    if old is None or old.epoch != new.epoch or new.at <= old.at:
        return (None,) * len(new.values)
    passed = new.at - old.at
    return tuple(
        None if before is None or now is None else (now - before) / passed
        for before, now in zip(old.values, new.values, strict=True)
    )


def wrap_interval(width: Width, *, longest: float, shortest: float = 15.0) -> float:
    """How often 32-bit octet counters must be read so that they cannot wrap twice unseen."""
    if width.bits[0] == 64 or not width.speed_bps:
        return longest
    wrap_s = TICKS * 8 / width.speed_bps / SLACK - CACHE_S
    return min(longest, max(shortest, wrap_s * 0.9))
