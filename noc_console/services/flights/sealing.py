"""What of a flight may hold secrets is kept encrypted; a screen gets it masked."""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from noc_console.kernel.errors import Broken
from noc_console.services.flights.model import Sealed

PURPOSE = "flights"
_NONCE_BYTES = 12
LARGEST = 64 << 20


def seal_words(key: bytes, template: str, variables: Mapping[str, str], *, tenant: str) -> str:
    """A template and its variables as a text: people write communities and keys into them."""
    plain = json.dumps([template, dict(variables)]).encode()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, zlib.compress(plain), tenant.encode())
    return b64encode(sealed).decode()


def unseal_words(key: bytes, kept: str, *, tenant: str) -> tuple[str, dict[str, str]]:
    """Raises Broken for what this vault did not write."""
    try:
        sealed = b64decode(kept, validate=True)
        plain = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], tenant.encode())
        template, variables = json.loads(zlib.decompressobj().decompress(plain, LARGEST))
    except (InvalidTag, ValueError, zlib.error) as error:
        raise Broken("the lines of this flight do not open with this vault's key") from error
    return str(template), dict(variables)


def seal(key: bytes, told: Sealed, *, tenant: str) -> bytes:
    """Compressed and encrypted (AES-256-GCM, a random nonce, the tenant authenticated)."""
    plain = json.dumps([told.lines, told.inverse, told.before, told.wanted, told.came]).encode()
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, zlib.compress(plain), tenant.encode())


def unseal(key: bytes, kept: bytes, *, tenant: str) -> Sealed:
    """Raises Broken for what this vault did not write."""
    try:
        plain = AESGCM(key).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], tenant.encode())
        lines, inverse, before, wanted, *came = json.loads(
            zlib.decompressobj().decompress(plain, LARGEST)
        )
    except (InvalidTag, ValueError, zlib.error) as error:
        raise Broken("what is kept of this flight does not open with this vault's key") from error
    # What was sealed by an older console has no configuration read afterwards.
    read = tuple(came[0]) if came else ()
    return Sealed(tuple(lines), tuple(inverse), before, tuple(wanted), read)
