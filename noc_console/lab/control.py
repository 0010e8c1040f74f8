"""The lab's control channel: JSON lines over loopback TCP, opened by a token in a private file.

A request is `{"token": …, "do": "fail", "name": …, "target": …}`, an answer `{"ok": true,
"result": …}` or `{"ok": false, "kind": "NotFound", "message": …}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from noc_console.kernel.errors import Invalid, Refused
from noc_console.lab.run import Lab
from noc_console.lab.state import write_private

MAX_REQUEST = 16_384
IDLE_S = 60.0


class Control:
    """Serves one lab; `stopped` is set when somebody asked it to end."""

    def __init__(self, lab: Lab, path: Path) -> None:
        self._lab = lab
        self._path = path
        self._token = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None
        self._visitors: set[asyncio.StreamWriter] = set()
        self.stopped = asyncio.Event()

    async def start(self) -> None:
        """Listen on a free loopback port and write down where."""
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0, limit=MAX_REQUEST)
        port = self._server.sockets[0].getsockname()[1]
        place = {"host": "127.0.0.1", "port": port, "token": self._token, "pid": os.getpid()}
        write_private(self._path, json.dumps(place))

    async def close(self) -> None:
        """Stop listening; the file goes, unless another lab has written its own."""
        if self._server is not None:
            self._server.close()
            for visitor in tuple(self._visitors):
                visitor.close()
            await self._server.wait_closed()
        with contextlib.suppress(OSError, ValueError):
            if json.loads(self._path.read_text())["token"] == self._token:
                self._path.unlink()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._visitors.add(writer)
        try:
            while line := await asyncio.wait_for(reader.readline(), IDLE_S):
                writer.write(json.dumps(self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError):
            pass  # too slow, gone, or a line beyond the limit: nothing to say to them
        finally:
            self._visitors.discard(writer)
            writer.close()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise Invalid("a request is a JSON object")
            if not hmac.compare_digest(str(request.get("token")).encode(), self._token.encode()):
                return {"ok": False, "kind": "NotAllowed", "message": "the token is wrong"}
            return {"ok": True, "result": self._do(request)}
        except Refused as error:
            return {"ok": False, "kind": type(error).__name__, "message": str(error)}
        except ValueError:
            return {"ok": False, "kind": "Invalid", "message": "not JSON"}

    def _do(self, request: dict[str, Any]) -> Any:
        lab = self._lab
        what = request.get("do")
        name, target = _text(request, "name"), _text(request, "target")
        if what == "status":
            return asdict(lab.status())
        if what == "catalogue":
            return [asdict(kind) for kind in lab.catalogue()]
        if what == "fail":
            return asdict(lab.fail(name, target or None))
        if what == "mend":
            return [asdict(fault) for fault in lab.mend(name)]
        if what == "mend-all":
            return [asdict(fault) for fault in lab.mend_all()]
        if what == "seeds":
            return list(lab.seeds)
        if what == "stop":
            self.stopped.set()
            return None
        raise Invalid("the lab does not know this request")


def _text(request: dict[str, Any], key: str) -> str:
    value = request.get(key) or ""
    if not isinstance(value, str) or len(value) > 300:
        raise Invalid(f"{key} is a short text", field=key)
    return value
