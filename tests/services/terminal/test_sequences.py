import re

import pytest

from noc_console.services.terminal.sequences import sequence_of

CSI = re.compile(rb"\x1b\[([<=>?]?)([0-9:;]*+)([ -/]*+)([@-~])")


def taken(raw: bytes):
    found = CSI.fullmatch(raw)
    assert found is not None
    return sequence_of(found)


def test_a_sequence_is_taken_apart() -> None:
    sequence = taken(b"\x1b[?1;;3$p")
    assert sequence.kind == "?$p"
    assert sequence.parameters == (1, None, 3)
    assert (sequence.number(0), sequence.number(1, 7), sequence.number(9, 5)) == (1, 7, 5)


def test_without_parameters_there_are_none() -> None:
    assert taken(b"\x1b[t").parameters == ()


@pytest.mark.parametrize("digits", [b"10000", b"9" * 100, b"0" * 50 + b"1"])
def test_no_parameter_is_larger_than_9999(digits) -> None:
    assert taken(b"\x1b[" + digits + b"t").number(0) <= 9999


def test_no_sequence_has_more_than_32_parameters() -> None:
    assert len(taken(b"\x1b[" + b"1;" * 500 + b"m").parameters) == 32
