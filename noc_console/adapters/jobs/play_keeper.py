"""Stands between us and a program that begins others: nothing of it outlives us.

    python -I -S play_keeper.py FOLDER DESCRIPTOR PROGRAM [ARGUMENT…]

Its standard input is a pipe of ours that nobody writes to. When that ends, because somebody wants
the run ended or because we were killed, the program and all it began are ended and the folder,
which may hold keys, is deleted. What the program leaves behind when it is over (connections kept
for the next task) is ended, too: on Linux everything that loses its parent becomes our child.

It needs nothing but Python's own library, so that it begins in a few hundredths of a second.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

STOP_S = 5.0
"""After being told to stop, before it is killed."""
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
MOST_ROUNDS = 50


def main(words: list[str]) -> int:
    """The program's exit code; 128 and more is the signal that ended it, as in a shell."""
    folder, descriptor, *command = words
    phrase = int(descriptor)
    is_linux = sys.platform.startswith("linux")
    system = ctypes.CDLL(None) if is_linux else None
    if system is not None:
        system.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def before() -> None:
        # Should somebody kill even the keeper.
        if system is not None:
            system.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)

    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=(phrase,),
        start_new_session=True,
        preexec_fn=before,  # there are no threads here
    )
    os.close(phrase)
    is_wanted = _wait(child, told)
    if child.returncode is None:
        _group(child.pid, signal.SIGTERM)
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            pass
    # What it left behind in its own group goes with it, then what left that group.
    _group(child.pid, signal.SIGKILL)
    child.wait()
    _sweep()
    if not is_wanted:
        shutil.rmtree(folder, ignore_errors=True)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _wait(child: subprocess.Popen[bytes], told: int) -> bool:
    """Until it is over, or nobody wants it any more: False."""
    while not _is_over(child):
        ready, _, _ = select.select([0, told], [], [])
        if 0 in ready and not os.read(0, 4096):
            return False
        if told in ready and set(os.read(told, 4096)) - {int(signal.SIGCHLD)}:
            return False
    return True


def _is_over(child: subprocess.Popen[bytes]) -> bool:
    """Whether the program is; others that became our children and ended are let go of."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13; nobody else's become ours there
        return child.poll() is not None
    try:
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid == child.pid:
                return child.poll() is not None
            os.waitpid(ended.si_pid, 0)
    except ChildProcessError:
        pass
    return child.poll() is not None


def _group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def _sweep() -> None:
    """End what has become our child: its own children become ours, so it is done in rounds."""
    for _ in range(MOST_ROUNDS):
        left = _children()
        for number in left:
            try:
                os.kill(number, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            if not left:
                return
        time.sleep(0.02)


def _children() -> list[int]:
    mine, found = str(os.getpid()), []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if parent == mine and state != "Z":
            found.append(int(entry.parent.name))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
