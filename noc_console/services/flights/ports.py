"""What flights need from the network, and from this machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.services.configs.model import Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.flights.model import Health, Image
from noc_console.services.inventory.model import Device
from noc_console.services.ways.model import Door


class Line(Protocol):
    """An open command line."""

    async def ask(self, line: str) -> str:
        """What the device answers, without echo and prompt; it is asked as it stands.

        Questions a device puts before it does something grave are answered with yes, the one
        whether it should save with no. Raises Unreachable when it hangs up or falls silent.
        """
        ...

    async def press(self, key: str, *, told: re.Pattern[str], asks: re.Pattern[str]) -> str:
        """What is printed after a key that needs no Enter: up to the prompt behind what is `told`,
        or up to a question that `asks`. Raises as `ask` does."""
        ...

    def push(self, key: str) -> None:
        """Press a key, and wait for nothing."""
        ...

    @property
    def prompt(self) -> str:
        """The last line that was printed."""
        ...


class Wires(Protocol):
    """Command lines that may change devices, and files sent to them."""

    def open(
        self, door: Door, login: SshLogin, script: Script
    ) -> AbstractAsyncContextManager[Line]:
        """Log in. Raises NotTrusted, Unreachable (OtherKey for another key) and AuthRejected."""
        ...

    async def put(
        self,
        door: Door,
        login: SshLogin,
        *,
        source: Path,
        target: str,
        by: str,
        told: Callable[[int], None],
    ) -> None:
        """Send a file by `sftp` or `scp`; `told` hears how many octets are there."""
        ...


class Gauge(Protocol):
    """Looks how a device is right now."""

    async def look(self, actor: Actor, device: Device) -> Health:
        """Never raises for a device that does not answer: that is a finding."""
        ...


class Copies(Protocol):
    """Keeps configurations."""

    async def note_changes(self, actor: Actor, *, device_ids: Sequence[int]) -> None:
        """These devices were changed: they are to be backed up."""
        ...


class Shelf(Protocol):
    """Software images on this machine."""

    def add(self, source: Path, version: str) -> Image:
        """Take a file in, in a thread. Raises Invalid for what is no file of use."""
        ...

    def path(self, image: Image) -> Path:
        """Where it lies, its content checked. Raises Refused when this machine has it not."""
        ...
