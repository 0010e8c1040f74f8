"""`noc-console terminal-holder`: keeps terminals open while no window is there. Started by windows.

A window hands over a copy of each descriptor it could lose (a local shell's terminal, a telnet
connection) with a few words about it. While the window's connection lasts nothing is read here;
when it ends, however that happens, what comes is kept in memory, the newest `ROOM` of it, so that
a running command does not wait. The next window lists what is nobody's and takes it, with what
came. What nobody takes within its time while no window is there is hung up on; who holds nothing
leaves. Memory only, no cores, one user: nothing here is ever on a disk, and no secret is told.
"""

from __future__ import annotations

import argparse
import os
import selectors
import signal
import socket
import stat
import sys
import time
import traceback
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from noc_console.adapters.links.frames import Garbled, Message, Post, peer_uid
from noc_console.adapters.links.leader import Leader
from noc_console.app.only_one import only_one
from noc_console.kernel.errors import Conflict, Refused

VERSION = 1
ROOM = 4 << 20
"""Bytes of a session that are kept while nobody reads."""
MOST_HELD = 128
MOST_WINDOWS = 16
LONGEST_TEXT = 400
LONGEST_STATE = 4096
LONGEST_HOLD_S = 7 * 86_400.0
LINGER_S = 5.0
"""Holding nothing, before it leaves."""
FIRST_S = 15.0
"""For the first window to come in."""
GRACE_S = 1.0
"""After hanging up, before a shell that does not mind is killed."""
BLOCK = 64 << 10
NOT_NEEDED = os.EX_TEMPFAIL
"""Exit code when another one holds already; as that of our other children."""
KINDS = ("shell", "telnet")


class Tail:
    """The newest bytes, and how many had to go for them."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._parts: deque[bytearray] = deque()
        self._size = 0
        self.dropped = 0

    def put(self, data: bytes) -> None:
        if self._parts and len(self._parts[-1]) < BLOCK:
            self._parts[-1] += data
        else:
            self._parts.append(bytearray(data))
        self._size += len(data)
        while self._size > self._room:
            gone = len(self._parts.popleft())
            self._size -= gone
            self.dropped += gone

    def take(self) -> bytes:
        """All of it; after a gap it begins with a line, where there is one."""
        whole = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        if self.dropped and (end := whole.find(b"\n", 0, BLOCK)) >= 0:
            self.dropped += end + 1
            whole = whole[end + 1 :]
        return whole


@dataclass(slots=True)
class Held:
    """One session."""

    key: str
    kind: str
    address: str
    title: str
    hold_s: float
    state: dict[str, Any]
    fd: int
    owner: Post | None
    """Whose it is: the window that handed it over, or that listed it."""
    is_read: bool = True
    """A window reads it; otherwise we do."""
    since: float = 0.0
    """When its window went (monotonic)."""
    shown: int = 0
    """Of `head`, how many bytes had been through the window's telnet already."""
    head: bytes = b""
    """What the window had read and not shown."""
    tail: Tail = field(default_factory=Tail)


