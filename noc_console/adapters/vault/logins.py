"""Tries a login over SSH (asyncssh) and leaves at once: no command, no terminal."""

from __future__ import annotations

import asyncio

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.ways.model import Door

WHOLE_S = 20.0


class SshLoginTester:
    """See `services.vault.ports.LoginTester`."""

    def __init__(self, jumps: Jumps | None = None) -> None:
        self._jumps = jumps or Jumps()

    async def log_in(self, door: Door, login: SshLogin) -> str:
        """See the port."""
        # Only who tests a login waits for the library.
        from noc_console.adapters.ssh.programs import connected

        try:
            async with (
                asyncio.timeout(WHOLE_S),
                connected(door, login, self._jumps) as connection,
            ):
                said = str(connection.get_extra_info("server_version") or "no version told")
                return visible(said, limit=100)
        except TimeoutError as error:
            raise Unreachable(
                f"{door.host} does not answer on SSH in time", peer=door.host, reason="timeout"
            ) from error
