"""The policy every installation begins with."""

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.check import checked_policy
from noc_console.services.oncall.model import Case, Duties, TargetKind
from noc_console.services.oncall.rules.steps import simulate
from noc_console.services.oncall.starting import first_policy


def test_major_and_critical_alarms_are_told_after_15_minutes_and_every_10_then() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    policy = checked_policy(first_policy())
    told = simulate(Duties(policies=(policy,)), Case(Severity.MAJOR), at)
    waits = [(step.at - at) / timedelta(minutes=1) for step in told.steps[:4]]
    assert waits == [15, 25, 35, 45]
    assert told.steps[-1].at - at > timedelta(hours=24)
    assert told.steps[0].told[0].target.kind is TargetKind.DESK
    assert simulate(Duties(policies=(policy,)), Case(Severity.MINOR), at).policy is None
