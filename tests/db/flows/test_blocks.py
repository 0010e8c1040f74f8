import numpy as np
import pytest

from noc_console.db.flows.blocks import pack, unpack
from noc_console.kernel.errors import Broken

COLUMNS = {
    "exporter": np.array([1 << 62, 2], np.uint64),
    "port": np.array([443, 53], np.uint16),
    "rest": np.array([0, 1], np.uint8),
    "in_if": np.array([7, 8], np.uint32),
}


def test_what_was_packed_comes_back_column_by_column():
    found = unpack(pack(COLUMNS))
    assert {name: values.tolist() for name, values in found.items()} == {
        name: values.tolist() for name, values in COLUMNS.items()
    }
    assert found["port"].dtype == np.uint16


def test_only_the_columns_asked_for_are_unpacked():
    assert list(unpack(pack(COLUMNS), ("port", "nowhere"))) == ["port"]


def test_an_empty_table_is_a_block_too():
    empty = {name: values[:0] for name, values in COLUMNS.items()}
    assert len(unpack(pack(empty))["port"]) == 0


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_damaged_block_is_broken_and_nothing_else(at):
    data = bytearray(pack(COLUMNS))
    data[at] ^= 0xFF
    try:
        unpack(bytes(data))
    except Broken:
        pass


@pytest.mark.parametrize("length", [0, 5, 20, 90])
def test_a_block_cut_short_is_broken(length):
    with pytest.raises(Broken):
        unpack(pack(COLUMNS)[:length])
