"""Who may sit at the console."""

from __future__ import annotations

from dataclasses import dataclass

LOCAL_TENANT = "local"
LOCAL_OPERATOR = "local operator"


@dataclass(frozen=True, slots=True)
class Who:
    """The person at the console, as the status bar shows them."""

    name: str
    tenant: str
    role: str
