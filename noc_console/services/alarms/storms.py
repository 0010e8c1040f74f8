"""Storms: when a device has so many new alarms that one line says more than all of them. Pure.

More than `storm_alarms` new alarms of one device within `storm_window_s` raise one alarm about
the device, which counts them and is as severe as the worst. They are folded under it: still
there, still counted, and no longer waking anybody one by one. Silence of the whole device is
never a part of a storm, it explains one; nor is what flaps, which has a line of its own.

A storm is over when no more than that many came within the window and no more still stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from noc_console.services.alarms.model import (
    NO_DEVICE,
    Alarm,
    AlarmObject,
    AlarmPolicy,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.rules import Change, fold, settle

APART = frozenset({Condition.STORM, Condition.FLAPPING, Condition.UNREACHABLE, Condition.RESTARTED})
"""What is never one of many."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What is known of a device besides what is reported now."""

    recent: int = 0
    """Alarms of it raised within the window."""
    loose: tuple[Alarm, ...] = ()
    """Those of them that still stand and are folded under nothing."""
    storm: Alarm | None = None
    """Its storm, when one stands or was over only just now."""
    worse: tuple[Alarm, ...] = ()
    """What may belong to it and grew worse just now."""

    @property
    def is_stormy(self) -> bool:
        return self.storm is not None and self.storm.is_active


def is_one_of_many(alarm: Alarm) -> bool:
    """Whether the alarm can be a part of a storm."""
    return alarm.about.device_id != NO_DEVICE and alarm.condition not in APART


def newcomers(changes: Iterable[Change]) -> dict[int, list[Change]]:
    """What is raised just now and may be one of many, by device."""
    found: dict[int, list[Change]] = {}
    for change in changes:
        alarm = change.alarm
        is_new = any(what == "raised" for what, _, _ in change.steps)
        if is_new and alarm.is_active and is_one_of_many(alarm):
            found.setdefault(alarm.about.device_id, []).append(change)
    return found


def storm_of(
    new: Sequence[Change], weather: Weather, *, policy: AlarmPolicy, at: datetime
) -> Change | None:
    """The storm that begins or goes on with these alarms of one device; None on a fair day."""
    total = weather.recent + len(new)
    if not weather.is_stormy and total <= policy.storm_alarms:
        return None
    first = new[0].alarm
    members = [*(change.alarm for change in new), *weather.loose]
    report = AlarmReport(
        about=AlarmObject(
            first.about.device_id, device_name=first.device_name, site_name=first.site_name
        ),
        condition=Condition.STORM,
        severity=max(alarm.severity for alarm in (*members, *_under(weather))),
        text=_text(total, members, policy),
    )
    known = () if weather.storm is None else (weather.storm,)
    (change,) = fold(known, [report], edges={}, policy=policy, at=at)
    before = weather.storm.count if weather.storm is not None and weather.is_stormy else 0
    change.alarm = replace(change.alarm, count=before + len(members))
    # One more of the same is told by the count; the history keeps how it began and grew worse.
    change.steps = [step for step in change.steps if step[0] != "repeated"]
    return change


def worsened(changes: Iterable[Change]) -> dict[int, list[Alarm]]:
    """What is folded under something and grew worse or came back just now, by device."""
    found: dict[int, list[Alarm]] = {}
    for change in changes:
        alarm = change.alarm
        is_worse = any(what in ("escalated", "reopened") for what, _, _ in change.steps)
        if is_worse and alarm.is_active and alarm.is_folded and is_one_of_many(alarm):
            found.setdefault(alarm.about.device_id, []).append(alarm)
    return found


def grown(weather: Weather, *, policy: AlarmPolicy, at: datetime) -> Change | None:
    """A storm that is worse because one of its alarms is: nothing hides under a milder line."""
    storm, under = weather.storm, _under(weather)
    if storm is None or not under:
        return None
    worst = max(under, key=lambda alarm: alarm.severity)
    if worst.severity <= storm.severity:
        return None
    report = AlarmReport(storm.about, Condition.STORM, worst.severity)
    (change,) = fold((storm,), [report], edges={}, policy=policy, at=at)
    what = worst.condition.value.replace("-", " ")
    change.steps = [("escalated", worst.severity, f"one of them grew worse: {what}")]
    return change


def _under(weather: Weather) -> list[Alarm]:
    storm = weather.storm
    if storm is None or not storm.is_active:
        return []
    return [alarm for alarm in weather.worse if alarm.root_id == storm.id]


def gather(new: Iterable[Change], loose: Iterable[Alarm], *, storm: Alarm) -> list[Change]:
    """The new and the loose alarms of a device, folded under its storm."""
    changes = [*new, *(Change(alarm, before=alarm) for alarm in loose)]
    for change in changes:
        alarm = change.alarm
        change.alarm = replace(alarm, root_id=storm.id, root_why=WHY)
        change.steps = [*change.steps, ("folded", alarm.severity, WHY)]
        change.is_stormy = True
    return changes


WHY = "one of many alarms of this device at once"


def is_over(*, recent: int, standing: int, policy: AlarmPolicy) -> bool:
    """Whether a storm with so many new and so many standing alarms is none any more."""
    return max(recent, standing) <= policy.storm_alarms


def calm(
    storms: Iterable[Alarm],
    members: Sequence[Alarm],
    recent: Mapping[int, int],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> list[Change]:
    """Storms that are over, and the alarms that stand on their own again.

    `members` are all alarms that stand folded under a storm; those whose storm is gone, e.g.
    cleared by hand, are freed. `recent` says how many alarms of a device are new.
    """
    standing: dict[int, list[Alarm]] = {}
    for alarm in members:
        standing.setdefault(int(alarm.root_id or 0), []).append(alarm)
    changes, blowing = [], set()
    for storm in storms:
        under = len(standing.get(int(storm.id), ()))
        new = recent.get(storm.about.device_id, 0)
        if is_over(recent=new, standing=under, policy=policy):
            step = ("cleared", Severity.CLEARED, "the storm is over")
            changes.append(Change(settle(storm, at=at), [step], before=storm))
        else:
            blowing.add(int(storm.id))
    for root, alarms in standing.items():
        if root not in blowing:
            changes += [_freed(alarm) for alarm in alarms]
    return changes


def _freed(alarm: Alarm) -> Change:
    step = ("unfolded", alarm.severity, "the storm is over")
    return Change(replace(alarm, root_id=None, root_why=""), [step], before=alarm)


def _text(total: int, members: Sequence[Alarm], policy: AlarmPolicy) -> str:
    kinds: dict[str, int] = {}
    for alarm in members:
        kinds[alarm.condition.value] = kinds.get(alarm.condition.value, 0) + 1
    most = max(kinds, key=lambda kind: kinds[kind]).replace("-", " ")
    return f"{total:,} new alarms within {policy.storm_window_s / 60:g} min, most: {most}"
