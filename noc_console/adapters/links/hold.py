"""What keeps one session alive when its window goes, as the session's link sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from noc_console.services.terminal.connecting import Ended

GOES_ON = Ended("left going on: the console was closed", goes_on=True)


class Hold(Protocol):
    """Of one link. Every call returns at once, and none fails."""

    key: str
    """What the session is called among those that are kept."""

    @property
    def is_leaving(self) -> bool:
        """Whether the window goes and the session is kept: closing it then means to let it go."""

    def tell(self, state: Mapping[str, Any]) -> None:
        """What whoever reads on must know has changed."""

    def let_go(self, state: Mapping[str, Any], *, shown: bytes = b"", unread: bytes = b"") -> None:
        """Nobody here reads any more. `shown`, then `unread`, came and nobody saw it; only
        `unread` is as it came over the wire."""

    def release(self) -> None:
        """It ended, or somebody ended it: there is nothing to keep."""
