"""What exporters said of the shape of their records; bounded, because anyone can send templates.

Over UDP a template is repeated now and then and may be lost or come after its first data
(RFC 7011 §8): data waits for it a while, within bounds.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from noc_console.wire.flows.layouts import Layout

LIFE_S = 7_200.0
"""A template not repeated for so long is forgotten; exporters repeat every 1 to 30 minutes."""
MOST_TEMPLATES = 8_192
MOST_OF_ONE = 512
"""Templates and samplers of one exporter: a forger fills its own share only."""
HOLD_S = 120.0
MOST_HELD_BYTES = 4 << 20
MOST_HELD_SETS = 64
"""Sets of one template that may wait for it."""

Domain = tuple[str, int, int]
"""Exporter's address, protocol version, and observation domain or source id."""
Key = tuple[Domain, int]


@dataclass(frozen=True, slots=True)
class HeldSet:
    """A data set that waits for its template."""

    data: bytes
    since: float


class Templates:
    """Layouts by exporter, domain and number; times are monotonic seconds."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, tuple[Layout, float]] = OrderedDict()
        self._count: dict[str, int] = {}
        self._held: OrderedDict[Key, list[HeldSet]] = OrderedDict()
        self._held_bytes = 0
        self._rates: OrderedDict[Domain, dict[int, int]] = OrderedDict()
        self.given_up = 0
        """Sets whose template never came."""

    def get(self, domain: Domain, number: int, now: float) -> Layout | None:
        """The layout, unless it is unknown or too old."""
        key = (domain, number)
        found = self._known.get(key)
        if found is None:
            return None
        layout, at = found
        if now - at > LIFE_S:
            self.forget(domain, number)
            return None
        return layout

    def learn(self, domain: Domain, number: int, layout: Layout, now: float) -> list[HeldSet]:
        """Take a template, new or repeated; the answer is what waited for it, if still fresh."""
        key = (domain, number)
        if key not in self._known:
            self._make_room(domain[0])
            self._count[domain[0]] = self._count.get(domain[0], 0) + 1
        self._known[key] = (layout, now)
        self._known.move_to_end(key)
        held = self._held.pop(key, [])
        self._held_bytes -= sum(len(one.data) for one in held)
        fresh = [one for one in held if now - one.since <= HOLD_S]
        self.given_up += len(held) - len(fresh)
        return fresh

    def forget(self, domain: Domain, number: int) -> None:
        """Withdraw one template (RFC 7011 §8.1)."""
        if self._known.pop((domain, number), None) is not None:
            self._uncount(domain[0])

    def forget_all(self, domain: Domain, *, options: bool) -> None:
        """Withdraw all templates of a kind: number 2 or 3 without fields."""
        mine = [
            number
            for (whose, number), (layout, _) in self._known.items()
            if whose == domain and (layout.scope > 0) == options
        ]
        for number in mine:
            self.forget(domain, number)

    def hold(self, domain: Domain, number: int, data: bytes, now: float) -> bool:
        """Keep a set until its template comes; False when there is no room for it."""
        key = (domain, number)
        self._drop_stale(now)
        waiting = self._held.get(key, [])
        if len(waiting) >= MOST_HELD_SETS or self._held_bytes + len(data) > MOST_HELD_BYTES:
            self.given_up += 1
            return False
        self._held.setdefault(key, []).append(HeldSet(data, now))
        self._held_bytes += len(data)
        return True

    def learn_rate(self, domain: Domain, sampler: int, rate: int) -> None:
        """Remember that a sampler (0: all of them) takes one of `rate` packets."""
        rates = self._rates.setdefault(domain, {})
        self._rates.move_to_end(domain)
        if sampler in rates or len(rates) < MOST_OF_ONE:
            rates[sampler] = rate
        while len(self._rates) > MOST_TEMPLATES:
            self._rates.popitem(last=False)

    def rates(self, domain: Domain) -> dict[int, int]:
        """Sampler to rate; 0 is the exporter's own word for all."""
        return self._rates.get(domain, {})

    def of(self, exporter: str) -> list[tuple[int, int, Layout]]:
        """Domain, number and layout of each template of one exporter."""
        return [
            (domain[2], number, layout)
            for (domain, number), (layout, _) in self._known.items()
            if domain[0] == exporter
        ]

    def _make_room(self, exporter: str) -> None:
        if self._count.get(exporter, 0) >= MOST_OF_ONE:
            oldest = next(key for key in self._known if key[0][0] == exporter)
        elif len(self._known) >= MOST_TEMPLATES:
            oldest = next(iter(self._known))
        else:
            return
        self.forget(*oldest)

    def _uncount(self, exporter: str) -> None:
        left = self._count[exporter] - 1
        if left:
            self._count[exporter] = left
        else:
            del self._count[exporter]

    def _drop_stale(self, now: float) -> None:
        while self._held:
            key, waiting = next(iter(self._held.items()))
            if now - waiting[0].since <= HOLD_S:
                return
            del self._held[key]
            self._held_bytes -= sum(len(one.data) for one in waiting)
            self.given_up += len(waiting)
