"""Units as people write them."""

from __future__ import annotations

import pytest

from noc_console.views.kit.units import ms_text, plain, unit_of


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("b/s", 1.24e9, "1.24 Gb/s"),
        ("b/s", 0.0, "0 b/s"),
        ("%", 3.14, "3.1 %"),
        ("%", 0.05, "0.05 %"),
        ("%", 97.4, "97 %"),
        ("ms", 0.34, "340 µs"),
        ("ms", 1240.0, "1.24 s"),
        ("°C", 41.25, "41.2 °C"),
        ("dBm", -3.217, "-3.22 dBm"),
        ("/s", 0.123456, "0.123/s"),
        ("rpm", 12_400.0, "12,400 rpm"),
        ("", 3.0, "3"),
        ("furlongs", 2.5, "2.5 furlongs"),
    ],
)
def test_values_are_written_as_operators_read_them(unit: str, value: float, text: str) -> None:
    assert unit_of(unit).write(value) == text


def test_decibels_and_degrees_do_not_begin_at_zero_and_rates_do() -> None:
    assert not unit_of("dBm").from_zero and not unit_of("°C").from_zero
    assert unit_of("b/s").from_zero and unit_of("no such unit").from_zero


def test_numbers_keep_the_digits_that_matter() -> None:
    assert [plain(v) for v in (0.00123, 1.5, 100.4, 1234.0)] == ["0.00123", "1.5", "100", "1,234"]
    assert [ms_text(v) for v in (0.0, 12.34, 340.0)] == ["0 ms", "12.3 ms", "340 ms"]
