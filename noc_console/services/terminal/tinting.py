"""Words that stand out in a terminal: rules matched on rows of text, each text once, in slices."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.filtering import (
    LONGEST_MATCHED,
    Rule,
    Stretch,
    coloured,
    compiled,
)
from noc_console.services.terminal.patience import TOO_SLOW, TooSlow, patience

KEPT = 4_000
"""Texts remembered with their colours: scrolling back and forth matches nothing."""
PATIENCE_S = 0.005
"""Of processor time for a slice, within a text: no pattern holds the window up for longer."""
STRIKES = 3
"""So often in a row a rule may be too slow on one text, until it is given up."""
NOTHING: tuple[Stretch, ...] = ()


class Tinter:
    """Rules and what they found. Ask `known`; where it does not know, `look` first."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Rules that are no regular expressions (somebody edited the kept ones) are left out."""
        self._rules: list[tuple[Rule, re.Pattern[str]]] = []
        for rule in rules:
            try:
                self._rules.append((rule, compiled(rule)))
            except Invalid:
                continue
        self._known: OrderedDict[str, tuple[Stretch, ...]] = OrderedDict()
        self._trying = 0
        self._strikes = 0
        self.problem = ""
        """Which rule was given up last, and why."""

    def known(self, text: str) -> tuple[Stretch, ...] | None:
        """The coloured parts of a text from left to right; None: not looked at yet."""
        return self._known.get(text) if text and self._rules else NOTHING

    def look(
        self,
        texts: Iterable[str],
        *,
        budget_s: float,
        now: Callable[[], float] = time.thread_time,
    ) -> bool:
        """Match texts that are not known, for as long as the budget lasts; whether all are now.

        A rule that takes too long on a text stops the slice. The next one tries again, for it may
        have had only the rest of a slice; at the third time the rule is given up and `problem`
        says so.
        """
        began = now()
        try:
            with patience(PATIENCE_S):
                for text in texts:
                    if self.known(text) is not None:
                        continue
                    if now() - began > budget_s:
                        return False
                    self._learn(text)
        except TooSlow:
            self._strike()
            return False
        return True

    def _learn(self, text: str) -> None:
        shown = text[:LONGEST_MATCHED]
        taken = bytearray(len(shown))
        found: list[Stretch] = []
        for at, (rule, pattern) in enumerate(self._rules):
            self._trying = at
            found += coloured(pattern, rule.tint, shown, taken)
        self._known[text] = tuple(sorted(found, key=lambda part: part.start))
        self._strikes = 0
        while len(self._known) > KEPT:
            self._known.popitem(last=False)

    def _strike(self) -> None:
        self._strikes += 1
        if self._strikes >= STRIKES and self._trying < len(self._rules):
            rule, _ = self._rules.pop(self._trying)
            self.problem = f"“{rule.pattern[:60]}” is not coloured any more: {TOO_SLOW}."
            self._strikes = 0
            self._known.clear()
