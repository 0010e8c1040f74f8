"""Client of the lab's control channel: one JSON line there, one back, over loopback."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Unreachable
from noc_console.services.lab.model import ActiveFault, FaultKind, LabDevice, LabStatus

TIMEOUT_S = 5.0
MAX_ANSWER = 8 * 1024 * 1024
_PEER = "the lab"
_KINDS: dict[str, type[Refused]] = {
    "NotFound": NotFound,
    "Invalid": Invalid,
    "Conflict": Conflict,
    "NotAllowed": NotAllowed,
}


class LabClient:
    """Finds the lab by its control file, each time anew: a restarted lab is found again."""

    def __init__(self, control_file: Path) -> None:
        self._path = control_file

    async def status(self) -> LabStatus:
        return _status(await self._ask("status"))

    async def catalogue(self) -> tuple[FaultKind, ...]:
        return tuple(FaultKind(**each) for each in await self._ask("catalogue"))

    async def fail(self, name: str, target: str | None) -> ActiveFault:
        return ActiveFault(**await self._ask("fail", name=name, target=target or ""))

    async def mend(self, what: str) -> tuple[ActiveFault, ...]:
        return tuple(ActiveFault(**each) for each in await self._ask("mend", name=what))

    async def mend_all(self) -> tuple[ActiveFault, ...]:
        return tuple(ActiveFault(**each) for each in await self._ask("mend-all"))

    async def seeds(self) -> tuple[str, ...]:
        """`address:port` of every agent."""
        return tuple(await self._ask("seeds"))

    async def stop(self) -> None:
        await self._ask("stop")

    async def _ask(self, do: str, **more: str) -> Any:
        place = self._place()
        request = json.dumps({"token": place["token"], "do": do, **more}).encode() + b"\n"
        try:
            async with asyncio.timeout(TIMEOUT_S):
                line = await _exchange(str(place["host"]), int(place["port"]), request)
            answer = json.loads(line)
        except (OSError, TimeoutError, ValueError) as error:
            raise Unreachable(
                "the lab does not answer; it may have been stopped", peer=_PEER
            ) from error
        if answer.get("ok"):
            return answer["result"]
        kind = _KINDS.get(str(answer.get("kind")), Refused)
        raise kind(str(answer.get("message", "the lab refused")))

    def _place(self) -> dict[str, Any]:
        try:
            place = json.loads(self._path.read_text())
        except FileNotFoundError as error:
            raise Unreachable("no lab is running", peer=_PEER, reason="closed") from error
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self._path} cannot be read", peer=_PEER) from error
        if not isinstance(place, dict) or not {"host", "port", "token"} <= place.keys():
            raise Unreachable(f"{self._path} is no control file of a lab", peer=_PEER)
        return place


async def _exchange(host: str, port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port, limit=MAX_ANSWER)
    try:
        writer.write(request)
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()
    if not line:
        raise ConnectionError("hung up")
    return line


def _status(given: dict[str, Any]) -> LabStatus:
    devices = tuple(
        LabDevice(**{**each, "ports": tuple(each["ports"])}) for each in given["devices"]
    )
    faults = tuple(ActiveFault(**each) for each in given["faults"])
    return LabStatus(**{**given, "devices": devices, "faults": faults,
                        "sites": tuple(given["sites"])})  # fmt: skip
