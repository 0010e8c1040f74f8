"""Rows and columns of the collectors' page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.collectors.model import CollectorShare, CollectorState
from noc_console.services.telemetry.model import (
    CollectorHealth,
    Lateness,
    ScheduleNow,
    TierNow,
    WorkerHealth,
)
from noc_console.views.collectors.rows import (
    CollectorRow,
    collector_columns,
    collector_rows,
    due_text,
    seconds_text,
    state_word,
    tier_columns,
    troubled_columns,
    troubles,
    worker_columns,
    zones_text,
)
from noc_console.views.kit.desk import Desk

AT = datetime(2026, 11, 21, tzinfo=UTC)
SHARE = CollectorShare(
    name="noc-1",
    state=CollectorState.ACTIVE,
    host="pop-7",
    pid=41,
    instance="a",
    since=AT,
    heard_s=1.0,
    zones=("pop-7",),
    only_zones=False,
    shards=64,
    devices=900,
    duties=(),
    is_child=False,
    is_me=True,
)
HEALTH = CollectorHealth("noc-1", AT, devices=901)
SCHEDULE = ScheduleNow("noc-1", AT, lateness=Lateness(turns=200, late=1, p95_s=0.02))


def test_what_three_sources_tell_of_a_collector_is_one_row() -> None:
    (row,) = collector_rows([SHARE], [HEALTH, CollectorHealth("a window", AT)], [SCHEDULE])
    assert row == CollectorRow("noc-1", SHARE, HEALTH, SCHEDULE)
    assert row.devices == 901
    assert [r.name for r in collector_rows([], [HEALTH], [])] == ["noc-1"]


def test_a_row_is_told_in_words(desk: Desk) -> None:
    row = CollectorRow("noc-1", SHARE, replace(HEALTH, at=desk.clock.now()), SCHEDULE)
    told = {column.key: column.text(row) for column in collector_columns(desk)}
    assert told["collector"] == "noc-1 (here)"
    assert (told["state"], told["late"], told["p95"]) == ("Active", "0.5 %", "20 ms")
    assert told["zones"] == "common, pop-7"
    assert told["trouble"] == "1 late poll"
    bare = {column.key: column.text(CollectorRow("x")) for column in collector_columns(desk)}
    assert (bare["state"], bare["late"], bare["heard"]) == ("Silent", "", "–")


def test_troubles_are_named() -> None:
    health = replace(
        HEALTH,
        workers=(WorkerHealth("traps"), WorkerHealth("poller", running=True)),
        dropped=7,
        dropped_polls=2,
        loop_lag_s=0.5,
        clock_skew_s=9.0,
    )
    assert troubles(CollectorRow("noc-1", SHARE, health), 1.0) == (
        "traps is down",
        "2 measurements lost",
        "7 traps and lines lost",
        "its loop lags 0.5 s",
        "its clock is +9 s off",
    )
    assert troubles(CollectorRow("noc-1", SHARE, HEALTH), 60.0) == ("last heard 1 min ago",)
    gone = replace(SHARE, state=CollectorState.GONE)
    assert troubles(CollectorRow("noc-1", gone, HEALTH), 60.0)[0].startswith("gone")
    assert troubles(CollectorRow("noc-1", SHARE, HEALTH), 1.0) == ()


def test_without_a_share_its_pulse_tells_whether_it_lives() -> None:
    assert state_word(CollectorRow("x", None, HEALTH), 1.0) == "Active"
    assert state_word(CollectorRow("x", None, HEALTH), None) == "Silent"


def test_zones_of_a_collector_that_reaches_only_them() -> None:
    assert zones_text(replace(SHARE, only_zones=True)) == "pop-7"


def test_spans_are_short() -> None:
    assert [seconds_text(s) for s in (None, 0.0042, 3.44, 300.0)] == ["", "4 ms", "3.4 s", "5 min"]
    assert [due_text(s) for s in (None, 0.2, 40.0, -3.0)] == ["", "now", "in 40 s", "3.0 s late"]


def test_classes_workers_and_devices_have_columns() -> None:
    tier = {c.key: c.text(TierNow("", 60.0, devices=1_200)) for c in tier_columns()}
    assert (tier["class"], tier["devices"], tier["latepolls"]) == ("All others", "1,200", "")
    stuck = WorkerHealth("poller", running=True, heartbeat_age_s=90.0, patience_s=30.0)
    state = next(c for c in worker_columns() if c.key == "state")
    assert [state.text(w) for w in (stuck, WorkerHealth("x"), WorkerHealth("y", is_done=True))] == [
        "Stuck",
        "Down",
        "Done",
    ]
    assert {c.key for c in troubled_columns({})} >= {"device", "answer", "lane", "why"}
