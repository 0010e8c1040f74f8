"""Regular expressions that people write, held to what can never be slow.

Python's matcher backtracks: `(a+)+$` against thirty letters takes a minute, and nobody can stop
it. So a pattern is read before it is used: repeats without an end do not stand in one another,
there are few of them, nothing refers back, and lines are cut to a length. What is left costs at
most the cube of that length: two repeats, tried from each place. Possessive repeats (`\\S++`)
cost nothing and do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from noc_console.kernel.errors import Invalid

LONGEST_PATTERN = 500
LONGEST_LINE = 500
"""Characters of a line that a pattern sees: the worst that is let through takes 0.2 s for one."""
MOST_REPEATS = 2
"""Repeats without an end (`*`, `+`, `{3,}`, or up to more than `ENDLESS`) in one pattern."""
ENDLESS = 64
"""A repeat that may go on longer than this has no end, as far as its cost is concerned."""
MOST_STATES = 4_096
"""What counted repeats within one another may come to."""


@lru_cache(maxsize=512)
def pattern(text: str, *, field: str = "pattern", ignore_case: bool = True) -> re.Pattern[str]:
    """The compiled pattern; Invalid says what is wrong with it, or why it could be slow."""
    if not text:
        raise Invalid("a pattern needs at least a character", field=field)
    if len(text) > LONGEST_PATTERN:
        raise Invalid(f"a pattern has at most {LONGEST_PATTERN} characters", field=field)
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    try:
        tree = parser.parse(text, flags)
        made = re.compile(text, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise Invalid(f"the pattern {text!r} cannot be read: {error}", field=field) from error
    endless = _endless(tree, field=field, within=False, times=1)
    if endless > MOST_REPEATS:
        raise Invalid(
            f"this pattern has {endless} repeats without an end, of which {MOST_REPEATS} are"
            " allowed, because each multiplies the time it may take; write possessive ones"
            r" (\S++ instead of \S+), which take none",
            field=field,
        )
    return made


def _endless(tree: Iterable[Any], *, field: str, within: bool, times: int) -> int:
    """How many repeats have no end; refuses those in one another and what refers back."""
    found = 0
    for kind, given in tree:
        if kind in {sre.GROUPREF, sre.GROUPREF_EXISTS, sre.GROUPREF_IGNORE}:
            raise Invalid("a pattern cannot refer back to a group", field=field)
        if kind in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            _, most, inner = given
            is_endless = most is sre.MAXREPEAT or most > ENDLESS
            if within and is_endless:
                raise Invalid(
                    "a repeat within a repeat can take for ever: make the inner or the outer one"
                    r" possessive or leave it away",
                    field=field,
                )
            if is_endless and _branches(inner):
                raise Invalid("a choice with | cannot be repeated without an end", field=field)
            if is_endless and _may_be_empty(inner):
                raise Invalid("what may be empty cannot be repeated without an end", field=field)
            more = times if is_endless else times * max(1, int(most))
            if more > MOST_STATES:
                raise Invalid("the counted repeats of this pattern multiply too far", field=field)
            found += is_endless
            inside = _endless(inner, field=field, within=within or is_endless, times=more)
            # A counted repeat of an endless one is as many endless ones.
            found += inside * (1 if is_endless else max(1, int(most)))
        else:
            for part in _parts(kind, given):
                found += _endless(part, field=field, within=within, times=times)
    return found


def _parts(kind: Any, given: Any) -> list[Any]:
    """The patterns inside one part of a pattern; what is possessive or atomic is left out."""
    if kind is sre.SUBPATTERN:
        return [given[-1]]
    if kind is sre.BRANCH:
        return list(given[1])
    if kind in {sre.ASSERT, sre.ASSERT_NOT}:
        return [given[1]]
    if kind in {sre.ATOMIC_GROUP, sre.POSSESSIVE_REPEAT}:
        inner = given if kind is sre.ATOMIC_GROUP else given[2]
        if any(k in {sre.MAX_REPEAT, sre.MIN_REPEAT} for k, _ in _all(inner)):
            return [inner]
    return []


def _all(tree: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for kind, given in tree:
        yield kind, given
        for part in _parts(kind, given):
            yield from _all(part)
        if kind in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            yield from _all(given[2])


def _branches(tree: Iterable[Any]) -> bool:
    return any(kind is sre.BRANCH for kind, _ in _all(tree))


def _may_be_empty(tree: Any) -> bool:
    return bool(tree.getwidth()[0] == 0)


def found_in(wanted: re.Pattern[str], line: str) -> bool:
    """Whether a pattern fits somewhere in a line."""
    return wanted.search(line[:LONGEST_LINE]) is not None
