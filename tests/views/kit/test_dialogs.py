"""Dialogs: opened and awaited, verbs on buttons, the safe way by default."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton, QWidget

from noc_console.views.kit.dialogs import (
    Dialog,
    TextDialog,
    ask_save_path,
    ask_text,
    confirm,
    ending_as,
    endings,
    open_dialog,
)
from noc_console.views.kit.label import Label
from tests.views.conftest import RESOURCES, shown, until


def dialog_on_screen() -> QDialog | None:
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
    return next((w for w in dialogs if w.isVisible()), None)


async def opened() -> QDialog:
    await until(dialog_on_screen)
    dialog = dialog_on_screen()
    assert dialog is not None
    return dialog


def press(dialog: QDialog, words: str) -> None:
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_other_tasks_go_on_while_a_dialog_waits() -> None:
    parent = shown(QWidget())
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(tick())
        asking = group.create_task(confirm(parent, "Clear", "Sure?", verb="Clear 3 alarms"))
        dialog = await opened()
        assert dialog.windowModality() != Qt.WindowModality.ApplicationModal
        await until(lambda: ticks > 5)
        press(dialog, "Clear 3 alarms")
        assert await asking is True
        before = ticks
        await until(lambda: ticks > before + 2)
        ticking.cancel()


async def test_enter_takes_the_safe_way_where_it_cannot_be_undone() -> None:
    parent = shown(QWidget())
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(confirm(parent, "Remove", "", verb="Remove core-1"))
        dialog = await opened()
        dialog.activateWindow()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert await asking is False


async def test_a_text_is_asked_until_it_is_given() -> None:
    parent = shown(QWidget())
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask_text(parent, "Reason", verb="Clear", placeholder="why"))
        dialog = await opened()
        assert isinstance(dialog, TextDialog)
        press(dialog, "Clear")
        assert "empty" in dialog.problem.text()
        assert dialog.problem.isVisible()
        QTest.keyClicks(dialog.input, "  cable pulled ")
        press(dialog, "Clear")
        assert await asking == "cable pulled"


async def test_escape_turns_away() -> None:
    parent = shown(QWidget())
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask_text(parent, "Comment", verb="Add", is_long=True))
        dialog = await opened()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert await asking is None


async def test_closing_the_window_under_a_dialog_answers_no() -> None:
    parent = shown(QWidget())
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(open_dialog(Dialog(parent, "Title", "", "Go")))
        await opened()
        shiboken6.delete(parent)
        assert await asking is False


async def test_cancelling_the_work_closes_its_dialog() -> None:
    parent = shown(QWidget())
    waiting = asyncio.get_running_loop().create_task(ask_text(parent, "Comment", verb="Add"))
    await opened()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert dialog_on_screen() is None


async def test_a_file_is_asked_for_without_exec(tmp_path: Path) -> None:
    parent = shown(QWidget())
    wanted = tmp_path / "alarms.csv"
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask_save_path(parent, "Export", str(wanted), "CSV (*.csv)"))
        dialog = await opened()
        assert isinstance(dialog, QFileDialog)
        dialog.accept()
        assert await asking == wanted


def test_nothing_in_the_views_runs_a_loop_of_its_own() -> None:
    """`exec()` inside a task stops other tasks for ever (qasync #59)."""
    views = RESOURCES.parent / "noc_console" / "views"
    found = [
        f"{path.name}:{node.lineno}"
        for path in views.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"exec", "exec_", "processEvents"}
    ]
    assert found == []


def test_a_name_ends_as_the_kind_says() -> None:
    kinds = "GraphML (*.graphml);;GraphML for yEd (*.yed.graphml);;PNG (*.png *.PNG)"
    ends = endings(kinds)
    assert list(ends.values()) == [".graphml", ".yed.graphml", ".png"]
    assert ending_as("map.yed.graphml", ".png", ends.values()) == "map.png"
    assert ending_as("map.graphml", ".yed.graphml", ends.values()) == "map.yed.graphml"
    assert ending_as("map", ".png", ends.values()) == "map.png"


async def test_a_dialog_grows_when_words_in_it_need_more_lines() -> None:
    parent = shown(QWidget())
    dialog = Dialog(parent, "New job", "", "Run")
    said, below = Label("Short.", wrap=True), QPushButton("Below")
    dialog.body.addWidget(said)
    dialog.body.addWidget(below)
    dialog.open()
    await asyncio.sleep(0)
    before = dialog.height()
    said.setText("Said at length, for once, and for all who come after. " * 12)
    await until(lambda: dialog.height() > before)
    QApplication.sendPostedEvents()
    assert said.height() >= said.heightForWidth(said.width())
    assert below.geometry().top() > said.geometry().bottom()
    dialog.reject()
