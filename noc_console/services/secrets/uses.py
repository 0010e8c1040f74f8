"""Who used which secret for what: remembered at once, journaled soon, and not every minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from noc_console.services.secrets.model import SecretUsed

AGAIN = timedelta(hours=1)
"""A program that asks ten thousand devices with a secret says so once in this time."""
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Use:
    """By whom, in which tenant, of which secret, for what."""

    tenant: str
    actor: str
    name: str
    purpose: str
    device_id: int | None = None
    person: str = ""


class Uses:
    """What is still to be journaled. `every` says each use, for people; else once in `AGAIN`."""

    def __init__(self, *, every: bool) -> None:
        self._every = every
        self._waiting: dict[Use, int] = {}
        self._told: dict[Use, datetime] = {}

    def note(self, use: Use) -> None:
        if use in self._waiting or len(self._waiting) < MOST:
            self._waiting[use] = self._waiting.get(use, 0) + 1

    def due(self, tenant: str, now: datetime) -> tuple[tuple[Use, SecretUsed], ...]:
        """What is to be written now; `told` confirms it."""
        return tuple(self._due(tenant, now))

    def tenants(self) -> frozenset[str]:
        return frozenset(use.tenant for use in self._waiting)

    def told(self, uses: tuple[tuple[Use, SecretUsed], ...], now: datetime) -> None:
        """They are in the journal."""
        for use, event in uses:
            left = self._waiting.pop(use, 0) - event.count
            if left > 0:
                self._waiting[use] = left
            self._told[use] = now
        for old in [use for use, at in self._told.items() if abs(now - at) > 2 * AGAIN]:
            del self._told[old]

    def _due(self, tenant: str, now: datetime) -> Iterator[tuple[Use, SecretUsed]]:
        for use, count in self._waiting.items():
            last = self._told.get(use)
            # A clock that was set back must not silence the journal for hours.
            is_fresh = last is not None and abs(now - last) < AGAIN
            if use.tenant == tenant and (self._every or not is_fresh):
                yield (
                    use,
                    SecretUsed(
                        name=use.name,
                        purpose=use.purpose,
                        device_id=use.device_id,
                        count=count,
                        person=use.person,
                    ),
                )
