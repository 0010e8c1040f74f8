"""Bringing polls to an engine elsewhere: a bounded queue, one thread, patience.

What the engine calls wrong (4xx) is cut in half until the wrong poll stands alone, and that
one is dropped. What it cannot take now waits, the oldest giving way when the queue is full.
Everything dropped is counted and said.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import httpx
import structlog

from noc_console.db.samples.engine_url import EngineUrl
from noc_console.db.samples.values import Delivery
from noc_console.wire.remote_write import HEADERS, compressed

_log = structlog.get_logger("samples")

QUEUE_BYTES = 128 << 20
"""Of packed polls that may wait: about forty million values."""

REQUEST_SAMPLES = 50_000
"""Values in one request."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
CLOSE_S = 5.0
"""How long the end waits for what is still under way."""

ANSWER_S = 30.0
SAY_EVERY_S = 60.0
_LATER = {401, 403, 404, 408, 421, 425, 429}
"""Answers that say nothing about the data: a wrong token or path is put right by people."""

# WORKAROUND Prometheus 2.39 to 2.42 call samples before their out-of-order window an error of
# their own (500). Drop when Debian 12 is no longer served.
_TOO_OLD = "too old sample"


class Parcel(NamedTuple):
    """One poll on its way."""

    device: int
    at: int
    packed: bytes
    samples: int


class Wrong(Exception):
    """The engine will never take this."""


class NotNow(Exception):
    """The engine may take this later."""


class Shipper:
    """Sends parcels in the order they came. `encode` makes a request's body of some."""

    def __init__(
        self,
        engine: EngineUrl,
        client: httpx.Client,
        encode: Callable[[Sequence[Parcel]], bytes],
        *,
        queue_bytes: int = QUEUE_BYTES,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._engine = engine
        self._client = client
        self._encode = encode
        self._most = queue_bytes
        self._first_pause_s = first_pause_s
        self._queue: deque[Parcel] = deque()
        self._bytes = 0
        self._waiting = self._sent = self._dropped = 0
        self._problem = ""
        self._said = 0.0
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="samples-ship", daemon=True)
        self._thread.start()

    @property
    def delivery(self) -> Delivery:
        with self._changed:
            return Delivery(self._waiting, self._sent, self._dropped, self._problem)

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Take parcels; when too many wait, the oldest are dropped and counted."""
        with self._changed:
            for parcel in parcels:
                self._queue.append(parcel)
                self._bytes += len(parcel.packed)
                self._waiting += parcel.samples
            lost = 0
            while self._bytes > self._most:
                lost += self._take().samples
            self._waiting -= lost
            self._dropped += lost
            self._changed.notify_all()
        if lost:
            self._say("measurements dropped: the queue is full", values=lost)

    def close(self, within_s: float = CLOSE_S) -> None:
        """Send what waits if the engine takes it in time; the rest is dropped and told."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(within_s)
        with self._changed:
            lost, self._waiting = self._waiting, 0
            self._dropped += lost
            self._queue.clear()
        if lost:
            _log.warning("measurements dropped at the end", engine=self._engine.peer, values=lost)

    def _take(self) -> Parcel:
        parcel = self._queue.popleft()
        self._bytes -= len(parcel.packed)
        return parcel

    def _run(self) -> None:
        pause = self._first_pause_s
        while batch := self._next():
            try:
                self._deliver(batch)
                self._well()
                pause = self._first_pause_s
            except NotNow as error:
                self._ill(str(error))
                if not self._wait(random.uniform(pause / 2, pause)):
                    return
                pause = min(pause * 2, LONGEST_PAUSE_S)

    def _next(self) -> list[Parcel]:
        """Parcels for one request; empty at the end."""
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            batch, samples = list[Parcel](), 0
            while self._queue and samples < REQUEST_SAMPLES:
                batch.append(self._take())
                samples += batch[-1].samples
            return batch

    def _wait(self, seconds: float) -> bool:
        """Wait before the next attempt; false at the end, when one attempt is enough."""
        with self._changed:
            if not self._closing:
                self._changed.wait_for(lambda: self._closing, seconds)
                return True
            return False

    def _deliver(self, batch: list[Parcel]) -> None:
        """Send a batch, or the good parts of it. Raises NotNow; what is left is queued again."""
        open_ = [batch]
        while open_:
            some = open_.pop()
            try:
                self._post(compressed(self._encode(some)))
            except NotNow:
                self._put_back([parcel for part in (some, *reversed(open_)) for parcel in part])
                raise
            except Wrong as error:
                if len(some) > 1:
                    open_ += [some[len(some) // 2 :], some[: len(some) // 2]]
                    continue
                self._count(some, sent=False)
                self._say(
                    "measurements dropped: the engine refuses them",
                    values=some[0].samples,
                    device=some[0].device,
                    because=str(error),
                )
            else:
                self._count(some, sent=True)

    def _post(self, body: bytes) -> None:
        try:
            with self._client.stream(
                "POST", self._engine.write, content=body, headers=HEADERS
            ) as answer:
                said = next(answer.iter_bytes(200), b"")[:200].decode(errors="backslashreplace")
        except httpx.HTTPError as error:
            raise NotNow(f"{self._engine.peer}: {type(error).__name__}") from error
        if answer.is_success:
            return
        told = f"{self._engine.peer} answers {answer.status_code}: {said.strip()!r}"
        wrong = answer.is_client_error and answer.status_code not in _LATER
        if wrong or _TOO_OLD in said:
            raise Wrong(told)
        raise NotNow(told)

    def _put_back(self, parcels: Sequence[Parcel]) -> None:
        with self._changed:
            self._queue.extendleft(reversed(parcels))
            self._bytes += sum(len(parcel.packed) for parcel in parcels)

    def _count(self, parcels: Sequence[Parcel], *, sent: bool) -> None:
        samples = sum(parcel.samples for parcel in parcels)
        with self._changed:
            self._waiting -= samples
            if sent:
                self._sent += samples
            else:
                self._dropped += samples

    def _ill(self, problem: str) -> None:
        with self._changed:
            before, self._problem = self._problem, problem
        if not before:
            _log.warning("measurements wait", engine=self._engine.peer, because=problem)

    def _well(self) -> None:
        with self._changed:
            before, self._problem = self._problem, ""
        if before:
            _log.info("measurements go out again", engine=self._engine.peer)

    def _say(self, what: str, **facts: object) -> None:
        """In the log, once a minute at most: the counter tells the rest."""
        now = time.monotonic()
        if now - self._said >= SAY_EVERY_S:
            self._said = now
            _log.warning(what, engine=self._engine.peer, all_in_all=self._dropped, **facts)
