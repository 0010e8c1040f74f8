"""The words under which a thing is found, and how a question is cut into words.

A prefix search over an index finds what begins with the question; so every thing is kept
under all its words' beginnings that people type: whole names, and each part after a
separator. MAC addresses are kept as bare digits, so any notation finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 80
MOST_WORDS = 6

_WORD_START = re.compile(r"(?:^|(?<=[\s\-._/:,;()\[\]|@#]))(?=\w)")
_MACLIKE = re.compile(r"(?i)^(?:0x)?[0-9a-f]{2,4}(?:[:.\-]?[0-9a-f]{1,4})+$")
_DOTTED = re.compile(r"^\d{1,3}(\.\d{0,3}){1,3}$")
_CUT_MACLIKE = re.compile(r"(?i)^[0-9a-f]{2,4}(?:[:.\-][0-9a-f]{0,4}){1,5}$")


def words_of(text: str, *, most: int = 12) -> frozenset[str]:
    """The text from its beginning and from each part's beginning, in lower case."""
    plain = " ".join(text.lower().split())[: 2 * LONGEST]
    starts = [found.start() for found in _WORD_START.finditer(plain)][:most]
    return frozenset(plain[start : start + LONGEST] for start in {0, *starts}) - {""}


def mac_words(mac: str) -> frozenset[str]:
    """A MAC's bare digits, and its last three octets: what is printed on labels."""
    digits = mac.replace(":", "")
    return frozenset((digits, digits[6:])) if digits else frozenset()


def device_words(
    name: str, addresses: Iterable[str], serial: str, chassis_mac: str, engine_id: str
) -> frozenset[str]:
    """Everything a device is found under."""
    found = {*words_of(name), *addresses, *mac_words(chassis_mac)}
    return frozenset(word[:LONGEST].lower() for word in (*found, serial, engine_id) if word)


def question(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a question, longest first, each with its readings: as typed, as a MAC."""
    words = text.lower().split()[:MOST_WORDS]
    return tuple(sorted((_readings(word[:LONGEST]) for word in words), key=_size, reverse=True))


def phrase(text: str) -> str:
    """The whole question as one word of the index: names and descriptions may have blanks."""
    return " ".join(text.lower().split())[:LONGEST]


def _readings(word: str) -> tuple[str, ...]:
    bare = re.sub(r"[:.\-]", "", word.removeprefix("0x"))
    if _DOTTED.match(word):
        return (word,)
    is_mac = 4 <= len(bare) <= 12 and (_MACLIKE.match(word) or _CUT_MACLIKE.match(word))
    return (word, bare) if is_mac and bare != word else (word,)


def _size(readings: tuple[str, ...]) -> int:
    return len(readings[-1])
