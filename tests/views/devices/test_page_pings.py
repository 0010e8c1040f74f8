"""Devices are pinged from their list: once by a key, or from now on."""

from __future__ import annotations

import pytest

from noc_console.kernel.actor import Actor
from noc_console.views.devices.page import DevicesPage
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown
from tests.views.probes.conftest import Probed
from tests.views.probes.conftest import probed as probed
from tests.views.world import NAMES, World


@pytest.fixture
async def page(desk: Desk, world: World, probed: Probed) -> DevicesPage:
    made = DevicesPage(desk, world.inventory, world.telemetry, world.alarms, probed.service)
    shown(made, 1200, 600)
    await settled()
    return made


async def test_a_ping_tells_its_answer_by_name(
    page: DevicesPage, desk: Desk, probed: Probed, world: World
) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    page.table.select(world.devices["core-2"])
    desk.actions.action("devices.ping").trigger()
    await settled()
    assert [aim.host for aim in probed.net.aims] == ["10.0.0.2"]
    assert told == ["core-2: 4 of 4, 1.15 ms (1 ms – 5 ms)"]


async def test_all_that_is_chosen_is_pinged_from_now_on_but_none_twice(
    page: DevicesPage, desk: Desk, probed: Probed, operator: Actor
) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    page.table.view.selectAll()
    for _ in range(2):
        desk.actions.action("devices.ping-always").trigger()
        await settled()
    assert {now.name for now in await probed.service.now(operator)} == set(NAMES)
    assert told == [
        "5 pings added: see Probes",
        "0 pings added, 5 had one already: see Probes",
    ]


async def test_a_recording_cannot_be_pinged(desk: Desk, world: World) -> None:
    DevicesPage(desk, world.inventory, world.telemetry, world.alarms)
    assert "devices.ping" not in {command.id for command, _ in desk.actions.commands()}
