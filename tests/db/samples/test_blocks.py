import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from noc_console.db.samples.blocks import (
    Block,
    Section,
    open_block,
    pack_block,
    pack_blocks,
    pack_poll,
    unfold,
    unpack_block,
    unpack_poll,
    widen,
)
from noc_console.db.samples.envelope import Damaged, seal, unseal
from noc_console.db.samples.kinds import MISSING

int64 = st.integers(-(1 << 63), (1 << 63) - 1)


@st.composite
def hours(draw):
    subjects, n, columns = (
        draw(st.integers(1, 3)),
        draw(st.integers(1, 40)),
        draw(st.integers(1, 6)),
    )
    times = draw(arrays(np.int64, (subjects, n), elements=int64))
    values = draw(arrays(np.int64, (subjects, n, columns), elements=int64))
    return times, values


@settings(max_examples=150)
@given(hours())
def test_blocks_give_back_every_bit_of_any_numbers(hour):
    times, values = hour
    for at, packed in enumerate(pack_blocks(times, values)):
        block = unpack_block(packed)
        assert np.array_equal(block.times, times[at])
        assert np.array_equal(block.values, values[at])


@given(hours(), st.data())
def test_picking_columns_gives_the_same_as_reading_all(hour, data):
    times, values = hour
    columns = values.shape[2]
    pick = data.draw(st.lists(st.integers(0, columns - 1), min_size=1, unique=True))
    block = unpack_block(pack_blocks(times, values)[0], pick=pick)
    assert np.array_equal(block.times, times[0])
    assert np.array_equal(block.values, values[0][:, pick])


def test_a_column_younger_than_the_block_is_missing():
    packed = pack_block(Block(np.array([1, 2]), np.array([[5], [6]])))
    assert unpack_block(packed, pick=[0, 3]).values.tolist() == [[5, MISSING], [6, MISSING]]


def test_an_hour_of_quiet_counters_takes_hardly_any_room():
    times = np.arange(60)[None] * 60_000
    values = np.full((1, 60, 10), 123_456_789_012)
    assert len(pack_blocks(times, values)[0]) < 100


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5), st.integers(1, 4)), max_size=3),
    st.randoms(use_true_random=False),
)
def test_polls_give_back_what_was_packed(shapes, random):
    sections = [
        Section(
            code,
            np.array([random.getrandbits(40) for _ in range(n)], np.int64),
            np.array(
                [[random.getrandbits(63) for _ in range(m)] for _ in range(n)], np.int64
            ).reshape(n, m),
        )
        for code, n, m in shapes
    ]
    found = unpack_poll(pack_poll(sections))
    assert len(found) == len(sections)
    for one, other in zip(found, sections, strict=True):
        assert one.code == other.code
        assert np.array_equal(one.ids, other.ids)
        assert np.array_equal(one.values, other.values)


@settings(max_examples=50)
@given(hours(), st.data())
def test_blocks_of_earlier_programs_are_read(hour, data):
    """The layout they wrote: delta of delta, zigzag, bytes by place value."""
    times, values = hour
    table = np.concatenate([times[0][None], values[0].T])
    steps = np.diff(table, axis=1)
    steps[0, 1:] = np.diff(steps[0])
    zigzag = np.ascontiguousarray((steps << 1) ^ (steps >> 63), "<i8")
    octets = zigzag.view(np.uint8).reshape(*zigzag.shape, 8)
    head = struct.pack("<BHI", 1, len(table) - 1, table.shape[1])
    firsts = table[:, 0].astype("<i8").tobytes()
    old = seal(head + firsts + octets.transpose(2, 0, 1).tobytes())
    block = unpack_block(old)
    assert np.array_equal(block.times, times[0])
    assert np.array_equal(block.values, values[0])
    pick = data.draw(st.lists(st.integers(0, len(table) - 2), min_size=1, unique=True))
    new = pack_blocks(times, values)[0]
    both = unfold([open_block(old), open_block(new)], pick=pick)
    assert all(np.array_equal(one.values, values[0][:, pick]) for one in both)


@pytest.mark.parametrize("place", range(7 + 4, 7 + 4 + 6))
def test_a_directory_that_contradicts_itself_is_damaged(place):
    whole = bytearray(unseal(pack_block(Block(np.arange(9), np.arange(18).reshape(9, 2) ** 3))))
    whole[place] ^= 0x3A
    with pytest.raises(Damaged):
        unpack_block(seal(bytes(whole)))


def test_noise_takes_hardly_more_than_its_bits():
    steps = np.random.default_rng(1).integers(0, 1 << 20, (60, 8))
    packed = pack_block(Block(np.arange(60) * 60_000, steps.cumsum(axis=0)))
    assert len(packed) < 59 * 8 * 20 / 8 + 100


@given(st.binary(max_size=200))
def test_hostile_content_is_damaged_and_never_crashes(content):
    for unpack in (unpack_poll, unpack_block):
        try:
            unpack(seal(content, level=0))
        except Damaged:
            continue


@pytest.mark.parametrize("cut", [0, 1, 5, 8, 40, 100])
def test_a_short_block_is_damaged(cut):
    odd = np.random.default_rng(1).integers(0, 1 << 40, (30, 2))
    whole = unseal(pack_block(Block(np.arange(30) ** 2, odd)))
    assert len(whole) > 100
    with pytest.raises(Damaged):
        unpack_block(seal(whole[:cut]))


def test_a_layout_of_the_future_is_refused():
    with pytest.raises(Damaged, match="layout 3"):
        unpack_block(seal(b"\3" + bytes(20)))
    with pytest.raises(Damaged, match="layout 2"):
        unpack_poll(seal(b"\2\0"))


def test_a_block_that_claims_to_be_huge_is_refused():
    with pytest.raises(Damaged, match="impossible"):
        unpack_block(seal(b"\1\1\0\xff\xff\xff\xff" + bytes(16)))


def test_widening_fills_with_missing_and_cuts_what_is_too_much():
    values = np.array([[1, 2]])
    assert widen(values, 3).tolist() == [[1, 2, MISSING]]
    assert widen(values, 1).tolist() == [[1]]
