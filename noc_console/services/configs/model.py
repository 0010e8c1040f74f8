"""What a device is set to do, as its own command line shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from noc_console.kernel.errors import Refused
from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in where."""

    host: str
    port: int
    user: str
    password: Secret


@dataclass(frozen=True, slots=True)
class Script:
    """How to read one command's answer at a command line; see `inspection`'s drivers."""

    prompt: re.Pattern[str]
    more: re.Pattern[str] | None
    error: re.Pattern[str] | None
    paging: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """A running configuration; what is secret in it is masked."""

    device_id: int
    name: str
    command: str
    text: str
    at: datetime
    masked: int = 0
    """How many secrets were masked."""


class NoLogin(Refused):
    """There is no login for command lines yet."""

    def __init__(self) -> None:
        super().__init__("there is no SSH login yet: add a user and a password first")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRead(Event):
    """Somebody read a device's configuration."""

    device_id: int
