"""Units that know how to print themselves.

Rates of data count in powers of ten (10 Gb/s is 10^10 b/s), amounts of data in
powers of two (IEC 80000-13), as operators read them.
"""

from __future__ import annotations

import math

_SI = ("", "k", "M", "G", "T", "P")
_IEC = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


class _Quantity(float):
    """A number of one unit; arithmetic gives plain floats back."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({float(self)!r})"


class Bps(_Quantity):
    """Bits per second."""

    __slots__ = ()

    def __str__(self) -> str:
        return si(self, "b/s")


class Pps(_Quantity):
    """Packets per second."""

    __slots__ = ()

    def __str__(self) -> str:
        return si(self, "p/s")


class Bytes(_Quantity):
    """An amount of data."""

    __slots__ = ()

    def __str__(self) -> str:
        return _scaled(float(self), 1024.0, _IEC)


class Dbm(_Quantity):
    """Optical or radio power in decibel-milliwatts."""

    __slots__ = ()

    @classmethod
    def from_milliwatts(cls, milliwatts: float) -> Dbm:
        """10·log10(P/1 mW); no light is -inf."""
        return cls(10 * math.log10(milliwatts) if milliwatts > 0 else -math.inf)

    def __str__(self) -> str:
        return "no light" if math.isinf(self) else f"{float(self):.2f} dBm"


class Watts(_Quantity):
    """Electrical power."""

    __slots__ = ()

    def __str__(self) -> str:
        return si(self, "W")


class Celsius(_Quantity):
    """A temperature."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{float(self):.1f} °C"


class Percent(_Quantity):
    """A share of a hundred."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{float(self):.1f} %"


def si(value: float, unit: str) -> str:
    """A number with an SI prefix: three significant digits, e.g. `1.24 Gb/s`."""
    return _scaled(float(value), 1000.0, tuple(prefix + unit for prefix in _SI))


def _scaled(value: float, step: float, units: tuple[str, ...]) -> str:
    if math.isnan(value):
        return "–"
    size, at = abs(value), 0
    # 999.5 would print as "1000": promote it before the digits are chosen.
    while size >= step - (step / 2000) and at < len(units) - 1:
        size, at = size / step, at + 1
    digits = 0 if at == 0 and size == int(size) else 2 if size < 9.995 else 1 if size < 99.95 else 0
    sign = "-" if value < 0 and round(size, digits) else ""
    return f"{sign}{size:.{digits}f} {units[at]}"
