from __future__ import annotations

import math

import pytest

from noc_console.kernel.quantity import Bps, Bytes, Celsius, Dbm, Percent, Pps, Watts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Bps(0), "0 b/s"),
        (Bps(999), "999 b/s"),
        (Bps(1000), "1.00 kb/s"),
        (Bps(1_240_000_000), "1.24 Gb/s"),
        (Bps(999_600), "1.00 Mb/s"),
        (Bps(12_345_678), "12.3 Mb/s"),
        (Bps(100e9), "100 Gb/s"),
        (Bps(-5e6), "-5.00 Mb/s"),
        (Bps(math.nan), "–"),
        (Pps(1500), "1.50 kp/s"),
        (Bytes(1024), "1.00 KiB"),
        (Bytes(3 * 1024**3), "3.00 GiB"),
        (Watts(350), "350 W"),
        (Celsius(41.04), "41.0 °C"),
        (Percent(12.34), "12.3 %"),
        (Dbm(-17.256), "-17.26 dBm"),
    ],
)
def test_units_print_themselves(value: float, text: str) -> None:
    assert str(value) == text


def test_light_is_a_logarithm_and_darkness_has_a_name() -> None:
    assert Dbm.from_milliwatts(1.0) == 0
    assert round(Dbm.from_milliwatts(0.02), 2) == -16.99
    assert str(Dbm.from_milliwatts(0)) == "no light"
