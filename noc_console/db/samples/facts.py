"""Short-lived facts between processes: who looks at what, who is alive, which device spoke."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from noc_console.db.samples import layout
from noc_console.db.samples.kinds import Kind
from noc_console.db.samples.session import Session
from noc_console.db.samples.values import Pulse, Wish, from_ms
from noc_console.kernel.errors import Broken, Invalid

MOST_SUBJECTS = 1_000
LONGEST_WISH_MS = 3_600_000
LONGEST_NAME = 128
LARGEST_HEALTH = 64 << 10
PULSES_KEPT_MS = 7 * 86_400_000
HINTS_KEPT_MS = 600_000
SPENT_KEPT_MS = 600_000


def wish(
    session: Session,
    kind: Kind,
    device: int,
    subjects: Sequence[int],
    *,
    until: int,
    by: str,
    now: int,
) -> None:
    """Note that `by` wants these subjects at once a second, and forget what has expired."""
    _named(by, "by")
    if not 0 < len(subjects) <= MOST_SUBJECTS:
        raise Invalid(f"a wish is for 1…{MOST_SUBJECTS} subjects", field="subject_ids")
    if until > now + LONGEST_WISH_MS:
        raise Invalid("a wish lasts an hour at most; renew it while looking", field="until")
    with session.transaction():
        session.run("DELETE FROM samples_wish WHERE until <= ?", (now,))
        rows = [(kind.name, device, subject, by, until) for subject in sorted(set(subjects))]
        session.put(layout.WISH, rows)


def wishes(session: Session, now: int) -> tuple[Wish, ...]:
    """What somebody looks at now, one wish per kind and device, until the last one leaves."""
    subjects: dict[tuple[str, int], set[int]] = defaultdict(set)
    ends: dict[tuple[str, int], int] = defaultdict(int)
    for kind, device, subject, until in session.rows(
        "SELECT kind, device, subject, until FROM samples_wish WHERE until > ?", (now,)
    ):
        subjects[kind, device].add(subject)
        ends[kind, device] = max(ends[kind, device], until)
    return tuple(
        Wish(kind, device, frozenset(subjects[kind, device]), from_ms(ends[kind, device]))
        for kind, device in sorted(subjects)
    )


def pulse(session: Session, name: str, at: int, health: Mapping[str, Any]) -> None:
    """Say that `name` lives, and how it is."""
    _named(name, "name")
    try:
        told = json.dumps(health, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Invalid(f"health must be plain JSON: {error}", field="health") from error
    if len(told) > LARGEST_HEALTH:
        raise Invalid(f"health is larger than {LARGEST_HEALTH} bytes", field="health")
    with session.transaction():
        session.run("DELETE FROM samples_pulse WHERE at < ?", (at - PULSES_KEPT_MS,))
        session.put(layout.PULSE, [(name, at, told)])


def pulses(session: Session) -> tuple[Pulse, ...]:
    """The last word of each process, by name."""
    rows = session.rows("SELECT name, at, health FROM samples_pulse ORDER BY name")
    return tuple(Pulse(name, from_ms(at), _health(name, told)) for name, at, told in rows)


def hint(session: Session, devices: Sequence[int], *, at: int) -> None:
    """Note that these devices said at `at` that something changed, and forget old hints."""
    with session.transaction():
        session.run("DELETE FROM samples_hint WHERE at < ?", (at - HINTS_KEPT_MS,))
        session.put(layout.HINT, [(device, at) for device in sorted(set(devices))])


def hints(session: Session, since: int) -> dict[int, datetime]:
    """Devices that spoke since then, `since` included, with the moment of their last word."""
    rows = session.rows("SELECT device, at FROM samples_hint WHERE at >= ?", (since,))
    return {device: from_ms(at) for device, at in rows}


def spend(session: Session, who: str, totals: Mapping[str, int], *, at: int) -> None:
    """Note how many requests `who` has sent to each peer since it started."""
    _named(who, "who")
    with session.transaction():
        session.run("DELETE FROM samples_spent WHERE at < ?", (at - SPENT_KEPT_MS,))
        session.put(
            layout.SPENT, [(peer, who, at, total) for peer, total in sorted(totals.items())]
        )


def spent(session: Session, since: int, *, but: str) -> dict[tuple[str, str], int]:
    """By peer and process: requests since each of these started, where it sent some since then.

    `but` is left out: who asks knows what it did itself.
    """
    rows = session.rows(
        "SELECT peer, who, total FROM samples_spent WHERE at >= ? AND who <> ?", (since, but)
    )
    return {(peer, who): total for peer, who, total in rows}


def _health(name: str, told: str) -> Mapping[str, Any]:
    try:
        health = json.loads(told)
    except ValueError as error:
        raise Broken(f"the stored pulse of {name} is not JSON") from error
    if not isinstance(health, dict):
        raise Broken(f"the stored pulse of {name} is not an object")
    return health


def _named(name: str, field: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"{field} must be 1…{LONGEST_NAME} printable characters", field=field)
