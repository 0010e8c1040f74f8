"""Who flies when: canaries first, one of each platform, then waves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.model import MOST_AT_ONCE, MOST_DEVICES, Flight, Stand, Target

T = TypeVar("T")
_OPEN = frozenset((Stand.PLANNED, Stand.CHANGING, Stand.HELD, Stand.ASKS))


def divided(things: Sequence[tuple[str, T]], *, canaries: int, wave_size: int) -> list[list[T]]:
    """Canaries, then waves. Canaries are taken from every platform in turn; things are pairs of
    platform and whatever flies."""
    queues: dict[str, list[T]] = defaultdict(list)
    for platform, thing in things:
        queues[platform].append(thing)
    first: list[T] = []
    while len(first) < min(canaries, len(things)):
        for queue in queues.values():
            if queue and len(first) < canaries:
                first.append(queue.pop(0))
    chosen = {id(thing) for thing in first}
    rest = [thing for _, thing in things if id(thing) not in chosen]
    waves = [rest[n : n + wave_size] for n in range(0, len(rest), wave_size)]
    return [wave for wave in ([first] if first else []) + waves if wave]


def check(flight: Flight) -> None:
    """Refuse a plan that cannot be flown, naming the field to mend."""
    if not flight.title.strip():
        raise Invalid("say in a line what it is for", field="title")
    if not 0 < flight.devices <= MOST_DEVICES:
        raise Invalid(f"choose 1 to {MOST_DEVICES:,} devices", field="device_ids")
    if flight.canaries < 1:
        raise Invalid("at least one device flies ahead", field="canaries")
    if flight.wave_size < 1:
        raise Invalid("a wave has at least one device", field="wave_size")
    if not 1 <= flight.at_once <= MOST_AT_ONCE:
        raise Invalid(f"1 to {MOST_AT_ONCE} devices at once", field="at_once")
    if not 1 <= flight.confirm_minutes <= 60:
        raise Invalid("a device waits 1 to 60 minutes to be told", field="confirm_minutes")
    soak = max(flight.gates.canary_soak_s, flight.gates.soak_s)
    if soak > 0.6 * 60 * flight.confirm_minutes:
        raise Invalid(
            "watching takes longer than devices wait to be told: let them wait longer",
            field="confirm_minutes",
        )
    if flight.starts_at and flight.ends_at and flight.ends_at <= flight.starts_at:
        raise Invalid("it ends before it begins", field="ends_at")


def next_wave(targets: Sequence[Target]) -> int | None:
    """The first wave with a device still to be changed, or changed and not yet kept."""
    return min((t.wave for t in targets if t.stand in _OPEN), default=None)


def is_time(flight: Flight, now: datetime) -> bool:
    """Whether a wave may begin now."""
    after = flight.starts_at is None or now >= flight.starts_at
    return after and (flight.ends_at is None or now < flight.ends_at)


def is_too_late(flight: Flight, now: datetime) -> bool:
    return flight.ends_at is not None and now >= flight.ends_at
