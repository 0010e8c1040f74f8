"""Speaks to the process that keeps terminals, in a thread: the window never waits for it.

Nothing is started before there is something to keep. A holder that died is started again and told
everything anew; where none can be had, sessions merely end with their window.
"""

from __future__ import annotations

import os
import select
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

import structlog

from noc_console.adapters.links.frames import Garbled, Message, Post, peer_uid

_log = structlog.get_logger("terminals")

VERSION = 1
"""Of what is said; another holder than this is not spoken to."""
ANSWER_S = 3.0
START_S = 20.0
SOON_S, TRY_AGAIN_S, LONGEST_S = 0.5, 10.0, 600.0
LEAVE_S = 2.0
TRIES, TRY_S = 10, 0.1
"""To reach a holder that another window starts in this moment."""
_APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_OURS = "NOC_"
"""Variables of ours may hold passwords: a holder does not need them."""


class Clerk:
    """One connection to a holder at `path`, which the command `start` starts."""

    def __init__(self, path: Path, start: Sequence[str], *, log: Path | None = None) -> None:
        self._path, self._start, self._log = path, list(start), log
        self._deeds: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        self._thread: threading.Thread | None = None
        self._is_closed = False
        """What is said afterwards, by a link that hears of its end late, is nobody's matter."""
        self.is_connected = False
        # The rest is the thread's alone.
        self._post: Post | None = None
        self._kept: dict[str, Message] = {}
        self._lists: list[Future[Message | None]] = []
        self._takes: dict[str, Future[Message | None]] = {}
        self._not_before = 0.0
        self._wait_s = TRY_AGAIN_S
        self._is_closing = False

    # --- for the window's thread; all return at once -------------------------------------------

    def keep(self, message: Message) -> None:
        """Hand a session over; the descriptor in it is the clerk's from now on."""
        self._do(lambda: self._keep(message))

    def adopt(self, message: Message) -> None:
        """The holder has this session already; only another one would have to be told."""
        self._do(lambda: self._kept.__setitem__(message.words["key"], message))

    def tell(self, key: str, state: dict[str, Any]) -> None:
        """The session's state is another one."""
        self._do(lambda: self._tell(key, state))

    def let_go(self, message: Message) -> None:
        """A session goes on without this window."""
        self._do(lambda: self._part(message))

    def release(self, key: str) -> None:
        """A session ended."""
        self._do(lambda: self._part(Message({"op": "release", "key": key})))

    def end(self, key: str) -> None:
        """Have a session hung up on that was listed and not taken."""
        self._do(lambda: self._part(Message({"op": "end", "key": key})))

    def list(self) -> Future[Message | None]:
        """What is nobody's; None where no holder is. None is started for this."""
        answer: Future[Message | None] = Future()
        self._do(lambda: self._list(answer))
        return answer

    def take(self, key: str) -> Future[Message | None]:
        """A session with its descriptor and what came; None when it is gone."""
        answer: Future[Message | None] = Future()
        self._do(lambda: self._take(key, answer))
        return answer

    def close(self) -> None:
        """Say the rest and leave. Not for the window's thread: it may take two seconds."""
        if self._thread is not None:
            self._do(self._close)
        self._is_closed = True
        if self._thread is not None:
            self._thread.join(LEAVE_S + ANSWER_S)
        if self._thread is None or not self._thread.is_alive():
            os.close(self._woken)
            os.close(self._waker)

    def _do(self, deed: Callable[[], None]) -> None:
        if self._is_closed:
            return
        self._deeds.put(deed)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="terminals", daemon=True)
            self._thread.start()
        try:
            os.write(self._waker, b"!")
        except BlockingIOError:
            pass  # it is about to wake up anyway

    # --- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            self._rest()
            self._obey()
            if self._is_closing:
                self._finish()
                return
            self._serve()
            if self._post is None and self._kept:
                self._reach()

    def _rest(self) -> None:
        """Until somebody wants something."""
        waiting = select.poll()
        waiting.register(self._woken, select.POLLIN)
        if (post := self._post) is not None:
            waiting.register(post, select.POLLIN | (select.POLLOUT if post.has_unsent else 0))
        wait_s = self._not_before - time.monotonic() if self._kept and post is None else None
        waiting.poll(None if wait_s is None else max(0.0, wait_s) * 1000)
        try:
            os.read(self._woken, 4096)
        except BlockingIOError:
            pass

    def _close(self) -> None:
        self._is_closing = True

    def _obey(self) -> None:
        while True:
            try:
                deed = self._deeds.get_nowait()
            except Empty:
                return
            deed()

    def _serve(self) -> None:
        """Send and hear; a holder that is gone or talks nonsense is none."""
        post = self._post
        if post is None:
            return
        try:
            post.flush()
            came = post.receive()
        except (Garbled, OSError):
            came = None
        if came is None:
            self._lost()
        for message in came or ():
            self._heard(message)

    def _heard(self, message: Message) -> None:
        words = message.words
        key = words.get("key")
        if words.get("op") == "list" and self._lists and message.fd < 0:
            _answer(self._lists.pop(0), message)
        elif isinstance(key, str) and (asked := self._takes.pop(key, None)) is not None:
            if not _answer(asked, message) and message.fd >= 0:
                self._say({"op": "release", "key": key})  # nobody waits for it any more
        elif message.fd >= 0:
            os.close(message.fd)

    def _lost(self) -> None:
        if self._post is not None:
            self._post.close()
            self._not_before = min(self._not_before, time.monotonic() + SOON_S)
        self._post, self.is_connected = None, False
        for answer in (*self._lists, *self._takes.values()):
            _answer(answer, None)
        self._lists.clear()
        self._takes.clear()

    def _finish(self) -> None:
        until = time.monotonic() + LEAVE_S
        while self._post is not None and self._post.has_unsent and time.monotonic() < until:
            waiting = select.poll()
            waiting.register(self._post, select.POLLIN | select.POLLOUT)
            waiting.poll(100)
            self._serve()
        self._lost()
        for message in self._kept.values():
            os.close(message.fd)
        self._kept.clear()

    # --- what is said --------------------------------------------------------------------------

    def _say(self, words: dict[str, Any], beside: bytes = b"", fd: int = -1) -> None:
        if self._post is None:
            return
        try:
            self._post.send(Message(words, beside, fd))
        except (OSError, Garbled) as error:
            # No descriptors left, say. This one goes without us; the others need not.
            _log.warning("a session is not kept", error=str(error))
            return
        try:
            self._post.flush()
        except OSError:
            self._lost()

    def _keep(self, message: Message) -> None:
        self._kept[message.words["key"]] = message
        if self._post is None:
            self._reach()  # which hands over all
        else:
            self._say(message.words, fd=message.fd)

    def _tell(self, key: str, state: dict[str, Any]) -> None:
        if (kept := self._kept.get(key)) is not None:
            kept.words["state"] = state
            self._say({"op": "state", "key": key, "state": state})

    def _part(self, message: Message) -> None:
        self._say(message.words, message.beside)
        if (kept := self._kept.pop(message.words["key"], None)) is not None:
            os.close(kept.fd)

    def _list(self, answer: Future[Message | None]) -> None:
        if self._post is None and not self._connect():
            _answer(answer, None)
            return
        self._lists.append(answer)
        self._say({"op": "list"})

    def _take(self, key: str, answer: Future[Message | None]) -> None:
        if self._post is None or key in self._takes:
            _answer(answer, None)
            return
        self._takes[key] = answer
        self._say({"op": "take", "key": key})

    # --- to a holder ---------------------------------------------------------------------------

    def _reach(self) -> None:
        """Find the holder or start one; not again at once where that failed."""
        if time.monotonic() < self._not_before:
            return
        if not self._connect():
            started = self._run()
            tries = TRIES if started else 0
            while tries and not self._connect():
                tries -= 1
                time.sleep(TRY_S)
        self._not_before = time.monotonic() + self._wait_s
        self._wait_s = TRY_AGAIN_S if self._post else min(self._wait_s * 2, LONGEST_S)
        if self._post is None:
            _log.warning("sessions end with the window: no holder of terminals can be started")

    def _run(self) -> bool:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        try:
            with self._opened_log() as log:
                done = subprocess.run(
                    self._start,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env=ours,
                    timeout=START_S,
                    check=False,
                )
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.warning("the holder of terminals does not start", error=str(error))
            return False
        return done.returncode in (0, os.EX_TEMPFAIL)

    def _opened_log(self) -> BinaryIO:
        """Where nothing can be written, a holder is still better than none."""
        try:
            number = os.open(self._log or os.devnull, _APPENDING, 0o600)
        except OSError:
            number = os.open(os.devnull, _APPENDING)
        return os.fdopen(number, "wb")

    def _connect(self) -> bool:
        """Whether a holder of this user listens and understands us; it is told what we keep."""
        try:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        except OSError:
            return False
        try:
            if not _is_private(self._path.parent):
                raise Garbled("a folder that others may enter")
            sock.settimeout(ANSWER_S)
            sock.connect(str(self._path))
            if peer_uid(sock) != os.geteuid():
                raise Garbled("another user")
            post = Post(sock)
        except (OSError, Garbled):
            sock.close()
            return False
        if not _greeted(post):
            post.close()
            return False
        self._post, self.is_connected = post, True
        for message in tuple(self._kept.values()):
            self._say(message.words, fd=message.fd)
        return self._post is not None


def _greeted(post: Post) -> bool:
    until = time.monotonic() + ANSWER_S
    waiting = select.poll()
    waiting.register(post, select.POLLIN)
    try:
        post.send(Message({"op": "hello", "version": VERSION}))
        post.flush()
        while time.monotonic() < until:
            waiting.poll(200)
            came = post.receive()
            if came:
                return came[0].words.get("version") == VERSION and came[0].fd < 0
            if came is None:
                return False
    except (OSError, Garbled):
        pass
    return False


def _answer(asked: Future[Message | None], message: Message | None) -> bool:
    """Whether anybody still waits for it; a descriptor nobody takes is closed."""
    try:
        asked.set_result(message)
    except InvalidStateError:
        if message is not None and message.fd >= 0:
            os.close(message.fd)
        return False
    return True


def _is_private(folder: Path) -> bool:
    told = folder.lstat()
    is_ours = stat.S_ISDIR(told.st_mode) and told.st_uid == os.geteuid()
    return is_ours and not told.st_mode & 0o077
