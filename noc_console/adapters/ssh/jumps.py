"""Jump hosts of programs: one connection to each way, for all who go through it at a time.

A thousand devices behind one host are not a thousand logins there: servers turn away who knocks
too often (OpenSSH by `MaxStartups`). The connection ends with the last one who uses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from noc_console.adapters.ssh.algorithms import MayBeOld, never
from noc_console.kernel.errors import AuthRejected, NocError, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import Authority, HostKey, OtherKey
from noc_console.services.terminal.connecting import Prompt
from noc_console.services.ways.model import Hop, Stop

if TYPE_CHECKING:
    from noc_console.adapters.ssh.chain import Chain

CONNECT_S = 12.0
Stops = tuple[Stop, ...]


class Jumps:
    """What programs share when they connect: jump hosts, and whom somebody allowed old SSH."""

    def __init__(self, may_be_old: MayBeOld = never) -> None:
        self.may_be_old = may_be_old
        self._lanes: dict[Stops, _Lane] = {}

    @asynccontextmanager
    async def through(
        self, stops: Stops, *, connect_s: float = CONNECT_S
    ) -> AsyncIterator[Chain | None]:
        """The connections to the last jump host; None where there are no jump hosts.

        Raises NotTrusted, OtherKey, Refused and Unreachable; a jump host that refuses the login
        is Unreachable, too: another login for the device would not help.
        """
        if not stops:
            yield None
            return
        lane = self._lanes.get(stops)
        if lane is None or lane.is_dead:
            lane = self._lanes[stops] = _Lane()
        lane.users += 1
        try:
            yield await lane.chain(lambda: self._dial(stops, connect_s))
        finally:
            lane.users -= 1
            if not lane.users:
                if self._lanes.get(stops) is lane:
                    del self._lanes[stops]
                await lane.close()

    async def _dial(self, stops: Stops, connect_s: float) -> Chain:
        # Whoever reaches nothing through a jump host need not wait for the library.
        from noc_console.adapters.ssh.chain import reach

        for stop in stops:
            if not stop.logins:
                raise Refused(f"the vault has no login for the jump host {stop.hop.text}")
        keeper = ProgramKeeper(stops, self.may_be_old)
        way = [stop.hop for stop in stops]
        try:
            return await reach(way, keeper, uses_agent=False, connect_s=connect_s)
        except AuthRejected as error:
            raise Unreachable(
                f"{error} (a jump host on the way)", peer=error.peer, reason="way"
            ) from None


class _Lane:
    """One connection to the end of a way, and how many go through it."""

    def __init__(self) -> None:
        self.users = 0
        self._lock = asyncio.Lock()
        self._chain: Chain | None = None
        self._tries = 0
        self._error: NocError | None = None

    @property
    def is_dead(self) -> bool:
        """There was a connection, and it is gone."""
        if self._chain is None:
            return False
        return not self._chain.reached or any(
            each.connection.is_closed() for each in self._chain.reached
        )

    async def chain(self, dial: Callable[[], Awaitable[Chain]]) -> Chain:
        """The connection; who waited while another tried in vain is told the same."""
        tries = self._tries
        async with self._lock:
            if self._chain is not None:
                return self._chain
            if self._error is not None and self._tries > tries:
                raise self._error
            self._error = None
            try:
                self._chain = await dial()
            except NocError as error:
                self._error = error
                raise
            finally:
                self._tries += 1
            return self._chain

    async def close(self) -> None:
        if self._chain is not None:
            await self._chain.close()


class ProgramKeeper:
    """See `services.terminal.connecting.Keeper`: knows what was found out before, asks nobody."""

    def __init__(self, stops: Iterable[Stop], may_be_old: MayBeOld) -> None:
        self._stops = {stop.hop: stop for stop in stops}
        self._may_be_old = may_be_old

    async def pinned(self, hop: Hop) -> tuple[HostKey, ...]:
        return self._at(hop).keys

    async def authorities(self, hop: Hop) -> Sequence[Authority]:
        return self._at(hop).authorities

    async def admit(self, shown: HostKey, *, against: str = "") -> bool:
        """Never: a stranger is NotTrusted, and another key than those known is OtherKey."""
        for hop, stop in self._stops.items():
            is_it = (hop.host, hop.port) == (shown.host, shown.port)
            if is_it and (stop.keys or against):
                raise OtherKey(shown, against=against)
        return False

    async def logins(self, hop: Hop) -> Sequence[SshLogin]:
        return self._at(hop).logins

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        return None

    async def may_be_old(self, hop: Hop) -> bool:
        return await self._may_be_old(hop.host, hop.port)

    def told(self, text: str) -> None:
        """A banner is for people."""

    def _at(self, hop: Hop) -> Stop:
        return self._stops.get(hop, Stop(hop))
