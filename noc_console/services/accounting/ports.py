"""What a listener for accounting tells, and asks, while devices wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from noc_console.services.accounting.model import Accounted, Known, Trouble

Answer = Callable[[bool], None]
"""Called once, later: whether the record is in the store."""


class Ledger(Protocol):
    """Knows the devices and takes what they tell. Nothing here waits."""

    def known(self, source: str) -> Known | None:
        """Which device has this address; None for a stranger."""
        ...

    def take(self, heard: Accounted, answer: Answer) -> None:
        """Have it kept."""
        ...

    def refused(self, source: str, trouble: Trouble) -> None:
        """Count what was not heard, and why."""
        ...
