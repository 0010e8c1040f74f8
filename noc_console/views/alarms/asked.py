"""What the desk is asked to show, as one line of words: for filters that are kept, and for links.

    severity=critical|major site="North gate" is=mine group=site core -lab age:>2h

`facet=value|value` picks values of a facet; `is=` names a sight such as `mine`; everything else
is the filter line of the table (`views.kit.query`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from noc_console.services.alarms.model import Severity

LINK = "noc:alarms?"
LONGEST = 2_000

FACETS = {
    "severity": "Severity",
    "state": "State",
    "site": "Place",
    "type": "Device type",
    "condition": "Cause",
    "owner": "Owner",
    "since": "Since",
    "part": "Part played",
}
"""By what one narrows the list, in the order of the pane."""

SIGHTS = {
    "unacked": "Unacked",
    "mine": "Mine",
    "new": "Since my last shift",
    "waiting": "Waiting",
}
"""Filters that are one click."""


class Grouping(StrEnum):
    """How the list is folded. By itself it follows the roots, and sites in a flood."""

    AUTO = "auto"
    ROOT = "root"
    SITE = "site"
    DEVICE = "device"
    CONDITION = "condition"
    NONE = "none"


_WORD = re.compile(r'([a-z]+)=("[^"]*"|[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Asked:
    """Words of the filter line, picked values, sights, and the grouping."""

    text: str = ""
    picks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By facet; values of one facet are alternatives, facets narrow each other."""
    sights: frozenset[str] = frozenset()
    group: Grouping = Grouping.AUTO

    @property
    def narrows(self) -> bool:
        return bool(self.text.strip() or self.picks or self.sights)

    def picked(self, facet: str) -> frozenset[str]:
        return self.picks.get(facet, frozenset())

    def with_picks(self, facet: str, values: Iterable[str]) -> Asked:
        """With exactly these values of a facet; none: any."""
        kept = {name: picked for name, picked in self.picks.items() if name != facet}
        if chosen := frozenset(values):
            kept[facet] = chosen
        return replace(self, picks=kept)

    def turned(self, facet: str, value: str) -> Asked:
        """With a value picked, or no longer."""
        return self.with_picks(facet, self.picked(facet) ^ {value})

    def words(self) -> str:
        """As one line."""
        parts = [
            f"{facet}={_quoted('|'.join(sorted(self.picks[facet])))}"
            for facet in FACETS
            if facet in self.picks
        ]
        if self.sights:
            parts.append("is=" + "|".join(sorted(self.sights)))
        if self.group is not Grouping.AUTO:
            parts.append(f"group={self.group.value}")
        return " ".join(filter(None, (*parts, self.text.strip())))

    def link(self) -> str:
        """What others paste into their filter line."""
        return LINK + self.words()


def parse(words: str) -> Asked:
    """Words as a filter; what names no facet, sight or grouping belongs to the filter line."""
    picks: dict[str, frozenset[str]] = {}
    sights: frozenset[str] = frozenset()
    group = Grouping.AUTO
    rest = []
    at = 0
    words = words[:LONGEST].removeprefix(LINK)
    for found in _WORD.finditer(words):
        name, told = found.group(1), found.group(2).strip('"')
        values = frozenset(filter(None, told.split("|")))
        if name in FACETS and values:
            picks[name] = picks.get(name, frozenset()) | values
        elif name == "is" and values and values <= SIGHTS.keys():
            sights |= values
        elif name == "group" and told in set(Grouping):
            group = Grouping(told)
        else:
            continue
        rest.append(words[at : found.start()])
        at = found.end()
    rest.append(words[at:])
    return Asked(" ".join("".join(rest).split()), picks, sights, group)


def parsed_route(words: str) -> Asked:
    """Words of a route; other pages say `severity:critical` for what is a pick here."""
    column, _, word = words.partition(":")
    if column == "severity" and word.upper() in Severity.__members__:
        return Asked(picks={"severity": frozenset({word.lower()})})
    return parse(words)


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value
