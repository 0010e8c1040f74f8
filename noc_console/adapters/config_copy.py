"""Has a device send its configuration by TFTP, told so over SNMP (CISCO-CONFIG-COPY-MIB).

One row of ccCopyTable is made in one SET (createAndGo), its state looked at until it is done or
has failed, and the row removed again whatever became of it.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from typing import Protocol

from noc_console.adapters.tftp import LARGEST, TftpShelf, Upload, address_towards
from noc_console.kernel.errors import NocError, Refused, Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.snmp.model import ObjectType, ObjectValue

WHOLE_S = 120.0
LATE_S = 5.0
"""How long the file may come after the device said that it was sent, and the row's removal take."""
LOOK_S = 1.0
ENTRY = "1.3.6.1.4.1.9.9.96.1.1.1.1"
"""ccCopyEntry."""
_PROTOCOL, _SOURCE, _TARGET, _SERVER, _FILE = 2, 3, 4, 5, 6
_STATE, _CAUSE, _ROW = 10, 13, 14
_TFTP, _NETWORK_FILE, _RUNNING = 1, 1, 4
_CREATE_AND_GO, _DESTROY = 4, 6
_SUCCESSFUL, _FAILED = 3, 4
_CAUSES = {
    2: "it does not like the name of the file",
    3: "our TFTP server did not answer it: look for a filter or a translation of addresses",
    4: "it has no memory for that",
    5: "there is no configuration",
    6: "it does not know TFTP",
    7: "some of it could not be applied",
    8: "it is not ready",
    9: "somebody stopped it",
}
"""ccCopyFailCause."""

Write = tuple[str, ObjectType, int | str | bytes]


class Objects(Protocol):
    """Objects of a device, several in one question. Raises as `services.snmp.ports.Browser`."""

    async def get(self, target: SnmpTarget, oids: list[str]) -> tuple[ObjectValue, ...]: ...

    async def write(self, target: SnmpTarget, wanted: list[Write]) -> None: ...


class ConfigCopy:
    """See `services.configs.ports.Copier`."""

    def __init__(self, objects: Objects, shelf: TftpShelf, *, look_s: float = LOOK_S) -> None:
        self._objects, self._shelf = objects, shelf
        self._look_s = look_s

    async def running(self, target: SnmpTarget) -> str:
        """The running configuration; errors as of `CommandLine.run`."""
        here = address_towards(target.address)
        row = 1 + secrets.randbelow(2**31 - 1)
        async with self._shelf.expecting(target.address) as upload:
            try:
                async with asyncio.timeout(WHOLE_S):
                    # Once: the same order again would be refused, the row is there then.
                    once = replace(target, retries=0)
                    await self._objects.write(once, _order(row, here, upload.name))
                    body = await self._came(target, row, upload)
            except TimeoutError as error:
                raise _unreachable(target, "did not send its configuration in time") from error
            finally:
                await self._forget(target, row)
        return body.decode("utf-8", "replace")

    async def _came(self, target: SnmpTarget, row: int, upload: Upload) -> bytes:
        while True:
            state, cause = await self._state(target, row)
            if upload.is_too_large:
                raise Refused(f"{target.address} sends more than {LARGEST >> 20} MiB")
            if state == _FAILED:
                why = _CAUSES.get(cause, "it does not say why")
                raise Refused(f"{target.address} could not send its configuration: {why}")
            if upload.body.done():
                return upload.body.result()
            if state == _SUCCESSFUL:
                async with asyncio.timeout(LATE_S):
                    return await upload.body
            await asyncio.sleep(self._look_s)

    async def _state(self, target: SnmpTarget, row: int) -> tuple[int, int]:
        found = await self._objects.get(
            target, [f"{ENTRY}.{_STATE}.{row}", f"{ENTRY}.{_CAUSE}.{row}"]
        )
        state, cause = (one.value if isinstance(one.value, int) else 0 for one in found)
        return state, cause

    async def _forget(self, target: SnmpTarget, row: int) -> None:
        """The device forgets rows by itself in the end: not worth failing for."""
        try:
            async with asyncio.timeout(LATE_S):
                await self._objects.write(
                    target, [(f"{ENTRY}.{_ROW}.{row}", ObjectType.INTEGER, _DESTROY)]
                )
        except (NocError, TimeoutError):
            pass


def _order(row: int, here: str, name: str) -> list[Write]:
    values: list[tuple[int, ObjectType, int | str | bytes]] = [
        (_PROTOCOL, ObjectType.INTEGER, _TFTP),
        (_SOURCE, ObjectType.INTEGER, _RUNNING),
        (_TARGET, ObjectType.INTEGER, _NETWORK_FILE),
        (_SERVER, ObjectType.ADDRESS, here),
        (_FILE, ObjectType.STRING, name),
        (_ROW, ObjectType.INTEGER, _CREATE_AND_GO),
    ]
    return [(f"{ENTRY}.{column}.{row}", type, value) for column, type, value in values]


def _unreachable(target: SnmpTarget, what: str) -> Unreachable:
    return Unreachable(f"{target.address} {what}", peer=target.address, reason="timeout")
