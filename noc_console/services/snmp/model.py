"""One object of a device's MIB, as people read and write it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from noc_console.kernel.events import Event


class ObjectType(StrEnum):
    """What an object holds. Octets are `string` where they are text and `hex` where not."""

    INTEGER = "integer"
    UNSIGNED = "unsigned"
    COUNTER32 = "counter32"
    COUNTER64 = "counter64"
    TIMETICKS = "timeticks"
    STRING = "string"
    HEX = "hex"
    OID = "oid"
    ADDRESS = "address"
    OPAQUE = "opaque"
    NULL = "null"
    MISSING = "missing"
    """The device has no such object."""


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """What a device says under one OID; `name` is its MIB name where it is known."""

    oid: str
    name: str
    type: ObjectType
    value: int | str
    """Numbers as they are; octets as text, or as `0x…` when they are none."""
    text: str = ""
    """As the MIB says it is read: `up(1)`, `00:1b:21:…`, `3 d 4 h (…)`; "" when it says nothing."""

    @property
    def shown(self) -> str:
        """As people read it."""
        return self.text or str(self.value)

    @property
    def is_there(self) -> bool:
        return self.type is not ObjectType.MISSING


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a device's table."""

    key: str
    """The arcs behind the column, with points between."""
    index: tuple[str, ...]
    """The index as it is read, a value for each of the table's index names."""
    cells: tuple[ObjectValue | None, ...]
    """By column; None where the device has no such instance."""


@dataclass(frozen=True, slots=True)
class SnmpTable:
    """A table of a device, its rows in the order of their index."""

    name: str
    oid: str
    index: tuple[str, ...]
    """Names of what the index is made of; one empty name when the MIB does not fit."""
    columns: tuple[str, ...]
    """Names of the columns that the device has, in their order."""
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A value that was set: what stood there before, and what the device says it took."""

    old: ObjectValue
    new: ObjectValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectSet(Event):
    """A value was written to a device. Values that look secret are not told.

    `outcome` is `set`, or `unanswered`: then the device may have taken it or not.
    """

    device_id: int | None
    address: str
    oid: str
    name: str
    old: str
    new: str
    outcome: str
