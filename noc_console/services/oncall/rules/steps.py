"""What a policy does next, for whom and why: the same answer for the worker and the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from noc_console.services.oncall.model import (
    Case,
    Duties,
    Planned,
    Policy,
    Simulation,
    Step,
    Target,
    TargetKind,
    Told,
)
from noc_console.services.oncall.rules.match import verdicts
from noc_console.services.oncall.rules.plan import who
from noc_console.services.oncall.rules.turns import zone_of

MOST_STEPS = 500
"""Steps of one simulation: enough for every ten minutes through three days."""


def count(policy: Policy) -> int:
    """How many steps there are through all rounds, the final one with them."""
    rounds = len(policy.steps) * (policy.again + 1)
    return rounds + (policy.final is not None)


def step_of(policy: Policy, number: int) -> tuple[Step, int, int] | None:
    """A step by its number: it, its round and its place in the policy (0 and 0: the final one)."""
    length = len(policy.steps)
    if number < length * (policy.again + 1):
        return policy.steps[number % length], number // length + 1, number % length + 1
    if policy.final is not None and number == length * (policy.again + 1):
        return policy.final, 0, 0
    return None


def wait(policy: Policy, number: int) -> timedelta | None:
    """How long after the step before this one comes; None when there is no such step."""
    found = step_of(policy, number)
    if found is None:
        return None
    step, round, place = found
    minutes = policy.pause_min if round > 1 and place == 1 else step.after_min
    return timedelta(minutes=minutes)


def planned(
    policy: Policy, number: int, duties: Duties, *, at: datetime, since: datetime
) -> Planned | None:
    """One step, with the people on call at that very moment."""
    found = step_of(policy, number)
    if found is None:
        return None
    step, round, place = found
    told: dict[tuple[TargetKind, int], Told] = {}
    problems: list[str] = []
    away = {person.id for person in duties.people if person.is_away}
    for target in step.targets:
        for one in _reached(target, duties, at, problems):
            if one.contact in away:
                problems.append(f"{one.name} is on leave: nothing is sent")
                continue
            # Whoever is meant twice is told once.
            slot = (TargetKind.PERSON, one.contact) if one.contact else (target.kind, target.id)
            told.setdefault(slot, one)
    if not told:
        problems.append("this step reaches nobody")
    return Planned(
        number=number,
        round=round,
        step=place,
        at=at,
        told=tuple(told.values()),
        kinds=step.kinds,
        waited_min=max(0.0, (at - since).total_seconds() / 60),
        problems=tuple(problems),
    )


def simulate(duties: Duties, case: Case, at: datetime) -> Simulation:
    """Who would be told of an alarm raised at a moment, if nobody ever acknowledged it."""
    found = verdicts(duties.policies, case, at)
    policy = next((one.policy for one in found if one.matches), None)
    if policy is None:
        return Simulation(at, case, found, (), ("no policy is for such an alarm: nobody is told",))
    steps, when = [], at
    for number in range(min(count(policy), MOST_STEPS)):
        when += wait(policy, number) or timedelta()
        step = planned(policy, number, duties, at=when, since=at)
        if step is not None:
            steps.append(step)
    problems = []
    if count(policy) > MOST_STEPS:
        problems.append(f"only the first {MOST_STEPS} of {count(policy):,} steps are shown")
    return Simulation(at, case, found, tuple(steps), tuple(problems))


def _reached(target: Target, duties: Duties, at: datetime, problems: list[str]) -> Iterator[Told]:
    if target.kind is TargetKind.DESK:
        yield Told(target, name="every open window", why="the desk is told")
    elif target.kind is TargetKind.CHANNEL:
        yield from _channel(target, duties, problems)
    elif target.kind is TargetKind.GROUP:
        yield from _group(target, duties, problems)
    elif target.kind is TargetKind.ROTA:
        yield from _on_call(target, duties, at, problems)
    elif any(person.id == target.id for person in duties.people):
        yield Told(target, target.id, duties.name_of(target.id), "named in the policy")
    else:
        problems.append(f"contact {target.id} was removed")


def _channel(target: Target, duties: Duties, problems: list[str]) -> Iterator[Told]:
    for channel in duties.channels:
        if channel.id == target.id:
            yield Told(target, name=channel.name, why=f"the policy names this {channel.kind}")
            return
    problems.append(f"channel {target.id} was removed")


def _group(target: Target, duties: Duties, problems: list[str]) -> Iterator[Told]:
    group = next((one for one in duties.groups if one.id == target.id), None)
    if group is None:
        problems.append(f"group {target.id} was removed")
        return
    if not group.members:
        problems.append(f"nobody is in the group {group.name}")
    for person in group.members:
        yield Told(target, person, duties.name_of(person), f"in the group {group.name}")


def _on_call(target: Target, duties: Duties, at: datetime, problems: list[str]) -> Iterator[Told]:
    rota = next((one for one in duties.rotas if one.id == target.id), None)
    if rota is None:
        problems.append(f"rota {target.id} was removed")
        return
    stretch = who(rota, duties.overrides, at)
    if stretch.is_gap:
        when = at.astimezone(zone_of(rota.zone))
        problems.append(f"nobody is on call in {rota.name} at {when:%a %H:%M %Z}")
    for person in stretch.people:
        why = f"on call in {rota.name}"
        if stretch.layer:
            why += f", layer {stretch.layer}"
        if stretch.holiday:
            why += f" ({stretch.holiday})"
        override = next((o for o in duties.overrides if o.id == stretch.override), None)
        if override is not None and override.person == person:
            instead = f" for {duties.name_of(override.instead_of)}" if override.instead_of else ""
            why += f", stands in{instead} ({override.reason.value})"
        yield Told(target, person, duties.name_of(person), why)
