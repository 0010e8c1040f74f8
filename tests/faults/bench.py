"""One real snmpd with scripted counters behind a bad network, and the real poller watching it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from noc_console.db.samples import INTERFACE, Latest
from noc_console.services.alarms.model import Alarm, AlarmPolicy
from noc_console.services.alarms.workers import DeskKeeper
from noc_console.services.inventory.model import Device, Interface
from noc_console.services.telemetry.model import PollPolicy
from noc_console.services.telemetry.workers.poller import Poller
from tests.lab.impair import Impairment, Proxy, impaired
from tests.lab.snmpd import Agent, snmpd
from tests.lab.watched import ACTOR, Console, open_console

SCRIPT = Path(__file__).with_name("scripted_interfaces.py")
SCRIPTED = ("1.3.6.1.2.1.1.3", "1.3.6.1.2.1.2.2", "1.3.6.1.2.1.31.1.1")
ALARMS = AlarmPolicy(hold_s=300.0, flap_quiet_s=3.0)


def port(octets: int | str = "clock", **changes: Any) -> dict[str, Any]:
    """One interface of the script."""
    return {"name": "eth9", "speed_mbps": 10_000, "octets": octets, "wide": True} | changes


@dataclass
class Bench:
    """What a test changes, and what it looks at."""

    agent: Agent
    proxy: Proxy
    console: Console
    poller: Poller
    device: Device
    interface: Interface
    script: Script

    @property
    def polls(self) -> int:
        return self.poller.figures.polls

    async def rounds(self, count: int) -> None:
        """Let so many polls begin."""
        goal = self.polls + count
        while self.polls < goal:
            await asyncio.sleep(0.02)

    async def newest(self) -> Latest | None:
        return (await self.console.samples.latest(INTERFACE, [int(self.interface.id)])).get(
            int(self.interface.id)
        )

    async def next_sample(self) -> Latest:
        """The next word stored about the interface."""
        before = await self.newest()
        while True:
            word = await self.newest()
            if word is not None and (before is None or word.at > before.at):
                return word
            await asyncio.sleep(0.02)

    async def alarms(self) -> list[Alarm]:
        """Everything that was ever said."""
        return list(await self.console.alarms.recent(ACTOR))

    async def until(self, holds: Callable[[list[Alarm]], bool]) -> list[Alarm]:
        """Wait for the standing alarms to be as wanted; the test's time limit says for how long."""
        while True:
            found = [alarm for alarm in await self.alarms() if alarm.is_active]
            if holds(found):
                return found
            await asyncio.sleep(0.05)

    async def rate(self) -> float | None:
        """The newest rate of the interface in bit/s."""
        (now,) = await self.console.telemetry.interface_now(ACTOR, device_id=int(self.device.id))
        return now.in_bps


@dataclass
class Script:
    """What the agent says of itself."""

    file: Path
    booted: float = field(default_factory=lambda: time.time() - 40 * 86_400)
    ports: list[dict[str, Any]] = field(default_factory=lambda: [port()])

    def write(self, **changes: Any) -> None:
        """Change the first interface; from the next question on it is so."""
        self.ports[0] |= changes
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps({"booted": self.booted, "ports": self.ports}))
        draft.replace(self.file)


@asynccontextmanager
async def open_bench(
    folder: Path,
    *,
    policy: PollPolicy,
    impairment: Impairment | None = None,
    back: Impairment | None = None,
    **first: Any,
) -> AsyncIterator[Bench]:
    """snmpd discovered through a proxy that is kind at first, and then polled."""
    script = Script(folder / "state.json")
    script.write(**first)
    command = f"{sys.executable} {SCRIPT} {script.file}"
    extra = "\n".join(f"pass_persist -p 1 .{name} {command}" for name in SCRIPTED)
    async with AsyncExitStack() as stack:
        agent = stack.enter_context(snmpd(folder / "agent", extra=extra))
        proxy = await stack.enter_async_context(
            impaired(agent.port, impairment or Impairment(), back=back)
        )
        console = await stack.enter_async_context(
            open_console(folder, policy=policy, alarm_policy=ALARMS)
        )
        await console.discover([f"127.0.0.1:{proxy.port}"])
        (device,) = await console.inventory.devices(ACTOR)
        (interface,) = await console.inventory.interfaces(ACTOR, device_id=int(device.id))
        poller = console.poller()
        keeper = DeskKeeper(console.alarms, ACTOR, every_s=0.5)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        tasks = [group.create_task(_kept(work)) for work in (poller.run, keeper.run)]
        bench = Bench(agent, proxy, console, poller, device, interface, script)
        try:
            await bench.next_sample()
            yield bench
        finally:
            for task in tasks:
                task.cancel()


async def _kept(work: Callable[[], Awaitable[None]]) -> None:
    await work()
