"""Connections of programs: one login, the keys that were trusted, and nobody to ask.

Backups, jobs, flights and tests of logins all come through here: by which way a host is reached,
what it is offered, what is believed of it and what is told when it fails is the same everywhere,
and the same as at a terminal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncssh

from noc_console.adapters.ssh.chain import reach
from noc_console.adapters.ssh.errors import translated
from noc_console.adapters.ssh.forwards import shut
from noc_console.adapters.ssh.jumps import CONNECT_S, Jumps, ProgramKeeper
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.services.credentials.model import NeedsTouch, SshLogin
from noc_console.services.hostkeys.model import HostKey, NotTrusted
from noc_console.services.ways.model import Door, Hop, Stop

_LOOPBACK = "127.0.0.1"
_NOBODY = SshLogin(0, "", "noc-console")
"""Nobody logs in under it: who only looks at a key leaves before there is a login."""


async def host_key(door: Door, jumps: Jumps, *, connect_s: float = CONNECT_S) -> HostKey:
    """The key a host shows, of the best kind it has. Raises Refused or Unreachable; NotTrusted
    is about a jump host on the way."""
    try:
        bare = replace(door, keys=(), authorities=())
        async with connected(bare, _NOBODY, jumps, connect_s=connect_s):
            pass
    except NotTrusted as told:
        if not door.is_of(told.key):
            raise
        return told.key
    except AuthRejected as error:
        raise Unreachable(
            f"{door.host} shows no key", peer=door.host, reason="malformed"
        ) from error
    raise Unreachable(f"{door.host} shows no key", peer=door.host, reason="malformed")


@asynccontextmanager
async def connected(
    door: Door, login: SshLogin, jumps: Jumps, *, connect_s: float = CONNECT_S
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Logged in, through the jump hosts before the door. Raises Invalid for a private key that
    does not open, NeedsTouch for one in a security key, Refused where nothing is spoken that is
    safe or allowed, NotTrusted where no key of the door or of a jump host is trusted, OtherKey
    where one shows another key than those it is known by (then nothing was sent to it),
    AuthRejected where the door refuses the login, and Unreachable."""
    await check_key(login)
    end = Stop(Hop(door.host, door.port), door.keys, (login,), door.authorities)
    keeper = ProgramKeeper((end,), jumps.may_be_old)
    async with jumps.through(door.stops, connect_s=connect_s) as before:
        try:
            chain = await reach(
                (end.hop,), keeper, uses_agent=False, connect_s=connect_s, before=before
            )
        except AuthRejected:
            # Not "from": the library's error is no news, and may tell what was tried.
            raise AuthRejected(
                f"{door.host} refused the login {login.user}", peer=door.host
            ) from None
        try:
            yield chain.last.connection
        finally:
            await chain.close()


@asynccontextmanager
async def led(door: Door, jumps: Jumps, *, connect_s: float = CONNECT_S) -> AsyncIterator[Door]:
    """A door of this machine that leads to one behind jump hosts, while it lasts: for programs
    beside us. Its keys are those of the far end. Raises as `connected` does, and Unreachable."""
    async with jumps.through(door.stops, connect_s=connect_s) as before:
        if before is None:
            yield door
            return
        try:
            listener = await before.last.connection.forward_local_port(
                _LOOPBACK, 0, door.host, door.port
            )
        except (OSError, asyncssh.Error) as error:
            raise translated(door.host, error, doing="opening a port to it") from error
        try:
            port = listener.get_port()
            keys = tuple(replace(key, host=_LOOPBACK, port=port) for key in door.keys)
            yield Door(_LOOPBACK, port, keys)
        finally:
            await shut(listener)


async def check_key(login: SshLogin) -> None:
    """Raises Invalid when there is a private key that does not open, and tells nothing of it;
    NeedsTouch for one that is in a security key."""
    if not login.key:
        return
    if login.needs_touch:
        raise NeedsTouch(f"the user {login.user}", [login.name])
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
