"""What a private key of OpenSSH says of itself in the open, and what a security key needs of it.

PROTOCOL.key and PROTOCOL.u2f of OpenSSH. Bytes and text in, values out.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

LARGEST = 64 << 10
"""Characters of a private key; one of RSA with 16,384 bits has 12,000."""
_BODY = re.compile(
    r"-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----"
)
_MAGIC = b"openssh-key-v1\0"
_TOUCH, _PIN = 0x01, 0x04
"""SSH_SK_USER_PRESENCE_REQD and SSH_SK_USER_VERIFICATION_REQD."""
_ECDSA = "sk-ecdsa-"


@dataclass(frozen=True, slots=True)
class Handle:
    """By what a security key finds its private key again."""

    kind: str
    """`sk-ssh-ed25519@openssh.com` or `sk-ecdsa-sha2-nistp256@openssh.com`."""
    application: str
    """`ssh:`, or what else the key was made for."""
    flags: int
    key_handle: bytes

    @property
    def needs_touch(self) -> bool:
        return bool(self.flags & _TOUCH)

    @property
    def needs_pin(self) -> bool:
        """Made with `-O verify-required`: by PIN, or by finger where the key has a sensor."""
        return bool(self.flags & _PIN)

    @property
    def is_ecdsa(self) -> bool:
        return self.kind.startswith(_ECDSA)


def kind_of(private: str) -> str:
    """`ssh-ed25519`, `sk-ssh-ed25519@openssh.com`, …: what a private key in OpenSSH's own form is,
    which stands in it in the open; empty for any other form."""
    found = _BODY.search(private[:LARGEST])
    if found is None:
        return ""
    try:
        body = base64.b64decode("".join(found[1].split()), validate=True)
        if not body.startswith(_MAGIC):
            return ""
        fields = _Fields(body[len(_MAGIC) :])
        for _ in range(3):  # cipher, key derivation, its options
            fields.string()
        fields.number()
        return _Fields(fields.string()).string().decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def is_security_key(private: str) -> bool:
    """Whether the file is only a handle: its private key is in a FIDO2 key, and signs by touch."""
    return kind_of(private).startswith("sk-")


def read_handle(kind: str, private: bytes) -> Handle:
    """The private part of a security key's file, after its kind (PROTOCOL.u2f, "SSH U2F key
    formats"). Raises ValueError."""
    fields = _Fields(private)
    if kind.startswith(_ECDSA):
        fields.string()  # the curve
    fields.string()  # the public key
    application, flags, key_handle = fields.string(), fields.byte(), fields.string()
    if not key_handle or not application:
        raise ValueError("no handle of a security key")
    return Handle(kind, application.decode("utf-8"), flags, key_handle)


class _Fields:
    """SSH's strings and numbers (RFC 4251 §5), one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _take(self, size: int) -> bytes:
        part = self._data[self._at : self._at + size]
        if len(part) < size:
            raise ValueError("a key that is cut off")
        self._at += size
        return part

    def byte(self) -> int:
        return self._take(1)[0]

    def number(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def string(self) -> bytes:
        return self._take(self.number())
