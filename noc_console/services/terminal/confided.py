"""The secrets one session was given: what recordings of it must never show, whoever echoes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin

SHORTEST = 4
"""Characters of a secret that is looked for: a shorter one would hide half the text."""


class Confided:
    """Grows while the session logs in, or has a password typed; read from any thread."""

    def __init__(self) -> None:
        self._secrets: tuple[Secret, ...] = ()

    def __iter__(self) -> Iterator[Secret]:
        """The longest first: it may contain a shorter one."""
        return iter(self._secrets)

    def __len__(self) -> int:
        return len(self._secrets)

    def __contains__(self, secret: object) -> bool:
        return secret in self._secrets

    def add(self, *secrets: Secret) -> None:
        """Remember these, as far as they are long enough to be looked for."""
        self._secrets = longest_first((*self._secrets, *secrets))

    def add_logins(self, logins: Iterable[SshLogin]) -> None:
        """What a device may ask for while somebody is logged in; a key is never shown to it."""
        self.add(*(it for each in logins for it in (each.password, each.enable, each.passphrase)))


def longest_first(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    """Each once, without those too short to be looked for."""
    long = {each for each in secrets if len(each.reveal()) >= SHORTEST}
    return tuple(sorted(long, key=lambda each: (-len(each.reveal()), each.reveal())))
