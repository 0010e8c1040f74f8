"""HOST-RESOURCES-MIB (RFC 2790): processors, memory pools and storage of anything with an OS.

Sizes are counted in allocation units of 32 bits, so a big file system reads negative once the
agent's counter has wrapped; -1 in both columns is what agents write of a mount they cannot stat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Memory, Processor, Reading, Storage
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, Value, columns

PROCESSOR = columns("1.3.6.1.2.1.25.3.3.1", load=2, limit=2000)
DEVICE = columns("1.3.6.1.2.1.25.3.2.1", type=2, descr=3, limit=4000)
STORAGE = columns(
    "1.3.6.1.2.1.25.2.3.1", type=2, name=3, unit=4, size=5, used=6, limit=4000
)  # fmt: skip
NEEDS = (PROCESSOR, DEVICE, STORAGE)
MEMORY_SIZE = "1.3.6.1.2.1.25.2.2.0"
"""hrMemorySize, in KiB."""

_TYPES = "1.3.6.1.2.1.25.2.1."
_FILE_SYSTEMS = "1.3.6.1.2.1.25.3.9."
_OTHER, _RAM, _VIRTUAL = 1, 2, 3
_KINDS = {4: "fixed disk", 8: "RAM disk", 9: "flash"}
"""hrStorageTypes that are storage of this box: network mounts (10) belong to another, and what
is taken out (removable, floppy and optical disks: 5, 6, 7) is not missed when it is gone."""

# The kernel's allocation zones of FreeBSD's agent, a row each.
_ZONES = re.compile(r"(?i)^(?:malloc|uma)\s*:")
_MOUNTED = re.compile(r"(?i)\bmounted on:? */|, type: ")
_UNREAL = re.compile(
    r"""(?x)
    ^ (?: /dev | /dev/fd | /kern | /proc\b.* | /sys\b.* | /run/user/.* | /run/netns/.* ) $
    # Packages of Junos are images in memory, one mount each; they are always full.
    | ^/dev/md\d+(?:\.uzip)?, \s mounted \s on: \s .* (?: /packages/ | /$ )
    | ^(?: devfs: | \w*procfs\b ) | , \s type: \s (?: devfs | procfs | fdescfs )
    | mounted \s on:? \s (?: /\.mount )? (?: /packages/ | /dev\b | /proc\b | /sys\b )
    | ^ /packages/mnt/ | ^ /\.mount/packages/ | ^ /var/jails?/
    """
)
_PART_OF_RAM = re.compile(r"(?i)memory buffers|(?:cached|shared) memory|ram \(")
_MAKERS = re.compile(r"^(?:GenuineIntel|AuthenticAMD|CentaurHauls|HygonGenuine): *")
_TRADE_MARKS = re.compile(r"\((?:R|TM)\)")
_CPU = re.compile(r"\bCPU +")
_WRAP = 2**32
_Parts = tuple[tuple[str, float], ...]


async def processors(agent: Agent) -> tuple[Processor, ...]:
    """A processor or core a row, as hrDevice names it."""
    loads = await agent.rows(PROCESSOR)
    return processors_of(loads, await agent.rows(DEVICE) if loads else ())


async def memory(agent: Agent) -> tuple[Memory, ...]:
    """RAM, swap, buffers and caches."""
    rows = await agent.rows(STORAGE)
    got = await agent.get([MEMORY_SIZE]) if rows else {}
    return memory_of(rows, got.get(MEMORY_SIZE))


async def storage(agent: Agent, skip: Sequence[re.Pattern[str]] = ()) -> tuple[Storage, ...]:
    """File systems and media; `skip` has the names a platform's rules leave out."""
    return storage_of(await agent.rows(STORAGE), skip)


def processors_of(loads: Rows, devices: Rows) -> tuple[Processor, ...]:
    """hrProcessorLoad is the busy share of the last minute, in percent."""
    names = {index: tables.text(row.get("descr")) for index, row in devices}
    return tuple(
        Processor(
            name=processor_name(names.get(index, "")),
            usage_percent=float(load),
            reading=Reading(PROCESSOR.oid("load", index)),
            index=_place(index),
        )
        for index, row in loads
        if isinstance(load := row.get("load"), int) and 0 <= load <= 100
    )


def processor_name(descr: str) -> str:
    """`GenuineIntel: Intel(R) Xeon(R) CPU D-1518 @ 2.20GHz` → `Intel Xeon D-1518 @ 2.20GHz`."""
    bare = _CPU.sub("", _TRADE_MARKS.sub("", _MAKERS.sub("", descr)))
    return " ".join(bare.split()) or "Processor"


@dataclass(frozen=True, slots=True)
class _Space:
    """A row of hrStorageTable in bytes."""

    index: Index
    type: int
    name: str
    unit: int
    size: int
    used: int
    is_file_system: bool = False

    @property
    def used_oid(self) -> str:
        return STORAGE.oid("used", self.index)

    @property
    def size_oid(self) -> str:
        return STORAGE.oid("size", self.index)


