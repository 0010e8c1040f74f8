"""TWAMP-light packets as bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import twamp

MOMENTS = st.integers(0, 4_000_000_000 * 10**9)


@given(MOMENTS)
def test_a_time_survives_the_format_to_the_nanosecond(ns):
    assert twamp.from_ntp(*twamp.to_ntp(ns)) == ns


def test_the_epochs_lie_seventy_years_apart():
    assert twamp.to_ntp(0) == (2_208_988_800, 0)
    assert twamp.to_ntp(1_500_000_000)[1] == 1 << 31


@given(st.integers(0, 2**32 - 1), MOMENTS, MOMENTS, MOMENTS, st.integers(41, 200))
def test_what_is_reflected_tells_both_clocks(sequence, sent, arrived, left, size):
    packet = twamp.probe(sequence, sent, size=size)
    assert len(packet) == size
    answer = twamp.reflect(packet, sequence=5, arrived_ns=arrived, left_ns=left, hops=60)
    assert answer is not None and len(answer) == size
    assert twamp.parse_reflection(answer) == twamp.Reflection(5, left, arrived, sequence, sent, 60)


def test_the_layout_is_that_of_the_rfc():
    answer = twamp.reflect(
        twamp.probe(0x01020304, 0), sequence=0x0A0B0C0D, arrived_ns=0, left_ns=0, hops=7
    )
    assert answer is not None
    assert answer[:4] == b"\x0a\x0b\x0c\x0d"
    assert answer[24:28] == b"\x01\x02\x03\x04"
    assert answer[40] == 7


@given(st.binary(max_size=60))
def test_noise_never_crashes_and_is_never_amplified(packet):
    answer = twamp.reflect(packet, sequence=0, arrived_ns=0, left_ns=0)
    assert answer is None or len(answer) <= len(packet)
    twamp.parse_reflection(packet)
    assert (twamp.parse_probe(packet) is None) == (len(packet) < 14)
