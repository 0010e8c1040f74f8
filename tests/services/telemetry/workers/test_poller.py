"""The poller against the real lab, in one process: what breaks is seen, what is mended clears."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from noc_console.db.samples import INTERFACE
from noc_console.lab import faults, plan
from noc_console.lab.run import open_lab
from noc_console.services.alarms.model import AlarmPolicy, Condition, Severity
from noc_console.services.inventory.model import Inspected, OperStatus, Reachability
from noc_console.services.telemetry.model import Breaker, Lane, PollPolicy
from noc_console.services.telemetry.workers import looks
from noc_console.services.telemetry.workers import poller as module
from tests.lab.impair import Impairment, Proxy, impaired
from tests.lab.watched import ACTOR, Console, Watched, open_console, open_watched

POLICY = PollPolicy(interval_s=1.0, settled_s=3.0)
QUIET = AlarmPolicy(flap_quiet_s=4.0)


@pytest.fixture
def hasty_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults that take their time in the lab take less of ours."""
    monkeypatch.setattr(faults, "REBOOT_S", 4.0)
    monkeypatch.setattr(faults, "FLAP_S", 1.0)
    monkeypatch.setattr(faults, "STEP_S", 1.0)


@pytest.fixture
async def watched(tmp_path: Path, hasty_faults: None) -> AsyncIterator[Watched]:
    network = plan.build(1, plan.Extent(cities=1, rings=2, olts=1, aps=1))
    async with open_watched(tmp_path, network, policy=POLICY, alarm_policy=QUIET) as opened:
        yield opened


async def test_every_fault_of_the_lab_is_the_right_alarm_and_clears_when_mended(
    watched: Watched,
) -> None:
    await watched.rounds(3)
    assert await watched.alarms() == {}, "a healthy network is silent"
    lab = watched.lab
    broken = [
        lab.fail("link-down"),
        lab.fail("device-down", "ams-acc-1"),
        lab.fail("reboot", "ams-bng-1"),
        lab.fail("high-cpu", "ams-edge-1"),
        lab.fail("rising-errors", "ams-agg-1:Ethernet12"),
        lab.fail("fading-optical", "ams-core-1:HundredGigE0/0/0/1"),
        lab.fail("power-loss", "ams-3"),
        lab.fail("flapping", "ams-olt-1"),
    ]
    wanted = {
        ("ams-core-1", "HundredGigE0/0/0/0", "interface-down"),
        ("ams-core-2", "et-0/0/0", "interface-down"),
        ("ams-acc-1", "", "unreachable"),
        ("ams-bng-1", "", "unreachable"),
        ("ams-bng-1", "", "restarted"),
        ("ams-edge-1", "", "cpu"),
        ("ams-core-1", "HundredGigE0/0/0/1 Receive Power", "optical-power"),
        ("ams-ups-3", "", "power"),
    }
    seen: dict[tuple[str, str, str], Severity] = {}

    def all_seen(alarms: dict[tuple[str, str, str], Any]) -> bool:
        seen.update({key: alarm.severity for key, alarm in alarms.items()})
        kinds = {key[2] for key in seen}
        return wanted <= seen.keys() and {"errors", "flapping"} <= kinds

    await watched.until(all_seen)
    assert seen["ams-acc-1", "", "unreachable"] is Severity.MAJOR
    assert seen["ams-core-1", "HundredGigE0/0/0/0", "interface-down"] is Severity.MAJOR
    ports = await watched.console.inventory.interfaces(ACTOR, device="ams-acc-1")
    assert {port.oper_status for port in ports} == {OperStatus.UNKNOWN}, "unknown, not down"
    assert not {key for key in seen if key[0] == "ams-acc-1" and key[2] == "interface-down"}
    device = await watched.console.inventory.device_named(ACTOR, name="ams-acc-1")
    assert device.reachability is Reachability.DOWN
    assert len(broken) == 8
    lab.mend_all()
    await watched.until(lambda alarms: not alarms)
    assert watched.poller.figures.bugs == 0


