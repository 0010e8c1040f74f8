"""What the list of rules needs from the families of rules beside its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from noc_console.services.detection.model import RuleRow


class RuleFamily(Protocol):
    """Rules of another kind than measured values: one list, one store and one history for all."""

    def pack(self) -> tuple[RuleRow, ...]:
        """Those that come with the program, with their `toml`."""
        ...

    def read(self, toml: str) -> RuleRow:
        """One rule out of a text. Raises Invalid naming the key."""
        ...

    def adopt(self, own: Mapping[str, str]) -> None:
        """Rules of operators by id, as texts: own ones and changed ones of ours."""
        ...
