"""What the page is asked, as a value one can go back to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from noc_console.services.flows.model import Dimension, Talker
from noc_console.views.flows.words import next_dimension


@dataclass(frozen=True, slots=True)
class Asked:
    """By what, over which span, and what was filtered."""

    by: Dimension = Dimension.APPLICATION
    minutes: int = 60
    end: datetime | None = None
    """None: until now, and it moves on."""
    where: tuple[str, ...] = ()

    def narrowed(self, talker: Talker) -> Asked:
        """Only this talker, seen from the next side."""
        where = (*self.where, *(text for text in talker.where if text not in self.where))
        return replace(self, where=where, by=next_dimension(self.by, where))

    def without(self, text: str) -> Asked:
        return replace(self, where=tuple(one for one in self.where if one != text))

    def with_(self, text: str) -> Asked:
        """With what was typed: several filters, each beginning with its word and a colon."""
        typed = (one.strip() for one in _BETWEEN.split(text))
        new = tuple(one for one in dict.fromkeys(typed) if one and one not in self.where)
        return replace(self, where=(*self.where, *new))


_BETWEEN = re.compile(r"\s+(?=[A-Za-z-]+:)")
