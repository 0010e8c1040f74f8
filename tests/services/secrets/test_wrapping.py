from __future__ import annotations

import pytest

from noc_console.kernel.errors import Broken
from noc_console.services.secrets.wrapping import (
    is_proven,
    machine_private,
    new_private,
    proof,
    public_of,
    unwrap,
    wrap,
)

KEY = bytes(range(32))


def test_only_the_holder_it_was_wrapped_for_unwraps_it() -> None:
    private = new_private()
    wrapped = wrap(KEY, public=public_of(private), tenant="acme", generation=3)
    assert unwrap(wrapped, private=private, tenant="acme", generation=3) == KEY
    for other, tenant, number in (
        (new_private(), "acme", 3),
        (private, "bcme", 3),
        (private, "acme", 2),
    ):
        with pytest.raises(Broken):
            unwrap(wrapped, private=other, tenant=tenant, generation=number)


def test_no_byte_of_a_wrap_can_be_changed() -> None:
    private = new_private()
    wrapped = wrap(KEY, public=public_of(private), tenant="acme", generation=1)
    for at in range(len(wrapped)):
        bent = bytearray(wrapped)
        bent[at] ^= 1
        if at == 32:
            continue  # the top bit of an X25519 key is ignored (RFC 7748 §5), the rest is not
        with pytest.raises(Broken):
            unwrap(bytes(bent), private=private, tenant="acme", generation=1)
    with pytest.raises(Broken):
        unwrap(wrapped[:-1], private=private, tenant="acme", generation=1)


def test_every_bit_of_the_senders_key_is_bound() -> None:
    """Also the one that the curve ignores: the salt of the derivation holds the key as sent."""
    private = new_private()
    wrapped = bytearray(wrap(KEY, public=public_of(private), tenant="a", generation=1))
    wrapped[32] ^= 0x80
    with pytest.raises(Broken):
        unwrap(bytes(wrapped), private=private, tenant="a", generation=1)


def test_a_key_that_gives_nothing_away_is_refused() -> None:
    """An all-zero public key makes a shared secret everybody knows (RFC 7748 §6.1)."""
    with pytest.raises(Broken):
        wrap(KEY, public=bytes(32), tenant="a", generation=1)


def test_machines_with_the_same_key_are_one_holder() -> None:
    assert machine_private(KEY) == machine_private(KEY)
    assert machine_private(KEY) != machine_private(bytes(32))
    assert machine_private(KEY) != KEY


def test_who_was_let_in_is_proven_by_the_vaults_key_and_bound_to_the_name() -> None:
    told = {"tenant": "acme", "name": "mira", "kind": "person", "public": b"p" * 32}
    real = proof(KEY, **told)  # type: ignore[arg-type]
    assert is_proven(real, proof(KEY, **told))  # type: ignore[arg-type]
    for change in ({"name": "eve"}, {"kind": "machine"}, {"public": b"q" * 32}, {"tenant": "b"}):
        assert not is_proven(real, proof(KEY, **(told | change)))  # type: ignore[arg-type]
    assert not is_proven(real, proof(bytes(32), **told))  # type: ignore[arg-type]
    assert not is_proven(None, real)
