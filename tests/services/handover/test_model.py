"""What a shift has to know, as values."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.alarms.tally import AlarmsSince
from noc_console.services.handover.model import Changes

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


def test_the_roots_that_somebody_works_on_are_told() -> None:
    def alarm(number: int, owner: str | None) -> Alarm:
        return Alarm(
            AlarmId(number), AlarmObject(number), Condition.CPU, Severity.MAJOR, "x", NOW, NOW,
            owner=owner,
        )  # fmt: skip

    since = AlarmsSince(NOW, new=(alarm(1, "jan"), alarm(2, None)), old=(alarm(3, "eva"),))
    assert [a.owner for a in Changes(NOW, NOW, since).owned] == ["jan", "eva"]
