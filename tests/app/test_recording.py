"""A recording opened as a device: everything works, nothing is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.app.config import Config
from noc_console.app.recording import NO_ADDRESS, open_recording, own_address, start_workers
from noc_console.app.supervise import supervisor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.events import EventBus
from noc_console.services.inspection.model import Address, Findings, System, Verdict
from noc_console.services.inventory.model import Reachability

IF = "1.3.6.1.2.1.2.2.1"
LINES = [
    "1.3.6.1.2.1.1.1.0|4|Cisco IOS Software, C2960X Software, Version 15.2(2)E6, RELEASE",
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1208",
    "1.3.6.1.2.1.1.3.0|67|123456789",
    "1.3.6.1.2.1.1.5.0|4|sw-kyiv-1",
    "1.3.6.1.2.1.4.20.1.1.10.20.30.40|64|10.20.30.40",
    "1.3.6.1.2.1.4.20.1.2.10.20.30.40|2|1",
    "1.3.6.1.2.1.4.20.1.3.10.20.30.40|64|255.255.255.0",
    *(
        f"{IF}.{column}.{n}|{kind}|{value}"
        for n in (1, 2)
        for column, kind, value in (
            (1, 2, n), (2, 4, f"Gi0/{n}"), (3, 2, 6), (5, 66, 10**9), (7, 2, 1), (8, 2, n),
            (10, 65, 1000 * n), (16, 65, 2000 * n),
        )
    ),
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sw-kyiv-1.snmprec"
    path.write_text("\n".join(LINES))
    return path


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


async def test_the_device_is_there_with_all_that_was_recorded_and_nothing_is_kept(
    file: Path, config: Config, tmp_path: Path
) -> None:
    config = replace(config, data=tmp_path / "home")
    config.data.mkdir()
    (config.data / "window.json").write_text("{}")
    before = everything(tmp_path)
    async with open_recording(file, config, bus=EventBus()) as opened:
        services, actor = opened.services, opened.services.identity.operator()
        folder = services.config.data
        (device,) = await services.inventory.devices(actor)
        assert int(device.id) == opened.device_id
        assert (device.name, device.address) == ("sw-kyiv-1", "10.20.30.40")
        assert device.vendor == "Cisco"
        ports = await services.inventory.interfaces(actor, device_id=opened.device_id)
        assert [port.name for port in ports] == ["Gi0/1", "Gi0/2"]
        (name,) = await services.browse.get(actor, oid=("1.3.6.1.2.1.1.5.0",), device=device.name)
        assert name.value == "sw-kyiv-1"
        walked = await services.browse.walk(actor, oid=IF, device=device.name)
        assert len(walked) == 16
        with pytest.raises(NotAllowed):
            await services.browse.set(
                actor, oid="1.3.6.1.2.1.1.5.0", value="other", device=device.name
            )
        assert (folder / "window.json").is_file()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert everything(tmp_path) == before


async def test_its_workers_look_at_it_as_at_a_device_on_the_network(
    file: Path, config: Config
) -> None:
    async with (
        open_recording(file, config, bus=EventBus()) as opened,
        supervisor() as keeper,
    ):
        start_workers(opened, keeper)
        actor = opened.services.identity.operator()
        async with asyncio.timeout(30):
            while not any(
                one.polls and one.devices
                for one in await opened.services.telemetry.collectors(actor)
            ):
                await asyncio.sleep(0.05)
        (device,) = await opened.services.inventory.devices(actor)
        assert device.reachability is Reachability.UP


async def test_a_walk_opens_as_well(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "walk.txt"
    path.write_text('.1.3.6.1.2.1.1.5.0 = STRING: "walked"\n')
    async with open_recording(path, config, bus=EventBus()) as opened:
        actor = opened.services.identity.operator()
        (device,) = await opened.services.inventory.devices(actor)
        assert (device.name, device.address) == ("walked", NO_ADDRESS)


async def test_what_is_no_recording_says_so(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("bring milk")
    with pytest.raises(Invalid, match="snmpwalk -On"):
        async with open_recording(path, config, bus=EventBus()):
            raise AssertionError("it was opened")


def test_a_device_is_known_by_an_address_others_can_reach() -> None:
    def of(*addresses: str) -> str:
        own = tuple(map(Address, addresses))
        return own_address(Findings(System(), Verdict(), addresses=own))

    assert of("127.0.0.1", "fe80::1", "2001:db8::1", "10.0.0.9", "10.0.0.2") == "10.0.0.2"
    assert of("::1", "2001:db8::1") == "2001:db8::1"
    assert of("127.0.0.1") == of() == NO_ADDRESS
