from __future__ import annotations

import struct

import pytest

from noc_console.kernel.errors import Broken, Invalid, NotAllowed
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.passphrases import (
    FLOOR,
    Cost,
    Holds,
    check_new,
    cost_of,
    opened,
    shut,
)

PHRASE = Secret("correct horse battery")
HEAD = 44


@pytest.fixture(scope="module")
def closed() -> bytes:
    return shut(b"k" * 32, PHRASE, holds=Holds.MACHINE_KEY, cost=FLOOR)


def test_it_opens_with_its_own_phrase_only(closed: bytes) -> None:
    assert opened(closed, PHRASE, holds=Holds.MACHINE_KEY) == b"k" * 32
    with pytest.raises(NotAllowed, match="not the right one"):
        opened(closed, Secret("correct horse batterz"), holds=Holds.MACHINE_KEY)


def test_the_form_is_the_documented_one(closed: bytes) -> None:
    assert closed[:4] == b"NOCV"
    assert closed[4:6] == b"\x01\x01"
    assert struct.unpack(">II", closed[6:14]) == (FLOOR.memory_kib, FLOOR.passes)
    assert closed[14:16] == bytes((FLOOR.lanes, Holds.MACHINE_KEY))
    assert len(closed) == HEAD + 32 + 16
    assert cost_of(closed, holds=Holds.MACHINE_KEY) == FLOOR


def test_no_byte_can_be_changed(closed: bytes) -> None:
    """Bytes of the head that ask for more work are left out: they would take minutes."""
    slow = range(6, 14)
    for at in [*range(6), *range(14, len(closed), 3)]:
        assert at not in slow
        bent = bytearray(closed)
        bent[at] ^= 1
        with pytest.raises((Broken, NotAllowed)):
            opened(bytes(bent), PHRASE, holds=Holds.MACHINE_KEY)


@pytest.mark.parametrize("cost", [Cost(8, 1, 1), Cost(FLOOR.memory_kib - 1, 2, 1)])
def test_cheaper_guessing_is_refused_before_the_phrase_is_touched(
    closed: bytes, cost: Cost
) -> None:
    head = bytearray(closed)
    struct.pack_into(">II", head, 6, cost.memory_kib, cost.passes)
    with pytest.raises(Broken, match="less work"):
        opened(bytes(head), PHRASE, holds=Holds.MACHINE_KEY)
    with pytest.raises(Broken, match="less work"):
        shut(b"x", PHRASE, holds=Holds.MACHINE_KEY, cost=cost)


def test_another_cost_within_bounds_does_not_open_it_either(closed: bytes) -> None:
    head = bytearray(closed)
    struct.pack_into(">I", head, 10, FLOOR.passes + 1)
    with pytest.raises(NotAllowed):
        opened(bytes(head), PHRASE, holds=Holds.MACHINE_KEY)


def test_a_strangers_file_gets_no_gigabytes(closed: bytes) -> None:
    head = bytearray(closed)
    struct.pack_into(">I", head, 6, 1 << 30)
    with pytest.raises(Broken, match="more memory"):
        opened(bytes(head), PHRASE, holds=Holds.MACHINE_KEY)


@pytest.mark.parametrize("at", [4, 5])
def test_another_form_is_no_guess(closed: bytes, at: int) -> None:
    for value in (0, 2, 255):
        bent = bytearray(closed)
        bent[at] = value
        with pytest.raises(Broken, match="form"):
            opened(bytes(bent), PHRASE, holds=Holds.MACHINE_KEY)


def test_a_persons_key_cannot_be_passed_off_as_a_machines(closed: bytes) -> None:
    with pytest.raises(Broken, match="something else"):
        opened(closed, PHRASE, holds=Holds.PERSON_KEY)


@pytest.mark.parametrize("size", [0, 1, HEAD, HEAD + 15])
def test_what_is_cut_off_is_no_vault(closed: bytes, size: int) -> None:
    with pytest.raises(Broken, match="no vault"):
        opened(closed[:size], PHRASE, holds=Holds.MACHINE_KEY)


def test_what_is_endless_is_no_vault(closed: bytes) -> None:
    with pytest.raises(Broken, match="no vault"):
        opened(closed + bytes(1 << 17), PHRASE, holds=Holds.MACHINE_KEY)


def test_the_same_letters_typed_on_another_system_are_the_same_phrase() -> None:
    closed = shut(b"x", Secret("caf\u00e9 au lait 1"), holds=Holds.PERSON_KEY, cost=FLOOR)
    assert opened(closed, Secret("cafe\u0301 au lait 1"), holds=Holds.PERSON_KEY) == b"x"


@pytest.mark.parametrize("text", ["short", "aaaaaaaaaaaaaaaa", "x" * 2000])
def test_what_is_guessed_first_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_new(Secret(text))
    assert text not in str(refused.value)
