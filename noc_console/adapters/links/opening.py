"""Opens links of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noc_console.kernel.errors import Refused
from noc_console.services.terminal.connecting import Keeper, LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link

if TYPE_CHECKING:
    from noc_console.adapters.links.holding import TerminalHolder


class LinkOpener:
    """See `services.terminal.connecting.Connector`. With a holder, what can outlives the window."""

    def __init__(self, holder: TerminalHolder | None = None) -> None:
        self.holder = holder

    async def open(self, target: Target, size: Size, keeper: Keeper) -> Link:
        link = await self._open(target, size, keeper)
        if self.holder is not None:
            self.holder.keep(link, target)
        return link

    async def _open(self, target: Target, size: Size, keeper: Keeper) -> Link:
        # Whoever opens no link of a kind need not wait for its library.
        if target.kind is LinkKind.SSH:
            from noc_console.adapters.ssh.opening import open_ssh

            return await open_ssh(target, size, keeper)
        if target.kind is LinkKind.TELNET:
            from noc_console.adapters.links.telnet import open_telnet

            return await open_telnet(target, size, keeper)
        if target.kind is LinkKind.SERIAL:
            from noc_console.adapters.links.serial import open_serial

            return await open_serial(target, size, keeper)
        if target.kind is LinkKind.SHELL:
            from noc_console.adapters.links.shell import open_shell

            return await open_shell(target, size, keeper)
        raise Refused(f"a {target.kind} is not opened but played")
