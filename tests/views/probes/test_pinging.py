"""A ping right now."""

from __future__ import annotations

from noc_console.views.kit.desk import Desk
from noc_console.views.kit.page import Page
from noc_console.views.kit.tasks import settled
from noc_console.views.probes.pinging import ping
from tests.views.probes.conftest import Probed


async def test_the_answer_is_a_notice_with_the_device_s_name(desk: Desk, probed: Probed) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    page, number = Page(desk), probed.world.devices["core-1"]
    for _ in range(2):
        ping(desk, page.tasks, probed.service, number, "core-1")
    await settled()
    assert len(probed.net.aims) == 1, "one round at a time"
    assert len(told) == 1 and told[0].startswith("core-1: ")
