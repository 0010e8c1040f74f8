"""Keys and ciphers of SNMPv3's user-based security: pure functions of RFC 3414, 3826 and 7860.

MD5, SHA-1 and DES are weak and stay, because devices in the field speak nothing better.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from noc_console.wire.ber import Malformed

_MEBIBYTE = 1 << 20


class AuthProtocol(Enum):
    """How a message proves where it comes from."""

    NONE = "none"
    MD5 = "MD5"
    SHA1 = "SHA"
    SHA224 = "SHA-224"
    SHA256 = "SHA-256"
    SHA384 = "SHA-384"
    SHA512 = "SHA-512"

    @property
    def digest_size(self) -> int:
        """Octets of the truncated HMAC in a message."""
        return _AUTH[self][1]

    @property
    def hash_name(self) -> str:
        """The name hashlib knows the hash by."""
        return _AUTH[self][0]


_AUTH = {
    AuthProtocol.NONE: ("", 0),
    AuthProtocol.MD5: ("md5", 12),
    AuthProtocol.SHA1: ("sha1", 12),
    AuthProtocol.SHA224: ("sha224", 16),
    AuthProtocol.SHA256: ("sha256", 24),
    AuthProtocol.SHA384: ("sha384", 32),
    AuthProtocol.SHA512: ("sha512", 48),
}


class PrivProtocol(Enum):
    """How a message is kept from being read; the C forms stretch the key as Cisco does."""

    NONE = "none"
    DES = "DES"
    AES128 = "AES"
    AES192 = "AES-192"
    AES256 = "AES-256"
    AES192C = "AES-192-C"
    AES256C = "AES-256-C"


_KEY_SIZE = {
    PrivProtocol.NONE: 0,
    PrivProtocol.DES: 16,
    PrivProtocol.AES128: 16,
    PrivProtocol.AES192: 24,
    PrivProtocol.AES256: 32,
    PrivProtocol.AES192C: 24,
    PrivProtocol.AES256C: 32,
}
_REEDER = (PrivProtocol.AES192C, PrivProtocol.AES256C)


def master_key(protocol: AuthProtocol, passphrase: bytes) -> bytes:
    """Hash of the pass phrase repeated to 1 MiB (RFC 3414 §A.2): about 2 ms, so do it once.

    ValueError for an empty pass phrase; RFC 3414 §11.2 asks for eight characters or more, which
    is for whoever sets them to enforce.
    """
    if protocol is AuthProtocol.NONE:
        return b""
    if not passphrase:
        raise ValueError("an empty pass phrase makes no key")
    repeated = passphrase * (_MEBIBYTE // len(passphrase) + 1)
    return hashlib.new(protocol.hash_name, repeated[:_MEBIBYTE]).digest()


def localize(protocol: AuthProtocol, master: bytes, engine_id: bytes) -> bytes:
    """The user's key at one engine (RFC 3414 §2.6)."""
    if protocol is AuthProtocol.NONE:
        return b""
    return hashlib.new(protocol.hash_name, master + engine_id + master).digest()


def localize_privacy(
    auth: AuthProtocol, priv: PrivProtocol, master: bytes, engine_id: bytes
) -> bytes:
    """The localized key, stretched where the cipher wants more than the hash gives.

    AES-192/256: draft-blumenthal-aes-usm-04 §3.1.2.1; the C forms:
    draft-reeder-snmpv3-usm-3desede-00 §2.1.
    """
    size = _KEY_SIZE[priv]
    key = localize(auth, master, engine_id)
    block = key
    while len(key) < size:
        if priv in _REEDER:
            block = localize(auth, master_key(auth, block), engine_id)
            key += block
        else:
            key += hashlib.new(auth.hash_name, key).digest()
    return key[:size]


@dataclass(frozen=True, slots=True)
class User:
    """A USM user with its master keys, which are as good as the pass phrases: never shown."""

    name: str
    auth_protocol: AuthProtocol = AuthProtocol.NONE
    auth_master: bytes = field(default=b"", repr=False)
    priv_protocol: PrivProtocol = PrivProtocol.NONE
    priv_master: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.priv_protocol is not PrivProtocol.NONE and self.auth_protocol is AuthProtocol.NONE:
            raise ValueError("privacy needs authentication")
        if not len(self.name.encode()) <= 32:
            raise ValueError("a user name has at most 32 octets")

    @property
    def level(self) -> int:
        """The flags of the highest security level: 0, 1 (auth) or 3 (auth and privacy)."""
        if self.auth_protocol is AuthProtocol.NONE:
            return 0
        return 1 if self.priv_protocol is PrivProtocol.NONE else 3


