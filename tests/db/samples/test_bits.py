import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.db.samples import bits

numbers = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40)


@given(st.lists(st.tuples(st.integers(0, 64), numbers), min_size=1, max_size=8))
def test_fields_of_any_width_come_back(fields):
    """Side by side, each from a whole byte on, as blocks lay them."""
    places, values, widths, end = [], [], [], 0
    for width, listed in fields:
        width = 64 if width > bits.WIDEST else width
        for at, number in enumerate(listed):
            places.append(end * 8 + at * width)
            values.append(number & ((1 << width) - 1))
            widths.append(width)
        end += (len(listed) * width + 7) // 8
    room = bits.empty(end)
    bits.write(room, np.array(places), np.array(values, np.uint64))
    octets = np.frombuffer(room.tobytes()[:end] + bytes(8), np.uint8)
    assert bits.read(octets, np.array(places), np.array(widths)).tolist() == values


@given(numbers)
def test_a_number_fits_into_the_bits_and_bytes_it_is_said_to_need(listed):
    for found, number in zip(bits.widths(np.array(listed, np.uint64)), listed, strict=True):
        assert found == (number.bit_length() if number.bit_length() <= 57 else 64)
    for found, number in zip(bits.sizes(np.array(listed, np.uint64)), listed, strict=True):
        assert number < 1 << int(found) * 8
        assert found in range(9)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_signed_numbers_survive_their_folding(listed):
    signed = np.array(listed, np.int64)
    assert bits.unzigzag(bits.zigzag(signed)).tolist() == listed


@pytest.mark.parametrize(("number", "folded"), [(0, 0), (-1, 1), (1, 2), (-2, 3)])
def test_small_numbers_stay_small(number, folded):
    assert bits.zigzag(np.array([number])).tolist() == [folded]


def test_nothing_to_write_writes_nothing():
    room = bits.empty(8)
    bits.write(room, np.empty(0, np.int64), np.empty(0, np.uint64))
    assert not room.any()
