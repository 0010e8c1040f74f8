"""Serial lines (pyserial): a thread reads, the loop gets the bytes.

A line that nobody reads is held back as its flow control allows; without any, what a device
sends beyond the system's buffer is lost in the wire, as on every serial line.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from noc_console.adapters.links.inbox import Inbox
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.terminal.connecting import (
    Ended,
    FlowControl,
    Keeper,
    SerialLine,
    Target,
)
from noc_console.services.terminal.model import Size

if TYPE_CHECKING:
    import serial

POLL_S = 0.1
"""How soon the thread notices that it is to stop."""
BLOCK = 4096
CLOSE_S = 2.0
BREAK_S = 0.3


class SerialLink:
    """One port. pyserial blocks, so one thread reads and one writes."""

    badges: tuple[str, ...] = ()

    def __init__(self, line: SerialLine, port: serial.Serial) -> None:
        self._line = line
        self._port = port
        # From here on the device keeps its carrier when we are killed: a login on its console
        # stands, and the next window finds it.
        self._drops_carrier = hang_up_at_close(port, False)
        self.is_leaving: Callable[[], bool] = lambda: False
        """Whether the window goes and the line is opened again by the next one."""
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox()
        self._may_read = threading.Event()
        self._may_read.set()
        self._is_closing = threading.Event()
        self._typed: SimpleQueue[bytes | Callable[[], None] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=work, name=f"serial {line.path}", daemon=True)
            for work in (self._receive, self._transmit)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def describe(self) -> str:
        return f"serial {self._line.text}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        line = self._line
        return (
            ("Port", line.path),
            ("Speed", f"{line.baud} baud, {line.bits}{line.parity}{line.stop_bits:g}"),
            ("Flow control", line.flow.value),
        )

    @property
    def ended(self) -> Ended | None:
        return self._inbox.ended

    @property
    def waiting(self) -> int:
        """Bytes that came and were not read."""
        return self._inbox.size

    async def read(self, limit: int) -> bytes:
        data = await self._inbox.read(limit)
        if self._inbox.is_low:
            self._may_read.set()
        return data

    def write(self, typed: bytes) -> None:
        self._typed.put(typed)

    def resize(self, columns: int, rows: int) -> None:
        """A serial line has no size."""

    def send_break(self) -> None:
        self._typed.put(lambda: self._port.send_break(BREAK_S))

    async def close(self) -> None:
        self._is_closing.set()
        self._may_read.set()
        self._typed.put(None)
        await asyncio.to_thread(self._finish)
        self._inbox.end(Ended("closed"))

    # --- in threads of its own -----------------------------------------------------------------

    def _receive(self) -> None:
        while not self._is_closing.is_set():
            self._may_read.wait()
            try:
                data = self._port.read(self._port.in_waiting or 1)
                if data:
                    data += self._port.read(min(self._port.in_waiting, BLOCK))
            except (OSError, TypeError) as error:
                # pyserial's own errors are OSErrors; a port closed meanwhile is a TypeError.
                self._tell(partial(self._inbox.end, _lost(error)))
                return
            if data:
                self._tell(partial(self._take, data))

    def _transmit(self) -> None:
        while (typed := self._typed.get()) is not None:
            try:
                if callable(typed):
                    typed()
                else:
                    self._write_whole(typed)
            except OSError as error:
                self._tell(partial(self._inbox.end, _lost(error)))
                return

    def _write_whole(self, typed: bytes) -> None:
        """A line that is held back takes what it can; closing ends the waiting."""
        from serial import SerialTimeoutException

        left = memoryview(typed)
        while left and not self._is_closing.is_set():
            try:
                left = left[self._port.write(left[:256]) or 0 :]
            except SerialTimeoutException:
                continue

    def _tell(self, act: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    def _take(self, data: bytes) -> None:
        self._inbox.put(data)
        if self._inbox.is_full:
            self._may_read.clear()

    def _finish(self) -> None:
        for thread in self._threads:
            thread.join(CLOSE_S)
        if self._drops_carrier and not self.is_leaving():
            hang_up_at_close(self._port, True)
        self._port.close()


def _lost(error: Exception) -> Ended:
    return Ended(f"the serial port is gone: {error}", is_lost=True)


async def open_serial(target: Target, size: Size, keeper: Keeper) -> SerialLink:
    """Raises Refused for a port that is not there or not ours, Unreachable for a busy one."""
    line = target.line
    if line is None:
        raise Refused("a serial session needs its port")
    keeper.told(f"Opening {line.text}…")
    return SerialLink(line, await asyncio.to_thread(_open, line))


def _open(line: SerialLine) -> serial.Serial:
    # Whoever opens no serial line need not wait for the library.
    import serial

    try:
        return serial.Serial(
            line.path,
            baudrate=line.baud,
            bytesize=line.bits,
            parity=line.parity.value,
            stopbits=line.stop_bits,
            rtscts=line.flow is FlowControl.RTS_CTS,
            xonxoff=line.flow is FlowControl.XON_XOFF,
            timeout=POLL_S,
            write_timeout=POLL_S,
            exclusive=True,
        )
    except ValueError as error:
        raise Refused(f"{line.path} does not speak {line.text}: {error}") from error
    except serial.SerialException as error:
        raise _cannot(line, error) from error


def hang_up_at_close(port: serial.Serial, does: bool) -> bool:
    """Whether closing the port drops DTR (HUPCL), on which a device may end its login; says how it
    was before. Not on Windows, where closing always does."""
    if sys.platform == "win32":
        return False
    import termios

    try:
        told = termios.tcgetattr(port.fileno())
        was = bool(told[2] & termios.HUPCL)
        told[2] = told[2] | termios.HUPCL if does else told[2] & ~termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, told)
    except (OSError, termios.error):  # pulled out meanwhile
        return False
    return was


def _cannot(line: SerialLine, error: OSError) -> Refused | Unreachable:
    text = str(error).lower()
    if "no such file" in text or "filenotfound" in text:
        return Refused(f"this machine has no serial port {line.path}")
    if "permission" in text or "access is denied" in text:
        return Refused(
            f"this user may not open {line.path}; on Linux members of the group dialout may"
        )
    if "lock" in text or "busy" in text:
        return Unreachable(f"another program has {line.path} open", peer=line.path, reason="busy")
    return Unreachable(f"{line.path} does not open: {error}", peer=line.path)


def serial_ports() -> tuple[tuple[str, str], ...]:
    """The serial ports of this machine with what is known of them."""
    from serial.tools.list_ports import comports

    return tuple(sorted((port.device, port.description or "") for port in comports()))
