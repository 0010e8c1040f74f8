"""The lines of a running command that matter: `| grep` for devices that have none.

A filter keeps the last lines it heard, so that another pattern shows at once what it would have
shown. Rules colour what they match; the first rule that matches a stretch of text wins.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.patience import TooSlow, patience
from noc_console.services.terminal.plain import Lines

KEPT = 100_000
"""Lines a filter remembers."""
MOST_CONTEXT = 50
LONGEST_MATCHED = 2_000
"""Characters of a line that patterns are tried on; one that still takes long is given up."""
LONGEST_PATTERN = 500
MOST_RULES = 24
AMBER = "attention.plain"
"""For trouble; rules that are added take the first of the others that none has."""
TINTS = ("series.a", "series.b", "series.c", "series.d", "series.e", "series.f")
MARK = "mark"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is coloured: a pattern and a colour of the theme."""

    pattern: str
    tint: str = TINTS[0]


USUAL = (Rule(r"\b(?:errors?|err-disabled|down|fail(?:ed|ures?|s)?)\b", AMBER),)
"""The rules of somebody who never chose any: trouble, and nothing else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator asked of a filter."""

    pattern: str = ""
    is_regex: bool = True
    is_case_sensitive: bool = False
    is_inverted: bool = False
    context: int = 0
    """Lines before and after each hit."""
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A coloured part of a line."""

    start: int
    end: int
    tint: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is shown: its number since the filter began, its text, its colours."""

    number: int
    text: str
    is_hit: bool
    """False for context."""
    stretches: tuple[Stretch, ...] = ()
    is_after_gap: bool = False
    """Lines were left out before it."""


class Filter:
    """Compiled wishes, asked line by line."""

    def __init__(self, wanted: Wanted) -> None:
        """Raises Invalid for a pattern that is no regular expression."""
        self.wanted = replace(wanted, context=min(MOST_CONTEXT, max(0, wanted.context)))
        self._pattern = _compiled(wanted.pattern, wanted) if wanted.pattern else None
        self._rules = tuple((compiled(rule), rule.tint) for rule in wanted.rules if rule.pattern)
        self._before: deque[tuple[int, str]] = deque(maxlen=max(1, self.wanted.context))
        self._after = 0
        self._last = -1

    def feed(self, number: int, text: str) -> list[Line]:
        """What is shown because of this line: context before it and itself, itself, or nothing."""
        if self._hits(text):
            shown = [self._line(*one, is_hit=False) for one in self._context(number)]
            shown.append(self._line(number, text, is_hit=True))
            self._after = self.wanted.context
            self._before.clear()
            return shown
        if self._after:
            self._after -= 1
            return [self._line(number, text, is_hit=False)]
        if self.wanted.context:
            self._before.append((number, text))
        return []

    def _context(self, number: int) -> Iterator[tuple[int, str]]:
        if self.wanted.context:
            yield from (one for one in self._before if one[0] < number)

    def _hits(self, text: str) -> bool:
        if self._pattern is None:
            return True
        found = self._pattern.search(text[:LONGEST_MATCHED]) is not None
        return found is not self.wanted.is_inverted

    def _line(self, number: int, text: str, *, is_hit: bool) -> Line:
        gap = self._last >= 0 and number > self._last + 1 and self.wanted.context > 0
        self._last = number
        return Line(number, text, is_hit, self.stretches(text, is_hit=is_hit), gap)

    def stretches(self, text: str, *, is_hit: bool) -> tuple[Stretch, ...]:
        """The coloured parts of a line, from left to right."""
        text = text[:LONGEST_MATCHED]
        found: list[Stretch] = []
        if is_hit and self._pattern is not None and not self.wanted.is_inverted:
            found += _parts(self._pattern, text, MARK)
        taken = bytearray(len(text))
        for part in found:
            taken[part.start : part.end] = b"\1" * (part.end - part.start)
        for pattern, tint in self._rules:
            found += coloured(pattern, tint, text, taken)
        return tuple(sorted(found, key=lambda part: part.start))


