"""What of a configuration counts when two are compared: everything but what moves by itself."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

LARGEST = 16 << 20
"""Characters of a configuration that is kept."""
MOST_LINES = 400_000


def lines_of(text: str) -> list[str]:
    """The lines of a configuration, without what ends them."""
    return [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def cleaned(text: str) -> str:
    """As it is kept: no control characters but tabs, no blank lines at its ends."""
    kept = (_CONTROL.sub("", line) for line in lines_of(text))
    return "\n".join(kept).strip("\n") + "\n"


def normalised(text: str, volatile: Sequence[re.Pattern[str]] = ()) -> str:
    """Without the lines a driver calls volatile and without blank lines."""
    return "\n".join(
        line
        for line in lines_of(text)
        if line and not any(pattern.search(line) for pattern in volatile)
    )


def digest(key: bytes, text: str, volatile: Sequence[re.Pattern[str]] = ()) -> str:
    """What is the same for configurations that mean the same: HMAC-SHA256 of the normal form.

    With a key (RFC 2104), so that the store tells nobody whether a guessed text is in it.
    """
    return hmac.new(key, normalised(text, volatile).encode(), sha256).hexdigest()


def looks_whole(text: str) -> bool:
    """Whether it can be a configuration at all: an answer of three lines is an error."""
    return sum(1 for line in _some(lines_of(text)) if line.strip()) >= FEWEST_LINES


FEWEST_LINES = 4
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _some(lines: Iterable[str]) -> list[str]:
    return [line for _, line in zip(range(1_000), lines, strict=False)]
