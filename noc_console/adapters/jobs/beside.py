"""Programs beside us: each run has a private folder, and a keeper by which nothing outlives us.

The folder is readable by us only, in memory where the system has such a place, and gone when the
run is over. The keeper (`play_keeper`) stands between: when we are killed, the program, all it
began and the folder go with us. What is left all the same, by a power cut where there is no such
place, is swept away by the next run.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from noc_console.adapters.jobs import play_keeper
from noc_console.services.jobs.ports import Said

BLOCK = 65_536
PREFIX = "noc-console-play-"
LEFT_S = 2 * 86_400
"""A folder older than any run may be."""
STOP_S = 3 * play_keeper.STOP_S
"""The keeper's time to end all, after it was told; then it is killed itself."""


async def run(
    place: Path,
    secret: bytes,
    command: Callable[[int], Sequence[str]],
    *,
    folder: Path | str,
    environment: Callable[[int], Mapping[str, str]],
    said: Said,
    timeout_s: float,
) -> tuple[int, str]:
    """Run a program with its keeper to its end: its exit code, and a note when it took too long.

    The secret waits in a pipe, whose number the command and the environment are made with; the
    program alone inherits it. What it prints, and prints as an error, is one stream. Cancelled,
    the program is ended with all it began.
    """
    read, write = os.pipe()
    try:
        os.write(write, secret)
        os.close(write)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", play_keeper.__file__, str(place), str(read)),
            *command(read),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=folder,
            env=dict(environment(read)),
            pass_fds=(read,),
            start_new_session=True,
        )
    finally:
        os.close(read)
    note = ""
    try:
        async with asyncio.timeout(timeout_s):
            await _tell(child, said)
            await child.wait()
    except TimeoutError:
        note = f"it took longer than {timeout_s:g} s and was ended"
    finally:
        await _ended(child)
    return (child.returncode if child.returncode is not None else -1), note


async def _tell(child: asyncio.subprocess.Process, said: Said) -> None:
    assert child.stdout is not None
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while part := await child.stdout.read(BLOCK):
        await said(decoder.decode(part))


async def _ended(child: asyncio.subprocess.Process) -> None:
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
