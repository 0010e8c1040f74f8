"""The order of forty thousand rows, worked out in a thread: filter, sort, and what moved. Pure."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from noc_console.services.top.model import Facts, Floats, Ints, Sheet
from noc_console.views.kit import query
from noc_console.views.kit.rows import natural

Places = NDArray[np.intp]

WORDS = ("device", "name", "alias", "site", "type", "kind")


@dataclass(slots=True, eq=False)
class Words:
    """What facts look like to a filter and a sort; made once for facts that stay.

    Holds their texts, not the facts themselves: it goes with them.
    """

    texts: Mapping[str, tuple[str, ...]]
    whole: tuple[str, ...]
    """All words of each row in lower case."""
    lower: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ranks: dict[str, Ints] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        if name not in self.lower:
            self.lower[name] = tuple(text.lower() for text in self.texts[name])
        return self.lower[name]

    def rank(self, name: str) -> Ints:
        """The place of each row's text in the order people expect; equal texts share one."""
        if name not in self.ranks:
            texts = self.texts[name]
            different = sorted(set(texts), key=natural)
            place = {text: at for at, text in enumerate(different)}
            self.ranks[name] = np.array([place[text] for text in texts], np.int64)
        return self.ranks[name]


_known: weakref.WeakKeyDictionary[Facts, Words] = weakref.WeakKeyDictionary()


def words_of(facts: Facts) -> Words:
    found = _known.get(facts)
    if found is None:
        columns = [facts.texts[name] for name in WORDS]
        whole = tuple("\x1f".join(row).lower() for row in zip(*columns, strict=True))
        found = _known[facts] = Words(facts.texts, whole)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """Ids in the wanted order, and how to get there from those shown before."""

    ids: Ints
    before: Ints
    stay: Ints
    """Those of `ids` that were shown already, in the new order."""
    go: Ints
    come: Ints


def arranged(
    sheet: Sheet, terms: tuple[query.Term, ...], key: str, *, descending: bool, before: Ints
) -> Arranged:
    """What is shown of a sheet. Rows without a number stand at the end, whichever way."""
    places = sorted_places(sheet, filtered(sheet, terms), key, descending=descending)
    ids = sheet.facts.ids.take(places)
    known = np.isin(ids, before)
    return Arranged(ids, before, ids[known], before[~np.isin(before, ids)], ids[~known])


def filtered(sheet: Sheet, terms: tuple[query.Term, ...]) -> Places:
    """Row numbers that meet every term."""
    kept = np.ones(len(sheet), np.bool_)
    for term in terms:
        kept &= _meets(sheet, term) != term.negated
    return np.flatnonzero(kept)


def _meets(sheet: Sheet, term: query.Term) -> NDArray[np.bool_]:
    words = words_of(sheet.facts)
    if term.than is not None and term.column in sheet.numbers:
        return _compared(sheet.numbers[term.column], term.sign, term.than)
    if term.column in WORDS:
        texts = words.of(term.column)
    elif term.column:
        return np.zeros(len(sheet), np.bool_)
    else:
        texts = words.whole
    return np.fromiter((term.word in text for text in texts), np.bool_, len(texts))


def _compared(values: Floats, sign: str, than: float) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        found: NDArray[np.bool_] = {
            ">": values > than,
            ">=": values >= than,
            "<": values < than,
            "<=": values <= than,
        }[sign]
    return found


def sorted_places(sheet: Sheet, places: Places, key: str, *, descending: bool) -> Places:
    """Row numbers by a number or a text; equals keep the order of their ids."""
    if key in sheet.numbers:
        values = sheet.numbers[key].take(places)
        known = np.isfinite(values)
        order = np.argsort(-values[known] if descending else values[known], kind="stable")
        return np.concatenate([places[known].take(order), places[~known]])
    if key in WORDS:
        ranks = words_of(sheet.facts).rank(key).take(places)
        return places.take(np.argsort(-ranks if descending else ranks, kind="stable"))
    return places
