"""The banner: the worst alarm nobody has taken on."""

from __future__ import annotations

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.alarms.waiting import WaitingAlarmService, WaitingHead
from noc_console.views.kit.desk import Desk
from noc_console.views.shell.banner import AlarmBanner
from tests.views.conftest import shown
from tests.views.world import World


async def head(world: World) -> WaitingHead:
    return await WaitingAlarmService(world.store).head(world.collector)


async def test_it_shows_the_worst_unacknowledged_and_how_many_more(
    desk: Desk, world: World
) -> None:
    banner = AlarmBanner(desk.times, desk.blink)
    shown(banner, 900, 36)
    minor = await world.report("core-1", Severity.MINOR)
    worst = await world.report("core-2", Severity.CRITICAL, Condition.UNREACHABLE, "no answer")
    world.clock.tick(minutes=5)
    banner.show_head(await head(world))
    assert (banner.word.text(), banner.isVisible()) == ("Critical", True)
    assert banner.text.whole() == "core-2   no answer"
    assert banner.more.text() == "5 min ago   and 1 more"
    assert desk.blink.is_running
    heard: list[tuple[str, int]] = []
    banner.acknowledged.connect(lambda id: heard.append(("ack", id)))
    banner.asked.connect(lambda id: heard.append(("show", id)))
    banner.take.click()
    banner.open.click()
    assert heard == [("ack", worst.id), ("show", worst.id)]
    await world.alarms.acknowledge(world.collector, alarm_ids=(int(worst.id),))
    banner.show_head(await head(world))
    assert banner.alarm is not None
    assert banner.alarm.id == minor.id
    assert banner.more.text() == "5 min ago"


async def test_it_is_absent_while_nothing_waits(desk: Desk, world: World) -> None:
    banner = AlarmBanner(desk.times, desk.blink)
    alarm = await world.report("core-1")
    await world.alarms.acknowledge(world.collector, alarm_ids=(int(alarm.id),))
    banner.show_head(await head(world))
    assert not banner.isVisible()
    assert not desk.blink.is_running
    banner.take.click()
    banner.refresh_age()


async def test_its_sign_goes_hollow_in_the_dark_phase(desk: Desk, world: World) -> None:
    banner = AlarmBanner(desk.times, desk.blink)
    await world.report("core-1")
    banner.show_head(await head(world))
    desk.blink.turned.emit(False)
    assert banner.sign.is_quiet
    desk.blink.turned.emit(True)
    assert not banner.sign.is_quiet
