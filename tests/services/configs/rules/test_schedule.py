"""Who is due when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.configs.model import BackupPolicy, Standing, Why
from noc_console.services.configs.rules.schedule import due, in_order, next_turn

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAILY = BackupPolicy(interval_h=24)


def ago(**by: float) -> datetime:
    return NOW - timedelta(**by)


def test_what_was_never_tried_is_due_at_once_and_then_once_an_interval() -> None:
    assert due(Standing(1), DAILY, NOW) is Why.SCHEDULE
    assert due(Standing(1, tried_at=ago(hours=20)), DAILY, NOW) is None
    assert due(Standing(1, tried_at=ago(hours=24)), DAILY, NOW) is Why.SCHEDULE
    assert due(Standing(1), BackupPolicy(is_on=False), NOW) is None
    with pytest.raises(ValueError, match="due at once"):
        next_turn(Standing(1), DAILY)


def test_a_thousand_devices_do_not_come_in_the_same_minute() -> None:
    turns = {next_turn(Standing(n, tried_at=NOW), DAILY) for n in range(1_000)}
    assert len(turns) > 500
    assert max(turns) - min(turns) <= timedelta(hours=2.4)


def test_failures_double_the_wait_up_to_the_interval() -> None:
    waits = [next_turn(Standing(1, tried_at=NOW, failures=n), DAILY) - NOW for n in (1, 2, 3, 40)]
    assert waits == [timedelta(minutes=m) for m in (10, 20, 40, 1_440)]


def test_a_wish_is_due_at_its_time_even_with_the_schedule_off() -> None:
    wish = Standing(1, tried_at=NOW, wanted_at=NOW, wanted_why=Why.CHANGE)
    assert due(wish, BackupPolicy(is_on=False), NOW) is Why.CHANGE
    assert due(wish, BackupPolicy(is_on=False), ago(seconds=1)) is None


def test_people_come_before_changes_and_those_before_the_schedule() -> None:
    one, two, three = (Standing(n, tried_at=ago(hours=n)) for n in (1, 2, 3))
    asked = [(one, Why.SCHEDULE), (two, Why.CHANGE), (three, Why.SCHEDULE), (one, Why.DEMAND)]
    order = [(standing.device_id, why) for standing, why in in_order(asked)]
    assert order == [
        (1, Why.DEMAND), (2, Why.CHANGE), (3, Why.SCHEDULE), (1, Why.SCHEDULE),
    ]  # fmt: skip
