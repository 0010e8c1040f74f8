"""Who is due when: spread over the interval, without bursts, and never twice to catch up.

Times are seconds of a steady clock that only the caller reads. Each device has a fixed place
in the interval (its phase), so a restart or a second collector spreads the same way, and
lateness never adds up. A schedule that slept, or whose machine did, asks everyone once,
spread over a part of the interval, and goes on as before.
"""

from __future__ import annotations

import heapq
import math

_GOLDEN = (math.sqrt(5) - 1) / 2

FIRST_ROUND_S = 5.0
"""A new device is asked within this time."""
SECOND_LOOK_S = 10.0
"""And once more after this: two readings make a rate."""
LEAST_SLEEP_S = 0.2
"""A schedule that is late by less was busy and not asleep, however short the interval."""
CATCH_UP_SHARE = 0.25
"""The part of an interval over which a round that was slept through is made up for."""


def phase(device_id: int) -> float:
    """A device's place in every interval, 0 ≤ phase < 1.

    Multiples of the golden ratio: consecutive ids, as databases give them, end up as far
    from each other as can be (Weyl's equidistribution).
    """
    return (device_id * _GOLDEN) % 1.0


def next_turn(device_id: int, *, interval: float, now: float) -> float:
    """The device's first turn after `now`."""
    offset = phase(device_id) * interval
    turns = math.floor((now - offset) / interval) + 1
    turn = turns * interval + offset
    return turn if turn > now else turn + interval


def backed_off(misses: int, *, interval: float, longest: float) -> float:
    """The interval for a device that has not answered so many times in a row.

    It keeps its pace for five rounds, so that a short outage ends on time, then slows down.
    """
    return min(interval * 2.0 ** max(0, min(misses - 5, 30)), max(longest, interval))


class Schedule:
    """Turns of many devices. A device has one turn at a time; a later word replaces it."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int]] = []
        self._turns: dict[int, float] = {}
        self._paces: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._turns)

    def __contains__(self, device_id: int) -> bool:
        return device_id in self._turns

    def turn_of(self, device_id: int) -> float | None:
        """When the device is due; None when nothing is planned."""
        return self._turns.get(device_id)

    def add(
        self, device_id: int, *, interval: float, now: float, within: float = FIRST_ROUND_S
    ) -> None:
        """A new device: its first turn comes soon, but not everyone's at the same moment."""
        self._paces[device_id] = interval
        if device_id not in self._turns:
            self.put(device_id, now + phase(device_id) * min(within, interval))

    def join(self, device_id: int, *, interval: float, now: float) -> None:
        """A device that was asked lately: it goes on at its place in the interval."""
        self._paces[device_id] = interval
        self.put(device_id, next_turn(device_id, interval=interval, now=now))

    def put(self, device_id: int, at: float) -> None:
        """The device's next turn, instead of the one it had."""
        self._turns[device_id] = at
        heapq.heappush(self._heap, (at, device_id))

    def hasten(self, device_id: int, at: float) -> None:
        """A turn at `at` unless there is an earlier one; unknown devices stay unknown."""
        if at < self._turns.get(device_id, -math.inf):
            self.put(device_id, at)

    def remove(self, device_id: int) -> None:
        """No more turns for this device."""
        self._turns.pop(device_id, None)
        self._paces.pop(device_id, None)

    def due(self, now: float) -> list[tuple[int, float]]:
        """Take the devices whose turn has come, with the moment it was to be.

        They get no further turn until the caller gives them one.
        """
        self._wake(now)
        taken = []
        while self._heap and self._heap[0][0] <= now:
            at, device_id = heapq.heappop(self._heap)
            if self._turns.get(device_id) == at:
                del self._turns[device_id]
                taken.append((device_id, at))
        return taken

    def wait(self, now: float, *, longest: float) -> float:
        """Seconds until somebody is due."""
        self._drop_stale()
        if not self._heap:
            return longest
        return min(longest, max(0.0, self._heap[0][0] - now))

    def change_interval(self, device_id: int, interval: float, *, now: float) -> None:
        """From now on in another rhythm."""
        if self._paces.get(device_id) == interval:
            return
        self._paces[device_id] = interval
        if device_id in self._turns:
            self.put(device_id, next_turn(device_id, interval=interval, now=now))

    def _wake(self, now: float) -> None:
        """After a sleep everybody is late at once: one round, spread instead of burst."""
        self._drop_stale()
        if not self._heap:
            return
        first, device_id = self._heap[0]
        if now - first <= max(self._paces.get(device_id, math.inf), LEAST_SLEEP_S):
            return
        for number, at in list(self._turns.items()):
            if at <= now:
                spread = self._paces.get(number, 0.0) * CATCH_UP_SHARE
                self.put(number, now + phase(number) * spread)

    def _drop_stale(self) -> None:
        while self._heap and self._turns.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)


MOST_DEBT_S = 30.0
"""A device that others of ours keep asking is looked at again after so long at the latest."""


class Bucket:
    """A token bucket: what one device may be asked, by polls, looks and others together."""

    __slots__ = ("_at", "_most", "_rate", "_tokens")

    def __init__(self, per_second: float, *, now: float, burst_s: float = 1.0) -> None:
        self._rate = per_second
        self._most = max(1.0, per_second * burst_s)
        self._tokens = self._most
        self._at = now

    def spend(self, tokens: float, *, now: float) -> None:
        """Somebody has spent so many: they are gone, into debt if need be."""
        self._fill(now)
        self._tokens = max(-MOST_DEBT_S * self._rate, self._tokens - tokens)

    def debt_s(self, *, now: float) -> float:
        """How long until what was spent is paid for."""
        self._fill(now)
        return max(0.0, -self._tokens / self._rate)

    def take(self, tokens: float, *, now: float) -> bool:
        """Spend so many; a request larger than the bucket waits until it is full, and empties it
        into debt, so that large and small requests cost the same per second.
        """
        self._fill(now)
        if self._tokens < min(tokens, self._most):
            return False
        self._tokens -= tokens
        return True

    def _fill(self, now: float) -> None:
        self._tokens = min(self._most, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now
