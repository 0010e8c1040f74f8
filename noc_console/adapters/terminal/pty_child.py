"""A command in a pseudo-terminal, for the headless engine and its conformance tests."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from noc_console.kernel.errors import Unreachable
from noc_console.services.terminal.model import Size

_PATIENCE_S = 2.0


class PtyChild:
    """The command is gone when the `with` block ends, whatever happened within it."""

    def __init__(self, command: Sequence[str], size: Size) -> None:
        self._command = list(command)
        self._size = size
        self.descriptor = -1

    def __enter__(self) -> Self:
        self.descriptor, inner = os.openpty()
        _set_size(inner, self._size)
        environment = {**os.environ, "TERM": "xterm-256color"}
        environment.pop("LINES", None)
        environment.pop("COLUMNS", None)
        try:
            self._child = subprocess.Popen(
                self._command,
                stdin=inner,
                stdout=inner,
                stderr=inner,
                env=environment,
                start_new_session=True,
                preexec_fn=_own_terminal,
            )
        except OSError as error:
            os.close(self.descriptor)
            raise Unreachable(f"{self._command[0]}: {error.strerror}", peer="") from error
        finally:
            os.close(inner)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child.poll() is None:
            try:
                os.killpg(self._child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # ended by itself meanwhile
            self._child.wait()
        os.close(self.descriptor)

    def read(self, limit: int) -> bytes:
        """Empty when the command has ended; waits for something otherwise."""
        try:
            return os.read(self.descriptor, limit)
        except OSError as error:
            if error.errno == errno.EIO:  # how Linux tells that nobody has the other side open
                return b""
            raise

    def is_quiet(self, for_s: float) -> bool:
        """Does it write nothing for that long?"""
        return not select.select([self.descriptor], [], [], for_s)[0]

    def write(self, typed: bytes) -> None:
        while typed:
            try:
                typed = typed[os.write(self.descriptor, typed) :]
            except OSError:
                return  # it has ended, and nobody reads any more

    def resize(self, size: Size) -> None:
        if size != self._size:
            self._size = size
            _set_size(self.descriptor, size)

    def wait(self) -> int:
        try:
            return self._child.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            return 1  # it closed its terminal and lives on: the block's end takes it


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _set_size(descriptor: int, size: Size) -> None:
    packed = struct.pack("HHHH", size.rows, size.columns, 0, 0)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, packed)
