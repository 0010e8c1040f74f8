import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import ber


@given(st.integers(-(2**31), 2**31 - 1))
def test_an_integer_reads_back_as_itself(n):
    encoded = ber.integer(n)
    assert ber.read_integer(encoded, 0, len(encoded)) == (n, len(encoded))


@pytest.mark.parametrize(
    ("n", "encoded"),
    [
        (0, "020100"),
        (127, "02017f"),
        (128, "02020080"),
        (-1, "0201ff"),
        (-128, "020180"),
        (-129, "0202ff7f"),
        (2**31 - 1, "02047fffffff"),
    ],
)
def test_integers_take_the_fewest_octets(n, encoded):
    assert ber.integer(n).hex() == encoded


@pytest.mark.parametrize(
    ("n", "encoded"), [(0, "00"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100")]
)
def test_lengths_take_the_shortest_form(n, encoded):
    assert ber.length(n).hex() == encoded


def test_an_unsigned_number_keeps_its_sign_bit_clear():
    assert ber.unsigned(ber.COUNTER32, 2**32 - 1).hex() == "410500ffffffff"
    with pytest.raises(ValueError):
        ber.unsigned(ber.COUNTER32, -1)


@given(st.integers(0, 255), st.binary(max_size=70_000))
def test_a_tlv_reads_back_as_tag_and_content(tag, content):
    encoded = ber.tlv(tag, content)
    found, start, stop = ber.header(encoded, 0, len(encoded))
    assert (found, encoded[start:stop], stop) == (tag, content, len(encoded))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "30",
        "3005",  # longer than its parent
        "3080" + "0000",  # indefinite length
        "30850000000001" + "00",  # five length octets
        "3084ffffffff" + "00",
        "30ff",
    ],
)
def test_lengths_that_lie_are_refused(wrong):
    data = bytes.fromhex(wrong)
    with pytest.raises(ber.Malformed):
        ber.header(data, 0, len(data))


def test_an_integer_of_no_octets_or_too_many_is_refused():
    for wrong in ("0200", "02050102030405"):
        data = bytes.fromhex(wrong)
        with pytest.raises(ber.Malformed):
            ber.read_integer(data, 0, len(data))


def test_another_tag_than_the_expected_one_is_refused():
    with pytest.raises(ber.Malformed, match="0x04 where 0x02"):
        ber.read_integer(ber.octets(b"x"), 0, 3)
