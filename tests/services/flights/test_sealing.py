import json
import os
import zlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from noc_console.kernel.errors import Broken
from noc_console.services.flights import sealing
from noc_console.services.flights.model import Sealed

KEY = os.urandom(32)
TOLD = Sealed(("a", "b"), ("no a",), "community hunter2word", ("a",))


def test_what_is_sealed_opens_again_and_shows_nothing():
    kept = sealing.seal(KEY, TOLD, tenant="acme")
    assert b"hunter2word" not in kept
    assert sealing.unseal(KEY, kept, tenant="acme") == TOLD
    words = sealing.seal_words(KEY, "key {{ var.k }}", {"k": "hunter2word"}, tenant="acme")
    assert "hunter2word" not in words
    opened = sealing.unseal_words(KEY, words, tenant="acme")
    assert opened == ("key {{ var.k }}", {"k": "hunter2word"})


@pytest.mark.parametrize("change", ["key", "tenant", "bytes"])
def test_with_another_key_for_another_tenant_or_changed_it_does_not_open(change):
    kept = sealing.seal(KEY, TOLD, tenant="acme")
    words = sealing.seal_words(KEY, "x", {}, tenant="acme")
    key = os.urandom(32) if change == "key" else KEY
    tenant = "other" if change == "tenant" else "acme"
    if change == "bytes":
        kept, words = kept[:-1] + bytes([kept[-1] ^ 1]), "AAAA" + words[4:]
    with pytest.raises(Broken):
        sealing.unseal(key, kept, tenant=tenant)
    with pytest.raises(Broken):
        sealing.unseal_words(key, words, tenant=tenant)


def test_what_was_sealed_before_devices_were_read_afterwards_opens_as_not_read():
    plain = json.dumps([TOLD.lines, TOLD.inverse, TOLD.before, TOLD.wanted]).encode()
    nonce = os.urandom(12)
    old = nonce + AESGCM(KEY).encrypt(nonce, zlib.compress(plain), b"acme")
    assert sealing.unseal(KEY, old, tenant="acme") == TOLD
    read = replace(TOLD, came=("a", "b"))
    assert sealing.unseal(KEY, sealing.seal(KEY, read, tenant="acme"), tenant="acme") == read
