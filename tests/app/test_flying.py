"""Flights as the console puts them together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.app.flying import IMAGES, make_tower, our_ways
from noc_console.kernel.events import EventBus
from noc_console.services.flights.workers import FlightTower


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    config = Config(store=f"sqlite:///{tmp_path}/noc.db", data=tmp_path, name="here")
    async with open_services(config, bus=EventBus()) as opened:
        yield opened


async def test_every_driver_a_way_is_written_for_is_found_by_its_platforms(
    services: Services,
) -> None:
    assert {"ios", "iosxr", "junos"} <= set(our_ways())
    for platform in ("ios", "iosxe", "iosxr", "junos", "nxos", "arista_eos"):
        assert await services.airport.reach.manner(platform) is not None
    assert await services.airport.reach.manner("apc") is None


async def test_images_lie_in_the_data_folder(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "new.bin"
    file.write_bytes(b"x")
    actor = services.identity.operator()
    image = await services.flights.take_in(actor, file=str(file), version="1")
    assert (tmp_path / IMAGES / image.sha512).is_file()


async def test_a_collector_makes_a_tower_of_it(services: Services) -> None:
    tower = make_tower(
        services.airport,
        services.db,
        clock=services.clock,
        credentials=services.credentials,
        inventory=services.inventory,
        telemetry=services.telemetry,
        alarms=services.alarms,
        reader=services.reader,
        actor=services.identity.program("collector here"),
    )
    assert isinstance(tower, FlightTower)
