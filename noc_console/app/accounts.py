"""What hears devices account by TACACS+, while there is a key for it."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.adapters.tacacs import open_accounting
from noc_console.app.compose import Services, driver_of
from noc_console.app.supervise import PATIENCE_S, Supervisor
from noc_console.kernel.actor import Actor
from noc_console.services.accounting.workers import Bookkeeper

NAME = "aaa"


class Accounts:
    """The listener of a process and the worker it feeds."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self._services = services
        self.book = Bookkeeper(
            services.accounting,
            intake=services.intake,
            inventory=services.inventory,
            credentials=services.credentials,
            drivers=driver_of,
            bus=services.bus,
            clock=services.clock,
            actor=actor,
        )
        self._place = ""

    def start(self, keeper: Supervisor) -> None:
        """Start everything; each part is started again by itself when it falls."""
        keeper.start("accounting", self.book.run, patience_s=PATIENCE_S)
        keeper.start("aaa keys", self.book.follow, is_endless=True)
        keeper.start(NAME, self._hear, is_endless=True)

    @property
    def place(self) -> Mapping[str, str]:
        """Where is listened, for the pulse; nothing while nobody has a key."""
        return {NAME: self._place} if self._place else {}

    def drops(self) -> Mapping[str, int]:
        """What was not heard or not kept, by reason."""
        return {f"{NAME}: {reason}": count for reason, count in self.book.dropped.items()}

    async def _hear(self) -> None:
        config = self._services.config
        while True:
            await self.book.until(wanted=True)
            ports = dict.fromkeys((config.tacacs_port, config.tacacs_port_fallback))
            async with open_accounting(
                self.book, clock=self._services.clock, bind=config.listen, ports=tuple(ports)
            ) as listener:
                self._place = f"TCP {listener.port}"
                try:
                    await self.book.until(wanted=False)
                finally:
                    self._place = ""
