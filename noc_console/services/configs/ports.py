"""What configurations are read through, and where they are written to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.services.configs.model import Commit, Deed, Exported, Script, Written
from noc_console.services.credentials.model import SnmpTarget, SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.ways.model import Door


class CommandLine(Protocol):
    """A device's command line over SSH."""

    async def host_key(self, door: Door) -> HostKey:
        """The key the device shows. Raises Unreachable; NotTrusted and OtherKey are about jump
        hosts on the way."""

    async def run(self, door: Door, login: SshLogin, script: Script) -> str:
        """The answer to one command, read only; only a device with a trusted key is told the
        password.

        Raises Unreachable (OtherKey when it, or a jump host, shows another key), NotTrusted,
        AuthRejected, and Refused for what the device does not know.
        """


class Netconf(Protocol):
    """A device's NETCONF server (RFC 6241 over SSH, RFC 6242)."""

    async def running(self, door: Door, login: SshLogin) -> str:
        """The running configuration as indented XML; errors as of `CommandLine.run`."""


class Copier(Protocol):
    """Has a device send its running configuration by TFTP, told so over SNMP."""

    async def running(self, target: SnmpTarget) -> str:
        """The text; errors as of `CommandLine.run`. `target` has a credential that may write."""


class Doers(Protocol):
    """Knows what was done to devices from this console."""

    async def deeds(
        self, actor: Actor, *, device_id: int, start: datetime, end: datetime
    ) -> tuple[Deed, ...]:
        """What may have changed a device between these moments, in order of time."""
        ...


class Repository(Protocol):
    """Writes a bare git repository. What was committed once is never changed."""

    def written(self, path: Path, *, with_secrets: bool) -> Written:
        """What it holds; made when there is none. In a thread.

        Raises Refused for a folder that is something else or was written with secrets when these
        come without (or the other way around), and Broken when git is missing or fails.
        """

    def write(self, path: Path, commits: Iterable[Commit], *, onto: Written) -> Exported:
        """All commits on top of what is there, in a thread.

        Raises Conflict when somebody else wrote meanwhile, and Broken when git fails.
        """
