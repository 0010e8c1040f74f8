"""Connections through jump hosts: each hop proves itself and is logged in to, then the next."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncssh

from noc_console.adapters.ssh import certificates
from noc_console.adapters.ssh.algorithms import OLD, Missing, missing, offer
from noc_console.adapters.ssh.client import Client, Patience
from noc_console.adapters.ssh.errors import translated, turned_away, was_cut
from noc_console.kernel.errors import AuthRejected, NocError, Refused
from noc_console.kernel.text import plural, visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import Authority, NotTrusted
from noc_console.services.terminal.connecting import (
    Keeper,
    LegacyOnly,
    NoAlgorithm,
    Prompt,
)
from noc_console.services.ways.model import Hop
from noc_console.wire.ssh_hello import OURS, Hello, read_hello

CONNECT_S = 12.0
"""For each hop: connecting, keys, and each answer of the login; people may take longer."""
HELLO_S = 6.0
KEEPALIVE_S = 15.0
KEEPALIVES = 3
"""Unanswered, then the connection is given up."""
CLOSE_S = 1.0
MOST_USERS = 4
"""Tried of the vault at one host: devices shut out who guesses."""
TOO_MANY = "too many authentication failures"
_SILENT = (TimeoutError, ConnectionRefusedError, asyncssh.ChannelOpenError)
"""Errors of a host that said nothing at all."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One hop that we are logged in to."""

    hop: Hop
    connection: asyncssh.SSHClientConnection
    client: Client

    @property
    def old(self) -> tuple[str, ...]:
        """The algorithms in use that are no longer safe."""
        info = self.connection.get_extra_info
        used = {
            self.client.kex,
            self.client.signature,
            *(info(f"{way}_{what}", "") for way in ("send", "recv") for what in ("cipher", "mac")),
        }
        return tuple(sorted(used & OLD))


class Chain:
    """The connections on the way, the last one first to be closed."""

    def __init__(self) -> None:
        self.reached: list[Reached] = []

    @property
    def last(self) -> Reached:
        return self.reached[-1]

    async def close(self) -> None:
        """Hang up politely within a second, rudely after it; safe to be cancelled."""
        for each in reversed(self.reached):
            each.connection.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                for each in reversed(self.reached):
                    await each.connection.wait_closed()
        except TimeoutError:
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        for each in reversed(self.reached):
            each.connection.abort()
        self.reached.clear()


async def reach(
    way: Sequence[Hop],
    keeper: Keeper,
    *,
    uses_agent: bool,
    keepalive_s: float = KEEPALIVE_S,
    connect_s: float = CONNECT_S,
    before: Chain | None = None,
) -> Chain:
    """Log in to every host of the way in turn. Raises Refused, Unreachable or AuthRejected.

    `before` is what the way begins behind; it is not part of the chain, and stays when that closes.
    """
    chain = Chain()
    last = before.last if before is not None else None
    try:
        for hop in way:
            through = f" through {last.hop.text}" if last is not None else ""
            keeper.told(f"Connecting to {hop.text}{through}…")
            joining = _Joining(hop, last, keeper, uses_agent, keepalive_s, connect_s)
            last = await joining.join()
            chain.reached.append(last)
    except BaseException:
        chain.abort()
        raise
    return chain


