"""What opens a device: SNMP communities and users, SSH logins. Secrets stay in the vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret, SecretRef

CredentialId = NewType("CredentialId", int)


class CredentialKind(StrEnum):
    """Which protocol a credential is for."""

    SNMP_V1 = "v1"
    SNMP_V2C = "v2c"
    SNMP_V3 = "v3"
    SSH = "ssh"


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
    """The community (v1, v2c), the authentication pass phrase (v3) or the password (SSH)."""
    priv_secret: SecretRef | None = None


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
