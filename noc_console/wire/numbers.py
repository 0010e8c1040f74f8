"""Numbers as devices tell them: INTEGERs, texts, floats in octets, words that stand for a state."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Value = int | bytes | str | None

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_OPAQUE_FLOAT, _OPAQUE_DOUBLE = b"\x9fx\x04", b"\x9fy\x08"
_LONGEST = 200
_TICKS_PER_MINUTE = 6000


def finite(value: float) -> float | None:
    """None for infinities and NaN, which no graph can show."""
    return value if -1e300 < value < 1e300 else None


def number_of(value: Value) -> float | None:
    """A number, told as INTEGER, as Opaque float, or within a text (`"23.5 C"`)."""
    if isinstance(value, int):
        return float(value)
    if isinstance(value, bytes):
        if value[:3] == _OPAQUE_FLOAT and len(value) == 7:
            return finite(struct.unpack(">f", value[3:])[0])
        if value[:3] == _OPAQUE_DOUBLE and len(value) == 11:
            return finite(struct.unpack(">d", value[3:])[0])
        value = value[:_LONGEST].decode("latin-1")
    if isinstance(value, str) and (match := _NUMBER.search(value[:_LONGEST])):
        return finite(float(match[0]))
    return None


def words_of(value: Value) -> str:
    """A short text without its padding, for comparing and searching."""
    if isinstance(value, bytes):
        value = value[:_LONGEST].decode("utf-8", "replace")
    return " ".join(str(value or "").replace("\0", " ").split())


def _signed(bits: int) -> Callable[[Value], float | None]:
    def read(value: Value) -> float | None:
        number = number_of(value)
        if number is None:
            return None
        return number - 2**bits if number >= 2 ** (bits - 1) else number

    return read


def _float32(value: Value) -> float | None:
    """Four octets of IEEE 754, or the integer of the same bits."""
    if isinstance(value, int) and 0 <= value < 2**32:
        value = value.to_bytes(4, "big")
    if isinstance(value, bytes) and len(value) == 4:
        return finite(struct.unpack(">f", value)[0])
    return number_of(value)


def _hex(value: Value) -> float | None:
    """Octets as one big-endian number."""
    if isinstance(value, bytes):
        return float(int.from_bytes(value, "big")) if 0 < len(value) <= 8 else None
    return number_of(value)


def _minutes(value: Value) -> float | None:
    """TimeTicks as minutes, the unit of every run time here."""
    number = number_of(value)
    return None if number is None else number / _TICKS_PER_MINUTE


CONVERSIONS: Mapping[str, Callable[[Value], float | None]] = {
    "": number_of,
    "signed8": _signed(8),
    "signed16": _signed(16),
    "signed32": _signed(32),
    "float32": _float32,
    "hex": _hex,
    "minutes": _minutes,
}


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a value becomes a number, where it is not one already."""

    convert: str = ""
    """A key of `CONVERSIONS`."""
    words: tuple[tuple[str, float], ...] = ()
    """Texts (lower case) and their numbers; `*` stands for every other text."""
    take: str = ""
    """A regular expression whose first group is the part of the text that tells the number."""

    def number(self, value: Value) -> float | None:
        """The number in the value; None when it tells none."""
        if value is None:
            return None
        if self.take:
            match = _compiled(self.take).search(words_of(value))
            return number_of(match[1]) if match else None
        if self.words:
            known = dict(self.words)
            told = words_of(value).lower()
            if told in known:
                return known[told]
            return float(value) if isinstance(value, int) else known.get("*")
        return CONVERSIONS.get(self.convert, number_of)(value)

    def as_json(self) -> dict[str, Any]:
        """As it is kept; empty for plain numbers."""
        told = {"convert": self.convert, "words": [list(each) for each in self.words]}
        told["take"] = self.take
        return {key: each for key, each in told.items() if each}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Decoding:
        """From what `as_json` made."""
        return cls(
            convert=str(kept.get("convert", "")),
            words=tuple((str(word), float(number)) for word, number in kept.get("words", ())),
            take=str(kept.get("take", "")),
        )


PLAIN = Decoding()


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
