"""Where to: a device by its name, or an address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from noc_console.kernel.errors import Invalid
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.reaching import ReachBox
from tests.views.conftest import shown, until
from tests.views.world import World


@pytest.fixture
def box(desk: Desk, world: World) -> Iterator[ReachBox]:
    around = QWidget()
    made = ReachBox(desk, world.inventory, around)
    made.setGeometry(0, 0, 400, 30)
    shown(around, 400, 300)
    made.setFocus()
    yield made
    delete(around)


async def reached(qtbot: QtBot, box: ReachBox, text: str) -> list[str]:
    found: list[str] = []
    box.reached.connect(found.append)
    box.setText(text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    await settled()
    return found


async def test_a_name_reaches_the_device(qtbot: QtBot, box: ReachBox, world: World) -> None:
    assert await reached(qtbot, box, "core-1") == [f"ssh:device:{world.devices['core-1']}"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("shell", "shell"),
        ("mira@192.0.2.7:2222", "ssh:mira@192.0.2.7:2222"),
        ("telnet:192.0.2.7", "telnet:192.0.2.7"),
        ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0@9600"),
        ("jump>192.0.2.9", "ssh:jump>192.0.2.9"),
        ("nobody-knows.example", "ssh:nobody-knows.example"),
    ],
)
async def test_anything_else_is_an_address(
    qtbot: QtBot, box: ReachBox, text: str, address: str
) -> None:
    assert await reached(qtbot, box, text) == [address]


async def test_what_is_neither_is_told(qtbot: QtBot, box: ReachBox) -> None:
    problems: list[BaseException] = []
    box.failed.connect(problems.append)
    assert await reached(qtbot, box, "-oProxyCommand=x") == []
    assert isinstance(problems[0], Invalid)


async def test_devices_are_offered_while_one_types(
    qtbot: QtBot, box: ReachBox, world: World
) -> None:
    found: list[str] = []
    box.reached.connect(found.append)
    await until(box.hasFocus)
    qtbot.keyClicks(box, "core")
    await until(lambda: box.list.isVisible() and box.list.count() == 2)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    chosen = box.list.item(1)
    assert chosen is not None and "core-2" in chosen.text()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert found == [f"ssh:device:{world.devices['core-2']}"]
    assert not box.list.isVisible()
    qtbot.keyClicks(box, "-1")
    await until(box.list.isVisible)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.list.isVisible()
