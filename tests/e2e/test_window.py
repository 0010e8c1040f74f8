"""The window with its children, as processes; however it ends, nothing of it stays."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from noc_console.lab.run import can_bind
from tests.e2e.conftest import Console


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    """Ended; a zombie that nobody reaped yet counts."""
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" in status.read_text()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_with_the_window_its_collector_and_its_lab_end(
    console: Console, ending: signal.Signals
) -> None:
    if not can_bind("127.20.1.1"):
        pytest.skip("this system has one loopback address only")
    console.own_fallbacks()
    window = console.start("window", "--lab")
    started = console.until(
        lambda: len(found := children(window.pid)) == 2 and found, "a collector and a lab start"
    )
    console.until(lambda: console.look("--lab", "telemetry.collectors"), "the collector works")
    window.send_signal(ending)
    code = window.wait(30)
    assert code == (0 if ending is signal.SIGTERM else -signal.SIGKILL)
    console.until(lambda: all(map(is_gone, started)), "both children end", patience_s=30)
