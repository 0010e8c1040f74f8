"""Programs beside us: each run has a private folder, and a keeper by which nothing outlives us.

The folder is readable by us only, in memory where the system has such a place, and gone when the
run is over. The keeper (`play_keeper`) stands between: when we are killed, the program, all it
began and the folder go with us. What is left all the same, by a power cut where there is no such
place, is swept away by the next run.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from noc_console.adapters.jobs import play_keeper

PREFIX = "noc-console-play-"
LEFT_S = 2 * 86_400
"""A folder older than any run may be."""
STOP_S = 3 * play_keeper.STOP_S
"""The keeper's time to end all, after it was told; then it is killed itself."""


async def begun(
    place: Path,
    descriptor: int,
    command: Sequence[str],
    *,
    folder: Path | str,
    environment: Mapping[str, str],
) -> asyncio.subprocess.Process:
    """A program with its keeper; it alone inherits the descriptor. What it prints, and prints as
    an error, is one stream."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", play_keeper.__file__, str(place), str(descriptor)),
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env=dict(environment),
        pass_fds=(descriptor,),
        start_new_session=True,
    )


async def ended(child: asyncio.subprocess.Process) -> None:
    """The program and all it began are gone when this returns, also when we are cancelled."""
    assert child.stdin is not None
    child.stdin.close()
    try:
        async with asyncio.timeout(STOP_S):
            await child.wait()
    except TimeoutError:
        _signal(child.pid, signal.SIGKILL)
        await child.wait()


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def made_place(root: Path | None = None) -> Path:
    """A folder for one run; in memory unless it is said where."""
    root = root or _memory()
    _sweep(root)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))


def _memory() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, 0700
    is_there = memory.is_dir() and os.access(memory, os.W_OK)
    return memory if is_there else Path(tempfile.gettempdir())


def _sweep(root: Path) -> None:
    """Folders of runs whose program was killed: they may hold keys."""
    for left in root.glob(f"{PREFIX}*"):
        try:
            told = left.stat()
            is_over = told.st_mtime < time.time() - LEFT_S or not _is_alive(left)
            if is_over and told.st_uid == os.getuid():
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            continue


def _is_alive(place: Path) -> bool:
    """Whether the process that made this folder is still there."""
    number = place.name.removeprefix(PREFIX).partition("-")[0]
    if not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def write(path: Path, text: str) -> None:
    """A new file that only we can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
