"""What the vault does by itself: journal uses, ask to be let in, finish a killed rotation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Refused, Unreachable
from noc_console.kernel.heartbeat import beat
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.service import SecretService

EVERY_S = 5.0
_log = structlog.get_logger("vault")


class VaultKeeper:
    """Runs in every process that uses secrets; only one of them finishes rotations."""

    def __init__(
        self,
        secrets: SecretService,
        holding: Holding,
        actor: Actor,
        *,
        is_mine: Callable[[], bool] = lambda: False,
        is_machine: bool = True,
        every_s: float = EVERY_S,
    ) -> None:
        """`is_machine`: it may ask for this machine to be let in."""
        self._secrets = secrets
        self._holding = holding
        self._actor = actor
        self._is_mine = is_mine
        self._is_machine = is_machine
        self._every_s = every_s
        self._said = ""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            beat()
            await self.once()
            await asyncio.sleep(self._every_s)

    async def once(self) -> None:
        await self._secrets.tell_uses(self._actor)
        try:
            if self._is_machine and await self._holding.ask(self._actor):
                _log.warning("this machine asks to be let into the vault")
            if self._is_mine() and (done := await self._holding.catch_up(self._actor)):
                _log.info("an interrupted rotation of the vault went on", resealed=done)
            await self._secrets.forget_removed(self._actor)
            self._said = ""
        except (Refused, Broken, Unreachable) as error:  # locked, not let in, or elsewhere
            if str(error) != self._said:
                self._said = str(error)
                _log.warning("the vault does not open here", why=self._said)
