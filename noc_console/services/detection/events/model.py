"""What an event rule is: patterns that raise and clear, the object they are about, the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.events.templates import Template

Value = int | bytes | str | None
"""What a varbind holds: a number, octets, an OID or address as text, nothing."""
Varbinds = tuple[tuple[str, Value], ...]


class Trust(IntEnum):
    """How sure it is that a device said what was heard; higher is surer."""

    CLAIMED = 0
    """A datagram: anybody can write any address on it."""
    CONNECTED = 1
    """A connection from its address: nobody who cannot receive there can open one."""
    AUTHENTIC = 2
    """SNMPv3 with authentication, or TLS with a certificate of an authority of ours."""


class Proof(StrEnum):
    """Who can see the condition besides who tells of it."""

    POLL = "poll"
    """A poll sees it: what is heard makes the poller look, and the poll decides."""
    NONE = "none"
    """Nobody: the device's word is all there is."""


class Sense(StrEnum):
    """What a pattern means to its rule."""

    RAISE = "raise"
    CLEAR = "clear"
    NOTICE = "notice"
    """Worth a name, a look or a place in the list of changes; no alarm."""


class Mark(StrEnum):
    """Classes of messages that are kept apart."""

    NONE = ""
    CONFIG = "config-change"


class About(StrEnum):
    """Kinds of objects that have rows of their own; every other word is a key beside them."""

    DEVICE = "device"
    INTERFACE = "interface"
    SENSOR = "sensor"


EITHER: Mapping[str, tuple[str, ...]] = {
    About.INTERFACE: ("interface", "ifindex"),
    About.SENSOR: ("sensor", "entity"),
}
"""Words one of which is enough to find the object."""


@dataclass(frozen=True, slots=True)
class Take:
    """Where a word comes from: a varbind's value, or a piece of its index."""

    oid: str
    """The column; its instance follows in the varbind's name."""
    is_index: bool = False
    form: str = ""
    """`ipv4`, `ipv6`, `inet` (length and octets), `mac`, `hex`, `text` (length and letters),
    `first`, `last`, a number (of the piece), or empty: as it is."""
    skip: int = 0
    """Pieces of the index in front that belong to something else."""


@dataclass(frozen=True, slots=True)
class Grade:
    """Severity out of the notification itself: what a varbind's value means."""

    take: Take
    severities: Mapping[str, Severity]
    """By value; CLEARED makes the pattern a clearing one."""


@dataclass(frozen=True)
class Pattern:
    """What one kind of notification or line looks like. Everything that is given must fit."""

    sense: Sense
    trap: str = ""
    """An OID; with `.*` behind it everything below."""
    mib: str = ""
    """`BGP4-MIB::bgpBackwardTransNotification`: for people."""
    says: str = ""
    """The name of the notification in a list of lines: `BGP session lost`."""
    tone: int = 5
    """How bad such a line sounds, as in syslog: 3 is an error, 5 a notice."""
    look: bool = False
    """The device should be asked now: a poll can see what happened."""
    shown: tuple[tuple[str, str], ...] = ()
    """Varbinds (by column) that tell the story in one line, and what to call them."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Varbinds (by column) and the values one of which they must have."""
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grade: Grade | None = None
    take: Mapping[str, Take] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What to call values of words: `{state = {"1" = "idle"}}`."""
    mnemonic: str = ""
    """`BGP-?-ADJCHANGE`: `?` stands for the digit of the severity, `*` at the end for the rest."""
    topic: str = ""
    """One of the topics of a MikroTik line."""
    app: str = ""
    """The program, without case."""
    facilities: tuple[int, ...] = ()
    at_least: int = 7
    """The line must be as bad as this: 3 takes 0 (emergency) to 3 (error)."""
    structured: Mapping[str, str] = field(default_factory=dict)
    """Parameters of RFC 5424 structured data and the values they must have; `{…}` takes it."""
    texts: tuple[Template, ...] = ()
    """The text must fit one of these."""
    mark: Mark = Mark.NONE

    @property
    def is_trap(self) -> bool:
        return bool(self.trap)

    @cached_property
    def words(self) -> frozenset[str]:
        """The names this pattern always has a word for."""
        found = set(self.take)
        found |= {word[1:-1] for word in self.structured.values() if word.startswith("{")}
        if self.texts:
            found |= set.intersection(*(set(text.names) for text in self.texts))
        return frozenset(found)

    @property
    def watches(self) -> str:
        """The pattern in one line, for lists."""
        if self.trap:
            return f"{self.mib} ({self.trap})" if self.mib else self.trap
        parts = [self.mnemonic, self.topic, self.app and f"{self.app}:"]
        parts += [text.source for text in self.texts[:1]]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ConditionWord:
    """What the rules of one condition have in common; each may say otherwise."""

    word: Condition
    about: str = About.DEVICE.value
    key: str = ""
    severity: Severity = Severity.WARNING
    text: str = ""
    remedy: str = ""
    proof: Proof = Proof.NONE
    clear_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class EventRule:
    """Patterns that raise and clear one condition of one kind of object."""

    id: str
    title: str
    condition: Condition
    severity: Severity
    about: str
    """An `About`, or a word such as `bgp`: the object is `bgp:<key>` of the device then."""
    key: str
    """A text with the words of the pattern in braces that tells two objects apart."""
    text: str
    remedy: str
    proof: Proof
    clear_after_s: float
    """Cleared when nobody repeated it for so long; 0 is never."""
    raises: tuple[Pattern, ...]
    clears: tuple[Pattern, ...]
    is_enabled: bool = True
    file: str = ""

    @property
    def kinds(self) -> str:
        """`trap`, `syslog`, or both."""
        patterns = (*self.raises, *self.clears)
        kinds = ["trap"] if any(each.is_trap for each in patterns) else []
        if not all(each.is_trap for each in patterns):
            kinds.append("syslog")
        return ", ".join(kinds)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's pattern fits what was heard."""

    rule: EventRule | None
    """None of a notice."""
    pattern: Pattern
    sense: Sense
    severity: Severity
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Which object of its kind; empty of devices."""
        if self.rule is None:
            return ""
        if names := EITHER.get(self.rule.about):
            return next((word for name in names if (word := self.words.get(name))), "")
        return filled(self.rule.key, self.words)

    @property
    def text(self) -> str:
        return "" if self.rule is None else filled(self.rule.text, self.words)


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with words put in for their names in braces; a name without a word stays `?`."""
    if "{" not in text:
        return text
    parts: list[str] = []
    for part in text.split("{"):
        name, brace, rest = part.partition("}")
        parts.append((words.get(name) or "?") + rest if brace and parts else part)
        if not brace and len(parts) > 1:
            parts[-1] = "{" + part
    return "".join(parts)


MOST_WITHOUT_PROOF = Severity.MAJOR


def bounded(severity: Severity, trust: Trust, *, is_confirmed: bool = False) -> Severity:
    """How severe an alarm may become by somebody's word alone.

    A datagram can be forged, so what nobody else saw and nobody signed is MAJOR at most; it is
    CRITICAL when it was authenticated, or heard a second time by a way that cannot be forged
    blindly.
    """
    if trust is Trust.AUTHENTIC or is_confirmed:
        return severity
    return min(severity, MOST_WITHOUT_PROOF)
