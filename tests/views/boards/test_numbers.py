"""One number, what it was, and whether it is too much."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.services.alarms.model import Severity
from noc_console.services.boards.model import TileKind
from noc_console.services.inventory.model import Reachability
from noc_console.views.boards.numbers import AlarmCountsContent, NumberContent
from noc_console.views.kit.desk import Route


async def shown_number(content, **told: str) -> NumberContent:
    made = await content(TileKind.NUMBER, **told).load()
    assert isinstance(made, NumberContent)
    return made


async def test_a_curve_gives_its_last_value_and_its_past(content, measured) -> None:
    number = await shown_number(content, curve=f"interface:{measured.port}/in")
    assert number.figure.text.endswith("Mb/s")
    assert number.title() == "ge-0/0/1 @ core-1 in"
    assert number.figure.curve is not None
    assert len(number.figure.curve) > 300
    assert number.route() == Route("graphs", text=f"interface:{measured.port}/in span:6h")


async def test_a_limit_tells_what_is_beyond_it(content, measured) -> None:
    port = f"interface:{measured.port}/in"
    for told, beyond in (
        ({"limit": "1e6"}, True),
        ({"limit": "1e12"}, False),
        ({"limit": "10", "of_speed": "yes"}, True),
        ({"limit": "99", "of_speed": "yes"}, False),
        ({"limit": "1e12", "below": "yes"}, True),
        ({"limit": "soon"}, False),
    ):
        number = await shown_number(content, curve=port, **told)
        assert number.figure.is_beyond is beyond, told
    assert number.figure.detail.count("b/s") == 2


async def test_what_is_gone_says_so(content) -> None:
    number = await shown_number(content, curve="interface:987654/in")
    assert number.figure.text == "–"
    assert "987654" in number.figure.detail


async def test_devices_and_alarms_are_counted(content, measured) -> None:
    world = measured.world
    assert (await shown_number(content, count="devices")).figure.text == "5"
    down = await shown_number(content, count="unreachable")
    assert (down.figure.text, down.figure.is_beyond) == ("0", False)
    await world.inventory.set_reachability(
        world.collector,
        device_id=world.devices["core-1"],
        reachability=Reachability.DOWN,
        at=world.clock.now(),
    )
    await world.report("core-2")
    down = await shown_number(content, count="unreachable")
    assert (down.figure.text, down.figure.detail, down.figure.is_beyond) == ("1", "of 5", True)
    assert (await shown_number(content, count="alarms")).figure.text == "1"
    traffic = await shown_number(content, count="traffic")
    assert traffic.figure.text.endswith("b/s")
    assert traffic.route() == Route("top")


async def test_alarms_are_counted_by_severity_and_a_click_shows_them(
    content, measured, desk
) -> None:
    await measured.world.report("core-1", Severity.MAJOR)
    counts = await content(TileKind.ALARM_COUNTS).load()
    assert isinstance(counts, AlarmCountsContent)
    assert [counts.count(severity) for severity in counts.SHOWN] == [0, 1, 0, 0]
    assert counts.accessibleDescription().startswith("0 critical, 1 major")
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    at = QPoint(counts.width() * 3 // 8, 40)
    QTest.mouseClick(counts, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert went == [Route("alarms", text="severity:major")]