async def test_counters_become_history_without_negative_rates(watched: Watched) -> None:
    await watched.rounds(4)
    now = await watched.console.telemetry.interface_now(ACTOR)
    rates = [port.in_bps for port in now if port.in_bps is not None]
    assert len(rates) > 50 and min(rates) >= 0
    assert sum(rate > 1e6 for rate in rates) > 10, "counters move"
    devices = await watched.console.telemetry.device_now(ACTOR)
    assert len(devices) == len(watched.lab.plan.devices)
    assert all(device.reachable and device.uptime_s for device in devices)
    assert sum(device.cpu is not None for device in devices) > 5
    core = await watched.console.inventory.device_named(ACTOR, name="ams-core-1")
    assert await watched.console.telemetry.sensor_now(ACTOR, device_id=int(core.id))


async def test_an_alarm_cleared_by_hand_comes_back_while_the_condition_stands(
    watched: Watched,
) -> None:
    watched.lab.fail("high-cpu", "ams-edge-1")
    key = ("ams-edge-1", "", "cpu")
    await watched.until(lambda alarms: key in alarms)
    alarm = (await watched.alarms())[key]
    await watched.console.alarms.clear(ACTOR, alarm_ids=(int(alarm.id),), reason="too loud")
    await watched.until(lambda alarms: key in alarms and alarms[key].count > 1)


async def test_a_restart_of_the_poller_loses_no_rate_and_settles_what_was_mended_meanwhile(
    tmp_path: Path, hasty_faults: None
) -> None:
    async with open_console(tmp_path, policy=POLICY) as console, open_lab(plan.small()) as lab:
        await console.discover(lab.seeds)
        async with polling(console) as first:
            await rounds(first, 3 * 6)
            lab.fail("link-down")
            await alarm_count(console, at_least=2)
        epochs = await newest_epochs(console)
        lab.mend("link-down")
        async with polling(console) as second:
            await rounds(second, 3 * 6)
            await alarm_count(console, at_most=0)
        assert await newest_epochs(console) == epochs, "the same counters, one history"
        found = await console.alarms.recent(ACTOR)
        assert {alarm.condition for alarm in found} == {Condition.INTERFACE_DOWN}


async def test_twenty_per_cent_loss_is_no_outage_and_total_loss_is_one(tmp_path: Path) -> None:
    """N2, N3: lost, doubled and reordered datagrams; certain within three intervals at 100 %."""
    lossy = Impairment(loss=0.2, duplicate=0.1, delay_s=(0.0, 0.02))
    async with AsyncExitStack() as stack:
        console = await stack.enter_async_context(open_console(tmp_path, policy=POLICY))
        lab = await stack.enter_async_context(open_lab(plan.small()))
        proxies: dict[str, Proxy] = {}
        for device in lab.plan.devices.values():
            calm = replace(lossy, loss=0.0, seed=device.number)
            proxies[device.name] = await stack.enter_async_context(
                impaired(device.snmp_port, calm, host=device.address)
            )
        await console.discover([f"127.0.0.1:{proxy.port}" for proxy in proxies.values()])
        for proxy in proxies.values():
            proxy.impairment.loss = 0.2
        poller = await stack.enter_async_context(polling(console))
        await rounds(poller, 12 * 6)
        assert sum(proxy.lost for proxy in proxies.values()) > 50, "it was a bad network"
        assert await console.alarms.recent(ACTOR) == (), "and nobody was said to be down"
        for port in await console.telemetry.interface_now(ACTOR):
            assert port.in_bps is None or port.in_bps >= 0
        proxies["ams-acc-1"].impairment.loss = 1.0
        (alarm,) = await alarm_count(console, at_least=1)
        assert (alarm.device_name, alarm.condition) == ("ams-acc-1", Condition.UNREACHABLE)
        proxies["ams-acc-1"].impairment.loss = 0.0
        await alarm_count(console, at_most=0)


