import struct
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from noc_console.db.samples import envelope
from noc_console.db.samples.envelope import Damaged, seal, unseal


def sealed_by_hand(codec: int, body: bytes) -> bytes:
    return struct.pack("<BI", codec, zlib.crc32(body, codec)) + body


@given(st.binary(max_size=2_000), st.sampled_from([0, 1, 3]))
def test_what_is_sealed_comes_out_again(content, level):
    assert unseal(seal(content, level=level)) == content


def test_without_zstandard_zlib_does_it_and_is_read_with_it(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(envelope, "_zstandard", None)
        packed = seal(b"abc" * 100)
        assert unseal(packed) == b"abc" * 100
    assert unseal(packed) == b"abc" * 100


def test_without_zstandard_a_zstd_row_says_what_is_missing(monkeypatch):
    packed = seal(b"abc" * 100)
    monkeypatch.setattr(envelope, "_zstandard", None)
    with pytest.raises(Damaged, match="zstandard"):
        unseal(packed)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_any_flipped_bit_is_noticed(content, data):
    packed = bytearray(seal(content))
    at = data.draw(st.integers(0, len(packed) * 8 - 1))
    packed[at // 8] ^= 1 << at % 8
    with pytest.raises(Damaged):
        unseal(bytes(packed))


@pytest.mark.parametrize("cut", range(0, 20))
def test_a_row_cut_short_is_damaged(cut):
    with pytest.raises(Damaged):
        unseal(seal(b"x" * 100)[:cut])


def test_a_bomb_is_not_unpacked():
    huge = b"\0" * (envelope.MAX_OPENED + 1)
    with pytest.raises(Damaged):
        unseal(sealed_by_hand(1, zlib.compress(huge)))
    with pytest.raises(Damaged):
        unseal(sealed_by_hand(2, zstandard.ZstdCompressor().compress(huge)))


def test_a_zstd_frame_without_a_size_is_refused():
    writer = zstandard.ZstdCompressor(write_content_size=False)
    with pytest.raises(Damaged):
        unseal(sealed_by_hand(2, writer.compress(b"abc")))


def test_an_unknown_codec_is_named():
    with pytest.raises(Damaged, match=r"\(9\)"):
        unseal(sealed_by_hand(9, b"abc"))


@pytest.mark.parametrize("codec", [1, 2])
def test_garbage_with_a_right_checksum_is_damaged(codec):
    with pytest.raises(Damaged):
        unseal(sealed_by_hand(codec, b"this was never compressed"))
