"""Answers of several devices to one command, compared without what differs anyway.

Names of the devices themselves, times, counters and (when asked) addresses are taken out before
two answers are compared; what is shown is always what the device said. A number counts as a
counter only beside a word that says so, or when it is long: an MTU that differs must be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_LINES = 3_000
"""Lines of an answer that are compared line by line; longer answers only as a whole."""
NAME, TIME, COUNT, ADDRESS = "⟨name⟩", "⟨time⟩", "⟨n⟩", "⟨address⟩"

_COUNTED = (
    "packets?|pkts?|bytes|octets|frames?|errors?|drops?|dropped|discards?|crc|runts?|giants?|"
    "broadcasts?|multicasts?|collisions?|overruns?|underruns?|ignored|throttles?|flaps?|"
    "transitions?|bits/sec|bps|kbps|mbps|pps|rate|load|txload|rxload|utilization|uptime|age|"
    "hits?|misses|requests?|replies|lookups|messages?|updates?|resets|"
    "%|free|used|processes|cpu|celsius|degrees|"
    "dbm|volts?|amps?|watts?|rpm"
)
_UNIT = r"(?:years?|weeks?|days?|hours?|minutes?|mins?|seconds?|secs?)"
_TIMES = re.compile(
    rf"\b(?:\d+ {_UNIT},? (?:and )?)+\d+ {_UNIT}\b"
    rf"|(?<=uptime is )\d+ {_UNIT}\b|\b\d+ {_UNIT}(?= ago\b)"
    r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\b\d{1,3}:\d\d:\d\d(?:\.\d+)?\b"
    r"|\b(?:\d+[ywdhms]){2,}\b|\b\d+[ywdh]\b"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"[a-z]* +\d{1,2}(?: \d{4})?"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d{4}\b"
)
_BEFORE = re.compile(rf"(?i)\b({_COUNTED})(\s*[:=]?\s+|[:=])(-?\d[\d,.]*)\b")
_AFTER = re.compile(rf"(?i)(?<![\w./:-])-?\d[\d,]*(?:\.\d+)?(\s*)(?=({_COUNTED})(?!\w))")
_LONG = re.compile(r"(?<![\w./:-])\d{7,}(?![\w./:-])|(?<![\w./:-])\d{1,3}(?:,\d{3})+(?![\w.,])")
_V4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_V6 = re.compile(r"(?i)(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})[0-9a-f:]*(?![\w:])")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is left out of a comparison."""

    counters: bool = True
    times: bool = True
    names: bool = True
    addresses: bool = False


class Kind(StrEnum):
    """How two lines of two answers stand to one another."""

    SAME = "same"
    CHANGED = "changed"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines beside one another."""

    kind: Kind
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that gave the same answer, but for what is left out."""

    devices: tuple[int, ...]
    text: str
    """What the first of them said."""


def normal(text: str, *, names: Iterable[str] = (), leaving: Leaving | None = None) -> str:
    """An answer without what differs anyway; blanks at line ends and runs of blanks go, too."""
    left_out = leaving or Leaving()
    if left_out.names:
        text = _without_names(text, names)
    if left_out.times:
        text = _TIMES.sub(TIME, text)
    if left_out.addresses:
        text = _V6.sub(ADDRESS, _V4.sub(ADDRESS, text))
    if left_out.counters:
        text = _BEFORE.sub(rf"\1\2{COUNT}", text)
        text = _AFTER.sub(rf"{COUNT}\1", text)
        text = _LONG.sub(COUNT, text)
    lines = (_BLANKS.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(lines).strip("\n")


def _without_names(text: str, names: Iterable[str]) -> str:
    wanted = sorted({name for name in names if len(name) >= 3}, key=len, reverse=True)
    if not wanted:
        return text
    return re.sub(rf"(?i)(?<![\w-])(?:{'|'.join(map(re.escape, wanted))})(?![\w-])", NAME, text)


def grouped(
    answers: Mapping[int, str],
    *,
    names: Mapping[int, Sequence[str]] | None = None,
    leaving: Leaving | None = None,
) -> tuple[Group, ...]:
    """Devices by their answer, the largest group first; the order of the devices stays."""
    held: dict[str, list[int]] = {}
    for device, text in answers.items():
        own = (names or {}).get(device, ())
        held.setdefault(normal(text, names=own, leaving=leaving), []).append(device)
    groups = [Group(tuple(devices), answers[devices[0]]) for devices in held.values()]
    return tuple(sorted(groups, key=lambda group: -len(group.devices)))


def aligned(
    left: str,
    right: str,
    *,
    names: tuple[Sequence[str], Sequence[str]] = ((), ()),
    leaving: Leaving | None = None,
) -> tuple[Pair, ...]:
    """Two answers line beside line; lines that differ only in what is left out are the same."""
    ours, theirs = left.splitlines(), right.splitlines()
    if len(ours) > MOST_LINES or len(theirs) > MOST_LINES:
        # Comparing every line with every other would take minutes.
        ours, theirs = ours[:MOST_LINES], theirs[:MOST_LINES]
    plain_ours = _each(ours, names[0], leaving)
    plain_theirs = _each(theirs, names[1], leaving)
    pairs: list[Pair] = []
    matcher = SequenceMatcher(None, plain_ours, plain_theirs, autojunk=True)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pairs += [Pair(Kind.SAME, *two) for two in zip(ours[a:b], theirs[c:d], strict=True)]
            continue
        both = min(b - a, d - c)
        pairs += [Pair(Kind.CHANGED, ours[a + n], theirs[c + n]) for n in range(both)]
        pairs += [Pair(Kind.ONLY_LEFT, line) for line in ours[a + both : b]]
        pairs += [Pair(Kind.ONLY_RIGHT, "", line) for line in theirs[c + both : d]]
    return tuple(pairs)


def _each(lines: Sequence[str], names: Iterable[str], leaving: Leaving | None) -> list[str]:
    """Each line as it is compared; numbered ones stay as many as they were."""
    return [normal(line, names=names, leaving=leaving) for line in lines]
