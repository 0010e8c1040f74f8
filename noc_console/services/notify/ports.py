"""What the notifier needs from outside: senders, and who is on call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError
from noc_console.kernel.secret import Secret
from noc_console.services.notify.settings import ChannelKind, Settings


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is handed over. Its `id` stays the same when it is sent again."""

    id: str
    to: str
    subject: str
    body: str
    at: datetime
    created_at: datetime
    severity: str = ""
    turn: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    others: tuple[Mapping[str, object], ...] = ()
    """The facts of what is told together with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A channel opened for use; it lives in memory only while something is sent."""

    kind: ChannelKind
    settings: Settings
    secret: Secret = field(default_factory=lambda: Secret(""))
    key: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took it."""

    accepted: str = ""
    """What it calls the message."""


class NotSent(NocError):
    """The other side did not take the message; the text has no secret in it.

    `retry_after_s`: when it wants to be asked again. `is_final`: asking again is pointless.
    `is_gone`: the channel itself is no more (HTTP 410). `is_ours`: the channel works, this one
    message is what is wrong, so that no circuit breaker counts it.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        is_final: bool = False,
        is_gone: bool = False,
        is_ours: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.is_final = is_final or is_gone
        self.is_gone = is_gone
        self.is_ours = is_ours


class Sender(Protocol):
    """Hands messages over, whatever the kind."""

    async def send(self, line: Line, message: Message) -> Sent:
        """Raises `NotSent`."""
        ...

    async def ping(self, url: Secret) -> None:
        """Tell a watching service that we live (GET); raises `NotSent`."""
        ...


class OnCall(Protocol):
    """Who has to be told now."""

    async def who(self, actor: Actor, *, policy: str, at: datetime) -> tuple[int, ...]:
        """Ids of contacts; none when the policy is unknown or nobody is on duty."""
        ...
