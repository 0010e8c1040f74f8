"""What the passing of time does to the desk: flapping and storms end, shelves empty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from noc_console.services.alarms import rules, store
from noc_console.services.alarms.bulk import among
from noc_console.services.alarms.model import Alarm, AlarmPolicy, Condition
from noc_console.services.alarms.rules import Change
from noc_console.services.alarms.storms import calm
from noc_console.services.alarms.tables import alarms
from noc_console.services.alarms.taking import recent_of

FREED_WITHIN = timedelta(days=7)
"""Alarms of a storm that somebody cleared by hand are looked for this long."""


def due(connection: Connection, tenant: str, *, policy: AlarmPolicy, at: datetime) -> list[Change]:
    """What is to change by now, in the lane's thread; one change for each alarm."""
    passing = store.to_tidy(connection, tenant, at)
    edges = _last_edges(connection, tenant, passing, policy=policy, at=at)
    changes = rules.tidy(passing, edges, policy=policy, at=at)
    known = {int(change.alarm.id) for change in changes}
    skies = _clear_skies(connection, tenant, policy=policy, at=at)
    return [*changes, *(change for change in skies if int(change.alarm.id) not in known)]


def _last_edges(
    connection: Connection,
    tenant: str,
    passing: Iterable[Alarm],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> dict[str, datetime]:
    """When a condition last came or went, by object, for objects said to be flapping."""
    keys = {alarm.about.key for alarm in passing if alarm.condition == Condition.FLAPPING}
    if not keys:
        return {}
    window = at - timedelta(seconds=max(policy.flap_window_s, policy.flap_quiet_s))
    others = [
        alarm
        for alarm in store.of_objects(connection, tenant, keys, since=window)
        if alarm.condition != Condition.FLAPPING
    ]
    edges = store.edges(connection, tenant, [alarm.id for alarm in others], since=window)
    last: dict[str, datetime] = {}
    for alarm in others:
        if alarm.id in edges:
            moment = edges[alarm.id][1]
            last[alarm.about.key] = max(moment, last.get(alarm.about.key, moment))
    return last


def _clear_skies(
    connection: Connection, tenant: str, *, policy: AlarmPolicy, at: datetime
) -> list[Change]:
    """The storms that are over, and the alarms they no longer stand for."""
    known = select(alarms).where(
        alarms.c.tenant == tenant,
        alarms.c.condition == Condition.STORM.value,
        or_(alarms.c.severity > 0, alarms.c.cleared_at >= at - FREED_WITHIN),
    )
    storms = [store.alarm_of(row) for row in connection.execute(known)]
    if not storms:
        return []
    under = select(alarms).where(
        alarms.c.tenant == tenant,
        among(alarms.c.root_id, [int(storm.id) for storm in storms]),
        alarms.c.severity > 0,
    )
    members = [store.alarm_of(row) for row in connection.execute(under)]
    blowing = [storm for storm in storms if storm.is_active]
    devices = {storm.about.device_id for storm in blowing}
    recent = recent_of(connection, tenant, devices, policy=policy, at=at)
    return calm(blowing, members, recent, policy=policy, at=at)
