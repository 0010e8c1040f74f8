"""The sheet of keys is made from the commands."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.shell.shortcuts import ShortcutSheet, lines


async def test_every_command_with_a_key_is_on_the_sheet(desk: Desk) -> None:
    scope = QWidget()
    for id, keys, group in (
        ("a.one", "Space A", "Alarms"),
        ("b.two", "", "Map"),
        ("b.x", "M", "Map"),
    ):
        desk.actions.add(Command(id, id, "check", lambda: None, keys, group=group), scope)
    told = lines(desk.actions)
    assert told[:2] == [("Alarms", "a.one", "Space   A"), ("Map", "b.x", "M")]
    assert all(text != "b.two" for _, text, _ in told)
    sheet = ShortcutSheet(desk.actions, None)
    words = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"ALARMS", "MAP", "TABLES", "a.one", "Space   A"} <= words