async def test_the_dead_do_not_delay_the_living(tmp_path: Path) -> None:
    policy = replace(POLICY, concurrency=4)
    async with open_console(tmp_path, policy=policy) as console, open_lab(plan.small()) as lab:
        await console.discover(lab.seeds)
        async with polling(console) as poller:
            await rounds(poller, 2 * 6)
            for name in ("ams-core-2", "ams-agg-1", "ams-acc-1", "ams-olt-1"):
                lab.fail("device-down", name)
            while poller.health()["unreachable"] < 4:
                await asyncio.sleep(0.05)
            answered = lab.agents["ams-core-1"].counters.requests
            await rounds(poller, 6)
            assert lab.agents["ams-core-1"].counters.requests > answered


async def test_many_that_die_at_the_same_moment_make_no_healthy_one_late(tmp_path: Path) -> None:
    """Real silence: sockets that never answer, ten times as many as there are fast slots."""
    policy = replace(POLICY, interval_s=4.0, concurrency=8)
    async with AsyncExitStack() as stack:
        console = await stack.enter_async_context(open_console(tmp_path, policy=policy))
        lab = await stack.enter_async_context(open_lab(plan.small()))
        await console.discover(lab.seeds)
        public = (await console.credentials.opened(ACTOR))[0][0]
        for number in range(1, 81):
            deaf = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            deaf.bind((f"127.30.0.{number}", 0))
            address, port = deaf.getsockname()
            seen = Inspected(
                address=address,
                port=port,
                at=console.clock.now(),
                name=f"deaf-{number}",
                serial=f"D{number}",
                credential_id=int(public.id),
            )
            await console.inventory.record(ACTOR, inspected=seen)
        poller = await stack.enter_async_context(polling(console))
        alive = [
            int(device.id)
            for device in await console.inventory.devices(ACTOR)
            if not device.name.startswith("deaf")
        ]
        asked = {name: agent.counters.requests for name, agent in lab.agents.items()}
        while poller.health()["unreachable"] < 80:
            await asyncio.sleep(0.05)
        found = poller.schedule_now()
        assert all(agent.counters.requests > asked[name] for name, agent in lab.agents.items())
        assert found.lanes[Lane.FAST] + found.lanes.get(Lane.SLOW, 0) == len(alive) == 6
        assert (found.lanes[Lane.SILENT], found.breakers[Breaker.OPEN]) == (80, 80)
        assert found.failures["timeout"] >= 80
        assert {one.lane for one in found.troubled} == {Lane.SILENT}
        down = [one for one in await console.alarms.active(ACTOR) if one.is_active]
        while len(down) < 80:
            await asyncio.sleep(0.1)
            down = [one for one in await console.alarms.active(ACTOR) if one.is_active]
        assert {one.condition for one in down} == {Condition.UNREACHABLE}
        assert {one.device_name.split("-")[0] for one in down} == {"deaf"}


async def test_what_is_looked_at_is_measured_faster_within_its_budget_and_then_no_more(
    tmp_path: Path,
) -> None:
    policy = PollPolicy(interval_s=3600.0, watched_interval_s=0.2, watched_budget=10.0, wish_s=2.0)
    async with open_console(tmp_path, policy=policy) as console, open_lab(plan.small()) as lab:
        await console.discover(lab.seeds)
        core = await console.inventory.device_named(ACTOR, name="ams-core-1")
        port = (await console.inventory.interfaces(ACTOR, device="ams-core-1"))[0]
        async with polling(console) as poller:
            await rounds(poller, 6)
            await console.telemetry.watch(
                ACTOR, device_id=int(core.id), interface_ids=(int(port.id),)
            )
            while poller.figures.watched < 4:
                await asyncio.sleep(0.02)
            await console.telemetry.watch(ACTOR, device_id=int(core.id))
            while not await several(console, int(port.id)):
                await asyncio.sleep(0.05)
            while await console.samples.wishes(console.clock.now()):
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            looked = poller.figures.watched
            await asyncio.sleep(1.0)
            assert poller.figures.watched == looked, "nobody looks any more"


