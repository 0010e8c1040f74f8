"""What rule files mean: platforms, tables, measures, records and drivers, as values.

`resources/platforms/README.md` describes the files, `schema.py` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from noc_console.services.inspection.platforms.language import Template, Test
from noc_console.services.inspection.tables import Columns
from noc_console.wire.numbers import PLAIN, Decoding

FACTS = ("model", "version", "serial", "features")


@dataclass(frozen=True, slots=True)
class Way:
    """One place where a fact is told. The first way that gives a text wins."""

    oid: str = ""
    """An instance; or a column, whose first row that tells something is taken."""
    descr: re.Pattern[str] | None = None
    """Looked for in sysDescr; the first group, or the one named like the fact, is the fact."""
    name: re.Pattern[str] | None = None
    """Looked for in sysName."""
    regex: re.Pattern[str] | None = None
    """Taken out of what `oid` told."""
    map: Mapping[str, str] = field(default_factory=dict)
    """What was told → what it means; what is not there stays as it is."""
    only_mapped: bool = False
    object_ids: Mapping[str, str] = field(default_factory=dict)
    """sysObjectID prefix → the fact; the longest fits."""
    entity: str = ""
    """A field of the chassis in ENTITY-MIB: model, serial, software, firmware, descr, name …"""
    entity_class: str = "chassis"
    text: str = ""
    """The fact itself, where the platform decides it."""
    join: tuple[str, ...] = ()
    """Several instances or columns, put together by `format`."""
    format: str = "{1}"


@dataclass(frozen=True, slots=True)
class Match:
    """What must hold for a platform; all that is given must fit."""

    object_ids: tuple[str, ...] = ()
    descr: tuple[re.Pattern[str], ...] = ()
    """Any of them."""
    lacks: re.Pattern[str] | None = None
    name: re.Pattern[str] | None = None
    get: tuple[tuple[str, re.Pattern[str]], ...] = ()
    """Single instances to ask for, and what they must tell."""
    has: tuple[str, ...] = ()
    """Columns that must have a row, where there is no single instance to ask for."""

    @property
    def kinds(self) -> int:
        """How many kinds of evidence it wants: more is more specific."""
        return sum(
            bool(each)
            for each in (
                *(self.object_ids, self.descr, self.lacks),
                *(self.name, self.get, self.has),
            )
        )


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: how it is known, what it is called, where it tells its facts."""

    name: str
    label: str
    vendor: str
    type: str
    match: tuple[Match, ...]
    unless: tuple[Match, ...]
    rank: int
    role: str
    facts: Mapping[str, tuple[Way, ...]]
    descr: tuple[re.Pattern[str], ...]
    """With groups named like facts; tried before the ways."""
    uses: tuple[str, ...]
    """Files whose tables it also has."""
    skip: frozenset[str]
    """Standard collectors that tell lies here."""
    skip_storage: tuple[re.Pattern[str], ...]
    """Names of hrStorage rows that are no disks here."""
    file: str


@dataclass(frozen=True, slots=True)
class Join:
    """Another table's columns for a row, found under an index made from the row."""

    columns: Columns
    by: Template


@dataclass(frozen=True, slots=True)
class Choice:
    """A constant, or a column, or a constant chosen by what a column tells."""

    constant: float | str | None = None
    column: str = ""
    by: str = ""
    among: Mapping[str, float | str] = field(default_factory=dict)
    other: float | str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a table's rows tell: a sensor, a processor, a pool or a disk."""

    what: str
    """`sensor`, `wireless`, `processor`, `memory` or `storage`."""
    kind: Choice
    name: Template
    when: Test
    index: Template | None
    value: str = ""
    divisor: Choice = field(default_factory=Choice)
    multiplier: Choice = field(default_factory=Choice)
    decimals: Choice = field(default_factory=Choice)
    offset: float = 0.0
    convert: str = ""
    decoding: Decoding = PLAIN
    states: tuple[tuple[int, int, str], ...] = ()
    limits: Mapping[str, Choice] = field(default_factory=dict)
    port: Template | None = None
    entity: Template | None = None
    group: Template | None = None
    between: tuple[float, float] | None = None
    used: str = ""
    free: str = ""
    total: str = ""
    percent: str = ""
    upper: Mapping[str, str] = field(default_factory=dict)
    """Column of a size → the one with its upper 32 bits."""
    unit: Choice = field(default_factory=Choice)
    is_idle: bool = False
    sum: str = ""
    """`"mean"` or `"sum"`: one value of all rows."""
    by: Template | None = None
    """One value of all rows for which this is the same."""


@dataclass(frozen=True, slots=True)
class Record:
    """A thing that a table's rows describe: a transceiver, a VLAN, an ONU, a neighbour."""

    what: str
    when: Test
    fields: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns asked together, and what their rows mean."""

    columns: Columns | None
    scalars: Mapping[str, str]
    joins: tuple[Join, ...]
    labels: Mapping[str, Mapping[str, str]]
    platforms: frozenset[str]
    """Only for these; empty means every platform of the file."""
    unless: frozenset[str]
    measures: tuple[Measure, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Which lines at a command line only look, and which change the device."""

    name: str
    style: str
    """`words` (verbs first, abbreviated), `shell` (a Unix shell) or `menus` (RouterOS)."""
    reads: tuple[tuple[str, ...], ...]
    writes: tuple[tuple[str, ...], ...]
    """The longest that fits decides: `request` changes, `request support information` does not."""
    pipes: tuple[str, ...] = ()
    """What may stand behind a `|`; all else may write files."""
    modes: re.Pattern[str] | None = None
    """Fits a prompt at which every line changes the configuration."""
    above: re.Pattern[str] | None = None
    """The same, where it is the line above the prompt that tells."""
    inside: tuple[tuple[str, ...], ...] = ()
    """What only looks, or leaves, at such a prompt."""
    separators: tuple[str, ...] = (";",)
    menus: frozenset[str] = frozenset()
    """Of the style `menus`: words that lead to a place."""


@dataclass(frozen=True, slots=True)
class Driver:
    """How a person at the command line of such a device works: prompts and commands."""

    name: str
    platforms: tuple[str, ...]
    prompt: re.Pattern[str]
    """Fits a line that waits for a command."""
    more: re.Pattern[str] | None
    """The pager's question; a blank answers it."""
    paging: tuple[str, ...]
    """Sent after the login, so that the pager keeps quiet."""
    enable: str
    """Asks for more rights; the enable password answers its question."""
    error: re.Pattern[str] | None
    """Fits the answer to a command that the device does not know."""
    comment: str
    """What begins a line of a configuration that means nothing."""
    commands: Mapping[str, str]
    """What is wanted → the command that shows it: see `COMMANDS`."""
    family: str = "indented"
    """How a configuration is written: see `FAMILIES`."""
    volatile: tuple[re.Pattern[str], ...] = ()
    """Lines of a configuration that change by themselves: clocks, sizes, salted secrets."""
    via: str = "ssh"
    """How the configuration is read: `ssh` or `netconf`."""
    copy: str = ""
    """How SNMP makes it send its configuration by TFTP (`cisco-config-copy`); empty: it cannot."""
    grammar: Grammar | None = None
    """What its lines do; None where nobody wrote it down."""
    patterns: tuple[str, ...] = ()
    """Behind these pipes stands a pattern up to the end of the line, `up|down` with it."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One vendor's file."""

    name: str
    vendor: str
    enterprises: tuple[int, ...]
    facts: Mapping[str, tuple[Way, ...]]
    platforms: tuple[Platform, ...]
    tables: tuple[Table, ...]
    drivers: tuple[Driver, ...] = ()
