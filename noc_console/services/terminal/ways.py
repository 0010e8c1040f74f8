"""Ways: which jump hosts lead to which devices, the first that fits; and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from noc_console.kernel.errors import Invalid
from noc_console.services.credentials.model import Subject
from noc_console.services.terminal.addresses import parse_way
from noc_console.services.terminal.connecting import Hop

LONGEST = 400


@dataclass(frozen=True, slots=True)
class Way:
    """A rule: devices of these names and sites are reached through these hosts."""

    id: int
    name: str
    names: str = ""
    """Patterns of names or addresses, separated by blanks: `ams-* 10.20.*`; empty fits all."""
    sites: str = ""
    hops: str = ""
    """`mira@jump1>jump2:2222`; empty means straight there."""

    @property
    def way(self) -> tuple[Hop, ...]:
        return parse_way(self.hops) if self.hops.strip() else ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """One host that may use old algorithms, and who said so."""

    host: str
    port: int
    reason: str
    at: datetime
    by: str


def check(way: Way) -> Way:
    """The way with its texts in order, or Invalid naming the field."""
    name = " ".join(way.name.split())
    if not name:
        raise Invalid("a way needs a name", field="name")
    for field, text in (("name", name), ("names", way.names), ("sites", way.sites)):
        if len(text) > LONGEST:
            raise Invalid(f"that is longer than {LONGEST} characters", field=field)
    hops = ">".join(hop.text for hop in Way(0, name, hops=way.hops).way)
    return Way(way.id, name, " ".join(way.names.split()), " ".join(way.sites.split()), hops)


def choose(ways: Iterable[Way], subject: Subject) -> tuple[Hop, ...]:
    """The jump hosts to a device; none when no rule fits."""
    for way in ways:
        if _fits(way.names, subject.name, subject.address) and _fits(way.sites, subject.site):
            return tuple(hop for hop in way.way if hop.host != subject.address)
    return ()


def _fits(patterns: str, *words: str) -> bool:
    wanted = patterns.lower().split()
    return not wanted or any(
        fnmatchcase(word.lower(), pattern) for word in words if word for pattern in wanted
    )
