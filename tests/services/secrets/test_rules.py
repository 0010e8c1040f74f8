from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Broken
from noc_console.services.secrets.rules import new_key, seal, unseal

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
