"""Which platform a device is, and what it tells of itself, with the reason for each.

Most specific wins: more kinds of evidence before fewer, then a longer object ID, then a longer
pattern; a rule file's `rank` decides before all of them. Two platforms that fit equally well
make no verdict better than the vendor.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Entity, System, Verdict
from noc_console.services.inspection.platforms.model import (
    FACTS,
    Driver,
    Match,
    Platform,
    RuleFile,
    Table,
    Way,
)
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Value

_ENTERPRISES = "1.3.6.1.4.1."
LONGEST_DESCR = 2000
"""Of sysDescr, for regular expressions: device text decides how long they run."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A platform that fits, by which of its matches."""

    platform: Platform
    match: Match
    score: tuple[int, int, int, int]
    reasons: tuple[str, ...]


class Rules:
    """All rule files together, indexed by what they look at."""

    def __init__(self, files: Sequence[RuleFile]) -> None:
        self.files: Mapping[str, RuleFile] = {file.name: file for file in files}
        self.platforms: Mapping[str, Platform] = {
            each.name: each for file in files for each in file.platforms
        }
        self._drivers = {
            platform: driver
            for file in files
            for driver in file.drivers
            for platform in driver.platforms
        }
        self._vendors = {
            number: file.vendor for file in files for number in file.enterprises if file.vendor
        }
        self._by_object_id: dict[str, list[tuple[Platform, Match]]] = defaultdict(list)
        self._others: list[tuple[Platform, Match]] = []
        for platform in self.platforms.values():
            for match in platform.match:
                for prefix in match.object_ids:
                    self._by_object_id[prefix].append((platform, match))
                if not match.object_ids:
                    self._others.append((platform, match))

    def vendor(self, object_id: str) -> str:
        """The maker by the private enterprise number (IANA); "" when no file has it."""
        return self._vendors.get(enterprise(object_id) or -1, "")

    def driver(self, platform: str) -> Driver | None:
        """How the platform's command line is used; None where nobody wrote it down."""
        return self._drivers.get(platform)

    def enterprises(self, platform: Platform | None) -> frozenset[int]:
        """The enterprise numbers of the platform's maker, and of those whose tables it uses."""
        if platform is None:
            return frozenset()
        return frozenset(
            number
            for name in (platform.file, *platform.uses)
            if name in self.files
            for number in self.files[name].enterprises
        )

    def tables(self, platform: Platform | None) -> tuple[Table, ...]:
        """What the platform may have: the tables of its file and of those it uses."""
        if platform is None:
            return ()
        return tuple(
            table
            for name in (platform.file, *platform.uses)
            if name in self.files
            for table in self.files[name].tables
            if platform.name not in table.unless
            and (not table.platforms or platform.name in table.platforms or name != platform.file)
        )

    def candidates(self, system: System) -> list[tuple[Platform, Match]]:
        """The matches that fit what is known without asking more."""
        found = [
            each
            for prefix in prefixes(system.object_id)
            for each in self._by_object_id.get(prefix, ())
        ]
        return [
            (platform, match) for platform, match in (*found, *self._others) if _fits(match, system)
        ]

    async def identify(
        self, agent: Agent, system: System
    ) -> tuple[Platform | None, tuple[str, ...]]:
        """The platform that fits best and why; None when none does or two fit alike."""
        candidates = self.candidates(system)
        asked = {
            oid
            for platform, match in candidates
            for each in (match, *platform.unless)
            for oid, _ in each.get
        }
        got = await agent.get(sorted(asked)) if asked else {}
        there = await _there(agent, candidates)
        fits = [
            _fit(platform, match, system)
            for platform, match in candidates
            if _tells(match, got, there) and not _excluded(platform, system, got, there)
        ]
        if not fits:
            return None, ()
        best = max(fits, key=lambda fit: fit.score)
        rivals = {fit.platform.name for fit in fits if fit.score == best.score} - {
            best.platform.name
        }
        if rivals:
            names = ", ".join(sorted({best.platform.name, *rivals}))
            return None, (f"the rules of {names} fit equally well",)
        return best.platform, best.reasons


def enterprise(object_id: str) -> int | None:
    """The private enterprise number in a sysObjectID."""
    if not object_id.startswith(_ENTERPRISES):
        return None
    number = object_id.removeprefix(_ENTERPRISES).split(".")[0]
    return int(number) if number.isdecimal() else None


