"""What MIB modules say about objects: their names, types, words and places."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from noc_console.kernel.events import Event


class Kind(StrEnum):
    """What stands at an OID."""

    NODE = "node"
    MODULE = "module"
    SCALAR = "scalar"
    TABLE = "table"
    ROW = "row"
    COLUMN = "column"
    NOTIFICATION = "notification"

    @property
    def has_value(self) -> bool:
        """Whether a device can be asked for it."""
        return self in {Kind.SCALAR, Kind.COLUMN}


class Base(StrEnum):
    """The types SNMP carries (RFC 2578 §7.1); Integer32 and enumerations are `integer`."""

    INTEGER = "integer"
    UNSIGNED = "unsigned"
    COUNTER32 = "counter32"
    COUNTER64 = "counter64"
    TIMETICKS = "timeticks"
    OCTETS = "octets"
    OID = "oid"
    ADDRESS = "address"
    BITS = "bits"
    OPAQUE = "opaque"


WRITABLE = frozenset({"read-write", "read-create", "write-only"})


@dataclass(frozen=True, slots=True)
class Syntax:
    """The type of a value: its name in the MIB and what it comes down to."""

    name: str
    """`InterfaceIndex`, `Counter64` …"""
    base: Base
    hint: str = ""
    """DISPLAY-HINT (RFC 2579 §3.1)."""
    ranges: tuple[tuple[int, int], ...] = ()
    """Allowed numbers, or lengths in octets."""
    labels: tuple[tuple[str, int], ...] = ()
    """Words of an enumeration, or the bits of BITS, by number."""

    def label(self, number: int) -> str:
        """The word of a number, "" when it has none."""
        return next((word for word, value in self.labels if value == number), "")

    @property
    def fixed_length(self) -> int | None:
        """The number of octets when it is always the same: such an index carries no length."""
        if len(self.ranges) == 1 and self.ranges[0][0] == self.ranges[0][1]:
            return self.ranges[0][0]
        return None


@dataclass(frozen=True, slots=True)
class MibObject:
    """One definition of a MIB module."""

    oid: str
    name: str
    module: str
    kind: Kind
    syntax: Syntax | None = None
    access: str = ""
    """MAX-ACCESS in the words of SMIv2: read-only, read-write, not-accessible …"""
    status: str = "current"
    units: str = ""
    description: str = ""
    index: tuple[str, ...] = ()
    """Of a row: the objects whose values are its index, in order."""
    is_implied: bool = False
    """Of a row: the last index carries no length (IMPLIED)."""
    carries: tuple[str, ...] = ()
    """Of a notification: the objects sent with it."""

    @property
    def full_name(self) -> str:
        return f"{self.module}::{self.name}"

    @property
    def is_writable(self) -> bool:
        return self.access in WRITABLE


@dataclass(frozen=True, slots=True)
class MibNode:
    """A place in the tree: an object and whether there are others below it."""

    object: MibObject
    has_children: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What an OID means: the nearest object at or above it, and the arcs that follow."""

    object: MibObject
    rest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MibModule:
    """One module that is known here."""

    name: str
    is_loaded: bool
    """Loaded by the operator; the others come with the console."""
    objects: int
    source: str = ""
    """Where its facts come from: a file's name, a standard."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A compiled module: its types, by which others can be understood, and its objects."""

    module: str
    types: tuple[tuple[str, Syntax], ...]
    objects: tuple[MibObject, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class MibProblem:
    """Why a file or module was not taken, in words that say what to do."""

    file: str
    text: str
    line: int = 0
    """0 where the problem is no single line's."""
    needs: str = ""
    """The missing module: with its file the same text will do."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of MIB files."""

    modules: tuple[Facts, ...]
    problems: tuple[MibProblem, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading added, and what could not be taken."""

    modules: tuple[MibModule, ...]
    problems: tuple[MibProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MibsChanged(Event):
    """MIB modules were loaded or removed on a machine of ours."""

    what: str
    """`loaded` or `removed`."""
    modules: str
    """Their names, separated by blanks; at most forty."""
    count: int
