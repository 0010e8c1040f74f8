"""Events of the vault. There is no value type: a secret has no fields but its text."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStored(Event):
    """A secret was written under a name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRemoved(Event):
    """A secret was taken out of the vault."""

    name: str
