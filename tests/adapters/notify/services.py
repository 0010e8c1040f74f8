"""Message services on loopback: they keep what they were sent, and answer as they are told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    """A slow loris: a byte now and then, for ever."""
    hangs_up: bool = False
    thinks_s: float = 0.0
    """How long it takes to answer."""


class Service(ThreadingHTTPServer):
    """One messaging service."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self.usual = Reply()
        self.gate = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave in the middle are what some tests are about."""


class _Door(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.requests.append(
            Request(self.command, self.path, dict(self.headers.items()), body)
        )
        reply = self.server.replies.pop(0) if self.server.replies else self.server.usual
        self.server.gate.wait(reply.thinks_s)
        if reply.hangs_up:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.drips:
            self.end_headers()
            while not self.server.gate.wait(0.02):
                self.wfile.write(b".")
                self.wfile.flush()
            return
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serving(tls: Path | None = None) -> Iterator[Service]:
    """A service on a free port, over TLS when given a certificate with its key."""
    server = Service()
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
