"""The words of a table's filter line: `core -lab site:north cpu:>80`.

Free words must all occur somewhere in the row. `column:word` looks in one column,
`-word` and `-column:word` hide what matches, `column:>80` and `column:<80` compare
numbers, quotes keep blanks together. A prefix that names no column (`aa:bb:cc`) is
an ordinary word, so MAC and IPv6 addresses need no quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

_WORD = re.compile(r'(-?)(?:([^\s":]+):)?(?:"([^"]*)"?|(\S+))')
_NUMBER = re.compile(r"([<>]=?)(-?\d+(?:\.\d+)?)$")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `column` is empty for a free word; `than` set compares numbers."""

    word: str
    column: str = ""
    negated: bool = False
    than: float | None = None
    sign: str = ""


def parse(text: str, columns: Collection[str]) -> tuple[Term, ...]:
    """The conditions of a filter line, given the ids of the columns."""
    terms = []
    known = {column.lower() for column in columns}
    for found in _WORD.finditer(text.lower()):
        minus, column, quoted, bare = found.groups()
        word = quoted if quoted is not None else bare or ""
        if column and column not in known:
            word, column = f"{column}:{word}", ""
        if word in ("", "-"):
            continue
        compared = _NUMBER.match(word) if column and quoted is None else None
        terms.append(
            Term(
                word=word,
                column=column or "",
                negated=bool(minus),
                than=float(compared.group(2)) if compared else None,
                sign=compared.group(1) if compared else "",
            )
        )
    return tuple(terms)


def fits(
    terms: tuple[Term, ...],
    whole: str,
    text_of: Callable[[str], str],
    number_of: Callable[[str], float | None],
) -> bool:
    """Whether a row meets every condition. `whole` and texts are in lower case."""
    return all(_meets(term, whole, text_of, number_of) != term.negated for term in terms)


def _meets(
    term: Term, whole: str, text_of: Callable[[str], str], number_of: Callable[[str], float | None]
) -> bool:
    if not term.column:
        return term.word in whole
    if term.than is None:
        return term.word in text_of(term.column)
    number = number_of(term.column)
    if number is None:
        return False
    return {
        ">": number > term.than,
        ">=": number >= term.than,
        "<": number < term.than,
        "<=": number <= term.than,
    }[term.sign]
