import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import oid
from noc_console.wire.ber import Malformed

arcs = st.lists(st.integers(0, 2**32 - 1), min_size=0, max_size=20)
oids = st.tuples(st.integers(0, 2), st.integers(0, 39), arcs).map(
    lambda each: (each[0], each[1], *each[2])
)


@given(oids)
def test_an_oid_survives_the_way_to_bytes_and_back(numbers):
    assert oid.parts(oid.from_parts(numbers)) == numbers
    text = ".".join(map(str, numbers))
    assert oid.decode(oid.encode(text)) == text
    assert oid.encode("." + text) == oid.encode(text)


@given(oids, oids)
def test_order_is_that_of_the_numbers_not_of_the_bytes(one, other):
    first, second = oid.from_parts(one), oid.from_parts(other)
    assert (oid.sort_key(first) < oid.sort_key(second)) == (one < other)
    assert oid.is_after(first, second) == (one > other)


def test_bytes_alone_would_put_16384_before_16383():
    small, large = oid.encode("1.3.16383"), oid.encode("1.3.16384")
    assert large < small
    assert oid.is_after(large, small)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("1.3.6.1", "2b0601"),
        ("0.0", "00"),
        ("2.999.3", "883703"),  # X.690 §8.19.5
        ("1.3.4294967295", "2b8fffffff7f"),
    ],
)
def test_known_encodings(text, encoded):
    assert oid.encode(text).hex() == encoded


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "3.1",
        "1.40",
        "1.3.-1",
        "1.3.x",
        "1..3",
        "1.3.4294967296",
        "1.3.²",
        "1.3" + ".1" * 127,
    ],
)
def test_what_is_no_oid_is_refused(text):
    with pytest.raises(ValueError):
        oid.encode(text)


@pytest.mark.parametrize("encoded", ["2b81", "2b9080808000", "2b" + "ff" * 60_000])
def test_bytes_that_are_no_oid_are_refused_without_long_sums(encoded):
    with pytest.raises(Malformed):
        oid.decode(bytes.fromhex(encoded))


def test_no_bytes_at_all_is_how_some_agents_write_zero_dot_zero():
    assert oid.decode(b"") == "0.0"


def test_a_child_and_its_index():
    column = oid.encode("1.3.6.1.2.1.2.2.1.10")
    instance = oid.child(column, 300)
    assert oid.decode(instance) == "1.3.6.1.2.1.2.2.1.10.300"
    assert oid.decode_index(instance[len(column) :]) == "300"
    assert oid.index_parts(b"\x01\x00\x5e\x7f") == (1, 0, 94, 127)
    with pytest.raises(ValueError):
        oid.child(column, -1)


def test_an_index_cut_short_is_refused():
    for wrong in (b"\x81", b"\xff\xff\xff\xff\xff\x01"):
        with pytest.raises(Malformed):
            oid.index_parts(wrong)
