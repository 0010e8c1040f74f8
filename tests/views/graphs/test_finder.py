"""What can be drawn, found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.views.graphs.finder import MIME, OPENS, SPEC, Finder
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.graphs.conftest import Measured


@pytest.fixture
async def finder(desk: Desk, measured: Measured, bugs: list[BaseException]) -> Finder:
    made = Finder(desk.actor, measured.world.inventory, measured.probed.service, bugs.append)
    shown(made, 300, 600)
    made.search()
    await settled()
    return made


def rows(finder: Finder) -> list[str]:
    return [finder.model.item(at).text() for at in range(finder.model.rowCount())]


async def test_without_a_search_every_device_is_there(finder: Finder) -> None:
    assert rows(finder)[:5] == ["core-1", "core-2", "edge-3", "olt-4", "ups-5"]


async def test_a_device_opens_into_its_values_ports_and_sensors(
    finder: Finder, measured: Measured
) -> None:
    finder.tree.expand(finder.model.index(0, 0))
    await settled()
    item = finder.model.item(0)
    specs = [item.child(at).data(SPEC) for at in range(item.rowCount())]
    assert specs[0] == f"device:{measured.device}/cpu"
    assert f"interface:{measured.port}" in specs and f"sensor:{measured.sensor}" in specs
    port = item.child(specs.index(f"interface:{measured.port}"))
    assert [port.child(at).text() for at in range(port.rowCount())] == [
        "Traffic", "Packets", "Errors", "Discards",
    ]  # fmt: skip


async def test_a_search_and_enter_draw(finder: Finder, measured: Measured) -> None:
    wanted: list[tuple[str, bool]] = []
    finder.wanted.connect(lambda words, apart: wanted.append((words, apart)))
    QTest.keyClicks(finder.line, "uplink")
    QTest.keyClick(finder.line, Qt.Key.Key_Return)
    await settled()
    await until(lambda: "ge-0/0/1" in rows(finder)[0])
    QTest.keyClick(finder.tree, Qt.Key.Key_Return)
    QTest.keyClick(finder.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert wanted[0][0].startswith("interface:") and wanted[0][1] is False
    assert wanted[1] == (wanted[0][0], True)


async def test_a_dragged_row_carries_its_words(finder: Finder, measured: Measured) -> None:
    mime = finder.model.mimeData([finder.model.index(0, 0)])
    assert bytes(mime.data(MIME).data()).decode() == f"device:{measured.device}"
    assert finder.model.item(0).data(OPENS) == measured.device
