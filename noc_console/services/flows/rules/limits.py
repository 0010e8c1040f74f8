"""Rules of flows judged on the sums of a minute: who is beyond a limit, since when, and who is new.

A flow that crosses three routers is exported three times: of the sums by exporter the greatest
counts. Different hosts are counted over all exporters, each pair once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.detection.events.flows import By, FlowRule, Measure
from noc_console.services.flows.rules.grouping import Columns, digest, grouped, length, taken
from noc_console.wire.flows.records import address_text

MINUTE_S = 60
MOST_BEYOND = 200
"""Of one rule in one minute, the greatest: an attack on a whole network is no thousand alarms."""
MOST_STANDING = 2_000
MOST_KNOWN = 100_000
"""Networks or hosts remembered of a rule for what is new."""
REPEAT_MINUTES = 5

KEYS: Mapping[By, tuple[str, ...]] = {
    By.SOURCE: ("src_hi", "src_lo"),
    By.DESTINATION: ("dst_hi", "dst_lo"),
    By.CUSTOMER: ("customer",),
    By.SOURCE_AS: ("src_as",),
    By.DESTINATION_AS: ("dst_as",),
}
_SOURCES, _DESTINATIONS = ("src_hi", "src_lo"), ("dst_hi", "dst_lo")
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's word about one host, customer or network; `is_over` says that it is well again."""

    rule: FlowRule
    key: Key
    value: float
    is_over: bool


@dataclass(slots=True)
class _State:
    """How one object has been: minutes in a row, and whether it is told of."""

    beyond: int = 0
    well: int = 0
    stands: bool = False
    told: int = 0
    """The minute it was told of last."""


