"""What planned work asks of maps and of the devices' command lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.services.configs.model import Configuration


class Areas(Protocol):
    """Knows what people drew on maps."""

    async def inside(self, actor: Actor, *, map_id: int, drawing: str) -> Sequence[int]:
        """The devices that stand inside a shape right now, by id. Raises NotFound."""


class Configs(Protocol):
    """Reads configurations."""

    async def read(self, actor: Actor, *, device_id: int) -> Configuration:
        """The running configuration. Raises Refused or Unreachable where it cannot be read."""
