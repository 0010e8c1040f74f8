"""The top of a device's page."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Device, DeviceId, DeviceType, Reachability
from noc_console.services.telemetry.model import DeviceNow
from noc_console.views.device.head import DeviceHead, look_of
from noc_console.views.kit.desk import Desk
from noc_console.views.topology.scene import LOOK_DOWN, LOOK_UNKNOWN, LOOK_UNMANAGED, LOOK_UP


def device(desk: Desk, **more: object) -> Device:
    fields: dict[str, object] = {
        "type": DeviceType.OLT,
        "vendor": "Huawei",
        "model": "MA5800",
        "serial": "S1",
        "contact": "noc@example.net",
        "credential_id": 1,
        "reachability": Reachability.UP,
        "reachability_since": desk.clock.now() - timedelta(hours=3),
        "booted_at": desk.clock.now() - timedelta(days=2, hours=1),
    }
    return Device(DeviceId(1), "olt-1", "192.0.2.9", 1161, **(fields | more))  # type: ignore[arg-type]


def test_it_says_who_where_and_since_when(desk: Desk) -> None:
    head = DeviceHead(desk.times)
    head.show_device(device(desk), "Delft", Severity.CLEARED)
    assert head.name.whole() == "olt-1"
    assert "answers since 3 h" in head.state.whole() and "up 2 d 1 h" in head.state.whole()
    for part in ("Huawei MA5800", "192.0.2.9:1161", "Delft", "serial S1", "contact noc@"):
        assert part in head.facts.whole()


def test_it_says_what_people_call_it(desk: Desk) -> None:
    head = DeviceHead(desk.times)
    head.show_device(device(desk, tags=("edge", "north")), "Delft", Severity.CLEARED)
    assert head.facts.whole().endswith("tags edge, north")
    head.show_device(device(desk), "Delft", Severity.CLEARED)
    assert "tags" not in head.facts.whole()


def test_a_silent_device_has_no_uptime(desk: Desk) -> None:
    head = DeviceHead(desk.times)
    head.show_device(device(desk, reachability=Reachability.DOWN), "", Severity.CRITICAL)
    assert "does not answer" in head.state.whole() and "up " not in head.state.whole()


@pytest.mark.parametrize(
    ("changes", "worst", "look"),
    [
        ({}, Severity.CLEARED, LOOK_UP),
        ({}, Severity.MINOR, int(Severity.MINOR)),
        ({"reachability": Reachability.DOWN}, Severity.MINOR, LOOK_DOWN),
        ({"reachability": Reachability.UNKNOWN}, Severity.CLEARED, LOOK_UNKNOWN),
        ({"credential_id": None}, Severity.CLEARED, LOOK_UNMANAGED),
    ],
)
def test_it_looks_as_on_the_map(
    desk: Desk, changes: dict[str, object], worst: Severity, look: int
) -> None:
    assert look_of(device(desk, **changes), worst) == look


def test_figures_show_values_and_lead_to_the_graph(desk: Desk) -> None:
    head = DeviceHead(desk.times)
    now = DeviceNow(DeviceId(1), desk.clock.now(), 41.6, 70.0, None, None, 1.25, True)
    head.show_now(now)
    texts = {key: figure.value.text() for key, figure in head.figures.items()}
    assert texts == {"cpu": "42 %", "memory": "70 %", "temperature": "–", "response": "1.2 ms"}
    head.show_curves({"cpu": np.linspace(0, 50, 60)})
    chosen: list[str] = []
    head.figure_chosen.connect(chosen.append)
    QTest.mouseClick(head.figures["temperature"], Qt.MouseButton.LeftButton)
    assert chosen == ["temperature"]
    head.show_now(None)
    assert head.figures["cpu"].value.text() == "–"


def test_a_click_on_the_button_asks_for_the_map(desk: Desk) -> None:
    head = DeviceHead(desk.times)
    asked: list[int] = []
    head.map_wanted.connect(lambda: asked.append(1))
    head.map_button.click()
    assert asked == [1]
