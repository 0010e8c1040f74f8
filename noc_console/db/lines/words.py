"""The words of a line, and those a search asks for.

A word ends at blanks, quotes, brackets, commas, semicolons, equals signs and bars; marks at its
ends do not belong to it. What has marks inside (`xe-0/0/1.0`, `10.1.2.3`, `%SYS-5-CONFIG_I`) is
a word as a whole and by its parts, except one or two digits alone: they would say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from noc_console.db.lines.values import Line

RESERVED = "="
"""Begins words that no text has: device, facility, severity, kind, source, tenant, pairs."""

LONGEST = 64
_REMEMBERED = 200_000

_WORD = re.compile(r"[^\s\x00-\x1f=,;\"'`()\[\]{}<>|]+")
_PART = re.compile(r"[^\W_]+")
_EDGES = ".:-/!?*#%&+~^$@_\\…␀"
_NUMBERED = re.compile(r"\d+(?:[./:-]\d+)+$")
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')

BOUNDARY = "./:-_@"
"""Where `xe-0/0/1` may go on and still be found: `xe-0/0/1.0`."""


class Words:
    """Splits lines into words; remembers how each piece of text was split."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[str, ...], str]] = {}

    def of(self, line: Line) -> set[str]:
        """Every word of the line, those of our own and pairs of neighbours included."""
        found = set(reserved(line))
        known = self._known
        for text in (line.text, line.source, *line.more):
            if not text:
                continue
            left = ""
            for piece in _WORD.findall(text.lower()):
                words, letters = known.get(piece) or self._split(piece)
                found.update(words)
                if left and letters:
                    found.add(f"=w{left}_{letters}")
                left = letters
        return found

    def _split(self, piece: str) -> tuple[tuple[str, ...], str]:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        words = tuple(dict.fromkeys(_split(piece)))
        known = self._known[piece] = words, _letters(piece)
        return known


def _letters(piece: str) -> str:
    """The piece when it is a word of letters alone: only such make pairs, for they are few."""
    word = piece.strip(_EDGES)[:LONGEST]
    return word if word.isalpha() else ""


def reserved(line: Line) -> tuple[str, ...]:
    """What the line is, as words no text can have."""
    return (
        device_word(line.device),
        facility_word(line.facility),
        severity_word(line.severity),
        kind_word(line.kind),
        source_word(line.source),
        tenant_word(line.tenant),
    )


def device_word(device: int) -> str:
    return f"=d{device}"


def facility_word(facility: int) -> str:
    return f"=f{facility}"


def severity_word(severity: int) -> str:
    return f"=s{severity}"


def kind_word(kind: str) -> str:
    return f"=k{kind}"


def source_word(source: str) -> str:
    return "=a" + "".join(source.lower().split())[:LONGEST]


def tenant_word(tenant: str) -> str:
    return "=t" + "_".join(tenant.split(" "))[:LONGEST]


def _split(piece: str) -> Iterator[str]:
    word = piece.strip(_EDGES)
    if not word:
        return
    yield word[:LONGEST]
    if word.isalnum():
        return
    numbered = _NUMBERED.search(word)
    if numbered and numbered.start():
        yield numbered[0][:LONGEST]  # the 0/0/7 of GigabitEthernet0/0/7
    for part in _PART.findall(word):
        if len(part) > 1 and not (part.isdigit() and len(part) < 3):
            yield part[:LONGEST]


@dataclass(frozen=True, slots=True)
class Term:
    """A word to look for."""

    word: str
    goes_on: str = ""
    """How a longer word may go on: "" not at all, "*" anyhow, `BOUNDARY` with one of its marks."""

    @property
    def is_exact(self) -> bool:
        return not self.goes_on


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search comes down to."""

    groups: tuple[tuple[Term, ...], ...]
    """Every group must have a word in the line."""
    without: tuple[Term, ...]
    """None of these may be in the line."""
    phrases: tuple[str, ...] = ()
    """In lower case; each must stand in the line as it is."""
    absent: tuple[str, ...] = ()
    """Phrases that must not."""


def exactly(words: Iterable[str]) -> tuple[Term, ...]:
    """A group of which any one word will do."""
    return tuple(Term(word) for word in words)


def parse(text: str) -> Wanted:
    """The words of a search: `bgp`, `xe-0/0/1`, `adj*`, `"lost carrier"`, `-debug`."""
    groups: list[tuple[Term, ...]] = []
    without: list[Term] = []
    phrases: list[str] = []
    absent: list[str] = []
    for sign, phrase, bare in _TERM.findall(text.lower()):
        if phrase:
            (absent if sign else phrases).append(" ".join(phrase.split()))
            if not sign:
                groups.extend((Term(pair),) for pair in _pairs(phrase))
                groups.extend((term,) for term in _terms(phrase))
        elif sign:
            without.extend(_terms(bare))
        else:
            groups.extend((term,) for term in _terms(bare))
    return Wanted(
        tuple(dict.fromkeys(groups)), tuple(without), tuple(filter(None, phrases)), tuple(absent)
    )


def _pairs(phrase: str) -> Iterator[str]:
    """Neighbours a line with this phrase has too: they tell it from lines with the same words."""
    pieces = [_letters(piece) for piece in _WORD.findall(phrase)]
    for left, right in pairwise(pieces):
        if left and right:
            yield f"=w{left}_{right}"


def _terms(text: str) -> Iterator[Term]:
    for piece in _WORD.findall(text):
        word = piece.strip(_EDGES)[:LONGEST]
        if not word:
            continue
        if piece.endswith("*"):
            yield Term(word, "*")
        else:
            yield Term(word, "" if word.isalnum() else BOUNDARY)
