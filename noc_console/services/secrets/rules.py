"""Envelope encryption: bytes in, bytes out.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the tenant and the name are
authenticated with it, so a sealed secret cannot be moved under another name.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from noc_console.kernel.errors import Broken

KEY_BYTES = 32
_FORMAT = b"\x01"
_NONCE_BYTES = 12


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def seal(key: bytes, plain: bytes, *, tenant: str, name: str) -> bytes:
    """Format byte, nonce, ciphertext with tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(tenant, name))


def unseal(key: bytes, sealed: bytes, *, tenant: str, name: str) -> bytes:
    """The plain bytes; Broken when the key is another one or the row was changed."""
    if len(sealed) < 1 + _NONCE_BYTES + 16 or sealed[:1] != _FORMAT:
        raise Broken(f"the secret {name} is not in a form this version reads")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, _bound_to(tenant, name))
    except InvalidTag as error:
        raise Broken(
            f"the secret {name} does not open: this machine's vault key is not the one it was "
            "sealed with (copy the key file of the machine that wrote it), or the row was changed"
        ) from error


def _bound_to(tenant: str, name: str) -> bytes:
    return f"{len(tenant)}:{tenant}/{name}".encode()