class _Joining:
    """Getting to one hop: its key, its algorithms, its logins."""

    def __init__(
        self,
        hop: Hop,
        last: Reached | None,
        keeper: Keeper,
        uses_agent: bool,
        keepalive_s: float,
        connect_s: float,
    ) -> None:
        self._hop = hop
        self._tunnel = None if last is None else last.connection
        self._keeper = keeper
        self._uses_agent = uses_agent
        self._keepalive_s = keepalive_s
        self._connect_s = connect_s
        self._asks_password = True

    async def join(self) -> Reached:
        logins = list(await self._keeper.logins(self._hop))
        users = await self._by_user(logins)
        rejected: AuthRejected | None = None
        self._asks_password = len(users) == 1
        for user, mine in users[:MOST_USERS]:
            try:
                return await self._as(user, mine)
            except AuthRejected as error:
                rejected = error
        if not self._asks_password:
            # Nothing of the vault fits: the person may know the password of the likeliest user.
            self._asks_password = True
            return await self._as(users[0][0], [])
        assert rejected is not None
        raise rejected

    async def _by_user(self, logins: Sequence[SshLogin]) -> list[tuple[str, list[SshLogin]]]:
        """Users in the order of their best login; who is nowhere named is asked for."""
        named = self._hop.user
        if named:
            return [(named, [each for each in logins if each.user in (named, "")])]
        users: dict[str, list[SshLogin]] = {}
        for each in logins:
            if each.user:
                users.setdefault(each.user, []).append(each)
        if users:
            return list(users.items())
        answers = await self._keeper.answers(
            f"Log in to {self._hop.text}",
            "The vault has no login for it.",
            (Prompt("User", is_secret=False),),
        )
        user = answers[0].reveal().strip() if answers else ""
        if not user:
            raise Refused(f"nobody logs in to {self._hop.text}: no user was given")
        return [(user, [each for each in logins if not each.user])]

    async def _as(self, user: str, logins: list[SshLogin]) -> Reached:
        async with self._agent() as agent_keys:
            try:
                return await self._known(user, logins, agent_keys)
            except _TooMany as error:
                others = [each for each in logins if not each.key]
                if not agent_keys or not others:
                    raise AuthRejected(
                        f"{self._hop.text} gives up after a few keys, and there are"
                        f" {plural(len(agent_keys) + len(logins), 'login')} to try: name the user"
                        " or narrow the vault's rules",
                        peer=self._hop.text,
                    ) from error
                # The agent offered more keys than the server lets anybody try.
                return await self._known(user, others, [])

    async def _known(
        self, user: str, logins: list[SshLogin], agent_keys: Sequence[asyncssh.SSHKeyPair]
    ) -> Reached:
        """Connect; a key that is not pinned is shown to the keeper before anything is sent."""
        kinds = frozenset(each.algorithm for each in await self._keeper.pinned(self._hop))
        authorities = await self._keeper.authorities(self._hop)
        against = ""
        for _ in range(4):
            client, failure = await self._connect(user, logins, agent_keys, kinds, authorities)
            if isinstance(failure, asyncssh.SSHClientConnection):
                return Reached(self._hop, failure, client)
            if (
                authorities
                and client.shown is None
                and isinstance(failure, asyncssh.HostKeyNotVerifiable)
            ):
                # Its key alone may be known, or become so; a certificate of somebody nobody
                # trusts is none, and one that does not hold is held against it.
                against = certificates.against(
                    client.authority, client.certificate, failure, self._hop.host
                )
                authorities = ()
            elif client.shown is not None:
                if not await self._keeper.admit(client.shown, against=against):
                    raise NotTrusted(client.shown) from failure
                kinds = frozenset({client.shown.algorithm})
            elif client.key is None and client.authority is None:
                # No key was even shown: perhaps the server has none of a pinned kind any more,
                # and what it has instead must be looked at; never believed by itself.
                lack = await self._lack(failure)
                if not kinds or lack is not None or isinstance(failure, _SILENT):
                    raise self._told(client, failure, lack) from failure
                kinds = frozenset()
            else:
                raise self._told(client, failure, None) from failure
        raise Refused(f"{self._hop.text} shows another key each time")

    async def _connect(
        self,
        user: str,
        logins: list[SshLogin],
        agent_keys: Sequence[asyncssh.SSHKeyPair],
        kinds: frozenset[str],
        authorities: Sequence[Authority],
    ) -> tuple[Client, asyncssh.SSHClientConnection | BaseException]:
        patience = Patience(self._connect_s)
        is_legacy = await self._keeper.may_be_old(self._hop)
        offered = offer(is_legacy=is_legacy, kinds=kinds, certified=bool(authorities))
        client = Client(
            Hop(self._hop.host, self._hop.port, user),
            pinned=await self._keeper.pinned(self._hop),
            logins=logins,
            agent_keys=agent_keys,
            keeper=self._keeper,
            patience=patience,
            asks_password=self._asks_password,
            authorities=authorities,
        )
        try:
            async with patience.timeout:
                return client, await asyncssh.connect(
                    self._hop.host,
                    self._hop.port,
                    tunnel=self._tunnel or (),
                    client_factory=lambda: client,
                    username=user,
                    # Nothing is believed by a file: `Client` decides by what is pinned.
                    known_hosts=([], [], []),
                    client_keys=None,
                    agent_path=None,
                    config=None,
                    gss_auth=False,
                    gss_kex=False,
                    kex_algs=offered.kex,
                    encryption_algs=offered.ciphers,
                    mac_algs=offered.macs,
                    compression_algs=("none",),
                    server_host_key_algs=offered.host_keys,
                    signature_algs=offered.signatures,
                    preferred_auth="publickey,keyboard-interactive,password",
                    login_timeout=0,  # `patience` counts, and stops while a person thinks
                    keepalive_interval=self._keepalive_s,
                    keepalive_count_max=KEEPALIVES,
                )
        except (OSError, asyncssh.Error, ValueError) as error:
            return client, error

    def _told(self, client: Client, error: BaseException, lack: Missing | None) -> NocError:
        """The error in an operator's words."""
        if lack is not None:
            kind = LegacyOnly if lack.is_old else NoAlgorithm
            return kind(self._hop, what=lack.what, offered=_shown(lack.offered))
        if isinstance(error, asyncssh.DisconnectError) and TOO_MANY in str(error).lower():
            raise _TooMany from error
        if isinstance(error, asyncssh.PermissionDenied) and client.was_refused:
            return AuthRejected(f"nobody answered {self._hop.text}", peer=self._hop.text)
        if was_cut(error) and not client.was_greeted:
            return turned_away(self._hop.text)
        if isinstance(error, asyncssh.PermissionDenied) and client.troubles:
            why = " ".join(client.troubles)
            return AuthRejected(f"{self._hop.text} let nobody in. {why}", peer=self._hop.text)
        return translated(self._hop.text, error)

    async def _lack(self, error: BaseException) -> Missing | None:
        """What both sides lack, read from what the server says in the open."""
        if isinstance(error, _SILENT):
            return None
        hello = await self._hello()
        is_legacy = await self._keeper.may_be_old(self._hop)
        return None if hello is None else missing(hello, offer(is_legacy=is_legacy))

    async def _hello(self) -> Hello | None:
        host, port = self._hop.host, self._hop.port
        reader: asyncio.StreamReader | asyncssh.SSHReader[bytes]
        writer: asyncio.StreamWriter | asyncssh.SSHWriter[bytes]
        try:
            async with asyncio.timeout(HELLO_S):
                if self._tunnel is None:
                    reader, writer = await asyncio.open_connection(host, port)
                else:
                    reader, writer = await self._tunnel.open_connection(host, port, encoding=None)
                try:
                    writer.write(OURS)
                    received = b""
                    while (hello := read_hello(received)) is None:
                        part = await reader.read(4096)
                        if not part:
                            return None
                        received += part
                    return hello
                finally:
                    writer.close()
        except (OSError, asyncssh.Error, ValueError):
            return None

    @asynccontextmanager
    async def _agent(self) -> AsyncIterator[Sequence[asyncssh.SSHKeyPair]]:
        """The keys of the operator's agent, hardware keys among them; none when there is none."""
        path = os.environ.get("SSH_AUTH_SOCK", "")
        if not self._uses_agent or not path:
            yield ()
            return
        try:
            agent = await asyncssh.connect_agent(path)
        except (OSError, asyncssh.Error):
            self._keeper.told("The SSH agent does not answer; going on without it.")
            yield ()
            return
        try:
            try:
                keys = list(await agent.get_keys())
            except ValueError:
                keys = []
            yield keys
        finally:
            agent.close()


class _TooMany(Exception):
    """The server lets nobody try so often."""


def _shown(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(visible(name, limit=64) for name in names[:20])