class Holder:
    """Serves windows on a listening socket until it holds nothing any more."""

    def __init__(self, listener: socket.socket, *, linger_s: float = LINGER_S) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._linger_s = linger_s
        self._held: dict[str, Held] = {}
        self._windows: list[Post] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, self._admit)
        self._alone_since = time.monotonic()
        self._empty_since = self._alone_since + FIRST_S
        self._is_over = False
        self._ending: list[tuple[float, Leader]] = []

    def stop(self, *_: object) -> None:
        """Hang up on everything, and leave."""
        self._is_over = True

    def serve(self) -> None:
        """Until nothing is held for a while."""
        while not self._is_over:
            for key, _ in self._selector.select(self._rest()):
                key.data()
            for window in tuple(self._windows):
                self._send(window)
            self._expire()
        for held in tuple(self._held.values()):
            self._hang_up(held)
        while self._ending:
            time.sleep(0.05)
            self._insist()

    def _rest(self) -> float:
        """Seconds until something may have to be done without anybody saying so."""
        return 0.1 if self._ending else min(1.0, self._linger_s / 4)

    # --- windows -------------------------------------------------------------------------------

    def _admit(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:  # gone before it was let in
            return
        if peer_uid(sock) != os.geteuid() or len(self._windows) >= MOST_WINDOWS:
            sock.close()
            return
        window = Post(sock, largest=2 * ROOM)
        self._windows.append(window)
        self._watch(window)
        self._empty_since = min(self._empty_since, time.monotonic())

    def _watch(self, window: Post) -> None:
        """Wait for its words, and for room for ours."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if window.has_unsent else 0)
        known = self._selector.get_map().get(window)
        if known is None:
            self._selector.register(window, events, partial(self._hear, window))
        elif known.events != events:
            self._selector.modify(window, events, partial(self._hear, window))

    def _send(self, window: Post) -> None:
        if not window.is_open:
            return
        try:
            window.flush()
        except OSError:
            self._gone(window)
        else:
            self._watch(window)

    def _hear(self, window: Post) -> None:
        if not window.is_open:
            return
        came: list[Message] | None = None
        try:
            came = window.receive()
            while came:
                self._obey(window, came.pop(0))
        except (Garbled, OSError):
            for message in came or ():
                if message.fd >= 0:
                    os.close(message.fd)
            came = None
        if came is None:
            self._gone(window)

    def _gone(self, window: Post) -> None:
        """Quit, crashed, killed: what was its is nobody's, and is read from here on."""
        if not window.is_open:
            return
        self._selector.unregister(window)
        window.close()
        self._windows.remove(window)
        now = time.monotonic()
        if not self._windows:
            self._alone_since = now
        for held in self._held.values():
            if held.owner is window:
                held.owner = None
                if held.is_read:
                    held.is_read, held.since = False, now
                    self._drain_from_now(held)

    def _obey(self, window: Post, message: Message) -> None:
        words, fd = message.words, message.fd
        try:
            match words.get("op"):
                case "hello":
                    window.send(Message({"op": "hello", "version": VERSION, "pid": os.getpid()}))
                case "keep" if fd >= 0:
                    self._keep(window, words, os.dup(fd))
                case "state":
                    if held := self._of(window, words):
                        held.state = _state(words)
                case "left":
                    if held := self._of(window, words):
                        self._left(held, words, message.beside)
                case "release":
                    if held := self._of(window, words):
                        self._forget(held)
                case "end":
                    if held := self._of(window, words):
                        self._hang_up(held)
                case "list":
                    self._list(window)
                case "take":
                    self._take(window, words)
                case _:
                    raise Garbled("no such word")
        finally:
            if fd >= 0:
                os.close(fd)

    def _of(self, window: Post, words: dict[str, Any]) -> Held | None:
        held = self._held.get(_text(words, "key"))
        return held if held is not None and held.owner is window else None

    # --- what they say -------------------------------------------------------------------------

    def _keep(self, window: Post, words: dict[str, Any], fd: int) -> None:
        try:
            held = Held(
                key=_text(words, "key"),
                kind=_text(words, "kind"),
                address=_text(words, "address"),
                title=_text(words, "title"),
                hold_s=_seconds(words),
                state=_state(words),
                fd=fd,
                owner=window,
            )
            if not held.key or held.kind not in KINDS or not _is_holdable(held.kind, fd):
                raise Garbled("nothing that can be kept")
        except Garbled:
            os.close(fd)
            raise
        known = self._held.get(held.key)
        if known is None and len(self._held) < MOST_HELD:
            self._held[held.key] = held
            return
        os.close(fd)  # the window goes on without us
        if known is not None and known.owner is None:
            # Its connection broke, not it: it reads on, and two must not read.
            self._stop_draining(known)
            known.owner, known.is_read, known.tail = window, True, Tail()

    def _left(self, held: Held, words: dict[str, Any], unread: bytes) -> None:
        """Its window leaves it, with what had come and was not shown."""
        shown = words.get("shown", 0)
        if not isinstance(shown, int) or not 0 <= shown <= len(unread):
            raise Garbled("more shown than there is")
        held.state, held.head, held.shown = _state(words), unread, shown

    def _list(self, window: Post) -> None:
        """What is nobody's is this window's from now on; read on until it takes each."""
        found = [held for held in self._held.values() if held.owner is None]
        for held in found:
            held.owner = window
        rows = [
            {"key": held.key, "kind": held.kind, "address": held.address, "title": held.title}
            for held in found
        ]
        window.send(Message({"op": "list", "sessions": rows}))

    def _take(self, window: Post, words: dict[str, Any]) -> None:
        held = self._of(window, words)
        if held is None or held.is_read:
            window.send(Message({"op": "gone", "key": _text(words, "key")}))
            return
        self._stop_draining(held)
        came = held.tail.take()
        answer = {
            "op": "taken",
            "key": held.key,
            "state": held.state,
            "seconds": time.monotonic() - held.since,
            "dropped": held.tail.dropped,
            "shown": held.shown,
        }
        window.send(Message(answer, held.head + came, held.fd))
        held.is_read, held.head, held.shown, held.tail = True, b"", 0, Tail()

    # --- what comes while nobody reads ---------------------------------------------------------

    def _drain_from_now(self, held: Held) -> None:
        os.set_blocking(held.fd, False)
        self._selector.register(held.fd, selectors.EVENT_READ, partial(self._drain, held))

    def _drain(self, held: Held) -> None:
        if held.is_read or self._held.get(held.key) is not held:
            return  # taken or ended a moment ago, in the same turn
        try:
            data = os.read(held.fd, BLOCK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            held.tail.put(data)
        else:  # ended: whoever takes it reads that for themselves
            self._stop_draining(held)

    def _stop_draining(self, held: Held) -> None:
        if held.fd in self._selector.get_map():
            self._selector.unregister(held.fd)

    # --- the end -------------------------------------------------------------------------------

    def _expire(self) -> None:
        self._insist()
        now = time.monotonic()
        if not self._windows:
            for held in tuple(self._held.values()):
                if now - max(held.since, self._alone_since) >= held.hold_s:
                    self._hang_up(held)
        if self._held:
            self._empty_since = now
        elif now - self._empty_since >= self._linger_s:
            self._is_over = True

    def _forget(self, held: Held) -> None:
        self._stop_draining(held)
        del self._held[held.key]
        os.close(held.fd)

    def _hang_up(self, held: Held) -> None:
        if held.kind == "shell":
            leader = Leader(held.fd)
            leader.signal(signal.SIGHUP)
            self._ending.append((time.monotonic() + GRACE_S, leader))
        else:
            with socket.socket(fileno=os.dup(held.fd)) as sock:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # the other side was faster
        self._forget(held)

    def _insist(self) -> None:
        now = time.monotonic()
        for until, leader in tuple(self._ending):
            if not leader.wait(0):
                if now < until:
                    continue
                leader.signal(signal.SIGKILL)
            leader.close()
            self._ending.remove((until, leader))


def _text(words: dict[str, Any], name: str) -> str:
    text = words.get(name)
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Garbled(f"no {name}")
    return text


def _seconds(words: dict[str, Any]) -> float:
    seconds = words.get("hold_s")
    if not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST_HOLD_S:
        raise Garbled("no time")
    return float(seconds)


def _state(words: dict[str, Any]) -> dict[str, Any]:
    state = words.get("state")
    if not isinstance(state, dict) or len(str(state)) > LONGEST_STATE:
        raise Garbled("no state")
    return state


def _is_holdable(kind: str, fd: int) -> bool:
    if kind == "shell":
        return os.isatty(fd)
    return stat.S_ISSOCK(os.fstat(fd).st_mode)


# --- the process ---------------------------------------------------------------------------------


def main(rest: Sequence[str]) -> NoReturn:
    """Exit when a holder listens at the socket, ours or another; it goes on by itself."""
    parser = argparse.ArgumentParser(prog="noc-console terminal-holder", allow_abbrev=False)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--linger", type=float, default=LINGER_S, help="seconds")
    given = parser.parse_args(list(rest))
    ready, tell = os.pipe()
    if os.fork():
        os.close(tell)
        os._exit(0 if os.read(ready, 1) else NOT_NEEDED)  # at once: the caller waits for it
    os.close(ready)
    try:
        hold(given.socket, tell, linger_s=given.linger)
    except (Conflict, Refused, OSError) as error:
        print(f"terminal-holder: {error}", flush=True)
    except Exception:  # noqa: BLE001 - the boundary of a process: into its log
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(0)  # there is nothing of the caller's to be unwound


def hold(path: Path, tell: int, *, linger_s: float) -> None:
    """Listen at `path`, say so through `tell`, and serve. Raises Conflict where another does."""
    os.umask(0o077)
    private_folder(path.parent)
    with ExitStack() as stack:
        stack.enter_context(only_one(path.with_suffix(".lock")))
        path.unlink(missing_ok=True)
        listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listener.bind(str(path))
        listener.listen(MOST_WINDOWS)
        stack.callback(path.unlink, missing_ok=True)
        os.chdir("/")
        _most_descriptors()
        holder = Holder(listener, linger_s=linger_s)
        signal.signal(signal.SIGTERM, holder.stop)
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.write(tell, b"!")
        os.close(tell)
        holder.serve()


def _most_descriptors() -> None:
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError):
        pass  # macOS: its usual limit is enough for `MOST_HELD`


def private_folder(folder: Path) -> None:
    """Make it, or see that nobody else may enter it. Raises Refused."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = folder.lstat()
    if not stat.S_ISDIR(told.st_mode) or told.st_uid != os.geteuid() or told.st_mode & 0o077:
        raise Refused(f"{folder} is not a folder that only this user may enter")
