"""Numbers side by side in as few bits as they need. Pure: arrays in, bytes out.

A field is `n` whole numbers from a bit position on, each `width` bits wide, the lowest bit
first. Widths are 0…57 or 64, and fields of 64 begin at a whole byte: so every number lies
within the eight bytes from its first one, and is read by one look.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]

WIDEST = 57
"""The most bits that fit into eight bytes wherever in a byte they begin."""

_POWERS = np.array([1 << bit for bit in range(64)], np.uint64)
_MASKS = np.array([(1 << bits) - 1 for bits in range(65)], np.uint64)


def widths(numbers: Words) -> Ints:
    """How many bits each number needs, as they can be written: 0…57 or 64."""
    found = np.searchsorted(_POWERS, numbers, side="right")
    found[found > WIDEST] = 64
    return found


def sizes(numbers: Words) -> Ints:
    """How many whole bytes each number needs, 0…8."""
    needed = (np.searchsorted(_POWERS, numbers, side="right") + 7) // 8
    return np.where(needed > WIDEST // 8, 8, needed)


def zigzag(numbers: Ints) -> Words:
    """Signed numbers as unsigned: small ones stay small."""
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def unzigzag(numbers: Words) -> Ints:
    return (numbers >> np.uint64(1)).view(np.int64) ^ -(numbers & np.uint64(1)).view(np.int64)


def empty(octets: int) -> Words:
    """Room for so many bytes."""
    return np.zeros(octets // 8 + 2, np.uint64)


def write(room: Words, places: Ints, numbers: Words) -> None:
    """Put numbers where there are zeros; `places` in bits, ascending, are as many."""
    if not len(places):
        return
    word, shift = places >> 6, (places & 63).astype(np.uint64)
    first = np.flatnonzero(np.diff(word, prepend=-1))
    at = word[first]
    room[at] |= np.bitwise_or.reduceat(numbers << shift, first)
    over = (numbers >> np.uint64(1)) >> (np.uint64(63) - shift)
    room[at + 1] |= np.bitwise_or.reduceat(over, first)


def read(content: NDArray[np.uint8], places: Ints, width: Ints) -> Words:
    """The numbers at these places, in bits. Eight bytes must follow the last one's first."""
    windows: Words = np.ndarray((len(content) - 7,), "<u8", content, strides=(1,))
    shifted: Words = windows[places >> 3] >> (places & 7).astype(np.uint64)
    return shifted & _MASKS[width]
