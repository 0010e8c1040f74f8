"""Recording a device from the window: asked, watched, stopped, told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from noc_console.adapters.snmp import FastReader, open_reader
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection.live import Budget
from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.recorder import Recorded, Recorder
from noc_console.services.recordings.service import RecordingService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.record import ProgressDialog, RecordDialog, told
from noc_console.views.shell.window import MainWindow
from noc_console.wire import ber
from noc_console.wire.snmp import Pdu
from tests.lab.rude_agent import RudeAgent, interface_table, running, varbind
from tests.views.conftest import shown, until
from tests.views.shell.test_window import specs
from tests.views.world import World

WHOLE = [varbind("1.3.6.1.2.1.1.5.0", ber.OCTETS, b"core-77"), *interface_table(40)]


class Recordings(RecordingService):
    """The service with an agent that needs no credentials of a vault: the window is on trial."""

    def __init__(self, db: Database, reader: FastReader, target: SnmpTarget, rate: float) -> None:
        super().__init__(db, reader, snmp=None)  # type: ignore[arg-type]
        self._target, self._rate = target, rate

    async def recorder(self, actor: Actor, *, device_id: int, redact: bool) -> Recorder:
        budget = Budget(self._rate, burst=1)
        return Recorder(self._walker, self._target, budget=budget, redact=redact)


class Waiting(RudeAgent):
    """Answers a few questions and then takes its time."""

    def respond(self, request: Pdu, version: int) -> Pdu | None:
        return None if len(self.asked) > 3 else super().respond(request, version)


@pytest.fixture
async def reader() -> AsyncIterator[FastReader]:
    async with open_reader(bind="127.0.0.1") as opened:
        yield opened


def opened(desk: Desk, world: World, recordings: RecordingService) -> MainWindow:
    sources = replace(world.sources(desk.actor), recordings=recordings)
    window = MainWindow(desk, specs(world), sources)
    shown(window, 1366, 768)
    window.go(Route("device", id=world.devices["core-1"]))
    return window


async def answered(window: MainWindow, file: Path, *, redact: bool) -> None:
    """Press the command, and answer both dialogs."""
    window.desk.actions.action("device.record").trigger()
    await until(lambda: window.findChild(RecordDialog))
    asked = window.findChild(RecordDialog)
    assert asked is not None and asked.redact.isChecked()
    asked.redact.setChecked(redact)
    asked.accept()
    await until(lambda: window.findChild(QFileDialog))
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.selectedFiles()[0].endswith(".snmprec")
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(file))
    dialog.accept()


@pytest.mark.parametrize("redact", [True, False])
async def test_a_device_is_recorded_as_asked(
    desk: Desk, world: World, store: Database, reader: FastReader, tmp_path: Path, redact: bool
) -> None:
    file = tmp_path / "out.snmprec"
    async with running(RudeAgent(WHOLE)) as agent:
        window = opened(desk, world, Recordings(store, reader, agent.target(), 10_000))
        await answered(window, file, redact=redact)
        await settled()
    assert window.toasts.texts == [f"{len(WHOLE)} objects written to out.snmprec"]
    assert ("core-77" in file.read_text()) is not redact
    assert (
        window.findChild(ProgressDialog) is None or not window.findChild(ProgressDialog).isVisible()
    )


async def test_it_is_watched_and_stopping_keeps_what_was_got(
    desk: Desk, world: World, store: Database, reader: FastReader, tmp_path: Path
) -> None:
    file = tmp_path / "out.snmprec"
    async with running(Waiting(WHOLE)) as agent:
        target = agent.target(max_repetitions=3, timeout_s=0.2, retries=0)
        window = opened(desk, world, Recordings(store, reader, target, 10_000))
        await answered(window, file, redact=False)
        await until(lambda: len(agent.asked) > 3)
        progress = window.findChild(ProgressDialog)
        assert progress is not None and progress.isVisible()
        progress.refresh()
        assert "9 objects, at 1.3.6.1.2.1.2.2.1.10." in progress.line.whole()
        progress.accept_button.click()
        await settled()
    (said,) = window.toasts.texts
    assert "9 objects written to out.snmprec" in said and "stopped" in said
    assert len(file.read_text().splitlines()) == 9


async def test_choosing_no_file_records_nothing(
    desk: Desk, world: World, store: Database, reader: FastReader
) -> None:
    async with running(RudeAgent(WHOLE)) as agent:
        window = opened(desk, world, Recordings(store, reader, agent.target(), 10_000))
        window.record_device()
        await until(lambda: window.findChild(RecordDialog))
        dialog = window.findChild(RecordDialog)
        assert dialog is not None
        dialog.reject()
        await settled()
        assert agent.asked == []


async def test_without_a_device_on_screen_it_says_what_to_do(
    desk: Desk, world: World, store: Database, reader: FastReader
) -> None:
    async with running(RudeAgent(WHOLE)) as agent:
        window = opened(desk, world, Recordings(store, reader, agent.target(), 10_000))
        window.go(Route("devices"))
        window.record_device()
        await settled()
    assert window.toasts.texts == ["Open the device that is to be recorded first"]


def test_what_came_of_it_is_told_in_a_line() -> None:
    problems = (Problem("10.0.0.1:161", "stopped before its end"),)
    made = Recorded("/a/x.snmprec", 1234, 1.0, True, True)
    assert told(made) == "1,234 objects written to x.snmprec"
    assert told(replace(made, is_whole=False, problems=problems)).endswith("stopped before its end")
    assert told(replace(made, is_whole=False)) == "1,234 objects written to x.snmprec"
