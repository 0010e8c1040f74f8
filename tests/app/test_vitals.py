from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from noc_console.app import vitals as module
from noc_console.app.vitals import Latency, Vitals, free_percent, skew
from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.model import Alarm, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.telemetry.model import WorkerHealth
from tests.conftest import FakeClock

WELL = WorkerHealth("poller", running=True, heartbeat_age_s=0.1, patience_s=60.0)
LISTENING = WorkerHealth("traps", running=True)

Make = Callable[..., Vitals]


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
async def make(db: Database, alarms: AlarmService, collector: Actor) -> AsyncIterator[Make]:
    def make(*workers: WorkerHealth, clock: Clock | None = None) -> Vitals:
        return Vitals(
            name=lambda: "ams-1",
            workers=lambda: {worker.name: worker for worker in workers},
            db=db,
            alarms=alarms,
            clock=clock or SystemClock(),
            actor=collector,
        )

    yield make


async def standing(alarms: AlarmService, actor: Actor) -> list[Alarm]:
    return [alarm for alarm in await alarms.active(actor) if alarm.is_active]


async def test_a_collector_that_is_well_raises_nothing_and_is_ready(
    make: Make, alarms: AlarmService, collector: Actor
) -> None:
    vitals = make(WELL, LISTENING)
    await vitals.look()
    assert await standing(alarms, collector) == []
    assert vitals.ails() == []
    assert sum(vitals.store.counts) == 1
    told = vitals.health()
    assert [worker["name"] for worker in told["workers"]] == ["poller", "traps"]


async def test_a_stuck_worker_is_an_alarm_about_that_part_of_the_collector(
    make: Make, alarms: AlarmService, collector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S16: the alarm says which worker, where it hung, and how often it was started again."""
    stuck = replace(
        WELL, stuck=1, restarts=1, error="write stood still for 61 s", hung_at="a/b.py:7 flush < c"
    )
    workers = [stuck]
    vitals = make()
    monkeypatch.setattr(vitals, "_workers", lambda: {w.name: w for w in workers})
    await vitals.look()
    (alarm,) = await standing(alarms, collector)
    assert (alarm.condition, alarm.severity) == (Condition.WORKER_STUCK, Severity.MAJOR)
    assert alarm.about.key == "collector:ams-1/worker:poller"
    assert (alarm.device_name, alarm.interface_name) == ("collector ams-1", "poller")
    assert alarm.text == (
        "poller stuck: write stood still for 61 s, at a/b.py:7 flush (started again 1×)"
    )
    await vitals.look()
    (again,) = await standing(alarms, collector)
    assert again.count == 1, "nothing new was found"
    workers[:] = [replace(stuck, stuck=2)]
    await vitals.look()
    (again,) = await standing(alarms, collector)
    assert again.count == 2
    monkeypatch.setattr(module, "HOLD_S", 0.0)
    await vitals.look()
    assert await standing(alarms, collector) == []


async def test_an_alarm_of_an_earlier_process_clears_when_the_worker_is_well(
    make: Make, alarms: AlarmService, collector: Actor
) -> None:
    await make(replace(WELL, heartbeat_age_s=99.0)).look()
    assert len(await standing(alarms, collector)) == 1
    await make(WELL).look()
    assert await standing(alarms, collector) == []


async def test_who_fell_once_waits_for_its_turn_and_who_keeps_falling_is_an_alarm(
    make: Make, alarms: AlarmService, collector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1: a database that was away for a moment fells every worker; none of them is stuck."""
    fallen = replace(WELL, running=False, heartbeat_age_s=None, restarts=5, error="server closed")
    workers = [fallen]
    vitals = make()
    monkeypatch.setattr(vitals, "_workers", lambda: {w.name: w for w in workers})
    await vitals.look()
    workers[:] = [replace(WELL, restarts=5)]
    await vitals.look()
    assert await standing(alarms, collector) == []
    monkeypatch.setattr(module, "KEEPS_FALLING_S", 0.0)
    workers[:] = [replace(fallen, restarts=6)]
    await vitals.look()
    workers[:] = [replace(fallen, restarts=7)]
    await vitals.look()
    (alarm,) = await standing(alarms, collector)
    assert alarm.text == "poller stuck: server closed"
    workers[:] = [replace(WELL, restarts=7)]
    await vitals.look()
    assert len(await standing(alarms, collector)) == 1, "watched for a while yet"
    monkeypatch.setattr(module, "HOLD_S", 0.0)
    await vitals.look()
    assert await standing(alarms, collector) == []


async def test_who_does_not_run_or_does_not_move_is_why_we_are_not_ready(make: Make) -> None:
    fallen = replace(LISTENING, running=False, error="the port is taken")
    vitals = make(replace(WELL, heartbeat_age_s=99.0), fallen, replace(WELL, name="tail"))
    assert vitals.ails() == ["poller stands still", "traps does not run: the port is taken"]


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("hours", [1, -1])
async def test_clocks_that_disagree_with_the_database_are_an_alarm_until_they_agree(
    make: Make, alarms: AlarmService, collector: Actor, hours: int
) -> None:
    """S12: the host's clock jumps by an hour; the database's own clock says so."""

    class Jumping(SystemClock):
        ahead = timedelta(hours=hours)

        def now(self) -> datetime:
            return super().now() + self.ahead

    clock = Jumping()
    vitals = make(WELL, clock=clock)
    await vitals.look()
    (alarm,) = await standing(alarms, collector)
    assert (alarm.condition, alarm.about.key) == (Condition.CLOCK_SKEW, "collector:ams-1")
    where = "ahead of" if hours > 0 else "behind"
    assert alarm.text == f"this machine's clock is 3600 s {where} the database's"
    assert vitals.ails() == [alarm.text]
    Jumping.ahead = timedelta(0)
    await vitals.look()
    assert await standing(alarms, collector) == []
    assert vitals.ails() == []


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_store_that_does_not_answer_is_a_reason_and_ends_nothing(
    make: Make, alarms: AlarmService, collector: Actor, bus: EventBus
) -> None:
    vitals = make(replace(WELL, stuck=1, error="stood still"))
    gone = Database(open_engine("sqlite:////nowhere/at/all"), clock=FakeClock(), bus=bus)
    try:
        whole, vitals._db = vitals._db, gone
        await vitals.look()
        assert vitals.ails()[0].startswith("the store does not answer")
        vitals._db = whole
        await vitals.look()
        assert vitals.ails() == []
        assert len(await standing(alarms, collector)) == 1, "said once there was a store again"
    finally:
        gone.close()


AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("theirs_s", "took_s", "expected"),
    [(0.0, 0.0, 0.0), (-7.0, 0.1, 7.0), (8.0, 3.0, -5.0), (2.0, 3.0, 0.0)],
)
def test_a_slow_question_makes_no_skew(theirs_s: float, took_s: float, expected: float) -> None:
    assert skew(AT, AT + timedelta(seconds=theirs_s), took_s) == pytest.approx(expected)


def test_latencies_are_counted_by_their_buckets() -> None:
    latency = Latency()
    for seconds in (0.0001, 0.001, 0.3, 99.0):
        latency.note(seconds)
    assert latency.counts[0] == 2
    assert latency.counts[-1] == 1
    assert latency.sum_s == pytest.approx(99.3011)


def test_room_on_the_disk_is_a_share_of_it(tmp_path: Path) -> None:
    free = free_percent(tmp_path)
    assert free is not None and 0 <= free <= 100
    assert free_percent(tmp_path / "nowhere") is None
