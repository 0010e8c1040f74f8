from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Broken, Invalid
from noc_console.services.secrets.rules import (
    check_name,
    generation_of,
    new_key,
    not_here,
    path_of,
    reference,
    seal,
    unseal,
    version_of,
)

KEY = new_key()


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_what_was_sealed_opens_under_its_own_name_only(
    plain: bytes, tenant: str, name: str
) -> None:
    sealed = seal(KEY, plain, tenant=tenant, name=name)
    assert unseal(KEY, sealed, tenant=tenant, name=name) == plain
    with pytest.raises(Broken):
        unseal(KEY, sealed, tenant=tenant, name=name + "x")
    with pytest.raises(Broken):
        unseal(KEY, sealed, tenant=tenant + "x", name=name)
    with pytest.raises(Broken, match="vault key is not the one"):
        unseal(new_key(), sealed, tenant=tenant, name=name)


def test_no_byte_can_be_changed() -> None:
    sealed = seal(KEY, b"hunter2", tenant="acme", name="core")
    for at in range(len(sealed)):
        bent = bytearray(sealed)
        bent[at] ^= 1
        with pytest.raises(Broken):
            unseal(KEY, bytes(bent), tenant="acme", name="core")
    for length in range(len(sealed)):
        with pytest.raises(Broken):
            unseal(KEY, sealed[:length], tenant="acme", name="core")


def test_the_same_secret_never_looks_the_same() -> None:
    assert seal(KEY, b"a", tenant="t", name="n") != seal(KEY, b"a", tenant="t", name="n")


def test_a_numbered_key_is_told_by_the_seal_and_bound_into_it() -> None:
    sealed = seal(KEY, b"hunter2", tenant="acme", name="core", generation=7)
    assert generation_of(sealed, name="core") == 7
    assert unseal(KEY, sealed, tenant="acme", name="core") == b"hunter2"
    for other in (b"\x02" + (6).to_bytes(4, "big") + sealed[5:], b"\x01" + sealed[5:]):
        with pytest.raises(Broken):
            unseal(KEY, other, tenant="acme", name="core")


def test_no_byte_of_a_numbered_seal_can_be_changed() -> None:
    sealed = seal(KEY, b"x", tenant="acme", name="core", generation=1)
    for at in range(len(sealed)):
        bent = bytearray(sealed)
        bent[at] ^= 1
        with pytest.raises(Broken):
            unseal(KEY, bytes(bent), tenant="acme", name="core")


def test_a_seal_of_the_first_form_still_opens() -> None:
    """As the versions before key numbers wrote it."""
    key, nonce = bytes(range(32)), bytes(12)
    body = AESGCM(key).encrypt(nonce, b"hunter2", b"4:acme/core")
    assert unseal(key, b"\x01" + nonce + body, tenant="acme", name="core") == b"hunter2"
    assert generation_of(b"\x01" + nonce + body, name="core") == 0


def test_a_reference_holds_a_version_and_nothing_that_could_point_elsewhere() -> None:
    assert version_of(reference(12)) == 12
    assert version_of(seal(KEY, b"x", tenant="t", name="n")) is None
    with pytest.raises(Broken):
        generation_of(reference(1), name="n")


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_path_elsewhere_has_two_plain_pieces_and_is_nobody_elses(tenant: str, name: str) -> None:
    path = path_of(tenant, name)
    assert path.count("/") == 1
    assert path.isascii()
    assert not set(path) & set("%.?#&\\ ")
    assert path_of(tenant, name + "x") != path


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb"])
def test_a_name_is_bounded(name: str) -> None:
    with pytest.raises(Invalid):
        check_name(name)


def test_who_is_not_told_where_the_secrets_lie_is_told_that() -> None:
    assert "OpenBao" in str(not_here())
