"""Exact money: integer minor units in one currency, and named rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import Enum


class Rounding(Enum):
    """How a fraction of a minor unit is settled; part of a document, never a default."""

    HALF_UP = ROUND_HALF_UP
    HALF_EVEN = ROUND_HALF_EVEN
    DOWN = ROUND_DOWN


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: its code and how many digits its minor unit has."""

    code: str
    digits: int = 2

    def __post_init__(self) -> None:
        if len(self.code) != 3 or not self.code.isascii() or not self.code.isupper():
            raise ValueError(f"{self.code!r} is not an ISO 4217 code")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents). Refuses floats and mixed currencies."""

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("money is a whole number of minor units")

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: Currency) -> Money:
        """An amount in major units, exactly; more digits than the currency has are refused."""
        if isinstance(amount, float):
            raise TypeError("money is never made from a float")
        scaled = Decimal(amount).scaleb(currency.digits)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} has more digits than {currency.code} knows")
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-self.currency.digits)

    def times(self, factor: Decimal | int, *, rounding: Rounding) -> Money:
        if isinstance(factor, float):
            raise TypeError("money is never multiplied by a float")
        exact = Decimal(self.minor) * factor
        return Money(int(exact.quantize(Decimal(1), rounding=rounding.value)), self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Shares in proportion to `weights` that add up to the whole (largest remainder)."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        shares = [self.minor * weight // total for weight in weights]
        rest = [(self.minor * weight % total, -at) for at, weight in enumerate(weights)]
        for _, at in sorted(rest, reverse=True)[: self.minor - sum(shares)]:
            shares[-at] += 1
        return tuple(Money(share, self.currency) for share in shares)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __str__(self) -> str:
        return f"{self.amount:,.{self.currency.digits}f} {self.currency.code}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise TypeError(f"{self.currency.code} and {other.currency.code} do not mix")
        return other