def prefixes(object_id: str) -> Iterable[str]:
    """The object ID and everything above it."""
    arcs = object_id.split(".")
    return (".".join(arcs[:count]) for count in range(len(arcs), 0, -1))


def _under(object_id: str, prefix: str) -> bool:
    return f"{object_id}.".startswith(f"{prefix}.")


def _fits(match: Match, system: System) -> bool:
    if match.object_ids and not any(_under(system.object_id, each) for each in match.object_ids):
        return False
    descr = system.descr[:LONGEST_DESCR]
    if match.descr and not any(each.search(descr) for each in match.descr):
        return False
    if match.lacks is not None and match.lacks.search(descr):
        return False
    return match.name is None or match.name.search(system.name) is not None


async def _there(agent: Agent, candidates: Sequence[tuple[Platform, Match]]) -> frozenset[str]:
    """Of the columns that candidates want to have rows, those that have."""
    wanted = {
        oid: Columns(oid.rpartition(".")[0], ((int(oid.rpartition(".")[2]), "value"),), 1)
        for platform, match in candidates
        for each in (match, *platform.unless)
        for oid in each.has
    }
    await agent.look(tuple(wanted.values()))
    return frozenset([oid for oid, columns in wanted.items() if await agent.rows(columns)])


def _tells(match: Match, got: Mapping[str, Value], there: frozenset[str]) -> bool:
    return there.issuperset(match.has) and all(
        oid in got and wanted.search(tables.text(got[oid])) for oid, wanted in match.get
    )


def _excluded(
    platform: Platform, system: System, got: Mapping[str, Value], there: frozenset[str]
) -> bool:
    return any(_fits(each, system) and _tells(each, got, there) for each in platform.unless)


def _fit(platform: Platform, match: Match, system: System) -> Fit:
    prefix = max(
        (each for each in match.object_ids if _under(system.object_id, each)), key=len, default=""
    )
    patterns = [each for each in match.descr if each.search(system.descr[:LONGEST_DESCR])]
    length = max((len(each.pattern) for each in patterns), default=0)
    reasons = [f"sysObjectID {system.object_id} is under {prefix}"] if prefix else []
    reasons += [f"sysDescr has {each.pattern!r}" for each in patterns[:1]]
    if match.lacks is not None:
        reasons.append(f"sysDescr lacks {match.lacks.pattern!r}")
    if match.name is not None:
        reasons.append(f"sysName has {match.name.pattern!r}")
    reasons += [f"{oid} tells {wanted.pattern!r}" if wanted.pattern else f"{oid} is there"
                for oid, wanted in match.get]  # fmt: skip
    reasons += [f"{oid} has rows" for oid in match.has]
    # A bare enterprise number says less than words in sysDescr, a model's object ID more.
    weight = max(prefix.count(".") - 5, 0) + (2 if patterns else 0)
    return Fit(
        platform,
        match,
        (platform.rank, match.kinds, weight, length),
        (f"{platform.name} ({platform.file}.toml): " + "; ".join(reasons),),
    )


async def facts(
    agent: Agent,
    rules: Rules,
    platform: Platform | None,
    system: System,
    entities: Sequence[Entity],
    why: Sequence[str] = (),
) -> Verdict:
    """Model, version, serial and features: by the platform's rules, else by ENTITY-MIB."""
    if platform is None:
        vendor = rules.vendor(system.object_id)
        whole = _chassis(entities, "chassis")
        return Verdict(
            vendor=vendor,
            model=whole.model if whole else "",
            version=whole.software if whole else "",
            serial=whole.serial if whole else "",
            reasons=(*(why or ("no rule fits",)), *_by_number(vendor, system)),
        )
    told = _by_descr(platform, system)
    asked = _asked(platform, told)
    got = await agent.get(sorted(asked)) if asked else {}
    reasons = [*why, *(f"{fact}: from sysDescr" for fact in told)]
    for fact in FACTS:
        if told.get(fact):
            continue
        for way in platform.facts.get(fact, _DEFAULT.get(fact, ())):
            words, reason = await _follow(way, fact, agent, got, system, entities)
            if words:
                told[fact] = words
                reasons.append(f"{fact}: {reason}")
                break
    return Verdict(
        platform=platform.name,
        label=platform.label,
        vendor=platform.vendor or rules.vendor(system.object_id),
        device_type=platform.type,
        role=platform.role,
        reasons=tuple(reasons),
        **told,
    )


