"""Texts that many rows share, each kept once: a number stands for it in a column of numbers."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from noc_console.views.kit.rows import natural

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_WORDS = 24
"""Words of filters whose hits are remembered."""
FEW = 8
"""So much smaller a part of new texts is put among the sorted ones instead of sorting anew."""

NaturalKey = tuple[tuple[int, int, str], ...]


class Codes:
    """Texts by number, in the order they came; searched and sorted once each, not once a row."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._at: dict[str, int] = {}
        self._lower: list[str] = []
        self._hits: dict[str, Bools] = {}
        self._sorted_keys: list[NaturalKey] = []
        self._order: Ints = np.empty(0, np.int64)
        self._ranks: Floats = np.empty(0)

    def __len__(self) -> int:
        return len(self.texts)

    def code(self, text: str) -> int:
        """The number of a text, a new one if it is new."""
        found = self._at.get(text)
        if found is None:
            found = self._at[text] = len(self.texts)
            self.texts.append(text)
        return found

    def find(self, text: str) -> int:
        """The number of a text, -1 when nobody has it."""
        return self._at.get(text, -1)

    def hits(self, word: str) -> Bools:
        """Of each text, whether the word (in lower case) is in it; only new texts are looked at."""
        known = self._hits.get(word)
        start = 0 if known is None else len(known)
        # Made when somebody searches: most texts are never searched.
        self._lower.extend(text.casefold() for text in self.texts[len(self._lower) :])
        fresh = self._lower[start:]
        found = np.fromiter((word in text for text in fresh), np.bool_, len(fresh))
        if known is not None:
            found = np.concatenate([known, found])
        elif len(self._hits) >= MOST_WORDS:
            self._hits.clear()
        self._hits[word] = found
        return found

    def ranks(self) -> Floats:
        """The place of each text in the order people expect; the empty one stands last."""
        new = len(self.texts) - len(self._order)
        if new:
            self._rank_new(new)
        return self._ranks

    def _rank_new(self, new: int) -> None:
        start, count = len(self._order), len(self.texts)
        keys = [natural(text) for text in self.texts[start:]]
        if new * FEW > count:
            whole = [natural(text) for text in self.texts[:start]] + keys
            order = sorted(range(count), key=whole.__getitem__)
            self._sorted_keys = [whole[at] for at in order]
            self._order = np.array(order, np.int64)
        else:
            for code, key in sorted(enumerate(keys, start), key=lambda one: one[1]):
                at = bisect_left(self._sorted_keys, key)
                self._sorted_keys.insert(at, key)
                self._order = np.insert(self._order, at, code)
        self._ranks = np.empty(count)
        self._ranks[self._order] = np.arange(count)
        if (empty := self._at.get("", -1)) >= 0:
            self._ranks[empty] = np.nan
