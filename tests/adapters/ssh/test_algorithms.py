"""What is offered, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import asyncssh
import pytest

from noc_console.adapters.ssh.algorithms import (
    CIPHERS,
    HOST_KEYS,
    KEX,
    MACS,
    OLD,
    OLD_CIPHERS,
    OLD_HOST_KEYS,
    OLD_KEX,
    OLD_MACS,
    missing,
    offer,
)
from noc_console.wire.ssh_hello import Hello

MODERN = Hello("SSH-2.0-x", KEX, HOST_KEYS, CIPHERS, MACS)
SAFE = offer(is_legacy=False)


def test_nothing_is_missing_between_modern_sides() -> None:
    assert missing(MODERN, SAFE) is None
    assert not {*SAFE.kex, *SAFE.ciphers, *SAFE.macs, *SAFE.host_keys} & OLD


@pytest.mark.parametrize(
    ("hello", "what"),
    [
        (replace(MODERN, key_exchange=("diffie-hellman-group1-sha1",)), "key exchange"),
        (replace(MODERN, host_keys=("ssh-rsa",)), "host key"),
        (replace(MODERN, ciphers=("3des-cbc",)), "cipher"),
        (replace(MODERN, ciphers=("aes128-ctr",), macs=("hmac-md5",)), "message authentication"),
    ],
)
def test_what_is_old_is_named_and_spoken_when_allowed(hello: Hello, what: str) -> None:
    lack = missing(hello, SAFE)
    assert lack is not None and lack.what == what and lack.is_old
    assert missing(hello, offer(is_legacy=True)) is None


def test_what_nobody_speaks_is_not_called_old() -> None:
    lack = missing(replace(MODERN, key_exchange=("kex@nowhere", "ext-info-s")), SAFE)
    assert lack is not None and not lack.is_old and lack.offered == ("kex@nowhere",)


def test_a_cipher_with_its_own_authentication_needs_no_other() -> None:
    alone = replace(MODERN, ciphers=("aes256-gcm@openssh.com",), macs=("hmac-md5",))
    assert missing(alone, SAFE) is None


def test_only_keys_of_the_pinned_kinds_are_asked_for() -> None:
    kinds = frozenset({"ssh-rsa"})
    assert offer(is_legacy=False, kinds=kinds).host_keys == ("rsa-sha2-512", "rsa-sha2-256")
    assert "ssh-rsa" in offer(is_legacy=True, kinds=kinds).host_keys


def test_the_library_knows_every_name() -> None:
    ours = offer(is_legacy=True)
    options = asyncssh.SSHClientConnectionOptions(
        kex_algs=ours.kex,
        encryption_algs=ours.ciphers,
        mac_algs=ours.macs,
        server_host_key_algs=ours.host_keys,
        signature_algs=ours.signatures,
        known_hosts=([], [], []),
    )
    assert len(options.kex_algs) == len(KEX + OLD_KEX)
    assert len(options.encryption_algs) == len(CIPHERS + OLD_CIPHERS)
    assert len(options.mac_algs) == len(MACS + OLD_MACS)
    assert {*HOST_KEYS, *OLD_HOST_KEYS} == set(ours.host_keys)