def _by_number(vendor: str, system: System) -> tuple[str, ...]:
    return (f"{vendor}: by the enterprise number in {system.object_id}",) if vendor else ()


_DEFAULT: Mapping[str, tuple[Way, ...]] = {
    "model": (Way(entity="model"),),
    "version": (Way(entity="software"),),
    "serial": (Way(entity="serial"),),
}
"""ENTITY-MIB's word on the chassis, where a platform has no rule of its own."""


def _by_descr(platform: Platform, system: System) -> dict[str, str]:
    told: dict[str, str] = {}
    for pattern in platform.descr:
        if match := pattern.search(system.descr[:LONGEST_DESCR]):
            for fact, words in match.groupdict().items():
                if words and fact in FACTS:
                    told.setdefault(fact, tables.text(words.encode()))
    return told


def _asked(platform: Platform, told: Mapping[str, str]) -> set[str]:
    """Every instance the facts still wanted may need: asked in one go."""
    return {
        oid
        for fact, ways in platform.facts.items()
        if not told.get(fact)
        for way in ways
        for oid in ((way.oid,) if way.oid else way.join)
    }


async def _follow(
    way: Way,
    fact: str,
    agent: Agent,
    got: Mapping[str, Value],
    system: System,
    entities: Sequence[Entity],
) -> tuple[str, str]:
    """What one way tells, and where it was told."""
    if way.text:
        return way.text, "always so on this platform"
    if way.object_ids:
        for prefix in prefixes(system.object_id):
            if prefix in way.object_ids:
                return way.object_ids[prefix], f"by sysObjectID {prefix}"
        return "", ""
    if way.entity:
        part = _chassis(entities, way.entity_class)
        words = getattr(part, way.entity, "") if part else ""
        return _refined(way, fact, words), "from ENTITY-MIB"
    if way.join:
        words = [tables.text(got.get(oid)) or await _first(agent, oid) for oid in way.join]
        if not all(words):
            return "", ""
        joined = way.format
        for number, each in enumerate(words, start=1):
            joined = joined.replace(f"{{{number}}}", each)
        return _refined(way, fact, joined), f"from {', '.join(way.join)}"
    if way.oid:
        words_at = tables.text(got.get(way.oid)) or await _first(agent, way.oid)
        return _refined(way, fact, words_at), f"from {way.oid}"
    for pattern, subject, where in (
        (way.descr, system.descr[:LONGEST_DESCR], "sysDescr"),
        (way.name, system.name, "sysName"),
    ):
        if pattern is not None and (match := pattern.search(subject)):
            return _mapped(way, _told(way, match, fact)), f"from {where}"
    return "", ""


async def _first(agent: Agent, oid: str) -> str:
    """The first row of a column that tells something."""
    entry, _, number = oid.rpartition(".")
    if not number.isdecimal() or number == "0":
        return ""
    rows = await agent.rows(Columns(entry, ((int(number), "value"),), 50))
    return next((words for _, row in rows if (words := tables.text(row.get("value")))), "")


def _refined(way: Way, fact: str, words: str) -> str:
    if way.regex is not None and words:
        match = way.regex.search(words)
        words = _told(way, match, fact) if match else ""
    return _mapped(way, words)


def _mapped(way: Way, words: str) -> str:
    if not way.map:
        return words
    return way.map.get(words, "" if way.only_mapped else words)


def _told(way: Way, match: re.Match[str], fact: str) -> str:
    """The fact in a match: its group, or several groups put together by the way's format."""
    if way.join or way.format == "{1}":
        return _group(match, fact)
    groups = [(group or "").strip(" ,;") for group in match.groups()]
    return " ".join(way.format.format("", *groups).split()) if all(groups) else ""


def _group(match: re.Match[str], fact: str) -> str:
    named = match.groupdict()
    if named:
        return (named.get(fact) or "").strip()
    told = [group for group in match.groups() if group]
    return (told[0] if told else "" if match.groups() else match[0]).strip(" ,;")


_WITHHELD = "<private>"


def _chassis(entities: Sequence[Entity], kind: str) -> Entity | None:
    """The part that speaks for the whole: the first of its class that has a serial or a model."""
    wholes = [part for part in entities if part.kind == kind]
    if not wholes and kind == "chassis":
        wholes = [part for part in entities if part.kind == "stack" or part.parent == 0][:1]
    return max(
        wholes,
        key=lambda part: (part.serial not in ("", _WITHHELD), bool(part.model)),
        default=None,
    )
