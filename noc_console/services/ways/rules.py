"""Which jump hosts lead to which devices: the first way that fits."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from itertools import takewhile

from noc_console.kernel.errors import Invalid
from noc_console.services.credentials.model import Subject
from noc_console.services.ways.hops import parse_way
from noc_console.services.ways.model import Hop, Way

LONGEST = 400
TAG = "tag:"


def check(way: Way) -> Way:
    """The way with its texts in order, or Invalid naming the field."""
    name = " ".join(way.name.split())
    if not name:
        raise Invalid("a way needs a name", field="name")
    for field, text in (("name", name), ("names", way.names), ("sites", way.sites)):
        if len(text) > LONGEST:
            raise Invalid(f"that is longer than {LONGEST} characters", field=field)
    hops = ">".join(hop.text for hop in hops_of(way))
    return Way(way.id, name, " ".join(way.names.split()), " ".join(way.sites.split()), hops)


def hops_of(way: Way) -> tuple[Hop, ...]:
    """The hosts of a way, the nearest first."""
    return parse_way(way.hops) if way.hops.strip() else ()


def choose(ways: Iterable[Way], subject: Subject) -> tuple[Hop, ...]:
    """The jump hosts to a device; none when no rule fits.

    A jump host is a device too: the way to it are the hosts before it.
    """
    itself = {subject.address.lower(), subject.name.lower()}
    for way in ways:
        if _is_named(way.names, subject) and _fits(way.sites, subject.site):
            return tuple(takewhile(lambda hop: hop.host.lower() not in itself, hops_of(way)))
    return ()


def _is_named(patterns: str, subject: Subject) -> bool:
    """By its name or its address, or by a tag where a pattern says `tag:edge`."""
    wanted = patterns.lower().split()
    called = [word.lower() for word in (subject.name, subject.address) if word]
    tagged = [TAG + tag for tag in subject.tags]
    return not wanted or any(
        fnmatchcase(word, pattern)
        for pattern in wanted
        for word in (tagged if pattern.startswith(TAG) else called)
    )


def _fits(patterns: str, word: str) -> bool:
    wanted = patterns.lower().split()
    return not wanted or any(word and fnmatchcase(word.lower(), pattern) for pattern in wanted)
