"""A heartbeat's statements: burying, renewing, joining, taking and giving back.

They run in one transaction of a collector's own connection. Two rules keep two from holding
the same: a lease is taken from its owner only under a lock of its row, which a renewal that is
under way holds; and shares pass through having no owner, taken under locks that skip.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, not_, or_, select, true, update

from noc_console.db.types import StoreNow
from noc_console.services.collectors.model import COMMON, Duty, Lease, Share, ZoneId
from noc_console.services.collectors.store import (
    add_unless_there,
    all_leases,
    collectors,
    ensure_shares,
    leases,
    shares,
    store_now,
    these,
    zone_servers,
)

_DUTIES = tuple(str(duty) for duty in Duty)


@dataclass(frozen=True, slots=True)
class Me:
    """The process that wants a lease."""

    tenant: str
    instance: str
    name: str
    host: str
    pid: int
    is_child: bool
    watch_key: int


def bury(connection: Connection, me: Me, suspects: Mapping[str, datetime]) -> tuple[str, ...]:
    """Take the leases of those whose time is over, or who are known to have ended; their labels.

    A row somebody is renewing at this moment is locked and left alone. `suspects` were last
    renewed at the times given and have lost their connection since: gone, unless they spoke.
    """
    over: list[ColumnElement[bool]] = [leases.c.until < StoreNow()]
    over += [
        and_(leases.c.instance == instance, leases.c.renewed_at == renewed_at)
        for instance, renewed_at in suspects.items()
    ]
    dead = connection.execute(
        select(leases.c.instance, leases.c.name, leases.c.label)
        .where(leases.c.tenant == me.tenant, leases.c.instance != me.instance, or_(*over))
        .with_for_update(skip_locked=True)
    ).all()
    if dead:
        connection.execute(delete(leases).where(leases.c.instance.in_([d.instance for d in dead])))
        connection.execute(
            update(collectors)
            .where(collectors.c.tenant == me.tenant, collectors.c.name.in_([d.name for d in dead]))
            .values(gone_at=StoreNow())
        )
    return tuple(row.label for row in dead)


def bury_all(connection: Connection, me: Me) -> None:
    """SQLite has one collector, by its lock file: whoever else has a lease there is history."""
    connection.execute(
        delete(leases).where(leases.c.tenant == me.tenant, leases.c.instance != me.instance)
    )


def renew(
    connection: Connection, me: Me, *, ttl_s: float, is_watched: bool, even_late: bool
) -> bool:
    """Whether the lease was still mine, and is for another `ttl_s`."""
    now = store_now(connection)
    still = true() if even_late else leases.c.until > StoreNow()
    done = connection.execute(
        update(leases)
        .where(leases.c.instance == me.instance, still)
        .values(renewed_at=now, until=now + timedelta(seconds=ttl_s), is_watched=is_watched)
    )
    return done.rowcount == 1


def join(connection: Connection, me: Me, label: str, *, ttl_s: float, is_watched: bool) -> bool:
    """Take a lease anew under this label; False when somebody alive has the label."""
    connection.execute(delete(leases).where(leases.c.instance == me.instance))
    add_unless_there(connection, collectors, tenant=me.tenant, name=me.name, only_zones=False,
            is_draining=False)  # fmt: skip
    ensure_shares(connection, me.tenant, COMMON)
    now = store_now(connection)
    return add_unless_there(
        connection,
        leases,
        instance=me.instance,
        tenant=me.tenant,
        name=me.name,
        label=label,
        host=me.host,
        pid=me.pid,
        is_child=me.is_child,
        since=now,
        renewed_at=now,
        until=now + timedelta(seconds=ttl_s),
        watch_key=me.watch_key,
        is_watched=is_watched,
    )


def leave(connection: Connection, me: Me) -> None:
    """End the lease in good order. A name about which nothing was decided is forgotten."""
    connection.execute(delete(leases).where(leases.c.instance == me.instance))
    served = select(zone_servers.c.name).where(zone_servers.c.tenant == me.tenant)
    others = select(leases.c.name).where(leases.c.tenant == me.tenant)
    connection.execute(
        delete(collectors).where(
            collectors.c.tenant == me.tenant,
            collectors.c.name == me.name,
            not_(collectors.c.is_draining),
            not_(collectors.c.only_zones),
            collectors.c.name.not_in(served),
            collectors.c.name.not_in(others),
        )
    )


def release(connection: Connection, me: Me, given_up: Collection[Share]) -> None:
    """Give shares back, for whoever is short of them."""
    if given_up:
        connection.execute(
            update(shares)
            .where(shares.c.tenant == me.tenant, shares.c.owner == me.instance, these(given_up))
            .values(owner=None)
        )


def claim(
    connection: Connection, me: Me, zone: ZoneId, count: int, *, duties: bool
) -> frozenset[Share]:
    """Take up to so many that nobody holds; what another one is taking at this moment is its."""
    if not count:
        return frozenset()
    kind = shares.c.item.in_(_DUTIES)
    free = connection.execute(
        select(shares.c.item)
        .where(
            shares.c.tenant == me.tenant,
            shares.c.zone_id == zone,
            shares.c.owner.is_(None),
            kind if duties else not_(kind),
        )
        .order_by(shares.c.item)
        .limit(count)
        .with_for_update(skip_locked=True)
    ).all()
    taken = frozenset(Share(zone, row.item) for row in free)
    if taken:
        connection.execute(
            update(shares)
            .where(shares.c.tenant == me.tenant, these(taken))
            .values(owner=me.instance)
        )
    return taken


def held(connection: Connection, me: Me) -> frozenset[Share]:
    rows = connection.execute(
        select(shares.c.zone_id, shares.c.item).where(
            shares.c.tenant == me.tenant, shares.c.owner == me.instance
        )
    )
    return frozenset(Share(ZoneId(row.zone_id), row.item) for row in rows)


def living(connection: Connection, tenant: str) -> tuple[Lease, ...]:
    """Everybody whose lease has not run out, the longest there first."""
    return tuple(lease for lease in all_leases(connection, tenant) if lease.is_live)


def renewals(connection: Connection, tenant: str) -> dict[str, tuple[datetime, float]]:
    """When each lease was renewed, and in how many seconds it runs out, by instance."""
    rows = connection.execute(
        select(leases.c.instance, leases.c.renewed_at, leases.c.until, StoreNow().label("now"))
        .where(leases.c.tenant == tenant)
    )  # fmt: skip
    return {row.instance: (row.renewed_at, (row.until - row.now).total_seconds()) for row in rows}