class LiveFilter:
    """A tap that turns output into filtered lines; `take` hands them over, new ones only."""

    def __init__(self, wanted: Wanted | None = None) -> None:
        self._lines = Lines()
        self._heard: deque[str] = deque(maxlen=KEPT)
        self._count = 0
        self._done = 0
        self._filter = Filter(wanted or Wanted())
        self.is_by_command = False
        """Begin anew with every command that is sent."""
        self.problem = ""
        """Why nothing is filtered any more, until another pattern is asked for."""
        self.generation = 0
        """Counts beginnings: what was taken before belongs to an older one."""

    @property
    def wanted(self) -> Wanted:
        return self._filter.wanted

    @property
    def heard(self) -> int:
        """Lines since the filter began."""
        return self._count

    def received(self, data: bytes) -> None:
        """What the device sent."""
        for line in self._lines.feed(data):
            self._heard.append(line.rstrip())
            self._count += 1

    def sent(self, data: bytes, source: object) -> None:
        """What the operator sent: with its Enter a new command's output begins."""
        if self.is_by_command and (b"\r" in data or b"\n" in data):
            self.clear()

    def resized(self, columns: int, rows: int) -> None:
        """Lines are the device's, however wide the window is."""

    def change(self, wanted: Wanted) -> None:
        """Filter anew, also what was heard already. Raises Invalid and changes nothing."""
        self._filter = Filter(wanted)
        self.problem = ""
        self._done = self._count - len(self._heard)
        self.generation += 1

    def clear(self) -> None:
        """Forget what was heard."""
        self._heard.clear()
        self._done = self._count
        self._filter = Filter(self._filter.wanted)
        self.generation += 1

    def take(self, most: int = 2_000) -> list[Line]:
        """Lines to show that were not handed over yet, looking at `most` lines at a time."""
        first = self._count - len(self._heard)
        self._done = max(self._done, first)
        shown: list[Line] = []
        upto = min(self._count, self._done + most)
        heard = islice(self._heard, self._done - first, upto - first)
        if self.problem:
            return shown
        try:
            with patience():
                for number, text in enumerate(heard, self._done):
                    shown += self._filter.feed(number, text)
        except TooSlow as error:
            self.problem = str(error)
        self._done = upto
        return shown

    @property
    def is_behind(self) -> bool:
        """Whether `take` has more to look at."""
        return self._done < self._count and not self.problem


def _parts(pattern: re.Pattern[str], text: str, tint: str) -> list[Stretch]:
    return [
        Stretch(match.start(), match.end(), tint)
        for match in pattern.finditer(text)
        if match.end() > match.start()
    ]


def coloured(pattern: re.Pattern[str], tint: str, text: str, taken: bytearray) -> list[Stretch]:
    """What a rule colours of a text where nothing is `taken` yet; its stretches are from now on."""
    found = [
        part for part in _parts(pattern, text, tint) if taken.find(1, part.start, part.end) < 0
    ]
    for part in found:
        taken[part.start : part.end] = b"\1" * (part.end - part.start)
    return found


def compiled(rule: Rule) -> re.Pattern[str]:
    """A rule's regular expression; capitals do not matter, whatever is filtered beside. Raises
    Invalid for what is none."""
    return _compiled(rule.pattern, Wanted())


def _compiled(pattern: str, wanted: Wanted) -> re.Pattern[str]:
    if len(pattern) > LONGEST_PATTERN:
        raise Invalid(f"a pattern has at most {LONGEST_PATTERN} characters", field="pattern")
    flags = 0 if wanted.is_case_sensitive else re.IGNORECASE
    try:
        return re.compile(pattern if wanted.is_regex else re.escape(pattern), flags)
    except re.error as error:
        raise Invalid(f"no regular expression: {error}", field="pattern") from None


def rules_of(texts: Iterable[Sequence[str]]) -> tuple[Rule, ...]:
    """Rules as they are kept: pairs of pattern and colour; what is none is left out."""
    return tuple(
        Rule(one[0], one[1])
        for one in texts
        if len(one) == 2 and isinstance(one[0], str) and one[1] in (AMBER, *TINTS)
    )[:MOST_RULES]
