"""Real shells in real terminals, found and ended through the terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from noc_console.adapters.links.leader import Leader, session_of

_ENTER = 'exec "$0" -c "trap \'\' HUP; echo ready; while :; do sleep 0.1; done" 0<>"$1" 1>&0 2>&0'


@pytest.fixture
def shell() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """One that does not mind being hung up on."""
    master, slave = os.openpty()
    child = subprocess.Popen(
        ["/bin/sh", "-c", _ENTER, "/bin/sh", os.ttyname(slave)], start_new_session=True
    )
    os.close(slave)
    said, until = b"", time.monotonic() + 30
    while b"ready" not in said and time.monotonic() < until:
        try:
            said += os.read(master, 100)
        except OSError:  # EIO: it has not opened the terminal yet
            time.sleep(0.01)
    yield master, child
    child.kill()
    child.wait()
    os.close(master)


def test_the_terminal_says_whose_it_is(shell: tuple[int, subprocess.Popen[bytes]]) -> None:
    master, child = shell
    leader = Leader(master)
    assert leader.pid == child.pid
    leader.signal(signal.SIGHUP)
    assert not leader.wait(0.1)
    leader.signal(signal.SIGKILL)
    assert leader.wait(10)
    leader.signal(signal.SIGKILL)
    leader.close()
    assert leader.wait(0)


def test_what_is_no_terminal_or_nobody_s_belongs_to_nobody() -> None:
    read, write = os.pipe()
    assert session_of(read) == 0
    os.close(read)
    os.close(write)
    master, slave = os.openpty()
    leader = Leader(master)
    assert leader.pid == 0 and leader.wait(0)
    leader.signal(signal.SIGKILL)
    os.close(master)
    os.close(slave)
