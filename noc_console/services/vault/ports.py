"""What a test of a login needs from the network."""

from __future__ import annotations

from typing import Protocol

from noc_console.services.credentials.model import SshLogin
from noc_console.services.ways.model import Door


class LoginTester(Protocol):
    """Logs in over SSH and leaves at once; no command is sent."""

    async def log_in(self, door: Door, login: SshLogin) -> str:
        """What the server calls itself. Raises NotTrusted, AuthRejected and Unreachable (OtherKey
        for another key than those trusted: then nothing was sent)."""
        ...
