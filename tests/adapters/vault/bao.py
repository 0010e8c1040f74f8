"""A small server that speaks OpenBao's HTTP API as its documentation says.

Neither OpenBao nor Vault is in Debian, so none can run here: this one was written from the API
pages of AppRole (`/auth/approle/login`) and of the key/value engine, version 2, and is as strict
as they are about tokens, methods and forms. It proves our side, not theirs.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROLE, SECRET_ID = "role-1", "secret-id-1"


class Bao:
    """What it knows, and switches for its moods."""

    def __init__(self) -> None:
        self.kept: dict[str, list[str | None]] = {}
        self.tokens: set[str] = set()
        self.lease_s = 3600
        self.is_sealed = False
        self.is_forbidding = False
        self.namespace = ""
        self.raw: bytes | None = None
        self.redirect = ""
        self.sign_ins = 0
        self.reads = 0
        self.address = ""


class _Handler(BaseHTTPRequestHandler):
    bao: Bao
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the tests' output is for the tests."""

    def do_POST(self) -> None:
        self._serve("POST")

    def do_GET(self) -> None:
        self._serve("GET")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path, bao = unquote(parts.path), self.bao
        if bao.redirect:
            return self._answer(307, {}, {"Location": bao.redirect})
        if bao.raw is not None:
            return self._raw(200, bao.raw)
        if bao.is_sealed:
            return self._answer(503, {"errors": ["Vault is sealed"]})
        if self.headers.get("X-Vault-Namespace", "") != bao.namespace:
            return self._answer(404, {"errors": []})
        if path == "/v1/auth/approle/login" and method == "POST":
            return self._sign_in(json.loads(body))
        if self.headers.get("X-Vault-Token") not in bao.tokens or bao.is_forbidding:
            return self._answer(403, {"errors": ["permission denied"]})
        given = json.loads(body) if body else {}
        query = parse_qs(parts.query)
        if path.startswith("/v1/secret/data/"):
            return self._data(method, path.removeprefix("/v1/secret/data/"), given, query)
        if path.startswith("/v1/secret/metadata/"):
            return self._metadata(method, path.removeprefix("/v1/secret/metadata/"))
        return self._answer(404, {"errors": []})

    def _sign_in(self, given: dict[str, Any]) -> None:
        if (given.get("role_id"), given.get("secret_id")) != (ROLE, SECRET_ID):
            return self._answer(400, {"errors": ["invalid role or secret ID"]})
        token = f"hvs.{secrets.token_hex(12)}"
        self.bao.tokens.add(token)
        self.bao.sign_ins += 1
        return self._answer(
            200, {"auth": {"client_token": token, "lease_duration": self.bao.lease_s}}
        )

    def _data(
        self, method: str, path: str, given: dict[str, Any], query: dict[str, list[str]]
    ) -> None:
        if method == "POST":
            versions = self.bao.kept.setdefault(path, [])
            versions.append(given["data"]["value"])
            return self._answer(200, {"data": {"version": len(versions), "destroyed": False}})
        versions = self.bao.kept.get(path, [])
        self.bao.reads += 1
        wanted = int(query.get("version", ["0"])[0]) or len(versions)
        if not 0 < wanted <= len(versions) or versions[wanted - 1] is None:
            return self._answer(404, {"errors": []})
        value = {"value": versions[wanted - 1]}
        return self._answer(200, {"data": {"data": value, "metadata": {"version": wanted}}})

    def _metadata(self, method: str, path: str) -> None:
        if method == "DELETE":
            self.bao.kept.pop(path, None)
            return self._answer(204, None)
        return self._answer(405, {"errors": []})

    def _answer(self, code: int, told: Any, headers: dict[str, str] | None = None) -> None:
        self._raw(code, b"" if told is None else json.dumps(told).encode(), headers)

    def _raw(self, code: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving() -> Iterator[Bao]:
    """The server on a free port of the loopback until the test ends."""
    bao = Bao()
    handler = type("Handler", (_Handler,), {"bao": bao})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    bao.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bao
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
