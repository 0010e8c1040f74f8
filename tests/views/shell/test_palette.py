"""The palette: every command and every operation one may."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from noc_console.kernel.actor import Actor
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.shell.operations import Offered
from noc_console.views.shell.palette import Palette
from noc_console.views.shell.picker import Picker
from tests.views.conftest import shown
from tests.views.world import World


def titles(picker: Picker) -> list[str]:
    return [choice.title for choice in picker.choices.items]


async def test_commands_and_operations_are_found_and_run(desk: Desk, world: World) -> None:
    done: list[str] = []
    ran: list[Offered] = []
    window = shown(QWidget(), 900, 700)
    command = Command("x.map", "Show on map", "map", lambda: done.append("map"), "M")
    desk.actions.add(command, window)
    picker = Picker(window, "Type")
    operations = world.sources(desk.actor).operations
    palette = Palette(picker, desk.actions, desk.actor, operations, ran.append)
    palette.open()
    assert titles(picker)[0] == "Show on map"
    assert picker.choices.items[0].keys == "M"
    QTest.keyClicks(picker.line, "som")
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert done == ["map"]
    palette.open()
    QTest.keyClicks(picker.line, "inventory.dev")
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert ran[0].operation.name in {"inventory.device", "inventory.devices"}
    palette.open()
    QTest.keyClicks(picker.line, "zzzz")
    assert titles(picker) == []
    assert picker.note.text()


async def test_what_one_may_not_do_is_not_there(desk: Desk, world: World) -> None:
    guest = Actor("guest", "acme", frozenset({"alarms.see"}))
    picker = Picker(shown(QWidget(), 900, 700), "Type")
    Palette(picker, desk.actions, guest, world.sources(guest).operations, lambda _: None).open()
    assert "alarms.active" in titles(picker)
    assert "alarms.clear" not in titles(picker)
