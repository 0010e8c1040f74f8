"""Bytes behind a pass phrase: the form of a file vault, and of a person's key in the store.

The form, every number big-endian:

    offset  bytes  what
    0       4      "NOCV"
    4       1      form: 1
    5       1      key derivation: 1 = Argon2id (RFC 9106), version 0x13
    6       4      memory in KiB
    10      4      passes
    14      1      lanes
    15      1      what it holds: 1 = a machine's key, 2 = a person's key
    16      16     salt
    32      12     nonce
    44      …      AES-256-GCM ciphertext with its 16-byte tag

The first 44 bytes are authenticated as associated data: no byte can be changed, and neither can
the cost be lowered without the phrase. What asks for less than the floor (OWASP's smallest
recommendation) is refused before the phrase is touched, as is what asks for more memory than a
machine should give a stranger's file.
"""

from __future__ import annotations

import os
import struct
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from noc_console.kernel.errors import Broken, Invalid, NotAllowed
from noc_console.kernel.secret import Secret

MAGIC = b"NOCV"
SHORTEST = 12
"""Characters of a new pass phrase (NIST SP 800-63B asks for 8 where guesses are limited; a file
can be guessed at anywhere)."""
LONGEST = 1024
_FORM, _ARGON2ID = 1, 1
_HEAD = struct.Struct(">4sBBIIBB16s12s")
_TAG_BYTES = 16
MOST_BYTES = 65_536


class Holds(IntEnum):
    """What lies behind a pass phrase: one cannot be passed off as the other."""

    MACHINE_KEY = 1
    PERSON_KEY = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """How long guessing takes: memory in KiB, passes, lanes."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4
    """RFC 9106 §4, second recommendation: 64 MiB, 3 passes, 4 lanes; about 0.4 s."""


FLOOR = Cost(19_456, 2, 1)
CEILING = Cost(1 << 20, 64, 64)


def shut(plain: bytes, passphrase: Secret, *, holds: Holds, cost: Cost | None = None) -> bytes:
    """The bytes behind a pass phrase. Takes a while on purpose: call it in a thread."""
    cost = cost or Cost()
    _check_cost(cost)
    salt, nonce = os.urandom(16), os.urandom(12)
    head = _HEAD.pack(
        MAGIC, _FORM, _ARGON2ID, cost.memory_kib, cost.passes, cost.lanes, holds, salt, nonce
    )
    key = _derived(passphrase, salt, cost)
    return head + AESGCM(key).encrypt(nonce, plain, head)


def opened(shut_bytes: bytes, passphrase: Secret, *, holds: Holds) -> bytes:
    """What lies behind it. NotAllowed when the phrase is wrong (or a byte was changed: nobody
    can tell the two apart), Broken when it is no such form. Takes a while, as `shut`."""
    salt, nonce, cost = _read_head(shut_bytes, holds)
    key = _derived(passphrase, salt, cost)
    head, body = shut_bytes[: _HEAD.size], shut_bytes[_HEAD.size :]
    try:
        return AESGCM(key).decrypt(nonce, body, head)
    except InvalidTag:
        # Not "from": the library's error has nothing to add, and there is nothing to learn.
        raise NotAllowed("the pass phrase is not the right one") from None


def check_new(passphrase: Secret) -> None:
    """Refuse what is guessed first."""
    text = _normal(passphrase)
    if len(text) < SHORTEST:
        raise Invalid(f"a pass phrase has at least {SHORTEST} characters", field="passphrase")
    if len(text) > LONGEST:
        raise Invalid(f"a pass phrase has at most {LONGEST} characters", field="passphrase")
    if len(set(text)) < 5:
        raise Invalid("a pass phrase has at least five different characters", field="passphrase")


def cost_of(shut_bytes: bytes, *, holds: Holds) -> Cost:
    """What guessing at it costs."""
    return _read_head(shut_bytes, holds)[2]


def _read_head(shut_bytes: bytes, holds: Holds) -> tuple[bytes, bytes, Cost]:
    if not _HEAD.size + _TAG_BYTES <= len(shut_bytes) <= MOST_BYTES:
        raise Broken("this is no vault: it is too short or too long")
    magic, form, derivation, memory, passes, lanes, kind, salt, nonce = _HEAD.unpack_from(
        shut_bytes
    )
    if magic != MAGIC:
        raise Broken("this is no vault: it does not begin as one")
    if (form, derivation) != (_FORM, _ARGON2ID):
        raise Broken("this vault is of a form that this version does not read")
    if kind != holds:
        raise Broken("this vault holds something else")
    cost = Cost(memory, passes, lanes)
    _check_cost(cost)
    return salt, nonce, cost


def _check_cost(cost: Cost) -> None:
    if (
        cost.memory_kib < FLOOR.memory_kib
        or cost.passes < FLOOR.passes
        or not FLOOR.lanes <= cost.lanes <= CEILING.lanes
    ):
        raise Broken("this vault asks for less work than a pass phrase needs; somebody changed it")
    if cost.memory_kib > CEILING.memory_kib or cost.passes > CEILING.passes:
        raise Broken("this vault asks for more memory or time than is given")


def _derived(passphrase: Secret, salt: bytes, cost: Cost) -> bytes:
    return Argon2id(
        salt=salt,
        length=32,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(_normal(passphrase).encode("utf-8", "surrogatepass"))


def _normal(passphrase: Secret) -> str:
    """The same characters typed on another system (NIST SP 800-63B §5.1.1.2)."""
    return unicodedata.normalize("NFKC", passphrase.reveal())
