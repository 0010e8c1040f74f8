"""Traffic that counts by itself: rates made of sine waves, whose sum over time is a formula.

A counter read twice a second or once a month costs the same few sines, nothing runs in between,
and two ends of a cable agree because they read the same meter.
"""

from __future__ import annotations

import random
from math import cos, pi, sin

EPOCH = 1_767_225_600.0
"""2026-01-01 00:00 UTC, where every meter stands at nought."""

DAY = 86_400.0
# Period in seconds and share of the mean. The shares add up to less than 1: a rate stays positive.
_SHAPE = ((DAY, 0.38), (DAY / 2, 0.12))
_NOISE = ((3_671.0, 0.06), (787.0, 0.06), (171.0, 0.08), (47.0, 0.07), (13.0, 0.05), (5.3, 0.03))
PEAK = 1.0 + sum(share for _, share in _SHAPE + _NOISE)
"""How far a rate can rise above its mean."""

_EVENING = 20.5 * 3600
"""Households are busiest at half past eight."""


class Wave:
    """Shape of a rate around a mean of 1, with the day's rise and fall and some noise.

    `speed` shortens the day (time lapse); it does not make a second count more.
    """

    __slots__ = ("_terms",)

    def __init__(self, rng: random.Random, *, speed: float = 1.0) -> None:
        terms = []
        for period, share in _SHAPE:
            omega = 2 * pi / period * speed
            jitter = rng.uniform(-1800, 1800)
            # cos() peaks in the evening; written as a sine with its phase moved by a quarter.
            shift = -omega * (_EVENING + jitter) / speed + pi / 2
            terms.append((share, omega, shift))
        for period, share in _NOISE:
            omega = 2 * pi / (period * rng.uniform(0.8, 1.25))
            terms.append((share * rng.uniform(0.5, 1.0), omega, rng.uniform(0, 2 * pi)))
        self._terms = tuple(terms)

    def height(self, at: float) -> float:
        """The rate at a moment (unix seconds), as a multiple of the mean."""
        t = at - EPOCH
        return 1.0 + sum(share * sin(omega * t + shift) for share, omega, shift in self._terms)

    def area(self, at: float) -> float:
        """The sum of the rate from `EPOCH` until then."""
        t = at - EPOCH
        total = t
        for share, omega, shift in self._terms:
            total -= share / omega * (cos(omega * t + shift) - cos(shift))
        return total


class Steady(Wave):
    """A rate that is always its mean: errors and the like."""

    __slots__ = ()

    def __init__(self) -> None:
        self._terms = ()

    def height(self, at: float) -> float:
        return 1.0

    def area(self, at: float) -> float:
        return at - EPOCH


STEADY = Steady()


class Meter:
    """Something that adds up: octets, errors. `level` is the mean rate per second."""

    __slots__ = ("_at", "_start", "_value", "level", "since", "total", "wave")

    def __init__(self, wave: Wave, level: float = 0.0) -> None:
        self.wave = wave
        self.restore(total=0.0, since=EPOCH, level=level)

    def restore(self, *, total: float, since: float, level: float) -> None:
        """Stand as a meter that was written down."""
        self.total = total
        self.since = since
        self.level = level
        self._start = self.wave.area(since) if level else 0.0
        self._at = -1.0
        self._value = 0.0

    def value(self, at: float) -> float:
        """What has added up by then; never falls while time advances."""
        if not self.level:
            return self.total
        if at != self._at:  # one request reads octets and packets of the same moment
            self._value = self.total + self.level * (self.wave.area(at) - self._start)
            self._at = at
        return self._value

    def rate(self, at: float) -> float:
        """Per second, just then."""
        return self.level * self.wave.height(at) if self.level else 0.0

    def change(self, level: float, at: float) -> None:
        """From now on another mean; what has added up stays."""
        if level != self.level:
            self.restore(total=self.value(at), since=at, level=level)
