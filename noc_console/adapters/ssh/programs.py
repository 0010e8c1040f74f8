"""Connections of programs: one login, the key that was trusted, and nobody to ask.

Backups, jobs, flights and tests of logins all come through here: what a host is offered, what is
believed of it and what is told when it fails is the same everywhere, and the same as at a terminal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncssh

from noc_console.adapters.ssh.algorithms import MayBeOld
from noc_console.adapters.ssh.chain import reach
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey, NotTrusted
from noc_console.services.terminal.connecting import Prompt
from noc_console.services.ways.model import Hop

CONNECT_S = 12.0
_NOBODY = "noc-console"
"""Nobody logs in under it: who only looks at a key leaves before there is a login."""


async def host_key(
    host: str, port: int, may_be_old: MayBeOld, *, connect_s: float = CONNECT_S
) -> HostKey:
    """The key a host shows, of the best kind it has. Raises Refused or Unreachable."""
    keeper = _Keeper(SshLogin(0, "", _NOBODY), None, may_be_old)
    try:
        chain = await reach((Hop(host, port),), keeper, uses_agent=False, connect_s=connect_s)
    except NotTrusted as told:
        return told.key
    except AuthRejected as error:
        raise Unreachable(f"{host} shows no key", peer=host, reason="malformed") from error
    chain.abort()
    raise Unreachable(f"{host} shows no key", peer=host, reason="malformed")


@asynccontextmanager
async def connected(
    host: str,
    port: int,
    login: SshLogin,
    key: HostKey,
    may_be_old: MayBeOld,
    *,
    connect_s: float = CONNECT_S,
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Logged in. Raises Invalid for a private key that does not open, Refused where nothing is
    spoken that is safe or allowed, AuthRejected, and Unreachable; its reason is `host-key` where
    the host shows another key than `key`: then nothing was sent to it."""
    await check_key(login)
    keeper = _Keeper(login, key, may_be_old)
    try:
        chain = await reach((Hop(host, port),), keeper, uses_agent=False, connect_s=connect_s)
    except AuthRejected:
        # Not "from": the library's error is no news, and may tell what was tried.
        raise AuthRejected(f"{host} refused the login {login.user}", peer=host) from None
    try:
        yield chain.last.connection
    finally:
        await chain.close()


async def check_key(login: SshLogin) -> None:
    """Raises Invalid when there is a private key that does not open; tells nothing of it."""
    if not login.key:
        return
    try:
        await asyncio.to_thread(_open, login)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
        raise Invalid(
            f"the private key of {login.name or login.user} does not open: it is damaged, or its"
            " pass phrase is another",
            field="key",
        ) from None


def _open(login: SshLogin) -> None:
    asyncssh.import_private_key(login.key.reveal(), login.passphrase.reveal() or None)
    if login.certificate.strip():
        asyncssh.import_certificate(login.certificate)


class _Keeper:
    """See `services.terminal.connecting.Keeper`: knows one key and one login, and asks nobody."""

    def __init__(self, login: SshLogin, key: HostKey | None, may_be_old: MayBeOld) -> None:
        self._login, self._key = login, key
        self._may_be_old = may_be_old

    async def pinned(self, hop: Hop) -> tuple[HostKey, ...]:
        return () if self._key is None else (self._key,)

    async def admit(self, shown: HostKey) -> bool:
        if self._key is not None:
            raise Unreachable(
                f"{shown.host} proves itself with another key than the one it is known by",
                peer=shown.host,
                reason="host-key",
            )
        return False

    async def logins(self, hop: Hop) -> Sequence[SshLogin]:
        return (self._login,)

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        return None

    async def may_be_old(self, hop: Hop) -> bool:
        return await self._may_be_old(hop.host, hop.port)

    def told(self, text: str) -> None:
        """A banner is for people."""
