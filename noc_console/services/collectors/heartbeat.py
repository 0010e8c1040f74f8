"""One heartbeat, start to end: a collector keeps its lease and takes or gives back its part.

It is one transaction and everybody's is the same; there is no leader. In this order:
those whose time is over lose what they held; the own lease is renewed, or taken anew when it
ran out; what is to be given up is given up; what is missing to the fair part is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from noc_console.db.presence import keys_held, notify, up_since
from noc_console.services.collectors import leasing, rules, store
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.model import COMMON, Lease, Share, ZoneId

CHANNEL = "noc_collectors"
"""PostgreSQL's NOTIFY channel that says: there is something to take."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a collector brings to a heartbeat."""

    ttl_s: float
    label: str = ""
    """Under which it has a lease; empty before the first."""
    may_rename: bool = False
    """It waited long enough for its name: a second process of that name lives."""
    given_up: frozenset[Share] = frozenset()
    suspects: Mapping[str, datetime] = field(default_factory=dict)
    is_watched: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """What a collector takes from a heartbeat."""

    label: str = ""
    """Empty: no lease, because another process lives under the name."""
    has_joined: bool = False
    held: frozenset[Share] = frozenset()
    surplus: frozenset[Share] = frozenset()
    zones: frozenset[ZoneId] = frozenset()
    """What it is to poll of: those it reaches and takes part in."""
    zone_names: Mapping[str, ZoneId] = field(default_factory=dict)
    """Every zone there is."""
    buried: tuple[str, ...] = ()
    silent: Mapping[str, datetime] = field(default_factory=dict)
    """Those whose connection ended, with the time of their last renewal."""
    next_end_s: float | None = None
    """In how many seconds the next lease of somebody else runs out, unless it is renewed."""


def one_heartbeat(connection: Connection, me: Me, wish: Wish) -> Beat:
    """One heartbeat in the transaction of `connection`."""
    is_sole = connection.dialect.name == "sqlite"
    buried = () if is_sole else leasing.bury(connection, me, wish.suspects)
    label = wish.label if _renewed(connection, me, wish, is_sole=is_sole) else ""
    has_joined = not label
    if has_joined:
        label = _joined(connection, me, wish, is_sole=is_sole)
    if not label:
        return Beat(buried=buried, next_end_s=_next_end(connection, me))
    leasing.release(connection, me, wish.given_up)
    if buried or wish.given_up or has_joined:
        notify(connection, CHANNEL)
    alive = leasing.living(connection, me.tenant)
    standings = store.standings(connection, me.tenant)
    myself = next(lease for lease in alive if lease.instance == me.instance)
    fair = rules.quota(myself, rules.standing_of(myself, standings).zones, alive, standings)
    held = _fill(connection, me, fair)
    return Beat(
        label=label,
        has_joined=has_joined,
        held=held,
        surplus=rules.surplus(held, fair),
        zones=frozenset(fair.shards),
        zone_names={zone.name: zone.id for zone in store.all_zones(connection, me.tenant)},
        buried=buried,
        silent={} if is_sole else _silent(connection, me, alive),
        next_end_s=None if is_sole else _next_end(connection, me),
    )


def _renewed(connection: Connection, me: Me, wish: Wish, *, is_sole: bool) -> bool:
    return bool(wish.label) and leasing.renew(
        connection, me, ttl_s=wish.ttl_s, is_watched=wish.is_watched, even_late=is_sole
    )


def _joined(connection: Connection, me: Me, wish: Wish, *, is_sole: bool) -> str:
    """The label under which it could join, if it could."""
    if is_sole:
        leasing.bury_all(connection, me)
    for label in rules.labels(me.name):
        if leasing.join(connection, me, label, ttl_s=wish.ttl_s, is_watched=wish.is_watched):
            return label
        if not wish.may_rename:
            break
    return ""


def _fill(connection: Connection, me: Me, fair: rules.Quota) -> frozenset[Share]:
    held = leasing.held(connection, me)
    missing, duties = rules.wanted(held, fair)
    for zone, count in missing.items():
        held |= leasing.claim(connection, me, zone, count, duties=False)
    return held | leasing.claim(connection, me, COMMON, duties, duties=True)


def _silent(connection: Connection, me: Me, alive: tuple[Lease, ...]) -> dict[str, datetime]:
    """Who said it is connected and is not, as far as that means anything.

    A server that was restarted since has lost everybody's connection.
    """
    watched = [lease for lease in alive if lease.is_watched and lease.instance != me.instance]
    if not watched:
        return {}
    present, up_s = keys_held(connection), up_since(connection)
    renewed = leasing.renewals(connection, me.tenant)
    return {
        lease.instance: renewed[lease.instance][0]
        for lease in watched
        if lease.watch_key not in present and lease.age_s < up_s and lease.instance in renewed
    }


def _next_end(connection: Connection, me: Me) -> float | None:
    ends = [
        left_s
        for instance, (_, left_s) in leasing.renewals(connection, me.tenant).items()
        if instance != me.instance
    ]
    return max(0.0, min(ends)) if ends else None
