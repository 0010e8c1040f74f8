"""Whether a job makes sense, and when it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.jobs.model import UNBORN, Job, JobKind
from noc_console.services.jobs.rules import plan
from noc_console.services.maintenance.model import Target, TargetKind

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
GOOD = Job(
    UNBORN, " Look ", JobKind.COMMANDS, (Target(TargetKind.DEVICE, 1),), body="show clock",
    created_at=NOW,
)  # fmt: skip
AWX = replace(GOOD, kind=JobKind.AWX, server="https://awx.example/", template_id=7, targets=())


def test_a_good_job_is_kept_as_it_is_meant() -> None:
    assert plan.checked(GOOD, now=NOW).title == "Look"
    assert plan.checked(AWX, now=NOW).server == "https://awx.example"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"targets": ()}, "targets"),
        ({"parallel": 65}, "parallel"),
        ({"timeout_s": 1}, "timeout_s"),
        ({"body": ""}, "body"),
        ({"variables": "[1]"}, "variables"),
        ({"variables": "{"}, "variables"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"repeat": "FREQ=DAILY"}, "starts_at"),
        ({"starts_at": NOW - timedelta(days=1)}, "starts_at"),
        ({"starts_at": NOW, "repeat": "FREQ=YEARLY"}, "repeat"),
        ({"starts_at": NOW, "repeat": "FREQ=DAILY;UNTIL=20200101T000000Z"}, "repeat"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan.checked(replace(GOOD, **change), now=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("server", ["", "ftp://x", "https://", "https://user:pass@awx"])
def test_an_address_of_awx_is_plain_https_or_http(server: str) -> None:
    with pytest.raises(Invalid):
        plan.checked(replace(AWX, server=server), now=NOW)


def test_without_tls_awx_is_on_this_machine_or_nowhere() -> None:
    for here in ("http://127.0.0.1:8052", "http://localhost", "http://[::1]:8052"):
        assert plan.checked(replace(AWX, server=here), now=NOW).server == here
    for far in ("http://awx.example", "http://192.0.2.1", "http://127.0.0.1.awx.example"):
        with pytest.raises(Invalid, match="does not cross a network in clear") as refused:
            plan.checked(replace(AWX, server=far), now=NOW)
        assert refused.value.field == "server"


def test_it_is_due_once_its_time_has_come_and_not_long_after() -> None:
    daily = replace(GOOD, starts_at=NOW + timedelta(hours=1), repeat="FREQ=DAILY")
    assert plan.due(daily, now=NOW) is None
    assert plan.due(daily, now=NOW + timedelta(hours=1, minutes=5)) == daily.starts_at
    assert plan.due(daily, now=NOW + timedelta(hours=3)) is None
    tomorrow = NOW + timedelta(days=1, hours=1)
    assert plan.due(daily, now=tomorrow) == tomorrow
    assert plan.due(replace(daily, is_paused=True), now=tomorrow) is None
    once = replace(GOOD, starts_at=NOW)
    assert plan.due(once, now=NOW) == NOW
    assert plan.due(replace(once, created_at=NOW + timedelta(minutes=30)), now=NOW) is None
    assert plan.due(GOOD, now=NOW) is None
