"""Sessions that go on while no window is there, and how a window finds them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from noc_console.kernel.text import duration
from noc_console.services.terminal.connecting import Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link


@dataclass(frozen=True, slots=True)
class Left:
    """A session that nobody looks at."""

    key: str
    address: str
    """What it speaks to, in the words of `addresses`; to be parsed like any stranger's."""
    title: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a session went through until somebody looked again."""

    seconds: float
    dropped: int
    """Bytes of output that there was no room for, the oldest."""
    unanswered: int
    """Bytes that came meanwhile. Questions to the terminal among them stay unanswered: whoever
    asked has given up, and would take a late answer for something typed."""

    @property
    def sentence(self) -> str:
        """For the person who looks."""
        text = f"This session went on while the console was closed ({duration(self.seconds)})."
        if self.dropped:
            lost = max(1, self.dropped >> 10)
            text += f" It wrote more than was kept: the first {lost:,} KiB are lost."
        return text


class Holding(Protocol):
    """Keeps what can be kept of sessions; without it, everything ends with the window."""

    async def left(self) -> tuple[Left, ...]:
        """What earlier windows left. From now on it is this window's: no other is told of it."""

    async def take(self, key: str, target: Target, size: Size) -> tuple[Link, Resumed] | None:
        """A session that was left; None when it is gone."""

    def end(self, key: str) -> None:
        """Hang up on one that was left: nobody wants it back."""

    def leave(self) -> None:
        """The window goes: from now on, closing a session that can be kept lets it go on."""
