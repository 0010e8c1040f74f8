"""The supervisor against what really loses a task: a nested event loop of Qt under qasync."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import asyncio, json
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from noc_console.app import gui, supervise
from noc_console.kernel.heartbeat import beat

supervise.LOOK_EVERY_S, supervise.LOST_AFTER_S, supervise.FIRST_WAIT_S = 0.1, 0.3, 0.05
lives = []

async def poll():
    lives.append(1)
    while True:
        beat()
        await asyncio.sleep(0.01)

async def show_a_dialog():
    dialog = QDialog()
    QTimer.singleShot(300, dialog.accept)
    dialog.exec()

async def main():
    async with supervise.supervisor() as keeper:
        keeper.start("poller", poll, patience_s=0.8)
        await asyncio.sleep(0.2)
        async with asyncio.TaskGroup() as group:
            group.create_task(show_a_dialog())
        while len(lives) < 2 and keeper.health["poller"].stuck < 3:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        told = keeper.health["poller"]
        print(json.dumps([len(lives), told.running, told.is_well, told.stuck, told.hung_at]))

gui.on_qt(main)
"""


def test_a_worker_lost_to_a_dialog_is_seen_and_replaced() -> None:
    """S16: `exec()` inside a coroutine makes asyncio drop another task's turn, for ever.

    The habits forbid it in our code; a library may still do it. In a process of its own: a
    loop that has lost a task is no loop for other tests.
    """
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Cannot enter into task" in done.stderr, "the dialog did lose a turn"
    lives, running, is_well, stuck, hung_at = json.loads(done.stdout.splitlines()[-1])
    assert (lives, running, is_well, stuck) == (2, True, True, 1)
    assert " poll <" in hung_at
    assert done.returncode == 0, "and the process ends nevertheless"
