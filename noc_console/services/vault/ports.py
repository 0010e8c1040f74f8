"""What a test of a login needs from the network."""

from __future__ import annotations

from typing import Protocol

from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey


class LoginTester(Protocol):
    """Logs in over SSH and leaves at once; no command is sent."""

    async def host_key(self, host: str, port: int) -> HostKey:
        """The key the device shows. Raises Unreachable."""
        ...

    async def log_in(self, host: str, port: int, login: SshLogin, key: HostKey) -> str:
        """What the server calls itself. Raises AuthRejected and Unreachable."""
        ...
