"""What a device made of the lines, against what was foreseen: read, not worked out.

A device may print a line otherwise than it was typed: abbreviations in full, defaults not at all,
secrets hidden. So what was read right after the typing is ours; the forecast is only what was
promised.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from noc_console.services.flights.rules import forecast, hidden
from noc_console.services.flights.rules.forecast import Tree

MOST_TOLD = 6
"""Lines that are missing, and as many that came, in one sentence."""
_MORE = " more"


def surprise(wanted: Tree, came: Tree) -> str:
    """Where a device is set otherwise than foreseen, in a sentence without secrets; "" where it is
    not. A line that came with its secret hidden is the line that was typed."""
    foreseen, true = set(forecast.paths(wanted)), set(forecast.paths(came))
    lost, extra = foreseen - true, true - foreseen
    hidden_extra, hidden_lost = set(map(_plain, extra)), set(map(_plain, lost))
    missing = sorted(path for path in lost if _plain(path) not in hidden_extra)
    more = sorted(path for path in extra if _plain(path) not in hidden_lost)
    told = [f"“{forecast.shown(path)}” is missing" for path in missing[:MOST_TOLD]]
    told += [f"“{forecast.shown(path)}” came instead" for path in more[:MOST_TOLD]]
    rest = len(missing[MOST_TOLD:]) + len(more[MOST_TOLD:])
    return "; ".join(told) + (f"; and {rest}{_MORE}" if rest else "")


def other(before: Tree, now: Tree) -> str:
    """In what a device is other than before, in a sentence without secrets; "" in nothing."""
    was, true = set(forecast.paths(before)), set(forecast.paths(now))
    gone, new = sorted(was - true), sorted(true - was)
    told = [f"“{forecast.shown(path)}” is new" for path in new[:MOST_TOLD]]
    told += [f"“{forecast.shown(path)}” is gone" for path in gone[:MOST_TOLD]]
    rest = len(new[MOST_TOLD:]) + len(gone[MOST_TOLD:])
    return "; ".join(told) + (f"; and {rest}{_MORE}" if rest else "")


def kind(told: str) -> str:
    """Surprises of one kind differ in numbers only; "" for one that is not told in full."""
    return "" if told.endswith(_MORE) else re.sub(r"\d+", "#", told)


def difference(before: Tree, came: Tree, wanted: Tree, *, surprised: bool) -> str:
    """What came, as a diff; for a surprise also against what was foreseen. Secrets are masked."""
    was, true = list(forecast.printed(before)), list(forecast.printed(came))
    lines = list(difflib.unified_diff(was, true, "before", "now", lineterm="", n=2))
    if surprised:
        foreseen = list(forecast.printed(wanted))
        lines += difflib.unified_diff(foreseen, true, "previewed", "came", lineterm="", n=2)
    return hidden.told("\n".join(lines))


def meets(before: Tree, came: Tree, now: Tree) -> bool:
    """Whether what is still other than before stands where we have changed something.

    Then it may be ours, printed in another way since; else it is somebody else's.
    """
    ours = set(_roots(before, came))
    return any(root in ours for root in _roots(before, now))


def _roots(one: Tree, other: Tree) -> Iterable[str]:
    """The sections in which two configurations differ; of a line in none, its first words."""
    for path in set(forecast.paths(one)) ^ set(forecast.paths(other)):
        first, _, below = path.partition(forecast.BELOW)
        has_section = below or one.get(first) or other.get(first)
        yield first if has_section else " ".join(first.removeprefix("no ").split()[:2])


def _plain(path: str) -> str:
    return forecast.BELOW.join(hidden.head(line) or line for line in path.split(forecast.BELOW))
