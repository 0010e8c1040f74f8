"""What of a flight may hold secrets is kept encrypted; a screen gets it masked."""

from __future__ import annotations

import json
import os
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from noc_console.kernel.errors import Broken
from noc_console.services.flights.model import Sealed

PURPOSE = "flights"
_NONCE_BYTES = 12
LARGEST = 64 << 20


def seal(key: bytes, told: Sealed, *, tenant: str) -> bytes:
    """Compressed and encrypted (AES-256-GCM, a random nonce, the tenant authenticated)."""
    plain = json.dumps([told.lines, told.inverse, told.before, told.wanted]).encode()
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, zlib.compress(plain), tenant.encode())


def unseal(key: bytes, kept: bytes, *, tenant: str) -> Sealed:
    """Raises Broken for what this vault did not write."""
    try:
        plain = AESGCM(key).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], tenant.encode())
        lines, inverse, before, wanted = json.loads(zlib.decompressobj().decompress(plain, LARGEST))
    except (InvalidTag, ValueError, zlib.error) as error:
        raise Broken("what is kept of this flight does not open with this vault's key") from error
    return Sealed(tuple(lines), tuple(inverse), before, tuple(wanted))
