"""Ansible's vault format 1.1, written: secrets on their way into a playbook are sealed on the disk.

The format is documented in Ansible's user guide, "Ansible Vault payload format 1.1-1.2": AES-256 in
counter mode, HMAC-SHA256 over the cipher text, keys by PBKDF2 with 10,000 rounds. The pass phrase
is random, used for one run and handed over through a pipe, so its rounds do not matter.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from binascii import hexlify

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

HEADER = "$ANSIBLE_VAULT;1.1;AES256"
ROUNDS = 10_000
_WIDTH = 80


def sealed(text: bytes, phrase: bytes, *, salt: bytes | None = None) -> str:
    """The text as a vault file."""
    salt = salt or os.urandom(32)
    keys = hashlib.pbkdf2_hmac("sha256", phrase, salt, ROUNDS, dklen=80)
    cipher_key, mac_key, counter = keys[:32], keys[32:64], keys[64:]
    padder = padding.PKCS7(128).padder()
    padded = padder.update(text) + padder.finalize()
    encryptor = Cipher(algorithms.AES(cipher_key), modes.CTR(counter)).encryptor()
    cipher_text = encryptor.update(padded) + encryptor.finalize()
    mac = hmac.new(mac_key, cipher_text, hashlib.sha256).hexdigest().encode()
    inner = hexlify(b"\n".join((hexlify(salt), mac, hexlify(cipher_text)))).decode()
    lines = [inner[at : at + _WIDTH] for at in range(0, len(inner), _WIDTH)]
    return "\n".join((HEADER, *lines)) + "\n"
