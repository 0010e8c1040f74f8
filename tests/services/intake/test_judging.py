"""From what is heard to reports: believed as far as it goes, bounded, safe from outages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.aging import AgingService
from noc_console.services.alarms.model import AlarmReport, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.events.model import Trust
from noc_console.services.intake import judging
from noc_console.services.intake.judging import EventJudge
from noc_console.services.intake.model import LogLine, Trap
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.intake.conftest import BOOK

AT = datetime(2026, 3, 1, tzinfo=UTC)
LOW, WELL = "1.3.6.1.4.1.318.0.7", "1.3.6.1.4.1.318.0.11"


def bgp(peer: str = "10.0.0.1", *, up: bool = False, trust: Trust = Trust.CLAIMED) -> LogLine:
    state = "Up" if up else "Down"
    text = f"%BGP-5-ADJCHANGE: neighbor {peer} {state}"
    return LogLine("127.0.0.1", AT, 23, 5, text, mnemonic="BGP-5-ADJCHANGE", trust=trust)


def trap(oid: str, *varbinds: tuple[str, int], trust: Trust = Trust.CLAIMED) -> Trap:
    return Trap("127.0.0.1", AT, "v2c", oid, 1, varbinds, trust)


@dataclass
class Judging:
    """A judge of one device, and what it told the desk; `is_away` makes the store refuse."""

    judge: EventJudge
    device: int
    alarms: AlarmService
    actor: Actor
    reports: list[AlarmReport] = field(default_factory=list)
    is_away: bool = False

    def hear(self, *items: Trap | LogLine) -> list[bool]:
        return [self.judge.take(item, self.device, "the line", 0.0) for item in items]


@pytest.fixture
async def desk(
    db: Database,
    intake: IntakeService,
    clock: FakeClock,
    collector: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> Judging:
    inventory = InventoryService(db, clock=clock)
    seen = Inspected(
        address="127.0.0.1", port=161, at=clock.now(), name="edge-1", serial="1", credential_id=1
    )
    device = int(await inventory.record(collector, inspected=seen))
    alarms = AlarmService(db, clock=clock)
    judge = EventJudge(
        BOOK,
        alarms=alarms,
        aging=AgingService(db),
        inventory=inventory,
        intake=intake,
        clock=clock,
        actor=collector,
    )
    made = Judging(judge, device, alarms, collector)
    apply = AlarmService.apply

    async def told(self: AlarmService, actor: Actor, *, reports: tuple[AlarmReport, ...]) -> None:
        # A store that does not answer cannot be had from SQLite.
        if made.is_away:
            raise Unreachable("the store does not answer", peer="store")
        made.reports += reports
        await apply(self, actor, reports=reports)

    monkeypatch.setattr(AlarmService, "apply", told)
    return made


async def test_the_last_word_about_an_object_counts_and_its_ups_and_downs_are_kept(
    desk: Judging,
) -> None:
    desk.hear(bgp(), bgp(), bgp(up=True), bgp())
    await desk.judge.report(0.0)
    assert [report.severity for report in desk.reports] == [
        Severity.MAJOR,
        Severity.CLEARED,
        Severity.MAJOR,
    ]
    assert desk.reports[0].evidence == "log line of 127.0.0.1: the line"


async def test_what_a_poll_can_see_only_makes_it_look(desk: Judging) -> None:
    assert desk.hear(trap("1.3.6.1.6.3.1.1.5.3"), bgp()) == [True, False]
    await desk.judge.report(0.0)
    assert [report.condition for report in desk.reports] == ["bgp-session-lost"]


@pytest.mark.parametrize(
    ("heard", "severity"),
    [
        ([Trust.CLAIMED], Severity.MAJOR),
        ([Trust.CLAIMED, Trust.CLAIMED], Severity.MAJOR),
        ([Trust.CONNECTED], Severity.MAJOR),
        ([Trust.AUTHENTIC], Severity.CRITICAL),
    ],
)
async def test_n8_a_word_is_believed_as_far_as_it_goes(
    desk: Judging, heard: list[Trust], severity: Severity
) -> None:
    desk.hear(*(trap(LOW, trust=trust) for trust in heard))
    await desk.judge.report(0.0)
    assert desk.reports[-1].severity is severity
    assert ("not confirmed" in desk.reports[-1].text) == (severity is Severity.MAJOR)


async def test_two_ways_of_hearing_the_same_confirm_each_other_unless_both_can_be_forged(
    desk: Judging,
) -> None:
    slot = (desk.device, "x", "device", "")
    judge = desk.judge
    assert not judge._is_heard_twice(slot, trap(LOW), 0.0)
    assert not judge._is_heard_twice(slot, bgp(), 1.0)
    assert judge._is_heard_twice(slot, bgp(trust=Trust.CONNECTED), 2.0)
    assert not judge._is_heard_twice(slot, trap(LOW), 2.0 + judging.HEARD_TWICE_S + 1)


async def test_a_store_that_is_away_loses_nothing_and_is_not_waited_for_without_bounds(
    desk: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "WAITING", 3)
    desk.is_away = True
    desk.hear(bgp("10.0.0.1"))
    with pytest.raises(Unreachable):
        await desk.judge.report(0.0)
    desk.hear(*(bgp(f"10.0.1.{number}") for number in range(5)))
    assert desk.judge.dropped == {"reports": 2}
    assert desk.judge.health()["waiting"] == 4
    desk.is_away = False
    await desk.judge.report(0.0)
    assert [report.about.other for report in desk.reports] == [
        "bgp:10.0.0.1",
        "bgp:10.0.1.2",
        "bgp:10.0.1.3",
        "bgp:10.0.1.4",
    ]
    assert desk.judge.health()["waiting"] == 0


async def test_n7_what_is_worse_stays_when_too_much_waits(
    desk: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "WAITING", 1)
    login = LogLine(
        "127.0.0.1", AT, 4, 6, "Failed password for root from 10.0.0.5 port 1", app="sshd"
    )
    desk.hear(bgp(), login)
    await desk.judge.report(0.0)
    assert [report.condition for report in desk.reports] == ["bgp-session-lost"]


async def test_n7_a_device_does_not_get_alarms_about_no_end_of_made_up_objects(
    desk: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "MOST_OBJECTS", 20)
    desk.hear(*(bgp(f"10.0.0.{number}") for number in range(30)), bgp("10.0.0.7"))
    desk.hear(bgp("10.0.1.1", trust=Trust.AUTHENTIC), trap(LOW))
    await desk.judge.report(0.0)
    told = [report.about.other for report in desk.reports]
    made_up = [f"bgp:10.0.0.{number}" for number in range(20)]
    assert sorted(told) == sorted([*made_up, "bgp:10.0.1.1", ""])
    assert desk.judge.dropped == {"too many objects": 10}
    later = judging.OBJECTS_S
    desk.judge.take(bgp("10.0.0.29"), desk.device, "the line", later)
    await desk.judge.report(later)
    assert desk.reports[-1].about.other == "bgp:10.0.0.29"


async def test_an_object_that_flaps_while_the_store_is_away_stays_bounded(desk: Judging) -> None:
    for _ in range(1_000):
        desk.hear(bgp(), bgp(up=True))
    assert desk.judge.health()["waiting"] <= judging.EDGES
    await desk.judge.report(0.0)
    assert desk.reports[-1].severity is Severity.CLEARED


async def test_what_nobody_takes_back_clears_itself_after_its_time(
    desk: Judging, clock: FakeClock
) -> None:
    line = LogLine(
        "127.0.0.1", AT, 4, 6, "Failed password for root from 10.0.0.5 port 1", app="sshd"
    )
    desk.hear(line)
    await desk.judge.report(0.0)
    clock.tick(minutes=29)
    await desk.judge.age()
    (alarm,) = await desk.alarms.recent(desk.actor)
    assert alarm.is_active
    clock.tick(minutes=2)
    await desk.judge.age()
    (alarm,) = await desk.alarms.recent(desk.actor)
    assert not alarm.is_active


async def test_a_change_of_the_set_up_is_kept_once_for_each_user(
    desk: Judging, intake: IntakeService, clock: FakeClock
) -> None:
    def changed(user: str, after_s: float) -> LogLine:
        text = f"%SYS-5-CONFIG_I: Configured from console by {user} on vty0 (192.0.2.9)"
        at = clock.now() + timedelta(seconds=after_s)
        return LogLine("127.0.0.1", at, 23, 5, text, mnemonic="SYS-5-CONFIG_I")

    desk.hear(changed("anna", 0), changed("anna", 5), changed("ben", 6), changed("anna", 99))
    await desk.judge.report(0.0)
    start, end = clock.now() - timedelta(minutes=1), clock.now() + timedelta(minutes=5)
    found = await intake.changes_of(desk.actor, device_id=desk.device, start=start, end=end)
    assert [change.who for change in found] == ["anna", "ben", "anna"]
    assert found[0].how == "vty0 (192.0.2.9)"
    clock.tick(days=500)
    assert await intake.forget_changes(desk.actor) == 3
