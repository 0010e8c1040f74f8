"""What a private key of OpenSSH says of itself in the open, what a security key needs of it, and
what stands in a certificate.

PROTOCOL.key, PROTOCOL.u2f and PROTOCOL.certkeys of OpenSSH. Bytes and text in, values out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an authority has signed, as it says itself: nothing here is checked."""

    principals: tuple[str, ...]
    """For which hosts or users; none: for all."""
    after: int
    before: int
    """Seconds since 1970; the largest number is for ever."""
    signature: str
    """How it is signed: `ssh-ed25519`, `rsa-sha2-512`, `ssh-rsa` (by SHA-1), …"""


def read_certificate(blob: bytes) -> Certificate:
    """An OpenSSH certificate (PROTOCOL.certkeys). Raises ValueError."""
    fields = _Fields(blob)
    kind = fields.string().decode("ascii")
    fields.string()  # the nonce
    for _ in range(_parts_of(kind)):
        fields.string()
    fields.number(8)  # the serial
    fields.number()  # for hosts or users
    fields.string()  # its name
    principals = _Fields(fields.string())
    after, before = fields.number(8), fields.number(8)
    for _ in range(4):  # options, extensions, what is reserved, the authority's key
        fields.string()
    return Certificate(
        principals=tuple(each.decode("utf-8", "replace") for each in principals.strings()),
        after=after,
        before=before,
        signature=_Fields(fields.string()).string().decode("ascii"),
    )


def _parts_of(kind: str) -> int:
    """Of how many strings the public key itself is made."""
    if not kind.endswith("-cert-v01@openssh.com"):
        raise ValueError("no certificate of OpenSSH")
    if kind.startswith("sk-"):
        return 3 if kind.startswith(_ECDSA) else 2
    for start, parts in (("ssh-ed25519", 1), ("ecdsa-", 2), ("ssh-rsa", 2), ("rsa-sha2", 2)):
        if kind.startswith(start):
            return parts
    raise ValueError("a certificate of a key that we do not know")


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

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self._take(size), "big")

    def string(self) -> bytes:
        return self._take(self.number())

    def strings(self) -> Iterator[bytes]:
        while self._at < len(self._data):
            yield self.string()
