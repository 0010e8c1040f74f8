"""Which names a few typed letters mean: prefix, word start, anywhere, letters in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_STARTS = re.compile(r"(?<![a-z0-9])[a-z0-9]")


def score(typed: str, name: str) -> int | None:
    """How well `name` answers `typed`, lower is better; None when it does not.

    Several words must each be found; they count together.
    """
    name = name.casefold()
    total = 0
    for word in typed.casefold().split():
        found = _word_score(word, name)
        if found is None:
            return None
        total += found
    return total + min(len(name), 99)


def _word_score(word: str, name: str) -> int | None:
    at = name.find(word)
    if at == 0:
        return 0
    if at > 0:
        starts = re.search(rf"(?<![a-z0-9]){re.escape(word)}", name)
        return 1_000 if starts else 3_000 + at
    starts_only = "".join(_STARTS.findall(name))
    if word in starts_only:
        return 2_000  # initials: "aa" is Acknowledge alarms
    return _letters(word, name)


def _letters(word: str, name: str) -> int | None:
    """Letters in order with gaps; the narrower they stand, the better."""
    at = first = name.find(word[0])
    for letter in word[1:]:
        at = name.find(letter, at + 1)
        if at < 0:
            return None
    return None if at < 0 else 5_000 + (at - first)


def ranked(typed: str, items: Iterable[T], name: Callable[[T], str], limit: int = 50) -> list[T]:
    """The items that answer, best first; all in their order when nothing is typed."""
    if not typed.strip():
        return list(items)[:limit]
    scored = [
        (found, at, item)
        for at, item in enumerate(items)
        if (found := score(typed, name(item))) is not None
    ]
    scored.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in scored[:limit]]
