"""What root causes ask of others."""

from __future__ import annotations

from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.services.rootcause.model import Book


class Subscribers(Protocol):
    """Knows who depends on what: customers, their services, and what they pay."""

    async def book(self, actor: Actor) -> Book:
        """Everybody, by the device or port they hang on."""