class FlowLimits:
    """Remembers from minute to minute. Costs a sort of the minute's rows for each rule."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, Key], _State] = {}
        self._seen: dict[str, dict[Key, int]] = {}
        self._began: dict[str, int] = {}
        """Since when each rule for what is new has been learning."""

    def judge(self, rules: Iterable[FlowRule], talks: Columns | None, minute: int) -> list[Verdict]:
        """What changed with this minute, and what still stands; `minute` counts minutes."""
        found: list[Verdict] = []
        on = [rule for rule in rules if rule.is_enabled]
        for rule in on:
            values = {} if talks is None else measured(rule, talks)
            if rule.measure is Measure.NEW:
                values = self._only_new(rule, values, minute)
            found += self._moved(rule, values, minute)
        names = {rule.id for rule in on}
        for slot in [slot for slot in self._states if slot[0] not in names]:
            del self._states[slot]  # a rule that is off: its alarms end by age
        return found

    def _moved(self, rule: FlowRule, values: Mapping[Key, float], minute: int) -> list[Verdict]:
        found = []
        beyond = sorted(
            (key for key, value in values.items() if value > rule.limit),
            key=lambda key: -values[key],
        )[:MOST_BEYOND]
        for key in beyond:
            slot = (rule.id, key)
            state = self._states.get(slot)
            if state is None:
                if len(self._states) >= MOST_STANDING:
                    continue
                state = self._states[slot] = _State()
            state.beyond, state.well = state.beyond + 1, 0
            is_due = not state.stands or minute - state.told >= REPEAT_MINUTES
            if state.beyond >= rule.minutes and is_due:
                state.stands, state.told = True, minute
                found.append(Verdict(rule, key, values[key], is_over=False))
        for slot in [slot for slot in self._states if slot[0] == rule.id]:
            state = self._states[slot]
            value = values.get(slot[1], 0.0)
            if value > rule.limit and slot[1] in values:
                continue
            state.beyond = 0
            state.well = 0 if value > rule.clear_below else state.well + 1
            if state.well >= rule.minutes or not state.stands:
                del self._states[slot]
                if state.stands:
                    found.append(Verdict(rule, slot[1], value, is_over=True))
        return found

    def _only_new(self, rule: FlowRule, values: dict[Key, float], minute: int) -> dict[Key, float]:
        """Those not seen within the time to learn; nobody is new before that time has passed.

        Who was new stays new while it stands above the limit.
        """
        seen = self._seen.setdefault(rule.id, {})
        began = self._began.setdefault(rule.id, minute)
        fresh = {}
        for key, value in values.items():
            was = seen.get(key)
            stands = (rule.id, key) in self._states
            is_known = was is not None and minute - was <= rule.learn
            if stands or (not is_known and minute - began >= rule.learn):
                fresh[key] = value
            if key not in fresh or value <= rule.limit:
                seen[key] = minute
        if len(seen) > MOST_KNOWN:
            old = sorted(seen, key=lambda key: seen[key])[: len(seen) - MOST_KNOWN]
            for key in old:
                del seen[key]
        return fresh


def measured(rule: FlowRule, talks: Columns) -> dict[Key, float]:
    """The value of each host, customer or network that matters: above the clearing limit."""
    rows = _chosen(rule, talks)
    if not length(rows):
        return {}
    keys = KEYS[rule.by]
    if rule.measure is Measure.SOURCES:
        return _distinct(rows, keys, _SOURCES, rule.clear_below)
    if rule.measure is Measure.DESTINATIONS:
        return _distinct(rows, keys, _DESTINATIONS, rule.clear_below)
    if rule.measure is Measure.PORTS:
        pairs = _distinct(rows, (*keys, *_DESTINATIONS), ("protocol", "port"), rule.clear_below)
        return _greatest(pairs, len(keys))
    sums = grouped(rows, ("exporter", *keys))
    name = {Measure.PACKETS: "packets", Measure.FLOWS: "flows"}.get(rule.measure, "bytes")
    factor = 8 if name == "bytes" else 1
    values = sums[name].astype(np.float64) * factor / MINUTE_S
    # All of what is new must be known; of the rest only what comes near the limit.
    near = values > (0 if rule.measure is Measure.NEW else rule.clear_below)
    found: dict[Key, float] = {}
    for key, value in zip(_rows(taken(sums, near), keys), values[near].tolist(), strict=True):
        if any(key):
            found[key] = max(value, found.get(key, 0.0))
    return found


def _chosen(rule: FlowRule, talks: Columns) -> Columns:
    """Rows that are no rest, of the protocols and ports the rule asks for."""
    mask = talks["rest"] == 0
    if rule.protocols:
        mask &= np.isin(talks["protocol"], rule.protocols)
    if rule.ports:
        mask &= np.isin(talks["port"], rule.ports)
    return taken(talks, mask)


def _distinct(
    rows: Columns, keys: Sequence[str], others: Sequence[str], least: float
) -> dict[Key, float]:
    """How many different others each key has, for those with more than `least`."""
    pairs = grouped(rows, (*keys, *others))
    marks = digest(pairs, keys)
    _, first, counts = np.unique(marks, return_index=True, return_counts=True)
    near = counts > least
    found = taken({name: pairs[name] for name in keys}, first[near])
    return {
        key: float(count)
        for key, count in zip(_rows(found, keys), counts[near].tolist(), strict=True)
        if any(key)
    }


def _greatest(pairs: Mapping[Key, float], size: int) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for key, value in pairs.items():
        found[key[:size]] = max(value, found.get(key[:size], 0.0))
    return found


def _rows(columns: Columns, keys: Sequence[str]) -> list[Key]:
    parts: list[NDArray[np.generic]] = [columns[name] for name in keys]
    return list(zip(*(part.tolist() for part in parts), strict=True))


def label(by: By, key: Key, words: Mapping[int, str]) -> str:
    """What people call it: an address, a customer's name, the number of a network."""
    if by in (By.SOURCE, By.DESTINATION):
        return address_text(key[0], key[1])
    if by is By.CUSTOMER:
        return words.get(key[0], "a customer")
    return f"AS{key[0]}"


def object_key(by: By, name: str) -> str:
    """Which object an alarm about it belongs to."""
    kind = {By.CUSTOMER: "customer", By.SOURCE_AS: "as", By.DESTINATION_AS: "as"}
    return f"{kind.get(by, 'host')}:{name}"
