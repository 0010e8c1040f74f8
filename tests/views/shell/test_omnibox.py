"""The omnibox: real names from a real inventory, by keyboard."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from noc_console.services.inventory.model import Found
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.omnibox import HINT, Omnibox
from noc_console.views.shell.picker import Picker
from tests.views.conftest import shown, until
from tests.views.world import World


def titles(picker: Picker) -> list[str]:
    return [choice.title for choice in picker.choices.items]


async def test_a_few_letters_find_a_device_and_enter_goes_there(desk: Desk, world: World) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    picker = Picker(shown(QWidget(), 900, 700), "Find")
    sources = world.sources(desk.actor)
    Omnibox(picker, desk, sources.find, lambda error: None).open()
    assert picker.note.text() == HINT
    QTest.keyClicks(picker.line, "edge")
    await until(lambda: "edge-3" in titles(picker)[0] if titles(picker) else False)
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert went == [Route("device", id=world.devices["edge-3"])]


async def test_an_interface_leads_to_its_place_on_the_device(desk: Desk, world: World) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    picker = Picker(shown(QWidget(), 900, 700), "Find")
    Omnibox(picker, desk, world.sources(desk.actor).find, lambda error: None).open()
    QTest.keyClicks(picker.line, "uplink")
    await until(lambda: len(titles(picker)) == 5)
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert went[0].page == "device"
    assert went[0].text.startswith("interface:")


async def test_a_pasted_link_to_graphs_opens_them_and_asks_nobody(desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    asked: list[str] = []

    async def find(text: str) -> tuple[Found, ...]:
        asked.append(text)
        return ()

    picker = Picker(shown(QWidget(), 900, 700), "Find")
    Omnibox(picker, desk, find, lambda error: None).open()
    link = "noc:graphs?device:7/cpu&from:2026-03-01T00:00:00Z&to:2026-03-01T06:00:00Z"
    picker.line.setText(link)
    picker.typed.emit(link)
    assert titles(picker) == ["Open the graphs of this link"]
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert went == [Route("graphs", text=link.removeprefix("noc:graphs?").replace("&", " "))]
    picker.typed.emit("noc:graphs?nothing")
    assert not picker.choices.items[0].is_enabled
    await settled()
    assert asked == []


async def test_fast_typing_asks_once_and_only_the_newest_answer_is_shown(desk: Desk) -> None:
    asked: list[str] = []

    async def find(text: str) -> tuple[Found, ...]:
        asked.append(text)
        await asyncio.sleep(0.05 if text == "c" else 0)
        return ()

    picker = Picker(shown(QWidget(), 900, 700), "Find")
    Omnibox(picker, desk, find, lambda error: None).open()
    QTest.keyClicks(picker.line, "core-1")
    await until(lambda: asked)
    await settled()
    assert asked == ["core-1"]
    assert picker.note.text() == "Nothing is called “core-1”."
    QTest.keyClick(picker.line, Qt.Key.Key_Escape)


async def test_an_empty_line_shows_what_can_be_typed(desk: Desk, world: World) -> None:
    picker = Picker(shown(QWidget(), 900, 700), "Find")
    Omnibox(picker, desk, world.sources(desk.actor).find, lambda error: None).open()
    QTest.keyClicks(picker.line, "core")
    await until(lambda: titles(picker))
    picker.line.clear()
    picker.typed.emit("")
    assert titles(picker) == []
    assert picker.note.text() == HINT
