"""UCD-SNMP-MIB of net-snmp: memory, disks and processor of agents without HOST-RESOURCES-MIB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Memory, Processor, Reading, Storage
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, Value, columns

_UCD = "1.3.6.1.4.1.2021"
DISK = columns(
    f"{_UCD}.9.1", path=2, total=6, available=7, total_low=11, total_high=12,
    available_low=13, available_high=14, limit=512,
)  # fmt: skip
NEEDS = (DISK,)
IDLE = f"{_UCD}.11.11.0"
SWAP_TOTAL, SWAP_AVAILABLE = f"{_UCD}.4.3.0", f"{_UCD}.4.4.0"
TOTAL, FREE = f"{_UCD}.4.5.0", f"{_UCD}.4.6.0"
BUFFERS, CACHED = f"{_UCD}.4.14.0", f"{_UCD}.4.15.0"
_BIG = {
    SWAP_TOTAL: f"{_UCD}.4.18.0", SWAP_AVAILABLE: f"{_UCD}.4.19.0",
    TOTAL: f"{_UCD}.4.20.0", FREE: f"{_UCD}.4.21.0",
    BUFFERS: f"{_UCD}.4.25.0", CACHED: f"{_UCD}.4.26.0",
}  # fmt: skip
"""The same amounts as Counter64, for machines of more than 2 TiB."""
MEMORY = (*_BIG, *_BIG.values())
_KIB = 1024
_KERNEL = ("/proc", "/sys", "/run/user/", "/run/netns/")


async def processors(agent: Agent) -> tuple[Processor, ...]:
    """All processors together, of ssCpuIdle."""
    idle = (await agent.get([IDLE])).get(IDLE)
    if not isinstance(idle, int) or not 0 <= idle <= 100:
        return ()
    return (Processor("CPU", float(100 - idle), Reading(IDLE, scale=-1.0, offset=100.0), "0"),)


async def memory(agent: Agent) -> tuple[Memory, ...]:
    """RAM, swap, buffers and cache."""
    return memory_of(await agent.get(MEMORY))


async def storage(agent: Agent) -> tuple[Storage, ...]:
    """The file systems that snmpd.conf lists."""
    return storage_of(await agent.rows(DISK))


@dataclass(frozen=True, slots=True)
class _Amount:
    """An instance and what it says, in KiB."""

    oid: str
    kib: int


def memory_of(got: Mapping[str, Value]) -> tuple[Memory, ...]:
    """RAM in use is what is neither free nor lent to buffers and cache, where these are told."""
    total, free = _told(got, TOTAL), _told(got, FREE)
    if total is None or free is None or not 0 < total.kib >= free.kib:
        return ()
    buffers, cached = _told(got, BUFFERS), _told(got, CACHED)
    lent = tuple(part for part in (buffers, cached) if part is not None)
    if free.kib + sum(part.kib for part in lent) > total.kib:
        lent = ()
    found = [_unfree("1", "Physical memory", "system", total, free, lent)]
    swap, swap_free = _told(got, SWAP_TOTAL), _told(got, SWAP_AVAILABLE)
    if swap and swap_free and 0 < swap.kib >= swap_free.kib:
        found.append(_unfree("2", "Swap space", "swap", swap, swap_free))
    if buffers and buffers.kib <= total.kib:
        found.append(_share("3", "Memory buffers", "buffers", total, buffers))
    if cached and cached.kib <= total.kib:
        found.append(_share("4", "Cached memory", "cached", total, cached))
    return tuple(found)


def _unfree(
    index: str, name: str, kind: str, total: _Amount, free: _Amount, lent: tuple[_Amount, ...] = ()
) -> Memory:
    used = total.kib - free.kib - sum(part.kib for part in lent)
    back = tuple((part.oid, -1.0) for part in lent)
    reading = Reading(free.oid, whole_oid=total.oid, is_rest=True, less=back)
    return _memory(index, name, kind, total, used, reading)


def _share(index: str, name: str, kind: str, total: _Amount, used: _Amount) -> Memory:
    return _memory(index, name, kind, total, used.kib, Reading(used.oid, whole_oid=total.oid))


def _memory(
    index: str, name: str, kind: str, total: _Amount, used: int, reading: Reading
) -> Memory:
    share = 100 * used / total.kib
    return Memory(name, total.kib * _KIB, used * _KIB, share, reading, kind, index)


def _told(got: Mapping[str, Value], oid: str) -> _Amount | None:
    """The 64-bit instance where the agent has it, else the 32-bit one unless it has wrapped."""
    big = _BIG.get(oid, "")
    if isinstance(value := got.get(big), int) and value > 0:
        return _Amount(big, value)
    value = got.get(oid)
    return _Amount(oid, value) if isinstance(value, int) and value >= 0 else None


def storage_of(rows: Rows) -> tuple[Storage, ...]:
    """Sizes in KiB; the 32-bit columns stop at 2 TiB, so the halves of 64 bits come first."""
    found = []
    for index, row in rows:
        name = tables.text(row.get("path"))
        total, free = tables.amount(row.get("total")), tables.amount(row.get("available"))
        used = total - free
        if "total_high" in row:
            total = _joined(row.get("total_high"), row.get("total_low"))
            used = total - _joined(row.get("available_high"), row.get("available_low"))
        if not name or not 0 <= used <= total or total == 0 or _is_kernel(name):
            continue
        found.append(
            Storage(
                name=name,
                total_bytes=int(total) * _KIB,
                used_bytes=int(used) * _KIB,
                used_percent=100 * used / total,
                reading=Reading(
                    DISK.oid("available", index), whole_oid=DISK.oid("total", index), is_rest=True
                ),
                kind="fixed disk",
                index=".".join(map(str, index)),
            )
        )
    return tuple(found)


def _is_kernel(path: str) -> bool:
    return path == "/dev" or path.startswith(_KERNEL)


def _joined(high: Value, low: Value) -> float:
    return tables.amount(high) * 2**32 + tables.amount(low)
