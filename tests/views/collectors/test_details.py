"""One collector in full."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.inventory.model import DeviceId
from noc_console.services.telemetry.model import (
    Breaker,
    BudgetUse,
    CollectorHealth,
    Lane,
    Lateness,
    ScheduleNow,
    TierNow,
    TroubledDevice,
    WorkerHealth,
)
from noc_console.views.collectors.details import CollectorDetails, process_facts, schedule_facts
from noc_console.views.collectors.rows import CollectorRow
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown

AT = datetime(2026, 11, 21, tzinfo=UTC)
ROW = CollectorRow(
    "noc-1",
    health=CollectorHealth(
        "noc-1",
        AT,
        polls=1_000,
        dropped=3,
        workers=(WorkerHealth("poller", running=True), WorkerHealth("traps")),
        loop_lag_s=0.3,
        clock_skew_s=-7.0,
        metrics="127.0.0.1:9464",
    ),
    schedule=ScheduleNow(
        "noc-1",
        AT,
        devices=50,
        polls_per_s=0.8,
        lateness=Lateness(turns=500, late=2, p50_s=0.004, p95_s=0.02, max_s=71.0),
        lanes={Lane.FAST: 47, Lane.SLOW: 2, Lane.SILENT: 1},
        breakers={Breaker.OPEN: 1},
        failures={"timeout": 9, "auth": 1},
        tiers=(TierNow("core", 10.0, devices=4, next_due_s=-3.0), TierNow("", 60.0, devices=46)),
        troubled=(
            TroubledDevice(
                DeviceId(7), Lane.SILENT, Breaker.OPEN, "", 2.0, 12.0, 9, 9, "timeout", 40.0
            ),
        ),
        budget=BudgetUse(4.0, polling=900, watching=20, spent_most=((DeviceId(7), 3.0),)),
    ),
)


@pytest.fixture
def details(desk: Desk) -> CollectorDetails:
    made = CollectorDetails(desk, {7: "core-1"}, lambda error: None)
    shown(made, 1100, 400)
    return made


def test_what_asks_for_a_look_is_marked() -> None:
    marked = {name for name, _, odd in schedule_facts(ROW) + process_facts(ROW) if odd}
    assert marked == {"Late", "Lost on the way in", "Loop", "Clock"}
    assert schedule_facts(CollectorRow("x")) == process_facts(CollectorRow("x")) == []


def test_a_collector_is_shown_in_full(details: CollectorDetails) -> None:
    details.show_row(ROW)
    facts = details.facts.texts()
    assert facts["Late"] == "2 of 500"
    assert facts["Median"] == "4 ms late"
    assert facts["Worst"] == "1 min 11 s late"
    assert [bar.name for bar in details.reasons.bars] == ["No answer", "Access denied"]
    assert [(bar.name, bar.share, bar.key) for bar in details.spent.bars] == [("core-1", 0.75, 7)]
    assert details.tabText(1) == "Slowest devices  1 sick"
    assert len(details.tiers.rows.rows()) == 2
    assert [worker.name for worker in details.workers.rows.rows()] == ["poller", "traps"]
    assert details.process.texts()["Metrics"] == "http://127.0.0.1:9464/metrics"


def test_a_slow_device_is_one_key_away(details: CollectorDetails) -> None:
    opened: list[int] = []
    details.device_opened.connect(opened.append)
    details.show_row(ROW)
    details.troubled.opened.emit(details.troubled.rows.row(0))
    details.spent.chosen.emit(7)
    assert opened == [7, 7]


def test_nothing_chosen_is_nothing_shown(details: CollectorDetails) -> None:
    details.show_row(ROW)
    details.show_row(None)
    assert details.facts.texts() == {}
    assert details.reasons.isHidden()
    assert not details.workers.rows.rows()
