"""A key for one holder's eyes: sealed to their public key.

X25519 (RFC 7748) with a fresh pair for each wrap, HKDF-SHA256 (RFC 5869) over the shared secret
with both public keys in the salt, AES-256-GCM with the tenant, the key's number and the form as
associated data. Whoever writes into the store can wrap, so who is wrapped for is proven apart:
`proof` is an HMAC of the holder under the vault's own key, which a stranger does not have.

    01 fresh public key(32) nonce(12) ciphertext+tag(48)
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from noc_console.kernel.errors import Broken

_FORM = b"\x01"
_SIZE = 1 + 32 + 12 + 32 + 16
PUBLIC_BYTES = 32


def new_private() -> bytes:
    return X25519PrivateKey.generate().private_bytes_raw()


def machine_private(machine_key: bytes) -> bytes:
    """The private key that follows from a machine's own: machines with the same key are one."""
    return HKDF(SHA256(), 32, salt=None, info=b"noc-console vault machine 1").derive(machine_key)


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def wrap(key: bytes, *, public: bytes, tenant: str, generation: int) -> bytes:
    """The key, readable by whoever has the private half of `public`."""
    fresh = X25519PrivateKey.generate()
    sender = fresh.public_key().public_bytes_raw()
    try:
        shared = fresh.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise Broken("a holder's public key is not one") from error
    nonce = os.urandom(12)
    body = AESGCM(_secret(shared, sender, public)).encrypt(nonce, key, _about(tenant, generation))
    return _FORM + sender + nonce + body


def unwrap(wrapped: bytes, *, private: bytes, tenant: str, generation: int) -> bytes:
    """The key back; Broken when it was wrapped for somebody else or changed."""
    if len(wrapped) != _SIZE or wrapped[:1] != _FORM:
        raise Broken("a wrapped key is not in a form this version reads")
    sender, nonce, body = wrapped[1:33], wrapped[33:45], wrapped[45:]
    try:
        mine = X25519PrivateKey.from_private_bytes(private)
        shared = mine.exchange(X25519PublicKey.from_public_bytes(sender))
        public = mine.public_key().public_bytes_raw()
        return AESGCM(_secret(shared, sender, public)).decrypt(
            nonce, body, _about(tenant, generation)
        )
    except (InvalidTag, ValueError) as error:
        raise Broken("a key of the vault does not open: its wrap was changed") from error


def proof(key: bytes, *, tenant: str, name: str, kind: str, public: bytes) -> bytes:
    """Says that whoever had the vault's key let this holder in, under this name."""
    own = HKDF(SHA256(), 32, salt=None, info=b"noc-console vault holders 1").derive(key)
    told = "\0".join((str(len(tenant)), tenant, kind, name)).encode() + b"\0" + public
    return hmac.digest(own, told, hashlib.sha256)


def is_proven(given: bytes | None, expected: bytes) -> bool:
    return given is not None and hmac.compare_digest(given, expected)


def _secret(shared: bytes, sender: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=sender + public, info=b"noc-console vault wrap 1").derive(shared)


def _about(tenant: str, generation: int) -> bytes:
    return _FORM + generation.to_bytes(4, "big") + tenant.encode()