async def test_a_hint_is_followed_at_once_and_not_more_often_than_sensible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "SOONEST_S", 0.3)
    policy = PollPolicy(interval_s=3600.0)
    async with open_console(tmp_path, policy=policy) as console, open_lab(plan.small()) as lab:
        await console.discover(lab.seeds)
        core = await console.inventory.device_named(ACTOR, name="ams-core-1")
        async with polling(console) as poller:
            await rounds(poller, 6)
            await asyncio.sleep(0.5)
            lab.fail("link-down")
            before = poller.figures.polls
            for _ in range(200):
                poller.hint(int(core.id))
                await asyncio.sleep(0.002)
            poller.hint(999)
            (alarm, *_) = await alarm_count(console, at_least=1)
            assert alarm.device_name == "ams-core-1"
            assert poller.figures.polls - before <= 6


async def test_devices_found_later_and_another_rhythm_are_taken_up(tmp_path: Path) -> None:
    policy = PollPolicy(interval_s=3600.0)
    async with (
        open_console(tmp_path, policy=policy) as console,
        open_lab(plan.small()) as lab,
        polling(console) as poller,
    ):
        assert poller.health()["devices"] == 0
        await console.discover(lab.seeds)
        while poller.health()["devices"] < 6:
            await asyncio.sleep(0.05)
        await console.telemetry.set_policy(ACTOR, interval_s=0.5)
        await rounds(poller, 4 * 6)


async def test_a_bug_met_at_one_device_does_not_stop_the_others(tmp_path: Path) -> None:
    class Odd:
        """The real reader with a bug for one peer, which no real peer can provoke on demand."""

        def __init__(self, real: Any, port: int, address: str) -> None:
            self._real, self._bad = real, (address, port)

        async def poll(self, target: Any, columns: Any, **rest: Any) -> Any:
            if (target.address, target.port) == self._bad:
                raise ZeroDivisionError
            return await self._real.poll(target, columns, **rest)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    async with open_console(tmp_path, policy=POLICY) as console, open_lab(plan.small()) as lab:
        await console.discover(lab.seeds)
        bad = lab.device("ams-agg-1")
        console.reader = Odd(console.reader, bad.snmp_port, bad.address)  # type: ignore[assignment]
        async with polling(console) as poller:
            await rounds(poller, 4 * 6)
            assert poller.figures.bugs >= 2
            assert len(await console.telemetry.device_now(ACTOR)) == 5


class polling:
    """A poller that runs as long as the block."""

    def __init__(self, console: Console) -> None:
        self._poller = console.poller()

    async def __aenter__(self) -> module.Poller:
        self._group = await asyncio.TaskGroup().__aenter__()
        self._task = self._group.create_task(self._poller.run())
        return self._poller

    async def __aexit__(self, *error: Any) -> None:
        self._task.cancel()
        await self._group.__aexit__(*error)


async def rounds(poller: module.Poller, polls: int) -> None:
    goal = poller.figures.polls + polls
    while poller.figures.polls < goal:
        await asyncio.sleep(0.02)


async def alarm_count(
    console: Console, *, at_least: int = 0, at_most: int = 10**6
) -> tuple[Any, ...]:
    """Wait until so many alarms stand."""
    while True:
        found = tuple(a for a in await console.alarms.active(ACTOR) if a.is_active)
        if at_least <= len(found) <= at_most:
            return found
        await asyncio.sleep(0.05)


async def newest_epochs(console: Console) -> dict[int, int | None]:
    latest = await console.samples.latest(INTERFACE)
    return {number: word.values["epoch"] for number, word in latest.items()}


async def several(console: Console, port: int) -> bool:
    """Whether the last minute has several rates of this interface, packets among them."""
    end = console.clock.now()
    series = await console.samples.series(
        INTERFACE, port, end.replace(microsecond=0) - timedelta(minutes=1), end
    )
    return all(
        int((~np.isnan(series.values[column])).sum()) >= 4
        for column in ("in_octets", "in_packets", "in_errors")
    )
