"""What opens devices: communities, users, logins, keys, tokens. Secrets stay in the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from noc_console.kernel.errors import Refused
from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.wire.ssh_keys import is_security_key

CredentialId = NewType("CredentialId", int)


class CredentialKind(StrEnum):
    """What a credential is for."""

    SNMP_V1 = "v1"
    SNMP_V2C = "v2c"
    SNMP_V3 = "v3"
    SSH = "ssh"
    """A login with a password: SSH, telnet, a serial console."""
    SSH_KEY = "ssh-key"
    ENABLE = "enable"
    """The word that raises a command line to its full rights."""
    TOKEN = "token"  # noqa: S105 - a word of ours
    """Opens an interface of a program, such as AWX or a git server."""
    TACACS = "tacacs"
    """The key that devices and we share when they tell us by TACACS+ who typed what."""

    @property
    def is_snmp(self) -> bool:
        return self in (CredentialKind.SNMP_V1, CredentialKind.SNMP_V2C, CredentialKind.SNMP_V3)


@dataclass(frozen=True, slots=True)
class Match:
    """Which devices a credential is for; what is empty asks for nothing.

    `names` are patterns (`core-*`, `10.1.*`) of a name or an address, `words` are looked for among
    platform, vendor, type, model and tags, `sites` are patterns of a site's name.
    """

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A device as far as the choice of a credential wants to know it."""

    device_id: int | None = None
    name: str = ""
    address: str = ""
    platform: str = ""
    vendor: str = ""
    type: str = ""
    model: str = ""
    site: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credential:
    """One way into devices, tried in the order of `position`.

    `auth_protocol` and `priv_protocol` carry the names of `wire.usm` ("SHA256", "AES128",
    "NONE"); for SSH `user` is the login and `secret` the password.
    """

    id: CredentialId
    name: str
    kind: CredentialKind
    position: int
    user: str = ""
    auth_protocol: str = "NONE"
    priv_protocol: str = "NONE"
    context: str = ""
    secret: SecretRef | None = None
    """The community (v1, v2c), the authentication pass phrase (v3), the password (SSH), the
    private key (ssh-key), the word (enable), the token or the key (tacacs)."""
    priv_secret: SecretRef | None = None
    """The privacy pass phrase (v3), or the one of a private key."""
    match: Match = field(default_factory=Match)
    certificate: str = ""
    """An OpenSSH certificate for a private key, as its `-cert.pub` file has it: no secret."""


@dataclass(frozen=True, slots=True)
class SnmpCredential:
    """A credential opened for use; it lives in memory only while a device is asked."""

    kind: CredentialKind
    community: Secret = field(default_factory=lambda: Secret(""))
    user: str = ""
    auth_protocol: str = "NONE"
    auth_secret: Secret = field(default_factory=lambda: Secret(""))
    priv_protocol: str = "NONE"
    priv_secret: Secret = field(default_factory=lambda: Secret(""))
    context: str = ""


@dataclass(frozen=True, slots=True)
class SshLogin:
    """One way to log in, opened for use; what is empty is not there (an empty Secret is false)."""

    credential_id: int
    name: str
    user: str
    password: Secret = field(default_factory=lambda: Secret(""))
    key: Secret = field(default_factory=lambda: Secret(""))
    """A private key as text: OpenSSH's own form, or PEM."""
    passphrase: Secret = field(default_factory=lambda: Secret(""))
    """Opens the key."""
    certificate: str = ""
    enable: Secret = field(default_factory=lambda: Secret(""))

    @property
    def needs_touch(self) -> bool:
        """Its key is in a FIDO2 security key, which signs for who sits beside it."""
        return is_security_key(self.key.reveal())


class NeedsTouch(Refused):
    """All that could log in is a security key, and nobody sits there to touch it."""

    def __init__(self, what: str, names: Sequence[str]) -> None:
        super().__init__(
            f"the vault has only {' and '.join(f'“{each}”' for each in names)} for {what}: a key in"
            " a FIDO2 security key, which somebody must touch. Terminals ask for that; what runs by"
            " itself needs a password or a key file in the vault"
        )


@dataclass(frozen=True, slots=True)
class SnmpTarget:
    """Where to ask, as whom, and how patiently. Times in seconds."""

    address: str
    port: int
    credential: SnmpCredential
    timeout_s: float = 2.0
    retries: int = 2
    max_repetitions: int = 25

    @property
    def peer(self) -> str:
        """The address as people write it, for errors and logs."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialChanged(Event):
    """A credential was added, changed or removed."""

    credential_id: int
    what: str
