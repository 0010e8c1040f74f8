"""The shell a pseudo-terminal belongs to, when it is no child of ours.

The terminal itself is asked whose it is: a process number that somebody told, or that another
process got meanwhile, is never signalled. On Linux a descriptor of the process (pidfd) is held
besides, so that it stays the same one until the end.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import sys
import time

POLL_S = 0.02
_TIOCGSID = 0x5429 if sys.platform == "linux" else 0x40047463
"""Which Python's termios does not name; see tty_ioctl(4)."""


class Leader:
    """Of the session that has a terminal. `close` lets go of it without a signal."""

    def __init__(self, master: int) -> None:
        self.pid = session_of(master)
        self._pidfd = -1
        if self.pid and sys.platform == "linux":
            try:
                self._pidfd = os.pidfd_open(self.pid)
            except OSError:
                self.pid = 0
        if self.pid and session_of(master) != self.pid:  # it ended while we looked
            self.close()

    def signal(self, number: signal.Signals) -> None:
        """Nothing happens when it has ended."""
        if not self.pid:
            return
        try:
            if sys.platform == "linux":
                signal.pidfd_send_signal(self._pidfd, number)
            elif os.getsid(self.pid) == self.pid:
                os.kill(self.pid, number)
        except (ProcessLookupError, PermissionError):
            self.close()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within that time."""
        if not self.pid:
            return True
        if self._pidfd >= 0:
            # What has ended and waits for its parent counts as ended: a pidfd says so.
            waiting = select.poll()
            waiting.register(self._pidfd, select.POLLIN)
            return bool(waiting.poll(seconds * 1000))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return True
            time.sleep(POLL_S)
        return False

    def close(self) -> None:
        if self._pidfd >= 0:
            os.close(self._pidfd)
        self._pidfd, self.pid = -1, 0


def session_of(master: int) -> int:
    """The leader of the session whose terminal this is; 0 when there is none."""
    try:
        told = fcntl.ioctl(master, _TIOCGSID, b"\0" * 4)
    except OSError:
        return 0
    pid = int(struct.unpack("i", told)[0])
    return pid if pid > 1 else 0
