"""What is asked of the person who connects; a window answers with dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from noc_console.kernel.secret import Secret
from noc_console.services.hostkeys.model import HostKey, KeyChanged
from noc_console.services.terminal.connecting import LegacyOnly, Prompt

TOUCH = "Touch your security key…"
"""What is told while a login waits for a finger."""


class Asker(Protocol):
    """One person at one window. Every question may take as long as they need."""

    async def trust(self, key: HostKey) -> bool:
        """Whether a key that nobody knows is the host's."""

    async def overrule(self, changed: KeyChanged) -> str:
        """Why a host may show another key than before; empty leaves it blocked."""

    async def allow_old(self, error: LegacyOnly) -> str:
        """Why this one host may use old algorithms; empty leaves it."""

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        """Answers to a server's questions; None when they turned away."""

    def told(self, text: str) -> None:
        """How far connecting is, and what the server says; plain text of strangers."""
