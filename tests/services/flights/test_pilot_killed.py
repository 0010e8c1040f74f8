"""A console killed with SIGKILL in the middle of a flight, and two hundred routers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.db.database import Database
from noc_console.db.samples import open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.flights.model import Phase, Stand
from tests.services.flights.conftest import Console, Text
from tests.services.flights.test_pilot import GOOD, NAMES, planned, started

ROOT = Path(__file__).resolve().parents[3]
Killed = Callable[[int, Callable[[], bool]], Awaitable[None]]


@pytest.fixture
def killed_when(console: Console, store_url: str, tmp_path: Path) -> Killed:
    """Fly in another process, and kill that at a moment."""

    async def fly(flight_id: int, moment: Callable[[], bool]) -> None:
        told = json.dumps(
            {
                "flight": flight_id,
                "store": store_url,
                "folder": str(tmp_path),
                "ports": console.ports,
            }
        )
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.services.flights.child", told, cwd=ROOT
        )
        try:
            async with asyncio.timeout(60):
                while not moment():
                    assert child.returncode is None, "it ended before the moment came"
                    await asyncio.sleep(0.002)
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()

    return fly


async def test_a_console_killed_in_mid_flight_goes_on_when_it_is_back(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    config: Text,
    killed_when: Killed,
) -> None:
    flight = await planned(console, operator, GOOD, wave_size=3)
    await started(console, flight, colleague)
    await killed_when(int(flight.id), lambda: "night shift" in config("ams-edge-2"))
    left = await console.flights.show(operator, flight_id=flight.id)
    assert left.flight.phase is Phase.FLYING
    assert {t.stand for t in left.targets} & {Stand.CHANGING, Stand.HELD}
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert (shown.flight.phase, shown.flight.counts) == (Phase.DONE, {"kept": 6})
    assert all("night shift" in config(name) for name in NAMES)
    lab.world.agenda.run(lab.world.now() + 7_200)
    assert all("night shift" in config(name) for name in NAMES)


async def test_a_console_killed_with_a_bad_change_on_rolls_it_back_when_it_is_back(
    console: Console,
    lab: Lab,
    operator: Actor,
    colleague: Actor,
    config: Text,
    killed_when: Killed,
) -> None:
    before = config("ams-edge-2")
    uplink = next(p for p in lab.device("ams-edge-2").ports if p.link is not None)
    text = f"interface {uplink.name}\n description worse\n shutdown"
    flight = await planned(console, operator, text, names=["ams-edge-2"], canary_soak_s=5.0)
    await started(console, flight, colleague)
    await killed_when(int(flight.id), lambda: "description worse" in config("ams-edge-2"))
    await console.pilot(colleague).fly(flight.id)
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert shown.flight.phase is Phase.UNDONE, shown.flight.why
    assert config("ams-edge-2") == before and lab.world.is_up(uplink)


@asynccontextmanager
async def many(
    db: Database, operator: Actor, folder: Path, count: int
) -> AsyncIterator[tuple[Lab, Console]]:
    made = plan.routers(count)
    async with (
        open_lab(made, Options(snmp_port=0, ssh_port=0)) as lab,
        open_samples(f"sqlite:///{folder}/measured.db", clock=SystemClock()) as samples,
        open_reader() as reader,
    ):
        console = Console(db, samples, reader, folder)
        await console.meet(lab, operator)
        yield lab, console


async def test_a_bad_change_on_200_routers_stops_at_the_canary_and_is_undone(
    db: Database, operator: Actor, colleague: Actor, tmp_path: Path
) -> None:
    """Every port with a cable: on all of them that would be the end of the network."""
    async with many(db, operator, tmp_path, 200) as (lab, console):
        names = {
            device.character.dialect: next(p.name for p in device.ports if p.link is not None)
            for device in list(lab.plan.devices.values())[3:6]
        }
        template = (
            f"{{% if device.platform == 'junos' %}}set interfaces {names['set']} disable\n"
            f"{{% elif device.platform == 'iosxe' %}}interface {names['lines']}\n shutdown\n"
            f"{{% else %}}interface {names['commit']}\n shutdown\n{{% endif %}}"
        )
        flight = await planned(
            console, operator, template, names=list(console.ids), canaries=3, wave_size=50,
            canary_soak_s=5.0,
        )  # fmt: skip
        assert flight.counts == {"planned": 200}
        await started(console, flight, colleague)
        await console.pilot(colleague).fly(flight.id)
        ended = (await console.flights.show(operator, flight_id=flight.id)).flight
        assert ended.phase is Phase.UNDONE, ended.why
        assert ended.counts == {"undone": 3, "skipped": 197}
        assert all(
            lab.world.is_up(port)
            for device in lab.plan.devices.values()
            for port in device.ports
            if port.link is not None
        )
        touched = lab.world.settings.touched()
        assert len(touched) == 3
