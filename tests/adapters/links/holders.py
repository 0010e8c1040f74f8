"""Real holders of terminals for tests: each ends with its test, whatever happens in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from noc_console.adapters.links.holding import TerminalHolder

LINGER_S = 0.3


def start_of(path: Path) -> list[str]:
    program = [sys.executable, "-m", "noc_console", "terminal-holder"]
    return [*program, "--socket", str(path), "--linger", str(LINGER_S)]


def pid_of(path: Path) -> int:
    """The holder that listens there; 0 when none does."""
    try:
        pid = int(path.with_suffix(".lock").read_text() or 0)
    except FileNotFoundError:
        return 0
    return pid if is_running(pid) else 0


def is_running(pid: int) -> bool:
    """Whether a process is there that is no zombie (nobody may wait for orphans here)."""
    if sys.platform != "linux":
        return (
            subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 0
        )
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_gone(pid: int, seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_running(pid)


@contextmanager
def holder_place() -> Iterator[Path]:
    """A socket's path, short enough for every system; what listens there ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="held"))
    path = folder / "t.sock"
    try:
        yield path
    finally:
        if pid := pid_of(path):
            os.kill(pid, signal.SIGTERM)  # it hangs up on what it holds first
            if not wait_gone(pid):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder)


def holder_at(path: Path, *, hold_s: float = 30.0) -> TerminalHolder:
    return TerminalHolder(path, start_of(path), hold_s=hold_s, log=path.with_suffix(".log"))
