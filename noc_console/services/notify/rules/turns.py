"""What of an alarm is to be told now, from how it stands and what was told before.

Not events but states are looked at: whatever happened while no notifier ran, or was undone
within the waiting time, the outcome is the same. Only roots speak: what is folded under
another alarm, shelved, suppressed or flapping is silent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from noc_console.services.alarms.model import Alarm, AlarmState, Condition, Severity
from noc_console.services.notify.model import NotifyPolicy, Route, RouteId, Told, Turn

SAME_TROUBLE_S = 900.0
"""After an object's alarm was told, that it flaps is no news for so long."""


@dataclass(frozen=True, slots=True)
class Now:
    """One thing to tell, and which severity counts for the routes."""

    turn: Turn
    severity: Severity
    route_ids: tuple[RouteId, ...] | None = None
    """Only through these; None: through whichever match."""


def is_loud(alarm: Alarm) -> bool:
    """Whether the alarm speaks for itself."""
    return (
        alarm.is_active
        and not alarm.is_folded
        and not alarm.suppressed
        and alarm.state is not AlarmState.SHELVED
    )


def patience(alarm: Alarm, policy: NotifyPolicy) -> float:
    """Seconds an alarm must stand before it is told."""
    critical = alarm.severity >= Severity.CRITICAL
    return policy.wait_critical_s if critical else policy.wait_s


def ripe_at(alarm: Alarm, told: Told, *, since: datetime, policy: NotifyPolicy) -> datetime | None:
    """When something about this alarm will be ripe to tell, if it stays as it is.

    `since` is when it was first seen to be as it is (as loud, or as gone).
    """
    if is_loud(alarm) and not alarm.acked_by and alarm.severity > told.severity:
        return since + timedelta(seconds=patience(alarm, policy))
    if told.severity and not alarm.is_active:
        return since + timedelta(seconds=policy.wait_clear_s)
    return None


def look_at(
    alarm: Alarm,
    told: Told,
    *,
    since: datetime,
    policy: NotifyPolicy,
    routes: Collection[Route] = (),
) -> datetime | None:
    """When to look at an alarm again if nothing about it changes; None: there is nothing to do."""
    ripe = ripe_at(alarm, told, since=since, policy=policy)
    if ripe is not None or told.at is None or alarm.acked_by or not is_loud(alarm):
        return ripe
    waits = [
        route.unacked_minutes
        for route in routes
        if route.is_enabled and Turn.UNACKED in route.turns and route.id not in told.reminded
    ]
    return told.at + timedelta(minutes=min(waits)) if waits and told.severity else None


def due(
    alarm: Alarm,
    told: Told,
    *,
    since: datetime,
    at: datetime,
    policy: NotifyPolicy,
    routes: Collection[Route] = (),
    told_objects: Collection[str] = (),
) -> tuple[Now | None, Told]:
    """What to tell now, if anything, and what has been told then.

    `told_objects` are keys of objects of which something was told a short while ago: that
    such a one flaps is taken as told.
    """
    ripe = ripe_at(alarm, told, since=since, policy=policy)
    if ripe is not None and ripe <= at:
        return _ripe(alarm, told, at, told_objects)
    if told.severity and alarm.is_active and alarm.acked_by and not told.is_ack_told:
        return Now(Turn.ACKNOWLEDGED, told.severity), replace(told, is_ack_told=True)
    if told.severity and alarm.is_active and not alarm.acked_by and told.is_ack_told:
        told = replace(told, is_ack_told=False, at=at)
    return _reminder(alarm, told, at, routes)


def _ripe(
    alarm: Alarm, told: Told, at: datetime, told_objects: Collection[str]
) -> tuple[Now | None, Told]:
    if not alarm.is_active:
        over = Told(alarm.id, episode=told.episode + 1, at=at, object_key=told.object_key)
        return Now(Turn.CLEARED, told.severity), over
    turn = Turn.ESCALATED if told.severity else Turn.RAISED
    after = replace(
        told,
        severity=alarm.severity,
        at=at,
        object_key=alarm.about.key,
        is_ack_told=False,
        reminded=(),
    )
    if alarm.condition == Condition.FLAPPING and alarm.about.key in told_objects:
        return None, after
    return Now(turn, alarm.severity), after


def _reminder(
    alarm: Alarm, told: Told, at: datetime, routes: Collection[Route]
) -> tuple[Now | None, Told]:
    """Routes that tell of what nobody acknowledged, each once an episode."""
    if not told.severity or told.at is None or alarm.acked_by or not is_loud(alarm):
        return None, told
    ripe = tuple(
        route.id
        for route in routes
        if route.is_enabled
        and Turn.UNACKED in route.turns
        and route.id not in told.reminded
        and at >= told.at + timedelta(minutes=route.unacked_minutes)
    )
    if not ripe:
        return None, told
    return Now(Turn.UNACKED, alarm.severity, ripe), replace(told, reminded=told.reminded + ripe)