def memory_of(rows: Rows, memory_kib: Value = None) -> tuple[Memory, ...]:
    """What of hrStorageTable is memory.

    net-snmp counts buffers and caches as used RAM, and says beside it how much they are; they are
    taken off when they fit (newer agents have done so themselves). FreeBSD's bsnmpd gives active
    pages where the size belongs: then hrMemorySize is the size.
    """
    spaces = [space for space in _spaces(rows) if _is_memory(space)]
    kinds = {space.index: _pool(space) for space in spaces}
    ram = next((space for space in spaces if kinds[space.index] == "system"), None)
    given_back = [
        space
        for space in spaces
        if kinds[space.index] in ("buffers", "cached") and _PART_OF_RAM.match(space.name)
    ]
    installed = memory_kib * 1024 if isinstance(memory_kib, int) and memory_kib > 0 else 0
    found = []
    for space in spaces:
        kind = kinds[space.index]
        size, used = space.size, space.used
        less: _Parts = ()
        if "real memory metrics" in space.name.lower():
            size = installed or size
        elif space is ram:
            used, less = _without(space, given_back)
        elif ram is not None and space.type == _OTHER and _PART_OF_RAM.match(space.name):
            size = max(size, ram.size)
        found.append(_memory(space, kind, size, used, less, ram))
    return tuple(found)


def _without(ram: _Space, parts: Sequence[_Space]) -> tuple[int, _Parts]:
    """RAM without what is given back; only when the agent tells of its cache, the bigger part."""
    rest = ram.used - sum(part.used for part in parts)
    if rest < 0 or not any("cache" in part.name.lower() for part in parts):
        return ram.used, ()
    return rest, tuple((part.used_oid, part.unit / ram.unit) for part in parts)


def _memory(
    space: _Space, kind: str, size: int, used: int, less: _Parts, ram: _Space | None
) -> Memory:
    whole, scale = space.size_oid, 1.0
    if size != space.size and ram is not None and size == ram.size:
        whole, scale = ram.size_oid, space.unit / ram.unit
    elif size != space.size:
        whole, scale = "", 100 * space.unit / size
    return Memory(
        name=space.name,
        total_bytes=size,
        used_bytes=used,
        used_percent=100 * used / size,
        reading=Reading(
            space.used_oid,
            scale=scale,
            whole_oid=whole,
            less=less,
        ),
        kind=kind,
        index=_place(space.index),
    )


def _is_memory(space: _Space) -> bool:
    if _ZONES.match(space.name) or _MOUNTED.search(space.name) or space.is_file_system:
        return False
    if space.type in (_RAM, _VIRTUAL):
        return True
    name = space.name.lower()
    return space.type == _OTHER and bool(_PART_OF_RAM.match(name) or "packet " in name)


def _pool(space: _Space) -> str:
    """Which kind of memory the agent's words mean."""
    name = space.name.lower()
    for word, kind in (("buffers", "buffers"), ("cache", "cached"), ("shared", "shared")):
        if word in name:
            return kind
    if space.type == _VIRTUAL:
        return "swap" if "swap" in name or name.startswith("/dev/") else "virtual"
    return "system"


def storage_of(rows: Rows, skip: Sequence[re.Pattern[str]] = ()) -> tuple[Storage, ...]:
    """What of hrStorageTable keeps files; pseudo file systems of the kernel are none."""
    return tuple(
        Storage(
            name=space.name,
            total_bytes=space.size,
            used_bytes=space.used,
            used_percent=100 * space.used / space.size,
            reading=Reading(space.used_oid, whole_oid=space.size_oid),
            kind=_KINDS.get(space.type, "fixed disk"),
            index=_place(space.index),
        )
        for space in _spaces(rows)
        if space.type in _KINDS or space.is_file_system
        if not _UNREAL.search(space.name)
        if not any(each.search(space.name) for each in skip)
    )


def _spaces(rows: Rows) -> list[_Space]:
    found = []
    for index, row in rows:
        kind, is_file_system = _type(row.get("type"))
        unit = tables.number(row.get("unit"))
        size, used = _units(row, "size"), _units(row, "used")
        name = tables.text(row.get("name"))
        if kind and unit > 0 and name and size is not None and used is not None and size > 0:
            found.append(
                _Space(index, kind, name, unit, size * unit, used * unit, is_file_system)
            )  # fmt: skip
    return found


def _units(row: Row, column: str) -> int | None:
    value = row.get(column)
    if not isinstance(value, int) or value == -1 or not -_WRAP // 2 <= value < _WRAP:
        return None
    return value + _WRAP if value < 0 else value


def _type(told: Value) -> tuple[int, bool]:
    """The number of hrStorageType; some agents append an instance, bsnmpd tells hrFSTypes."""
    if not isinstance(told, str):
        return 0, False
    root = _FILE_SYSTEMS if told.startswith(_FILE_SYSTEMS) else _TYPES
    if not told.startswith(root):
        return 0, False
    arc = told.removeprefix(root).split(".")[0]
    number = int(arc) if arc.isdecimal() and len(arc) < 3 else 0
    return number, root == _FILE_SYSTEMS and number > _OTHER


def _place(index: Index) -> str:
    return ".".join(map(str, index))
