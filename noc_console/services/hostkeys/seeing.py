"""How a key is shown to people, and what they say when it changed."""

from __future__ import annotations

import base64
import binascii
import hashlib

from noc_console.kernel.errors import Invalid
from noc_console.services.hostkeys.model import HostKey

SHORTEST_REASON = 8
"""Characters: `because` is no reason."""


def check_reason(reason: str) -> str:
    """The reason for trusting a changed key, or Invalid: it is read by an auditor."""
    said = " ".join(reason.split())
    if len(said) < SHORTEST_REASON:
        raise Invalid("say why the key may have changed: it is kept with your name", field="reason")
    return said


_SYMBOLS = " .o+=*BOX@%&#/^SE"
_WIDTH, _HEIGHT = 17, 9


def randomart(key: HostKey) -> str:
    """The key's picture as OpenSSH draws it: the drunken bishop over its SHA-256.

    (Loss, Limmer, von Gernler: The drunken bishop, 2009; OpenSSH sshkey.c.) Raises Invalid
    when the key is no base64.
    """
    try:
        blob = base64.b64decode(key.key.split()[1], validate=True)
    except (IndexError, binascii.Error) as error:
        raise Invalid("the key is not written as known_hosts has it") from error
    field = [[0] * _WIDTH for _ in range(_HEIGHT)]
    most = len(_SYMBOLS) - 1
    x, y = _WIDTH // 2, _HEIGHT // 2
    for byte in hashlib.sha256(blob).digest():
        for step in range(4):
            move = byte >> (2 * step)
            x = min(max(x + (1 if move & 1 else -1), 0), _WIDTH - 1)
            y = min(max(y + (1 if move & 2 else -1), 0), _HEIGHT - 1)
            if field[y][x] < most - 2:
                field[y][x] += 1
    field[_HEIGHT // 2][_WIDTH // 2] = most - 1
    field[y][x] = most
    rows = ["|" + "".join(_SYMBOLS[min(cell, most)] for cell in row) + "|" for row in field]
    return "\n".join([_edge(f"[{_kind(key, blob)}]"), *rows, _edge("[SHA256]")])


def _edge(title: str) -> str:
    left = (_WIDTH - len(title)) // 2
    return "+" + "-" * left + title + "-" * (_WIDTH - left - len(title)) + "+"


def _kind(key: HostKey, blob: bytes) -> str:
    name = {"ssh-ed25519": "ED25519", "ssh-rsa": "RSA", "ssh-dss": "DSA"}.get(key.algorithm)
    if name is None:
        name = "ECDSA" if key.algorithm.startswith("ecdsa") else key.algorithm.upper()[:10]
    sizes = {"ED25519": 256, "RSA": _rsa_bits(blob), "DSA": 1024}
    if name == "ECDSA":
        return f"ECDSA {key.algorithm.rpartition('nistp')[2]}"
    return f"{name} {sizes[name]}" if name in sizes else name


def _rsa_bits(blob: bytes) -> int:
    """Bits of the modulus, the third string of the key (RFC 4253 §6.6); 0 when there is none."""
    at = 0
    part = b""
    for _ in range(3):
        size = int.from_bytes(blob[at : at + 4], "big")
        part = blob[at + 4 : at + 4 + size]
        at += 4 + size
    return int.from_bytes(part, "big").bit_length() if len(part) > 16 else 0
