"""Texts at rest open with their key, in their place, and not otherwise."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Broken
from noc_console.services.configs.rules.sealing import seal, unseal

KEY, OTHER = b"k" * 32, b"o" * 32
TEXT = "interface Gi0/0\n" * 200 + " description Zürich ✓\n"


def test_a_text_comes_back_and_takes_little_room() -> None:
    sealed = seal(KEY, TEXT, tenant="acme", digest="d")
    assert unseal(KEY, sealed, tenant="acme", digest="d") == TEXT
    assert len(sealed) < 200 and b"interface" not in sealed


def test_the_same_text_is_never_sealed_the_same() -> None:
    assert seal(KEY, TEXT, tenant="a", digest="d") != seal(KEY, TEXT, tenant="a", digest="d")


@pytest.mark.parametrize(
    ("key", "tenant", "digest"), [(OTHER, "acme", "d"), (KEY, "evil", "d"), (KEY, "acme", "e")]
)
def test_another_key_tenant_or_row_does_not_open_it(key: bytes, tenant: str, digest: str) -> None:
    sealed = seal(KEY, TEXT, tenant="acme", digest="d")
    with pytest.raises(Broken, match="does not open"):
        unseal(key, sealed, tenant=tenant, digest=digest)


@pytest.mark.parametrize("sealed", [b"", b"\x02" + b"x" * 60, b"\x01short"])
def test_rubbish_is_told_as_such(sealed: bytes) -> None:
    with pytest.raises(Broken, match="not in a form"):
        unseal(KEY, sealed, tenant="acme", digest="d")
