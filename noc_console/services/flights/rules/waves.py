"""Who flies when: canaries first, one of each platform, then waves."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.model import (
    MOST_AT_ONCE,
    MOST_DEVICES,
    Flight,
    Gates,
    Stand,
    Target,
)

T = TypeVar("T")
LONGEST_TITLE = 200
_OPEN = frozenset((Stand.PLANNED, Stand.CHANGING, Stand.HELD, Stand.ASKS))


def divided(things: Sequence[tuple[str, T]], *, canaries: int, wave_size: int) -> list[list[T]]:
    """Canaries, then waves. Canaries are taken from every platform in turn, at least one of each;
    things are pairs of platform and whatever flies."""
    queues: dict[str, list[T]] = defaultdict(list)
    for platform, thing in things:
        queues[platform].append(thing)
    # Each platform has lines of its own: one that went well elsewhere says nothing of these.
    wanted = max(canaries, len(queues))
    first: list[T] = []
    while len(first) < min(wanted, len(things)):
        for queue in queues.values():
            if queue and len(first) < wanted:
                first.append(queue.pop(0))
    chosen = {id(thing) for thing in first}
    rest = [thing for _, thing in things if id(thing) not in chosen]
    waves = [rest[n : n + wave_size] for n in range(0, len(rest), wave_size)]
    return [wave for wave in ([first] if first else []) + waves if wave]


def check(flight: Flight) -> None:
    """Refuse a plan that cannot be flown, naming the field to mend."""
    title = flight.title.strip()
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        told = f"say in a line of at most {LONGEST_TITLE} letters what it is for"
        raise Invalid(told, field="title")
    if len(flight.ticket) > LONGEST_TITLE or not flight.ticket.isprintable():
        raise Invalid(f"a ticket's name has at most {LONGEST_TITLE} letters", field="ticket")
    if not 0 < flight.devices <= MOST_DEVICES:
        raise Invalid(f"choose 1 to {MOST_DEVICES:,} devices", field="device_ids")
    if not 1 <= flight.canaries <= MOST_DEVICES:
        raise Invalid("at least one device flies ahead", field="canaries")
    if not 1 <= flight.wave_size <= MOST_DEVICES:
        told = f"a wave has at least one device, and {MOST_DEVICES:,} at most"
        raise Invalid(told, field="wave_size")
    if not 1 <= flight.at_once <= MOST_AT_ONCE:
        raise Invalid(f"1 to {MOST_AT_ONCE} devices at once", field="at_once")
    if not 1 <= flight.confirm_minutes <= 60:
        raise Invalid("a device waits 1 to 60 minutes to be told", field="confirm_minutes")
    _check_gates(flight.gates)
    soak = max(flight.gates.canary_soak_s, flight.gates.soak_s)
    if soak > 0.6 * 60 * flight.confirm_minutes:
        raise Invalid(
            "watching takes longer than devices wait to be told: let them wait longer",
            field="confirm_minutes",
        )
    if flight.starts_at and flight.ends_at and flight.ends_at <= flight.starts_at:
        raise Invalid("it ends before it begins", field="ends_at")


def _check_gates(gates: Gates) -> None:
    """What is no number would be a gate that never opens, or never shuts."""
    for field in ("canary_soak_s", "soak_s"):
        seconds = getattr(gates, field)
        if not math.isfinite(seconds) or seconds < 0:
            raise Invalid("say for how many seconds it is watched", field=field)
    if not 0 <= gates.traffic_drop <= 100:
        told = "traffic may fall by 1 to 100 percent; 0 is not looked at"
        raise Invalid(told, field="traffic_drop")


def next_wave(targets: Sequence[Target]) -> int | None:
    """The first wave with a device still to be changed, or changed and not yet kept."""
    return min((t.wave for t in targets if t.stand in _OPEN), default=None)


def is_time(flight: Flight, now: datetime) -> bool:
    """Whether a wave may begin now."""
    after = flight.starts_at is None or now >= flight.starts_at
    return after and (flight.ends_at is None or now < flight.ends_at)


def is_too_late(flight: Flight, now: datetime) -> bool:
    return flight.ends_at is not None and now >= flight.ends_at
