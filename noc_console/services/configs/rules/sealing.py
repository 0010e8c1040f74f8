"""Configurations at rest: compressed, then sealed.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The tenant and the content's digest are
authenticated with it: a row cannot be given another one's text. The key is a secret of the vault.
"""

from __future__ import annotations

import os

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from noc_console.kernel.errors import Broken

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_LEVEL = 9
LARGEST = 64 << 20
"""Bytes a sealed text may come to when it is opened."""


def seal(key: bytes, text: str, *, tenant: str, digest: str) -> bytes:
    """Format byte, nonce, ciphertext with tag."""
    nonce = os.urandom(_NONCE_BYTES)
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(text.encode("utf-8", "replace"))
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, packed, _bound(tenant, digest))


def unseal(key: bytes, sealed: bytes, *, tenant: str, digest: str) -> str:
    """The text; Broken when the key is another one or the row was changed."""
    if len(sealed) < 1 + _NONCE_BYTES + 16 or sealed[:1] != _FORMAT:
        raise Broken("a kept configuration is not in a form this version reads")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        packed = AESGCM(key).decrypt(nonce, body, _bound(tenant, digest))
        text = zstandard.ZstdDecompressor().decompress(packed, max_output_size=LARGEST)
    except InvalidTag as error:
        raise Broken(
            "a kept configuration does not open: the vault's key of the configurations is not the"
            " one it was sealed with, or the row was changed"
        ) from error
    except zstandard.ZstdError as error:
        raise Broken("a kept configuration cannot be unpacked") from error
    return text.decode("utf-8", "replace")


def _bound(tenant: str, digest: str) -> bytes:
    return f"config/{len(tenant)}:{tenant}/{digest}".encode()
