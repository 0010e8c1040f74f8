"""Words and patterns in configurations: what is asked, and which lines answer it.

`10.0.0.1 ntp` finds lines with both words, `-description` leaves lines out, `"ip helper"` is one
phrase, `/neighbor \\S++ shutdown/` a pattern (see `patterns`). Letter case does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from noc_console.kernel.errors import Invalid
from noc_console.services.configs.patterns import found_in, pattern

LONGEST = 500
_TERM = re.compile(r'(?P<not>-)?(?:"(?P<phrase>[^"]+)"|(?P<word>\S+))')


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line must have and must not have."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None

    def fits(self, line: str) -> bool:
        low = line.lower()
        return (
            all(word in low for word in self.words)
            and not any(word in low for word in self.without)
            and (self.pattern is None or found_in(self.pattern, line))
        )

    def may_fit(self, low: str) -> bool:
        """Whether a whole text, in lower case, can have a line that fits: quick to say no."""
        return all(word in low for word in self.words)


def wanted(text: str) -> Wanted:
    """What a search line means; Invalid when it means nothing."""
    text = text.strip()
    if not text:
        raise Invalid("say what to look for", field="text")
    if len(text) > LONGEST:
        raise Invalid(f"a search has at most {LONGEST} characters", field="text")
    if len(text) > 2 and text.startswith("/") and text.endswith("/") and " /" not in text[:-1]:
        return Wanted(pattern=pattern(text[1:-1], field="text"))
    words: list[str] = []
    without: list[str] = []
    for found in _TERM.finditer(text):
        term = (found["phrase"] or found["word"]).lower()
        (without if found["not"] else words).append(term)
    if not words:
        raise Invalid("a search needs a word that must be there", field="text")
    return Wanted(tuple(words), tuple(without))


def matches(asked: Wanted, text: str, *, most: int) -> Iterator[tuple[int, str]]:
    """Lines that fit, by their number from 0."""
    if not asked.may_fit(text.lower()):
        return
    left = most
    for number, line in enumerate(text.split("\n")):
        if asked.fits(line):
            yield number, line
            left -= 1
            if left == 0:
                return


def shown(line: str, asked: Wanted) -> str | None:
    """A masked line as it may be shown; None when only its secret fitted: a search for a password
    must not tell who does not see it that it is there."""
    return line if asked.fits(line) else None
