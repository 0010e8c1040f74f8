"""Reports on their way to the desk: what the store knows, what the rules make of both.

In the lane's thread, so that a batch of thousands does not hold up whoever reports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select

from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event
from noc_console.services.alarms import rules, store
from noc_console.services.alarms.bulk import among
from noc_console.services.alarms.model import Alarm, AlarmPolicy, AlarmReport, Condition
from noc_console.services.alarms.planned import put_aside
from noc_console.services.alarms.ports import Quiet
from noc_console.services.alarms.rules import Change
from noc_console.services.alarms.storms import (
    APART,
    Weather,
    gather,
    grown,
    newcomers,
    storm_of,
    worsened,
)
from noc_console.services.alarms.tables import alarms
from noc_console.services.alarms.writing import keep


@dataclass(slots=True)
class Taken:
    """What a batch of reports makes of the desk, not written yet."""

    changes: list[Change]
    storms: list[Change]
    """Of devices that have one: they are written first, for the others are folded under them."""
    weather: Mapping[int, Weather]

    @property
    def all(self) -> tuple[Change, ...]:
        return (*self.storms, *self.changes)


def take(
    connection: Connection,
    tenant: str,
    reports: Sequence[AlarmReport],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> Taken:
    """Fold reports into the alarms there are, and see whether a storm is up."""
    store.lock(connection)
    hold = at - timedelta(seconds=policy.hold_s)
    keys = {report.about.key for report in reports}
    known = store.of_objects(connection, tenant, keys, since=hold)
    window = at - timedelta(seconds=policy.flap_window_s)
    edges = store.edges(connection, tenant, [alarm.id for alarm in known], since=window)
    counts = {alarm_id: count for alarm_id, (count, _) in edges.items()}
    changes = rules.fold(known, reports, edges=counts, policy=policy, at=at)
    new = newcomers(changes)
    touched = {int(change.alarm.id) for change in changes}
    worse = worsened(changes)
    weather = _weather(connection, tenant, new, touched, worse, policy=policy, at=at)
    storms = [
        storm
        for device, fresh in new.items()
        if (storm := storm_of(fresh, weather[device], policy=policy, at=at))
    ]
    if others := worse.keys() - new.keys():
        for device, stands in _storms(connection, tenant, others, since=at).items():
            now = Weather(storm=stands, worse=tuple(worse[device]))
            if (change := grown(now, policy=policy, at=at)) is not None:
                storms.append(change)
    return Taken(changes, storms, weather)


def put(
    connection: Connection,
    actor: Actor,
    taken: Taken,
    quiet: Mapping[str, Quiet],
    *,
    at: datetime,
) -> tuple[Event, ...]:
    """Write what was taken; what somebody works on is put aside at once. Records the events."""
    events: tuple[Event, ...] = ()
    others = taken.changes
    if taken.storms:
        # One that only counts has no step, and is written all the same.
        aside = [(put_aside([storm], quiet) or [storm])[0] for storm in taken.storms]
        saved, events = keep(connection, actor, aside, at=at)
        by_device = {storm.about.device_id: storm for storm in saved}
        new = {d: each for d, each in newcomers(taken.changes).items() if d in by_device}
        within = {id(change) for each in new.values() for change in each}
        others = [change for change in taken.changes if id(change) not in within]
        for device, fresh in new.items():
            loose = taken.weather[device].loose
            others += gather(fresh, loose, storm=by_device[device])
    _, told = keep(connection, actor, put_aside(others, quiet), at=at)
    return (*events, *told)


def _weather(
    connection: Connection,
    tenant: str,
    new: Mapping[int, Sequence[Change]],
    touched: Collection[int],
    worse: Mapping[int, Sequence[Alarm]],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> dict[int, Weather]:
    """Of devices with new alarms. What the batch itself touches is written by it, and gathered
    by the next one if it still stands alone.
    """
    if not new:
        return {}
    recent = recent_of(connection, tenant, new, policy=policy, at=at)
    storms = _storms(connection, tenant, new, since=at - timedelta(seconds=policy.hold_s))
    wet = [
        device
        for device, fresh in new.items()
        if device in storms or recent.get(device, 0) + len(fresh) > policy.storm_alarms
    ]
    loose = _loose(connection, tenant, wet, touched, policy=policy, at=at)
    return {
        device: Weather(
            recent.get(device, 0),
            tuple(loose.get(device, ())),
            storms.get(device),
            tuple(worse.get(device, ())),
        )
        for device in new
    }


def recent_of(
    connection: Connection,
    tenant: str,
    devices: Collection[int],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> dict[int, int]:
    """How many alarms that may be one of many each device raised within the window."""
    query = (
        select(alarms.c.device_id, func.count())
        .where(*_new(tenant, devices, policy, at))
        .group_by(alarms.c.device_id)
    )
    return {int(device): int(count) for device, count in connection.execute(query)}


def _loose(
    connection: Connection,
    tenant: str,
    devices: Collection[int],
    touched: Collection[int],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> dict[int, list[Alarm]]:
    found: dict[int, list[Alarm]] = {}
    if devices:
        query = select(alarms).where(
            *_new(tenant, devices, policy, at), alarms.c.severity > 0, alarms.c.root_id.is_(None)
        )
        for alarm in map(store.alarm_of, connection.execute(query)):
            if int(alarm.id) not in touched:
                found.setdefault(alarm.about.device_id, []).append(alarm)
    return found


def _new(
    tenant: str, devices: Collection[int], policy: AlarmPolicy, at: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        alarms.c.tenant == tenant,
        among(alarms.c.device_id, devices),
        alarms.c.first_seen >= at - timedelta(seconds=policy.storm_window_s),
        alarms.c.condition.notin_(sorted(APART)),
    )


def _storms(
    connection: Connection, tenant: str, devices: Collection[int], *, since: datetime
) -> dict[int, Alarm]:
    query = (
        select(alarms)
        .where(
            alarms.c.tenant == tenant,
            among(alarms.c.device_id, devices),
            alarms.c.condition == Condition.STORM.value,
            or_(alarms.c.severity > 0, alarms.c.cleared_at >= since),
        )
        .order_by(alarms.c.id)
    )
    found = map(store.alarm_of, connection.execute(query))
    return {alarm.about.device_id: alarm for alarm in found}
