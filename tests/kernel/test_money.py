from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.money import Currency, Money, Rounding

EUR, JPY = Currency("EUR"), Currency("JPY", digits=0)


def test_amounts_are_exact_and_print_with_their_currency() -> None:
    tenth = Money.of("0.10", EUR)
    assert tenth + tenth + tenth == Money.of("0.30", EUR)
    assert str(Money.of("1234.5", EUR)) == "1,234.50 EUR"
    assert str(Money.of(500, JPY)) == "500 JPY"


@pytest.mark.parametrize("bad", [0.1, 1.0])
def test_floats_are_refused_everywhere(bad: float) -> None:
    with pytest.raises(TypeError):
        Money.of(bad, EUR)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(bad, EUR)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1, EUR).times(bad, rounding=Rounding.HALF_UP)  # type: ignore[arg-type]


def test_more_digits_than_the_currency_has_are_refused() -> None:
    with pytest.raises(ValueError, match="more digits"):
        Money.of("0.001", EUR)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(TypeError, match="do not mix"):
        Money(1, EUR) + Money(1, JPY)
    with pytest.raises(TypeError):
        assert Money(1, EUR) < Money(1, JPY)


@pytest.mark.parametrize("code", ["EURO", "eur", ""])
def test_a_currency_is_an_iso_code(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Currency(code)


def test_rounding_has_a_name() -> None:
    half = Money(5, EUR)
    assert half.times(Decimal("0.5"), rounding=Rounding.HALF_UP).minor == 3
    assert half.times(Decimal("0.5"), rounding=Rounding.HALF_EVEN).minor == 2
    assert half.times(Decimal("0.9"), rounding=Rounding.DOWN).minor == 4


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_shares_add_up_to_the_whole(minor: int, weights: list[int]) -> None:
    if sum(weights) == 0:
        weights.append(1)
    shares = Money(minor, EUR).split(weights)
    assert sum(share.minor for share in shares) == minor
    assert all(not share.minor for share, weight in zip(shares, weights, strict=True) if not weight)


@pytest.mark.parametrize("weights", [[], [0], [-1, 2]])
def test_shares_need_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        Money(1, EUR).split(weights)
