"""Real traps (`snmptrap`) and lines (`logger`), heard, judged and on the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.app import hearing as ears
from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.app.listener import start_listeners
from noc_console.app.supervise import supervisor
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.model import Alarm, Condition, Severity
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.intake import judging, workers
from noc_console.services.inventory.model import Inspected, SeenInterface

DEVICE = "127.0.0.1"
STRANGER = "127.20.9.66"
BGP_DOWN, BGP_UP = "1.3.6.1.2.1.15.0.2", "1.3.6.1.2.1.15.0.1"
BATTERY_LOW, BATTERY_WELL = "1.3.6.1.4.1.318.0.7", "1.3.6.1.4.1.318.0.11"
PEER = ("1.3.6.1.2.1.15.3.1.2.10.0.0.1", "i", "1")
V3 = ("-v", "3", "-u", "noc", "-l", "authPriv", "-a", "SHA-256", "-A", "lab-auth-pass",
      "-x", "AES", "-X", "lab-priv-pass")  # fmt: skip
BGP = Condition("bgp-session-lost")


@dataclass
class Desk:
    """A listener with one device, at the address the tools send from."""

    services: Services
    actor: Actor
    device: int
    ports: dict[str, int]

    async def trap(self, name: str, *varbinds: str, source: str = "") -> None:
        bound = [f"--clientaddr={source}"] if source else []
        await run("snmptrap", "-v", "2c", "-c", "public", *bound, self._traps, "", name, *varbinds)

    async def inform(self, name: str, *varbinds: str) -> None:
        await run("snmpinform", *V3, self._traps, "", name, *varbinds)

    async def log(self, text: str, *, tcp: bool = False) -> None:
        port = self.ports["syslog tcp" if tcp else "syslog"]
        way = "--tcp" if tcp else "--udp"
        where = ("-n", DEVICE, "-P", str(port), way, "--rfc3164", "-p", "local7.notice")
        await run("logger", *where, "-t", "edge-1", "--", text)

    async def alarm(self, condition: Condition, holds: Callable[[Alarm], bool]) -> Alarm:
        """The alarm once it is as it should be."""
        async with asyncio.timeout(20):
            while True:
                for alarm in await self.services.alarms.recent(self.actor):
                    if alarm.condition == condition and holds(alarm):
                        return alarm
                await asyncio.sleep(0.05)

    @property
    def _traps(self) -> str:
        return f"{DEVICE}:{self.ports['traps']}"


async def run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Desk]:
    config = Config(
        store=f"sqlite:///{folder}/noc.db",
        data=folder,
        name="test",
        listen=DEVICE,
        trap_port=0,
        trap_port_fallback=0,
        syslog_port=0,
        syslog_port_fallback=0,
        metrics="",
        lab=True,
    )
    async with open_services(config, bus=EventBus()) as services, supervisor() as keeper:
        actor = services.identity.operator()
        seen = Inspected(
            address=DEVICE, port=161, at=services.clock.now(), name="edge-1", serial="E1",
            credential_id=1, interfaces=(SeenInterface(index=7, name="GigabitEthernet0/1"),),
        )  # fmt: skip
        device = int(await services.inventory.record(actor, inspected=seen))
        await services.credentials.add_snmp(
            actor, name="noc", kind=CredentialKind.SNMP_V3, user="noc", auth_protocol="SHA256",
            auth_pass="lab-auth-pass", priv_protocol="AES128", priv_pass="lab-priv-pass",
        )  # fmt: skip
        ear = await start_listeners(services, keeper)
        while len(ear.health()["hearing"]) < 3:
            await asyncio.sleep(0.02)
        places = {name: int(at.split()[1]) for name, at in ear.health()["hearing"].items()}
        yield Desk(services, actor, device, places)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(workers, "HELD_S", 0.1)
    monkeypatch.setattr(workers, "QUARANTINE_EVERY_S", 0.1)
    monkeypatch.setattr(workers, "WRITE_EVERY_S", 0.05)
    monkeypatch.setattr(judging, "REPORT_EVERY_S", 0.05)
    assert ears.EventJudge is judging.EventJudge
    async with opened(tmp_path) as running:
        yield running


async def test_a_trap_raises_an_alarm_that_shows_its_trap_and_the_next_one_clears_it(
    desk: Desk,
) -> None:
    await desk.trap(BGP_DOWN, *PEER)
    alarm = await desk.alarm(BGP, lambda alarm: alarm.is_active)
    assert (alarm.severity, alarm.device_name) == (Severity.MAJOR, "edge-1")
    assert alarm.text == "BGP session with 10.0.0.1 is down"
    assert alarm.about.other == "bgp:10.0.0.1"
    await desk.trap(BGP_UP, PEER[0], "i", "6")
    await desk.alarm(BGP, lambda alarm: not alarm.is_active)
    raised, cleared = await desk.services.alarms.history(desk.actor, alarm_id=int(alarm.id))
    assert "v2c trap of 127.0.0.1: BGP session lost" in raised.text
    assert "BGP session established" in cleared.text


async def test_a_log_line_by_udp_and_its_end_by_tcp_are_one_alarm_with_the_trap(
    desk: Desk,
) -> None:
    await desk.log("%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down BGP Notification sent")
    await desk.alarm(BGP, lambda alarm: alarm.is_active)
    await desk.trap(BGP_DOWN, *PEER)
    await desk.alarm(BGP, lambda alarm: alarm.is_active and alarm.count == 2)
    await desk.log("%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Up", tcp=True)
    alarm = await desk.alarm(BGP, lambda alarm: not alarm.is_active)
    steps = await desk.services.alarms.history(desk.actor, alarm_id=int(alarm.id))
    assert "log line of 127.0.0.1: edge-1: %BGP-5-ADJCHANGE" in steps[0].text


async def test_n8_only_who_proves_who_he_is_raises_a_critical_alarm(desk: Desk) -> None:
    low = Condition("battery-low")
    await desk.trap(BATTERY_LOW)
    told = await desk.alarm(low, lambda alarm: alarm.is_active)
    assert told.severity is Severity.MAJOR
    assert "not confirmed" in told.text
    await desk.inform(BATTERY_LOW)
    proved = await desk.alarm(low, lambda alarm: alarm.severity is Severity.CRITICAL)
    assert proved.id == told.id
    await desk.inform(BATTERY_WELL)
    await desk.alarm(low, lambda alarm: not alarm.is_active)


async def test_n8_a_forged_trap_raises_nothing_and_a_link_is_only_looked_at(desk: Desk) -> None:
    before = await desk.services.samples.hints(desk.services.clock.now() - timedelta(minutes=1))
    await desk.trap(BGP_DOWN, *PEER, source=STRANGER)
    await desk.trap("1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.8.7", "i", "2")
    async with asyncio.timeout(20):
        while not await desk.services.intake.quarantine(desk.actor):
            await asyncio.sleep(0.05)
        start = desk.services.clock.now() - timedelta(minutes=1)
        while not (hints := await desk.services.samples.hints(start)):
            await asyncio.sleep(0.05)
    (stranger,) = await desk.services.intake.quarantine(desk.actor)
    assert (before, stranger.source, set(hints)) == ({}, STRANGER, {desk.device})
    await desk.trap(BGP_DOWN, "1.3.6.1.2.1.15.3.1.2.10.9.9.9", "i", "1")  # heard after them
    await desk.alarm(BGP, lambda alarm: alarm.is_active)
    found = await desk.services.alarms.recent(desk.actor)
    assert [alarm.about.other for alarm in found] == ["bgp:10.9.9.9"]


async def test_who_changed_the_configuration_is_kept(desk: Desk) -> None:
    start = desk.services.clock.now() - timedelta(minutes=1)
    await desk.log("%SYS-5-CONFIG_I: Configured from console by anna on vty0 (192.0.2.9)")

    async def changes() -> Sequence[object]:
        return await desk.services.intake.changes_of(
            desk.actor, device_id=desk.device, start=start, end=desk.services.clock.now()
        )

    async with asyncio.timeout(20):
        while not await changes():
            await asyncio.sleep(0.05)
    (change,) = await desk.services.intake.changes_of(
        desk.actor, device_id=desk.device, start=start, end=desk.services.clock.now()
    )
    assert (change.who, change.how) == ("anna", "vty0 (192.0.2.9)")


async def test_a_port_is_found_by_its_short_name(desk: Desk) -> None:
    await desk.log(
        "%PM-4-ERR_DISABLE: bpduguard error detected on Gi0/1, putting Gi0/1 in err-disable state"
    )
    alarm = await desk.alarm(Condition("port-disabled"), lambda alarm: alarm.is_active)
    assert alarm.about.interface_id is not None
    assert alarm.text == "port was switched off by the device: bpduguard"
