"""The vault's key on its way from the window, where the pass phrase is given, to its collector.

Through the pipe between them: it is on no disk, in no argument and in no environment. A child
that starts again while the window is locked waits for the next pass phrase.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Protocol

import structlog

from noc_console.adapters.vault.credential import HandedKey
from noc_console.app.children import Child
from noc_console.app.config import Config
from noc_console.kernel.errors import Broken
from noc_console.kernel.heartbeat import beat

LOOK_EVERY_S = 0.3
_log = structlog.get_logger("vault")


class Open(Protocol):
    """A keyring that is open at times."""

    @property
    def is_open(self) -> bool: ...

    def get(self) -> bytes | None: ...


async def hand_over(keyring: Open, child: Child) -> None:
    """Until cancelled: each time the child starts, give it the key as soon as there is one."""
    told = 0
    while True:
        beat()
        turn = child.turn
        if turn and turn != told and keyring.is_open and (key := keyring.get()) is not None:
            await child.tell(base64.b64encode(key) + b"\n")
            told = turn
        await asyncio.sleep(LOOK_EVERY_S)


def waiting_for_key(config: Config, *, child: bool) -> HandedKey | None:
    """What a process without a keyboard waits with, where the vault opens with a pass phrase."""
    if config.vault != "passphrase":
        return None
    if not child:
        raise Broken(
            "a collector without a window opens no vault with a pass phrase: use `file`, `system` "
            "or `credential` as `vault` in its configuration"
        )
    return HandedKey()


async def key_or_end(handed: HandedKey, stopping: asyncio.Event) -> None:
    """Wait for the key, or to be told to leave, whichever is first."""
    _log.info("waiting for the vault's key")
    async with asyncio.TaskGroup() as group:
        waits = [group.create_task(handed.came()), group.create_task(_set(stopping))]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


async def _set(event: asyncio.Event) -> None:
    await event.wait()
