"""Ports that lead through an SSH connection."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import count

import asyncssh

from noc_console.adapters.ssh.chain import Reached
from noc_console.adapters.ssh.errors import translated
from noc_console.kernel.errors import Invalid, NotFound, Refused
from noc_console.kernel.text import visible
from noc_console.services.terminal.forwarding import Forward, ForwardKind, ForwardWish, check

OPEN_S = 15.0
CLOSE_S = 1.0


class SshForwards:
    """See `services.terminal.forwarding.Forwards`. All end with the connection."""

    def __init__(self, reached: Reached) -> None:
        self._peer = reached.hop.text
        self._connection = reached.connection
        self._numbers = count(1)
        self._open: dict[int, tuple[ForwardWish, asyncssh.SSHListener]] = {}
        self._made: Counter[int] = Counter()

    def listed(self) -> tuple[Forward, ...]:
        return tuple(
            Forward(number, wish, self._made[number]) for number, (wish, _) in self._open.items()
        )

    async def start(self, wish: ForwardWish) -> Forward:
        wish, number = check(wish), next(self._numbers)
        try:
            async with asyncio.timeout(OPEN_S):
                listener = await self._listen(wish, number)
        except asyncssh.ChannelListenError as error:
            raise Refused(f"{self._peer} does not let ports lead here: {_said(error)}") from error
        except asyncssh.Error as error:
            raise translated(self._peer, error, doing="opening a port") from error
        except TimeoutError as error:
            raise translated(self._peer, error, doing="opening a port") from error
        except OSError as error:
            raise Invalid(
                f"this machine has no port {wish.listen_host}:{wish.listen_port} free:"
                f" {error.strerror}",
                field="listen_port",
            ) from error
        wish = replace(wish, listen_port=listener.get_port() or wish.listen_port)
        self._open[number] = (wish, listener)
        return Forward(number, wish, 0)

    async def _listen(self, wish: ForwardWish, number: int) -> asyncssh.SSHListener:
        connection = self._connection
        if wish.kind is ForwardKind.DYNAMIC:
            return await connection.forward_socks(wish.listen_host, wish.listen_port)
        if wish.kind is ForwardKind.REMOTE:
            return await connection.forward_remote_port(
                wish.listen_host, wish.listen_port, wish.host, wish.port
            )

        def counted(_host: str, _port: int) -> bool:
            self._made[number] += 1
            return True

        return await connection.forward_local_port(
            wish.listen_host, wish.listen_port, wish.host, wish.port, accept_handler=counted
        )

    async def stop(self, forward_id: int) -> Forward:
        if forward_id not in self._open:
            raise NotFound("that port leads nowhere any more")
        wish, listener = self._open.pop(forward_id)
        await shut(listener)
        return Forward(forward_id, wish, self._made[forward_id])

    async def close(self) -> None:
        for number in tuple(self._open):
            await self.stop(number)


async def shut(listener: asyncssh.SSHListener) -> None:
    """Nobody comes in any more. Who is in may stay, and from Python 3.12 on is waited for: that
    can be for ever, so it is for a moment only."""
    listener.close()
    try:
        async with asyncio.timeout(CLOSE_S):
            await listener.wait_closed()
    except TimeoutError:
        pass


def _said(error: Exception) -> str:
    return visible(str(error), limit=200) or "it refused"
