"""All event rules in force, and which of them fit a notification or a line.

Nothing is compared with everything: a notification finds its patterns by its OID, a line by its
mnemonic, topic or program, and only what has none of these looks for a word in the text. Which
patterns those are is remembered for each OID and mnemonic, so that a million lines of one kind
cost no more than their comparison.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events import reading, values
from noc_console.services.detection.events.flows import FlowRule
from noc_console.services.detection.events.model import (
    EITHER,
    EventRule,
    Finding,
    Mark,
    Pattern,
    Proof,
    Sense,
    Varbinds,
)
from noc_console.services.detection.events.reading import EventPack

MOST_REMEMBERED = 20_000
"""Kinds of messages whose patterns are remembered; beyond that it begins anew."""

_DIGIT = re.compile(r"(?<=[-/])\d(?=[-/])")

Known = tuple["Entry", ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A pattern and the rule it belongs to; None of a notice."""

    pattern: Pattern
    rule: EventRule | None
    is_urgent: bool


NOTHING: Known = ()
NO_RULES = EventPack({}, (), (), (), {})


@dataclass(slots=True)
class _Index:
    traps: dict[str, list[Entry]] = field(default_factory=dict)
    below: dict[str, list[Entry]] = field(default_factory=dict)
    mnemonics: dict[str, list[Entry]] = field(default_factory=dict)
    mnemonic_heads: list[tuple[str, Entry]] = field(default_factory=list)
    topics: dict[str, list[Entry]] = field(default_factory=dict)
    apps: dict[str, list[Entry]] = field(default_factory=dict)
    texts: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        pattern = entry.pattern
        if pattern.trap.endswith(".*"):
            self.below.setdefault(pattern.trap[:-2], []).append(entry)
        elif pattern.trap:
            self.traps.setdefault(pattern.trap, []).append(entry)
        elif pattern.mnemonic.endswith("*"):
            self.mnemonic_heads.append((pattern.mnemonic[:-1].upper(), entry))
        elif pattern.mnemonic:
            self.mnemonics.setdefault(pattern.mnemonic.upper(), []).append(entry)
        elif pattern.topic:
            self.topics.setdefault(pattern.topic, []).append(entry)
        elif pattern.app:
            self.apps.setdefault(pattern.app, []).append(entry)
        else:
            self.texts.append(entry)


