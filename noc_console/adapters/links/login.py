"""Logging in over telnet: a device asks for user and password in its text, and is answered once.

Only where the address names the user (`telnet:mira@host`): nobody's password leaves unencrypted
because a host happened to ask for one. What is answered goes past everybody who listens in, and a
refused password is not tried again: devices lock out who guesses.
"""

from __future__ import annotations

import re

from noc_console.kernel.secret import Secret

LAST = 160
"""Bytes of the last line that are looked at."""
MOST = 64 << 10
"""Bytes before the login; whoever talks longer than that is past it."""
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78()][AB0]?|[\x00\x07]")
_USER = re.compile(rb"(?i)(?:^|[\s>])(?<!last )(?:user ?name|user|login(?: name)?)\s{0,2}:\s{0,2}$")
_PASSWORD = re.compile(rb"(?i)(?:^|[\s'])pass ?word\s{0,2}:\s{0,2}$")


class TelnetLogin:
    """Hears what a device says before its first prompt, and says what to type."""

    def __init__(self, user: str, password: Secret) -> None:
        self._user = user.encode()
        self._password = password
        self._line = b""
        self._heard = 0
        self._has_user = False
        self.is_over = False
        """Nothing is answered any more; the password is no longer known."""

    def give_up(self) -> None:
        """A person types themselves, or it took too long."""
        self.is_over = True
        self._password = Secret("")
        self._line = b""

    def heard(self, shown: bytes) -> bytes:
        """What to type now; empty while the device did not ask."""
        if self.is_over or not shown:
            return b""
        self._heard += len(shown)
        if self._heard > MOST:
            self.give_up()
            return b""
        plain = _CONTROL.sub(b"", (self._line + shown)[-4 * LAST :])
        self._line = re.split(rb"[\r\n]", plain)[-1][-LAST:]
        if not self._has_user:
            if not _USER.search(self._line):
                return b""
            self._has_user, self._line = True, b""
            if not self._password:
                self.give_up()
            return self._user + b"\r"
        if _USER.search(self._line):  # asked again: it does not know the user
            self.give_up()
        elif _PASSWORD.search(self._line):
            typed = self._password.reveal().encode() + b"\r"
            self.give_up()
            return typed
        return b""
