"""Escalation as time passes: what begins, goes on, stops and is due. Decides, does nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from noc_console.services.oncall.model import (
    Duties,
    Planned,
    Policy,
    Run,
    RunState,
    Waiting,
)
from noc_console.services.oncall.rules.match import policy_for
from noc_console.services.oncall.rules.steps import planned, wait

MANY = 3
"""More alarms than this due for the same step at once share a message."""
ATTENTIVE = timedelta(minutes=1)
"""Who looked so short a time ago saw every alarm begin to wait."""


@dataclass(frozen=True, slots=True)
class Due:
    """A step to be taken now for one alarm."""

    waiting: Waiting
    policy: Policy
    step: Planned


@dataclass(slots=True)
class Decision:
    """The runs that change, and the steps that are due."""

    runs: list[Run] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)


def decide(
    waiting: Sequence[Waiting],
    runs: Mapping[int, Run],
    duties: Duties,
    *,
    now: datetime,
    looked_at: datetime | None = None,
) -> Decision:
    """What the moment asks for.

    `waiting` are the alarms nobody has taken on; every run whose alarm is not among them
    stops. `looked_at` is when this was last asked: an alarm that was not waiting then and is
    old all the same (it comes from the shelf, or lost its root) waits since then.
    """
    done = Decision()
    by_id = {int(policy.id): policy for policy in duties.policies}
    for each in waiting:
        run = _going(each, runs.get(int(each.alarm.id)), duties, by_id, now, looked_at)
        if run is None:
            continue
        policy = by_id.get(int(run.policy_id))
        if policy is None:
            # Its policy is gone and none else is for it.
            done.runs.append(run)
            continue
        run = _take(run, policy, each, duties, now, done)
        if run != runs.get(int(each.alarm.id)):
            done.runs.append(run)
    there = {int(each.alarm.id) for each in waiting}
    for alarm_id, run in runs.items():
        if alarm_id not in there and run.state is not RunState.STOPPED:
            done.runs.append(_stopped(run, "nobody has to answer any more"))
    return done


def _going(
    each: Waiting,
    run: Run | None,
    duties: Duties,
    by_id: Mapping[int, Policy],
    now: datetime,
    looked_at: datetime | None,
) -> Run | None:
    """The run of an alarm that waits: begun, resumed or as it is; None when no policy has it."""
    alarm = each.alarm
    if run is not None and alarm.severity <= run.severity:
        policy = by_id.get(int(run.policy_id))
        if policy is not None and policy.is_on:
            return _resumed(run, policy, now) if run.state is RunState.STOPPED else run
    policy = policy_for(duties.policies, each.case, alarm.first_seen)
    if policy is None:
        if run is None or run.state is RunState.STOPPED:
            return None
        return _stopped(run, "no policy is for it any more")
    if run is None:
        return _begun(each, policy, _since(each, policy, now, looked_at))
    if run.policy_id == policy.id and run.state is RunState.WAITING:
        return replace(run, severity=max(run.severity, alarm.severity))
    # Worse than what was agreed to, or another policy's affair by now.
    return _begun(each, policy, now)


def _since(each: Waiting, policy: Policy, now: datetime, looked_at: datetime | None) -> datetime:
    """Since when an alarm waits that has no run yet.

    A policy is not held against alarms that are older than itself.
    """
    since = each.alarm.worse_at or each.alarm.first_seen
    if policy.changed_at is not None:
        since = max(since, policy.changed_at)
    if looked_at is not None and now - looked_at <= ATTENTIVE:
        since = max(since, looked_at)
    return min(since, now)


def _begun(each: Waiting, policy: Policy, at: datetime) -> Run:
    first = wait(policy, 0)
    return Run(
        alarm_id=each.alarm.id,
        policy_id=policy.id,
        severity=each.alarm.severity,
        began_at=at,
        due_at=None if first is None else at + first,
        state=RunState.SPENT if first is None else RunState.WAITING,
    )


def _resumed(run: Run, policy: Policy, now: datetime) -> Run:
    """It lost its acknowledgement: on with the next step, or anew when all were taken."""
    pause = wait(policy, run.next)
    if pause is None:
        anew = wait(policy, 0) or timedelta()
        return replace(run, next=0, began_at=now, due_at=now + anew, state=RunState.WAITING, why="")
    return replace(run, due_at=now + pause, state=RunState.WAITING, why="")


def _take(
    run: Run, policy: Policy, each: Waiting, duties: Duties, now: datetime, done: Decision
) -> Run:
    """The step that is due, if one is. After an outage one step is taken, not all at once."""
    if run.state is not RunState.WAITING or run.due_at is None or run.due_at > now:
        return run
    step = planned(policy, run.next, duties, at=now, since=run.began_at)
    if step is not None:
        done.due.append(Due(each, policy, step))
    pause = wait(policy, run.next + 1)
    if pause is None:
        return replace(run, next=run.next + 1, due_at=None, state=RunState.SPENT)
    return replace(run, next=run.next + 1, due_at=now + pause)


def _stopped(run: Run, why: str) -> Run:
    return replace(run, state=RunState.STOPPED, due_at=None, why=why)


def gathered(due: Sequence[Due]) -> list[tuple[Due, tuple[Due, ...]]]:
    """Steps as messages: the worst alarm of each, and those that come with it.

    A storm that is due all at once is one message a step, not a hundred.
    """
    groups: dict[tuple[int, int], list[Due]] = {}
    for each in due:
        groups.setdefault((int(each.policy.id), each.step.number), []).append(each)
    messages: list[tuple[Due, tuple[Due, ...]]] = []
    for group in groups.values():
        group.sort(key=_weight, reverse=True)
        if len(group) > MANY:
            messages.append((group[0], tuple(group[1:])))
        else:
            messages.extend((each, ()) for each in group)
    return messages


def _weight(due: Due) -> tuple[int, int, float]:
    alarm = due.waiting.alarm
    return int(alarm.severity), due.waiting.case.customers, -alarm.first_seen.timestamp()
