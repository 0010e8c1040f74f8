"""Which credential opens an address: several tried at once, the first that answers wins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import (
    Credential,
    CredentialKind,
    SnmpCredential,
    SnmpTarget,
)
from noc_console.services.inspection.collectors import system
from noc_console.services.telemetry.ports import SnmpReader, Value

TIMEOUT_S = 1.0
RETRIES = 1
"""Tries are one and two seconds long: an address with nobody there costs three seconds."""
AT_ONCE = 4
HEAD_START_S = 0.15
"""How long a credential is alone before the next one joins: most devices take the first."""

Key = tuple[Credential, SnmpCredential]
_ORDER = (CredentialKind.SNMP_V2C, CredentialKind.SNMP_V3, CredentialKind.SNMP_V1)


@dataclass(frozen=True, slots=True)
class Opened:
    """An address that answered, with the credential it took and its first words."""

    credential: Credential
    target: SnmpTarget
    first_words: Mapping[str, Value]


def in_order(keys: Sequence[Key]) -> tuple[Key, ...]:
    """v2c, v3, v1, each in the operator's order; a v2c community is tried as v1 at the end.

    Old devices speak v1 only, with the community everybody uses; such a key has id 0 until
    it works.
    """
    own = sorted(keys, key=lambda key: (_ORDER.index(key[0].kind), key[0].position))
    known_v1 = {key[1].community for key in own if key[0].kind is CredentialKind.SNMP_V1}
    return (*own, *(_as_v1(key) for key in own if _is_new_v1(key, known_v1)))


def _is_new_v1(key: Key, known: set[Secret]) -> bool:
    return key[0].kind is CredentialKind.SNMP_V2C and key[1].community not in known


def _as_v1(key: Key) -> Key:
    known, opened = key
    kind = CredentialKind.SNMP_V1
    return (
        Credential(id=type(known.id)(0), name="", kind=kind, position=known.position),
        SnmpCredential(kind=kind, community=opened.community),
    )


class Probe:
    """Tries credentials on one address."""

    def __init__(self, reader: SnmpReader, keys: Sequence[Key]) -> None:
        self._reader = reader
        self._keys = in_order(keys)

    async def open(self, address: str, port: int) -> Opened:
        """The first credential that answers; else the error that tells most."""
        opened: asyncio.Future[Opened] = asyncio.get_running_loop().create_future()
        errors: list[Unreachable] = []
        gate = asyncio.Semaphore(AT_ONCE)

        async def attempt(place: int, key: Key) -> None:
            await asyncio.sleep(place * HEAD_START_S)
            async with gate:
                if opened.done():
                    return
                try:
                    found = await self._ask(key, address, port)
                except Unreachable as error:
                    errors.append(error)
                    return
                except Invalid as error:  # a credential that fits no device must not stop others
                    peer = f"{address}:{port}"
                    errors.append(Unreachable(str(error), peer=peer, reason="credential"))
                    return
            if not opened.done():
                opened.set_result(found)

        async with asyncio.TaskGroup() as group:
            attempts = [
                group.create_task(attempt(place, key)) for place, key in enumerate(self._keys)
            ]
            for task in attempts:
                waited: list[asyncio.Future[Any]] = [task, opened]
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if opened.done():
                    break
            for task in attempts:
                task.cancel()
        if opened.done():
            return opened.result()
        raise self._explained(worst(errors, f"{address}:{port}"))

    def _explained(self, error: Unreachable) -> Unreachable:
        """Silence may be a wrong community: agents do not answer those. Say what was tried."""
        tried = {key[0].name: None for key in self._keys if key[0].name}
        if error.reason != "timeout" or not tried:
            return error
        return Unreachable(
            f"{error}: it is down or filtered, or takes none of {', '.join(tried)}",
            peer=error.peer,
            reason=error.reason,
        )

    async def _ask(self, key: Key, address: str, port: int) -> Opened:
        known, credential = key
        target = SnmpTarget(address, port, credential, timeout_s=TIMEOUT_S, retries=RETRIES)
        words = await self._reader.get(target, system.PROBE)
        return Opened(known, target, words)


_TELLING = ("auth", "malformed", "credential", "slow", "refused", "closed", "timeout")


def worst(errors: Sequence[Unreachable], peer: str) -> Unreachable:
    """Of several failures the one that tells most: a refusal more than silence."""

    def rank(error: Unreachable) -> int:
        if isinstance(error, AuthRejected):
            return -1
        return _TELLING.index(error.reason) if error.reason in _TELLING else len(_TELLING)

    if not errors:
        return Unreachable(f"{peer} did not answer", peer=peer, reason="timeout")
    return min(errors, key=rank)
