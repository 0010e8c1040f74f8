"""Whether all is well enough for the next wave: how it was before against how it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from noc_console.services.flights.model import Finding, Gates, Health, Target

_NAMED = 3
LEAST_BPS = 1_000_000.0
"""Below this much traffic a fall says nothing."""
LEAST_ERRORS = 10.0
"""A second, more than before: fewer come and go by themselves."""
TIMES_ERRORS = 2.0
"""And so many times as many: who drops much by nature drops a little more now and then."""


@dataclass(frozen=True, slots=True)
class Bad:
    """An alarm that came during the flight."""

    device_id: int
    text: str


def findings(
    target: Target, before: Health, now: Health, gates: Gates, *, last: Health | None = None
) -> tuple[Finding, ...]:
    """What is worse at one device than before. `last` is the look before this one, for rates."""
    told = list(_worse(before, now, gates, last))
    return tuple(Finding(target.device_id, target.name, text) for text in told)


def _worse(before: Health, now: Health, gates: Gates, last: Health | None) -> list[str]:
    if before.answers and not now.answers:
        return ["no longer answers"]
    if not now.answers:
        return []
    told = []
    if gates.ports and (down := sorted(before.ports_up - now.ports_up - before.shut)):
        told.append(f"down since: {_some(down)}")
    if gates.sessions and (gone := sorted(before.sessions_up - now.sessions_up)):
        told.append(f"session gone: {_some(gone)}")
    was, rate = before.bps, rate_of(last, now)
    if gates.traffic_drop and was is not None and was >= LEAST_BPS and rate is not None:
        fall = 100 * (1 - rate / was)
        if fall >= gates.traffic_drop:
            told.append(f"traffic fell by {fall:.0f} %")
    if gates.errors:
        told += _errors(before.errors_ps, errors_of(last, now))
    return told


def _errors(before: float | None, now: float | None) -> list[str]:
    if before is None or now is None:
        return []
    if now < before + LEAST_ERRORS or now < TIMES_ERRORS * before:
        return []
    return [f"errors and discards rose from {before:.0f} to {now:.0f} a second"]


def rate_of(last: Health | None, now: Health) -> float | None:
    """bit/s between two looks; None where nobody can say."""
    if last is None:
        return None
    octets = _per_second(last.octets, now.octets, now.at - last.at)
    return None if octets is None else 8 * octets


def errors_of(last: Health | None, now: Health) -> float | None:
    """Errors and discards a second between two looks; None where nobody can say."""
    return None if last is None else _per_second(last.errors, now.errors, now.at - last.at)


def _per_second(before: int | None, after: int | None, seconds: float) -> float | None:
    """Counters that were cleared, or began anew with the device, tell nothing."""
    if before is None or after is None or seconds < 1 or after < before:
        return None
    return (after - before) / seconds


def alarmed(targets: Sequence[Target], alarms: Sequence[Bad]) -> tuple[Finding, ...]:
    """New alarms of weight about devices of the flight."""
    names = {target.device_id: target.name for target in targets}
    return tuple(
        Finding(bad.device_id, names[bad.device_id], f"alarm: {bad.text}")
        for bad in alarms
        if bad.device_id in names
    )


def sentence(found: Sequence[Finding]) -> str:
    """Why the gate is shut, in a line."""
    told = "; ".join(f"{each.name} {each.text}" for each in found[:_NAMED])
    return told + (f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else "")


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + rest


def packed(health: Health) -> str:
    return json.dumps(
        {
            "answers": health.answers,
            "ports": sorted(health.ports_up),
            "sessions": sorted(health.sessions_up),
            "bps": health.bps,
            "errors": health.errors_ps,
            "shut": sorted(health.shut),
        }
    )


def unpacked(kept: str) -> Health | None:
    """A baseline as kept; None when none was taken."""
    if not kept:
        return None
    told = json.loads(kept)
    return Health(
        answers=bool(told["answers"]),
        ports_up=frozenset(told["ports"]),
        sessions_up=frozenset(told["sessions"]),
        bps=told["bps"],
        # Baselines of older consoles have neither.
        errors_ps=told.get("errors"),
        shut=frozenset(told.get("shut", ())),
    )