def make_user(
    name: str,
    auth_protocol: AuthProtocol = AuthProtocol.NONE,
    auth_passphrase: bytes = b"",
    priv_protocol: PrivProtocol = PrivProtocol.NONE,
    priv_passphrase: bytes = b"",
) -> User:
    """A user from pass phrases (each costs `master_key` once)."""
    return User(
        name,
        auth_protocol,
        master_key(auth_protocol, auth_passphrase),
        priv_protocol,
        b"" if priv_protocol is PrivProtocol.NONE else master_key(auth_protocol, priv_passphrase),
    )


class Localized:
    """A user at one engine: signs, verifies, encrypts and decrypts with keys made once."""

    __slots__ = (
        "_aes",
        "_auth_key",
        "_des",
        "_hash",
        "_iv",
        "_salt",
        "_stream",
        "digest_size",
        "user",
    )

    def __init__(self, user: User, engine_id: bytes) -> None:
        self.user = user
        self._hash = user.auth_protocol.hash_name
        self.digest_size = user.auth_protocol.digest_size
        self._auth_key = localize(user.auth_protocol, user.auth_master, engine_id)
        self._aes: algorithms.AES | None = None
        self._stream: CipherContext | None = None
        self._des: TripleDES | None = None
        self._iv = b""
        # Random start: a restart must not repeat a salt under the same key (RFC 3826 §3.1.2.1).
        self._salt = int.from_bytes(os.urandom(8), "big")
        if user.priv_protocol is PrivProtocol.NONE:
            return
        key = localize_privacy(user.auth_protocol, user.priv_protocol, user.priv_master, engine_id)
        if user.priv_protocol is PrivProtocol.DES:
            self._des = TripleDES(key[:8] * 3)  # three times the same key is plain DES
            self._iv = key[8:16]
        else:
            self._aes = algorithms.AES(key)
            # Block by block, without state: what CFB is made of (see `decrypt`).
            self._stream = Cipher(self._aes, modes.ECB()).encryptor()  # noqa: S305

    def __repr__(self) -> str:
        return f"Localized({self.user!r})"

    def sign(self, message: bytes) -> bytes:
        """The truncated HMAC of a message whose authentication field holds zeros."""
        return hmac.digest(self._auth_key, message, self._hash)[: self.digest_size]

    def verify(self, message: bytes, at: int, size: int) -> bool:
        """Whether the `size` octets at `at` are the message's HMAC; takes constant time."""
        if size != self.digest_size:
            return False
        blank = message[:at] + bytes(size) + message[at + size :]
        return hmac.compare_digest(self.sign(blank), message[at : at + size])

    def encrypt(self, plain: bytes, boots: int, time: int) -> tuple[bytes, bytes]:
        """Cipher text and the salt to send along."""
        self._salt = (self._salt + 1) & 0xFFFFFFFFFFFFFFFF
        if self._aes is not None:
            salt = self._salt.to_bytes(8, "big")
            return self._cfb(boots, time, salt).encryptor().update(plain), salt
        salt = boots.to_bytes(4, "big") + (self._salt & 0xFFFFFFFF).to_bytes(4, "big")
        padded = plain + bytes(-len(plain) % 8)
        return self._cbc(salt).encryptor().update(padded), salt

    def decrypt(self, cipher_text: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Plain text; with DES up to seven octets of padding follow it."""
        if len(salt) != 8:
            raise Malformed("a salt has eight octets")
        if self._aes is not None:
            # CFB's key stream is the encrypted cipher text a block earlier (NIST SP 800-38A §6.3):
            # one call for all blocks, and no new cipher for every message.
            start = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
            size = len(cipher_text)
            blocks = start + cipher_text[: (size - 1) // 16 * 16] if size else b""
            assert self._stream is not None
            stream = self._stream.update(blocks)[:size]
            number = int.from_bytes
            return (number(cipher_text) ^ number(stream)).to_bytes(size, "big")
        if len(cipher_text) % 8:
            raise Malformed("cipher text is cut short")
        return self._cbc(salt).decryptor().update(cipher_text)

    def _cfb(self, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
        assert self._aes is not None
        return Cipher(self._aes, CFB(boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt))

    def _cbc(self, salt: bytes) -> Cipher[modes.CBC]:
        if self._des is None:
            raise Malformed("this user has no privacy")
        iv = bytes(a ^ b for a, b in zip(self._iv, salt, strict=True))
        return Cipher(self._des, modes.CBC(iv))


@lru_cache(maxsize=20_000)
def localized(user: User, engine_id: bytes) -> Localized:
    """The user at an engine, made once for all who ask that engine as this user."""
    return Localized(user, engine_id)
