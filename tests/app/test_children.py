from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from noc_console.app import children
from noc_console.app.children import Child

WAIT_FOR_PARENT = """
import asyncio
from noc_console.app.children import leave_with_parent
print("waiting", flush=True)
asyncio.run(leave_with_parent())
print("left", flush=True)
"""

MIDDLE = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_WAIT_S", 0.01)


async def test_a_child_that_ends_is_started_again_and_its_words_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "child.log"
    child = Child("version", ["--version"], log=log, environment=os.environ)
    task = asyncio.get_running_loop().create_task(child.run())
    for _ in range(400):
        await asyncio.sleep(0.05)
        if child.health.restarts >= 2:
            break
    task.cancel()
    await asyncio.wait({task})
    assert child.health.restarts >= 2
    assert log.read_text().count("noc-console ") >= 2
    assert "ended with 0" in child.health.text or child.health.running


async def test_an_ending_parent_ends_its_child(tmp_path: Path) -> None:
    child = Child("lab", [], log=tmp_path / "log", environment=os.environ)
    child._command = [sys.executable, "-c", WAIT_FOR_PARENT]
    task = asyncio.get_running_loop().create_task(child.run())
    for _ in range(200):
        await asyncio.sleep(0.05)
        if (tmp_path / "log").exists() and "waiting" in (tmp_path / "log").read_text():
            break
    assert child.health.running
    task.cancel()
    await asyncio.wait({task})
    assert "left" in (tmp_path / "log").read_text()


def test_kill_9_of_the_parent_ends_the_child_too() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MIDDLE, WAIT_FOR_PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        lines = {parent.stdout.readline().strip(), parent.stdout.readline().strip()}
        assert "waiting" in lines
        parent.kill()
        # The child holds the same pipe: it ends when the child has left.
        assert parent.stdout.read().strip() == "left"


def test_a_child_that_ends_by_itself_does_so_in_peace_while_its_parent_lives() -> None:
    ends_first = WAIT_FOR_PARENT.replace(
        "asyncio.run(leave_with_parent())",
        "asyncio.run(asyncio.wait_for(leave_with_parent(), 0.2))",
    )
    with subprocess.Popen(
        [sys.executable, "-c", ends_first], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.wait() == 1  # of TimeoutError; -6 would be the interpreter's own abort
        assert child.stderr is not None
        assert child.stderr.read().strip().endswith("TimeoutError")
