"""What configurations are read through."""

from __future__ import annotations

from typing import Protocol

from noc_console.services.configs.model import Login, Script
from noc_console.services.hostkeys.model import HostKey


class CommandLine(Protocol):
    """A device's command line over SSH."""

    async def host_key(self, host: str, port: int) -> HostKey:
        """The key the device shows. Raises Unreachable."""

    async def run(self, login: Login, script: Script, key: HostKey) -> str:
        """The answer to one command, read only; only a device with this key is told the password.

        Raises Unreachable, AuthRejected, and Refused for what the device does not know.
        """
