"""Metrics and health over HTTP, on loopback only.

A thread with a loop of its own serves them, so that a collector whose loop stands still can
still say so. It speaks as little HTTP as Prometheus and a health check need, to at most
`MOST_CONNECTIONS` at a time, and to nobody for long.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import structlog

from noc_console.app.metrics import Metrics
from noc_console.app.vitals import Vitals
from noc_console.kernel.errors import Broken

_log = structlog.get_logger("metrics")

MOST_CONNECTIONS = 16
LARGEST_HEAD = 8_192
PATIENCE_S = 5.0
"""For the whole of one request: asking, answering, and the client's reading."""
LOOP_PATIENCE_S = 2.0
"""How long the collector's own loop may take to say how it is."""
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_REQUEST = re.compile(rb"(GET|HEAD) (/[!-~]{0,200}) HTTP/1\.[01]")
_HOST = re.compile(rb"(?im)^host:[ \t]*([^\r\n]*?)[ \t]*\r?$")
_STATUS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    kind: str = "application/json"


class MetricsServer:
    """Serves `/metrics`, `/health/live` and `/health/ready` at `address` until cancelled."""

    def __init__(self, address: str, vitals: Vitals, metrics: Metrics) -> None:
        self.port = 0
        self._hosts, self._wanted = loopback(address)
        self._vitals = vitals
        self._metrics = metrics
        self._main: asyncio.AbstractEventLoop | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def run(self) -> None:
        """For ever. Raises Broken when the port is taken."""
        self._main = asyncio.get_running_loop()
        serving: Future[Callable[[], object]] = Future()
        thread = threading.Thread(
            target=self._in_thread, args=(serving,), name="metrics", daemon=True
        )
        thread.start()
        try:
            await asyncio.wrap_future(serving)
            self._vitals.metrics = f"{_bracketed(self._hosts[0])}:{self.port}"
            _log.info("metrics", at=self._vitals.metrics)
            await asyncio.Event().wait()
        finally:
            self._vitals.metrics = ""
            if serving.done() and serving.exception() is None:
                serving.result()()
            await asyncio.to_thread(thread.join)

    # In the thread

    def _in_thread(self, serving: Future[Callable[[], object]]) -> None:
        try:
            asyncio.run(self._serve(serving))
        except BaseException as error:
            if serving.done():
                raise
            serving.set_exception(error)

    async def _serve(self, serving: Future[Callable[[], object]]) -> None:
        """Until what `serving` brings is called."""
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        async with AsyncExitStack() as stack:
            try:
                for host in self._hosts:
                    await stack.enter_async_context(await self._listen(host))
            except OSError as error:
                text = f"metrics cannot be told at port {self._wanted}: {error.strerror}"
                serving.set_exception(Broken(text))
                return
            serving.set_result(partial(loop.call_soon_threadsafe, stopping.set))
            await stopping.wait()
            # Whom asyncio of Python 3.11 accepts while its server closes it forgets, connected.
            for _ in range(20):
                if not await self._dismiss():
                    break
        while await self._dismiss():
            pass

    async def _dismiss(self) -> bool:
        """Whether anybody was still connected; they are now being parted with."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        # Not cancelled: asyncio's streams of Python 3.11 complain about that aloud.
        for writer in tuple(self._writers):
            writer.transport.abort()
        if others:
            await asyncio.wait(others, timeout=0.1)
        return bool(others)

    async def _listen(self, host: str) -> asyncio.Server:
        port = self.port or self._wanted
        server = await asyncio.start_server(
            self._connected, host, port, limit=LARGEST_HEAD, backlog=64
        )
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            async with asyncio.timeout(PATIENCE_S):
                if len(self._writers) > MOST_CONNECTIONS:
                    answer, is_head = _error(503, "too many ask at once"), False
                else:
                    answer, is_head = await self._answer(reader)
                writer.write(_head(answer) + (b"" if is_head else answer.body))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, EOFError, TimeoutError):
            writer.transport.abort()
        finally:
            self._writers.discard(writer)

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[Answer, bool]:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _error(400, "the request is too long"), False
        line, _, headers = head.partition(b"\r\n")
        request = _REQUEST.fullmatch(line)
        if request is None:
            return _error(400, "this is no GET or HEAD of HTTP/1"), False
        if not _is_local(headers):
            # A web page that lets its own name point at us must not read what we tell.
            return _error(403, "ask for 127.0.0.1, [::1] or localhost"), False
        path = request[2].partition(b"?")[0].decode()
        return await self._page(path), request[1] == b"HEAD"

    async def _page(self, path: str) -> Answer:
        pages = {"/metrics": self._tell, "/health/live": self._live, "/health/ready": self._ready}
        page = pages.get(path)
        if page is None:
            return _error(404, f"there are {', '.join(pages)}")
        try:
            async with asyncio.timeout(LOOP_PATIENCE_S):
                return await asyncio.wrap_future(self._on_main(page))
        except TimeoutError:
            watch = self._vitals.watch
            silent = LOOP_PATIENCE_S if watch is None else max(LOOP_PATIENCE_S, watch.silent_s)
            return _health(503, "stuck", [f"the event loop stands still for {silent:.0f} s"])

    def _on_main(self, page: Callable[[], Answer]) -> Future[Answer]:
        answered: Future[Answer] = Future()

        def answer() -> None:
            if not answered.set_running_or_notify_cancel():
                return
            try:
                answered.set_result(page())
            except Exception as error:  # noqa: BLE001 - told as a 503; the collector goes on
                _log.exception("metrics failed")
                answered.set_result(_health(503, "broken", [type(error).__name__]))

        assert self._main is not None
        self._main.call_soon_threadsafe(answer)
        return answered

    # On the collector's loop

    def _tell(self) -> Answer:
        return Answer(200, self._metrics.text(), EXPOSITION)

    def _live(self) -> Answer:
        return _health(200, "alive", [])

    def _ready(self) -> Answer:
        reasons = self._vitals.ails()
        return _health(503, "not ready", reasons) if reasons else _health(200, "ready", [])


def loopback(address: str) -> tuple[tuple[str, ...], int]:
    """Hosts and port of `HOST:PORT`; `localhost` means both families. Others are Broken."""
    host, colon, port = address.rpartition(":")
    host = host.strip("[]")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise Broken(f"metrics are told at HOST:PORT, not at {address!r}")
    if host == "localhost":
        return _both_families(), int(port)
    try:
        is_ours = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_ours = False
    if not is_ours:
        raise Broken(f"metrics are told on loopback only (127.0.0.1, [::1], localhost), not {host}")
    return (host,), int(port)


def _both_families() -> tuple[str, ...]:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return ("127.0.0.1", "::1")
    except OSError:  # no IPv6 on this machine
        return ("127.0.0.1",)


def _is_local(headers: bytes) -> bool:
    named = _HOST.findall(headers)
    if len(named) != 1:
        return False
    host = re.sub(rb":\d{1,5}\Z", b"", named[0]).strip(b"[]").decode("ascii", "replace").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _health(status: int, word: str, reasons: list[str]) -> Answer:
    return Answer(status, json.dumps({"status": word, "reasons": reasons}).encode() + b"\n")


def _error(status: int, text: str) -> Answer:
    return Answer(status, text.encode() + b"\n", "text/plain; charset=utf-8")


def _head(answer: Answer) -> bytes:
    return (
        f"HTTP/1.1 {answer.status} {_STATUS[answer.status]}\r\n"
        f"Content-Type: {answer.kind}\r\nContent-Length: {len(answer.body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    ).encode()
