"""Tries a login over SSH (asyncssh) and leaves at once: no command, no terminal."""

from __future__ import annotations

import asyncio

from noc_console.adapters.ssh.algorithms import MayBeOld, never
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey

WHOLE_S = 20.0


class SshLoginTester:
    """See `services.vault.ports.LoginTester`."""

    def __init__(self, may_be_old: MayBeOld = never) -> None:
        self._may_be_old = may_be_old

    async def host_key(self, host: str, port: int) -> HostKey:
        # Only who tests a login waits for the library.
        from noc_console.adapters.ssh import programs

        return await programs.host_key(host, port, self._may_be_old)

    async def log_in(self, host: str, port: int, login: SshLogin, key: HostKey) -> str:
        # For the same reason as in `host_key`.
        from noc_console.adapters.ssh.programs import connected

        try:
            async with (
                asyncio.timeout(WHOLE_S),
                connected(host, port, login, key, self._may_be_old) as connection,
            ):
                said = str(connection.get_extra_info("server_version") or "no version told")
                return visible(said, limit=100)
        except TimeoutError as error:
            raise Unreachable(
                f"{host} does not answer on SSH in time", peer=host, reason="timeout"
            ) from error
