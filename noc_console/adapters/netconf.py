"""NETCONF by ncclient over an SSH of ours: the same keys believed, the same ways, the same logins.

ncclient speaks on a pair of sockets; what it says goes through a channel of asyncssh, and nothing
listens anywhere. It blocks: each question has a thread of a small pool. Answers are bounded in size
and time; nothing but `get-config` of the running configuration is ever sent (RFC 6241 §7.1), and
`close-session` after it.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    import asyncssh

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.ways.model import Door

CONNECT_S = 15.0
ANSWER_S = 120
LEAVE_S = 5
AT_ONCE = 8
"""Each holds a thread for as long as a device thinks."""
LARGEST = 16 << 20
"""Bytes of an answer."""
BLOCK = 64 << 10
DEEPEST = 64
_TAG = re.compile(
    r"<(?P<mark>[!?/]?)(?P<name>[\w:.\-]*+)(?P<rest>[^<>]*+)>|(?P<text>[^<]++)",
)
_RAW, _RAW_END = "<![CDATA[", "]]>"
_REMARK, _REMARK_END = "<!--", "-->"


class NcclientNetconf:
    """Asks NETCONF servers for what they are set to do."""

    def __init__(self, jumps: Jumps | None = None) -> None:
        self._jumps = jumps or Jumps()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="netconf")
        # Who waits for a thread is not logged in yet: devices shut out who says nothing.
        self._slots = asyncio.Semaphore(AT_ONCE)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def running(self, door: Door, login: SshLogin) -> str:
        """See `services.configs.ports.Netconf`."""
        # Only who has devices of this kind waits for the libraries.
        import asyncssh

        from noc_console.adapters.ssh.errors import translated
        from noc_console.adapters.ssh.programs import connected

        try:
            async with (
                self._slots,
                connected(door, login, self._jumps, connect_s=CONNECT_S) as connection,
            ):
                told = await self._asked(door.host, connection)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error, doing="opening NETCONF") from error
        return await asyncio.to_thread(indented, told)

    async def _asked(self, host: str, connection: asyncssh.SSHClientConnection) -> str:
        async with asyncio.timeout(CONNECT_S):
            told = await connection.open_session(subsystem="netconf", encoding=None)
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        bridge = _Bridge(told[0], told[1], reader, writer)
        asked = self._threads.submit(_ask, theirs, host)
        waits = asyncio.wrap_future(asked)
        try:
            async with asyncio.TaskGroup() as group:
                carrying = [group.create_task(bridge.up()), group.create_task(bridge.down())]
                await asyncio.wait({waits})
                for each in carrying:
                    each.cancel()
        finally:
            # The thread sees the end of the line, if it has not left by itself.
            writer.transport.abort()
            waits.cancel()
            if asked.cancel():
                theirs.close()  # no thread has begun with it
        if bridge.is_too_much:
            raise Unreachable(
                f"{host} told more than {LARGEST >> 20} MiB", peer=host, reason="malformed"
            )
        return waits.result()


class _Bridge:
    """Carries bytes between a channel and a socket until one of them ends."""

    def __init__(
        self,
        to_device: asyncssh.SSHWriter[bytes],
        from_device: asyncssh.SSHReader[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._to_device, self._from_device = to_device, from_device
        from asyncssh import Error

        self._reader, self._writer = reader, writer
        self._gone = (OSError, Error)
        """What a connection that breaks off raises."""
        self.is_too_much = False

    async def up(self) -> None:
        try:
            while part := await self._reader.read(BLOCK):
                self._to_device.write(part)
                await self._to_device.drain()
        except self._gone:
            return  # the other direction tells how it ended

    async def down(self) -> None:
        """What the device says; beyond a limit the line is cut."""
        size = 0
        try:
            while part := await self._from_device.read(BLOCK):
                size += len(part)
                if size > LARGEST:
                    self.is_too_much = True
                    break
                self._writer.write(part)
                await self._writer.drain()
        except self._gone:
            pass  # a connection that breaks off has ended, too
        finally:
            self._writer.close()


def _ask(line: socket.socket, host: str) -> str:
    """The running configuration as XML, from a thread; the socket is closed with it."""
    from ncclient import NCClientError
    from ncclient.manager import Manager, make_device_handler
    from ncclient.operations import RPCError
    from ncclient.operations.errors import TimeoutExpiredError
    from ncclient.transport.errors import SessionCloseError, TransportError

    handler = make_device_handler({})
    session = _session_class()(handler, line)
    try:
        session.connect()
        manager = Manager(session, handler, timeout=ANSWER_S)
        reply = manager.get_config(source="running")
        if reply.data_ele is None:
            raise ValueError("the answer has no data in it")
        told = str(reply.data_xml)
        _leave(Manager(session, handler, timeout=LEAVE_S))
    except RPCError as error:
        raise Refused(f"{host} refused get-config: {visible(str(error), limit=200)}") from error
    except (TimeoutExpiredError, TimeoutError) as error:
        raise Unreachable(
            f"{host} does not answer by NETCONF", peer=host, reason="timeout"
        ) from error
    except (SessionCloseError, OSError, EOFError):
        # Not "from": the library's error holds what the device said until then.
        raise Unreachable(f"{host} hung up on NETCONF", peer=host, reason="closed") from None
    except (NCClientError, SyntaxError, ValueError, LookupError) as error:
        if type(error) is TransportError:  # it had hung up before we asked
            raise Unreachable(f"{host} hung up on NETCONF", peer=host, reason="closed") from None
        told_error = visible(str(error), limit=200)
        reason = "timeout" if "timed out" in told_error else "malformed"
        raise Unreachable(f"{host}: {told_error}", peer=host, reason=reason) from error
    finally:
        session.close()
        if session.is_alive():
            session.join(LEAVE_S)
        line.close()
    return told


def _leave(manager: Any) -> None:
    """Say good-bye; who hangs up before he answers to that has told everything all the same."""
    from ncclient import NCClientError

    try:
        manager.close_session()
    except (NCClientError, OSError):
        return


@cache
def _session_class() -> Any:
    """A session of ncclient's on a socket that is connected already, on every system.

    (Its `UnixSocketSession` connects by itself, is not on Windows, and leaves its thread behind.)
    """
    from ncclient.capabilities import Capabilities
    from ncclient.transport.parser import DefaultXMLParser
    from ncclient.transport.session import Session

    class Line(Session):  # type: ignore[misc]
        def __init__(self, handler: Any, line: socket.socket) -> None:
            super().__init__(Capabilities(handler.get_capabilities()))
            self._device_handler = handler
            self._line = line
            self._buffer = BytesIO()
            self._message_list: list[str] = []
            self._closing = threading.Event()
            self.parser = DefaultXMLParser(self)

        def connect(self) -> None:
            self._connected = True
            self._post_connect(CONNECT_S)

        def close(self) -> None:
            """Its thread reads the end, and ends."""
            self._closing.set()
            self._connected = False
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the other side was first

        def _transport_read(self) -> bytes:
            return self._line.recv(BLOCK)

        def _transport_write(self, told: bytes) -> int:
            return self._line.send(told)

        def _transport_register(self, selector: Any, event: Any) -> None:
            selector.register(self._line, event)

        def _send_ready(self) -> bool:
            return True

    return Line


def indented(xml: str) -> str:
    """An element a line, two blanks for each one around it: lines can be compared then.

    Not a parser that builds a tree: declarations of entities and the like are left out unread.
    """
    lines: list[str] = []
    depth = 0
    waits = ""
    text = ""
    for found in _TAG.finditer(_plain(xml)):
        if found["text"] is not None:
            text += found["text"]
            continue
        mark, name, rest = found["mark"], found["name"], found["rest"]
        if mark in {"!", "?"}:
            continue
        value = text.strip().replace("\n", "&#10;")
        text = ""
        if mark == "/":
            depth = max(0, depth - 1)
            if waits:
                lines.append(f"{'  ' * min(depth, DEEPEST)}{waits}{value}</{name}>")
                waits = ""
            else:
                lines.append(f"{'  ' * min(depth, DEEPEST)}</{name}>")
            continue
        if waits:
            lines.append("  " * min(depth - 1, DEEPEST) + waits)
            waits = ""
        opened = f"<{name}{' '.join(['', *rest.rstrip('/').split()])}"
        if rest.endswith("/"):
            lines.append("  " * min(depth, DEEPEST) + opened + "/>")
        else:
            waits = opened + ">"
            depth += 1
    return "\n".join(lines) + "\n"


def _plain(xml: str) -> str:
    """Without remarks, and raw stretches as text. Each character is looked at a fixed number of
    times: a remark full of the beginnings of something must not take hours."""
    parts: list[str] = []
    at = 0
    while (begin := xml.find("<!", at)) >= 0:
        parts.append(xml[at:begin])
        if xml.startswith(_RAW, begin):
            end = xml.find(_RAW_END, begin + len(_RAW))
            parts.append(escape(xml[begin + len(_RAW) : end if end >= 0 else len(xml)]))
            at = end + len(_RAW_END)
        elif xml.startswith(_REMARK, begin):
            end = xml.find(_REMARK_END, begin + len(_REMARK))
            at = end + len(_REMARK_END)
        else:
            parts.append("<!")
            end = at = begin + 2
        if end < 0:
            return "".join(parts)  # it never ends: nothing of the rest is anything else
    return "".join((*parts, xml[at:]))