class EventBook:
    """Rules that came with the program, with what operators changed of them."""

    def __init__(self, pack: EventPack = NO_RULES) -> None:
        self.pack = pack
        self._traps: dict[str, Known] = {}
        self._lines: dict[tuple[str, str], Known] = {}
        self._index = _Index()
        self.rules: tuple[EventRule, ...] = ()
        self.flows: tuple[FlowRule, ...] = ()
        self.adopt({})

    def adopt(self, own: Mapping[str, str]) -> tuple[str, ...]:
        """Put rules of operators, as texts by their ids, over ours; ids of those that are wrong.

        A wrong one is left out: one's typing mistake must not silence everybody's rules.
        """
        rules = {rule.id: rule for rule in self.pack.rules}
        streams = {flow.id: flow for flow in self.pack.flows}
        wrong = []
        for name, text in own.items():
            try:
                one = reading.read_one(text, self.pack)
            except Invalid:
                wrong.append(name)
                continue
            if isinstance(one, FlowRule):
                streams[name] = replace(one, id=name, file=_file(streams.get(name)))
            else:
                rules[name] = replace(one, id=name, file=_file(rules.get(name)))
        self.rules, self.flows = tuple(rules.values()), tuple(streams.values())
        index = _Index()
        for rule in self.rules:
            if rule.is_enabled:
                is_urgent = rule.severity >= Severity.MAJOR
                for pattern in (*rule.raises, *rule.clears):
                    index.add(Entry(pattern, rule, is_urgent or pattern.look))
        for pattern in self.pack.notices:
            is_urgent = pattern.look or pattern.mark is not Mark.NONE
            index.add(Entry(pattern, None, is_urgent))
        self._index, self._traps, self._lines = index, {}, {}
        return tuple(wrong)

    def of_trap(self, trap_oid: str) -> Known:
        """The patterns a notification of this name may fit."""
        known = self._traps.get(trap_oid)
        if known is None:
            known = self._look_up_trap(trap_oid)
            _remember(self._traps, trap_oid, known)
        return known

    def of_line(self, mnemonic: str, app: str) -> Known:
        """The patterns a line of this mnemonic and program may fit."""
        key = (mnemonic, app)
        known = self._lines.get(key)
        if known is None:
            known = self._look_up_line(mnemonic, app)
            _remember(self._lines, key, known)
        return known

    def is_urgent_trap(self, trap_oid: str) -> bool:
        """Whether such a notification must not be lost in a flood."""
        return any(entry.is_urgent for entry in self.of_trap(trap_oid))

    def is_urgent_line(self, mnemonic: str, app: str) -> bool:
        """The same of a line; what would need a look at its text is not urgent."""
        return any(
            entry.is_urgent and (entry.pattern.mnemonic or entry.pattern.app)
            for entry in self.of_line(mnemonic, app)
        )

    def find_trap(self, trap_oid: str, varbinds: Varbinds) -> tuple[Finding, ...]:
        """What a notification means."""
        entries = self.of_trap(trap_oid)
        if not entries:
            return ()
        found = []
        for entry in entries:
            pattern = entry.pattern
            if pattern.where or pattern.unless:
                if not values.fits(varbinds, pattern.where):
                    continue
                if pattern.unless and values.fits(varbinds, pattern.unless):
                    continue
            words = {name: values.taken(varbinds, take) for name, take in pattern.take.items()}
            found.append(_finding(entry, words, varbinds))
        return tuple(one for one in found if one is not None)

    def find_line(
        self,
        text: str,
        *,
        mnemonic: str = "",
        app: str = "",
        severity: int = 7,
        facility: int | None = None,
        structured: str = "",
    ) -> tuple[Finding, ...]:
        """What a log line means."""
        found = None
        lower = ""
        for entry in self.of_line(mnemonic, app):
            pattern = entry.pattern
            if severity > pattern.at_least:
                continue
            if pattern.facilities and facility not in pattern.facilities:
                continue
            words: dict[str, str] = {}
            if pattern.texts:
                lower = lower or text.lower()
                for each in pattern.texts:
                    if each.literal and each.literal not in lower:
                        continue
                    if (taken := each.find(text)) is not None:
                        words = taken
                        break
                else:
                    continue
            if pattern.structured:
                more = values.structured(structured, pattern.structured)
                if more is None:
                    continue
                words |= more
            if (one := _finding(entry, words, ())) is not None:
                found = [*(found or ()), one]
        return tuple(found or ())

    def _look_up_trap(self, trap_oid: str) -> Known:
        index = self._index
        found = list(index.traps.get(trap_oid, ()))
        if index.below:
            parts = trap_oid.split(".")
            for size in range(len(parts) - 1, 0, -1):
                found += index.below.get(".".join(parts[:size]), ())
        return _chosen(found)

    def _look_up_line(self, mnemonic: str, app: str) -> Known:
        index = self._index
        found: list[Entry] = []
        if mnemonic:
            upper = mnemonic.upper()
            found += index.mnemonics.get(upper, ())
            general = _DIGIT.sub("?", upper, count=1)
            if general != upper:
                found += index.mnemonics.get(general, ())
            found += [
                entry for head, entry in index.mnemonic_heads if _begins(head, upper, general)
            ]
            for topic in mnemonic.split(","):
                found += index.topics.get(topic, ())
        if app:
            found += index.apps.get(app.lower(), ())
        return (*found, *index.texts)


def _begins(head: str, *names: str) -> bool:
    return any(name.startswith(head) for name in names)


def _chosen(found: list[Entry]) -> Known:
    """A rule of its own says more than a notice about the same, and what is exact more than a
    whole branch.
    """
    if any(entry.rule for entry in found):
        first = next(entry for entry in found if entry.rule)
        if first.pattern.trap.endswith(".*"):
            return tuple(found)
        return tuple(entry for entry in found if not entry.pattern.trap.endswith(".*"))
    return tuple(found)


def _finding(entry: Entry, words: dict[str, str], varbinds: Varbinds) -> Finding | None:
    pattern, rule = entry.pattern, entry.rule
    for name, meant in pattern.names.items():
        if name in words:
            words[name] = meant.get(words[name], words[name])
    sense = pattern.sense
    severity = Severity.CLEARED if rule is None else rule.severity
    if pattern.grade is not None:
        told = pattern.grade.severities.get(values.taken(varbinds, pattern.grade.take))
        if told is not None:
            severity = told
            sense = Sense.CLEAR if told is Severity.CLEARED else sense
    found = Finding(rule, pattern, sense, severity, words)
    if rule is None or sense is Sense.NOTICE or rule.proof is Proof.POLL:
        return found
    wanted = values.names_in(rule.key)
    if not all(words.get(name) for name in wanted) or (rule.about in EITHER and not found.key):
        return None  # which object it is about nobody can tell
    return found


def _remember(memory: dict[Any, Known], key: Any, known: Known) -> None:
    if len(memory) >= MOST_REMEMBERED:
        memory.clear()
    memory[key] = known


def _file(one: EventRule | FlowRule | None) -> str:
    return "" if one is None else one.file
