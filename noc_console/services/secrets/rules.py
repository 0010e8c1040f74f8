"""Envelope encryption: bytes in, bytes out.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the tenant, the name, the format and
the key's number are authenticated with it, so a sealed secret can be neither moved under another
name nor passed off as one of an older form.

    format 1   01 nonce(12) ciphertext+tag(16)              the machine's own key
    format 2   02 key number(4, big-endian) nonce ciphertext+tag
    format 3   03 version(8, big-endian)                    the text lies elsewhere (OpenBao)
"""

from __future__ import annotations

import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from noc_console.kernel.errors import Broken, Invalid

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_OWN, _NUMBERED, _ELSEWHERE = b"\x01", b"\x02", b"\x03"
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_NAME = re.compile(r"[^\x00-\x1f]{1,200}")


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def seal(key: bytes, plain: bytes, *, tenant: str, name: str, generation: int = 0) -> bytes:
    """Format 2, or format 1 for the machine's own key (generation 0)."""
    head = _NUMBERED + generation.to_bytes(4, "big") if generation else _OWN
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(head, tenant, name))


def unseal(key: bytes, sealed: bytes, *, tenant: str, name: str) -> bytes:
    """The plain bytes; Broken when the key is another one or the row was changed."""
    head_bytes = 1 if sealed[:1] == _OWN else 5
    head, nonce = sealed[:head_bytes], sealed[head_bytes : head_bytes + NONCE_BYTES]
    is_known = sealed[:1] in (_OWN, _NUMBERED)
    if not is_known or len(sealed) < head_bytes + NONCE_BYTES + TAG_BYTES:
        raise _strange(name)
    body = sealed[head_bytes + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, _bound_to(head, tenant, name))
    except InvalidTag as error:
        raise Broken(
            f"the secret {name} does not open: this machine's vault key is not the one it was "
            "sealed with (copy the key file of the machine that wrote it), or the row was changed"
        ) from error


def generation_of(sealed: bytes, *, name: str) -> int:
    """Which key opens it: 0 is the machine's own."""
    if sealed[:1] == _OWN:
        return 0
    if sealed[:1] == _NUMBERED and len(sealed) > 5:
        return int.from_bytes(sealed[1:5], "big")
    raise _strange(name)


def reference(version: int) -> bytes:
    """What is kept here of a secret that lies elsewhere."""
    return _ELSEWHERE + version.to_bytes(8, "big")


def version_of(sealed: bytes) -> int | None:
    """The version elsewhere; None for a secret that lies here."""
    if sealed[:1] == _ELSEWHERE and len(sealed) == 9:
        return int.from_bytes(sealed[1:], "big")
    return None


def path_of(tenant: str, name: str) -> str:
    """Where a secret lies elsewhere: made from its name, so that no row can point at another."""
    return f"{_escaped(tenant)}/{_escaped(name)}"


def _escaped(text: str) -> str:
    """One piece of a path that no server takes apart: a decoded %2F would be a folder."""
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"={byte:02X}" for byte in text.encode())


def check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Invalid("a secret's name has 1 to 200 characters", field="name")


def not_here() -> Broken:
    """The text lies in a vault elsewhere that this process was told nothing of."""
    return Broken(
        "this secret lies in OpenBao, and this installation is not told where: see `vault` and "
        "`vault_address` in its configuration"
    )


def _strange(name: str) -> Broken:
    return Broken(f"the secret {name} is not in a form this version reads")


def _bound_to(head: bytes, tenant: str, name: str) -> bytes:
    bound = f"{len(tenant)}:{tenant}/{name}".encode()
    return bound if head == _OWN else head + bound
