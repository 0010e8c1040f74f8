"""Cisco's processors, memory pools and flash: CISCO-PROCESS, -MEMORY-POOL, -FLASH-MIB and kin."""

from __future__ import annotations

from collections.abc import Iterator

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors.entity_sensors import Names
from noc_console.services.inspection.model import Memory, Processor, Reading, Storage
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Index, Row, Rows, columns

_CISCO = "1.3.6.1.4.1.9.9"
PROCESSOR = columns(
    f"{_CISCO}.109.1.1.1.1", entity=2, five_minutes=5, five_minutes_rev=8, used_kib=12,
    free_kib=13, used_kib_64=17, free_kib_64=19, limit=512,
)  # fmt: skip
CORE = columns(f"{_CISCO}.109.1.1.2.1", five_minutes=5, limit=1024)
FORWARDING = columns(f"{_CISCO}.715.1.1.6.1", load=14, limit=256)
ENHANCED_POOL = columns(
    f"{_CISCO}.221.1.1.1.1", name=3, used=7, free=8, used_64=18, free_64=20, limit=512
)  # fmt: skip
POOL = columns(f"{_CISCO}.48.1.1.1", name=2, valid=4, used=5, free=6, limit=128)
FLASH_DEVICE = columns(f"{_CISCO}.10.1.1.2.1", name=7, limit=128)
FLASH = columns(
    f"{_CISCO}.10.1.1.4.1.1", size=4, free=5, name=10, size_64=13, free_64=14, limit=256
)  # fmt: skip
NEEDS = (PROCESSOR, CORE, FORWARDING, ENHANCED_POOL, POOL, FLASH_DEVICE, FLASH)

_FIVE_MINUTES = 3
"""ceqfpUtilTimeInterval: 5 s, 1 min, 5 min, 60 min."""
_KIB = 1024
_FULL_32 = 2**32 - 1


async def processors(agent: Agent, names: Names) -> tuple[Processor, ...]:
    """The five minutes' load of each core, or of each processor that has no cores."""
    cores, boxes = await agent.rows(CORE), await agent.rows(PROCESSOR)
    return processors_of(boxes, cores, await agent.rows(FORWARDING), names)


async def memory(agent: Agent, names: Names) -> tuple[Memory, ...]:
    """Pools of whichever of the three MIBs the device has, the most detailed first."""
    return (
        enhanced_pools(await agent.rows(ENHANCED_POOL), names)
        or pools(await agent.rows(POOL))
        or processor_memory(await agent.rows(PROCESSOR), names)
    )


async def storage(agent: Agent) -> tuple[Storage, ...]:
    """The partitions of flash devices."""
    partitions = await agent.rows(FLASH)
    return flash(partitions, await agent.rows(FLASH_DEVICE) if partitions else ())


def processors_of(
    boxes: Rows, cores: Rows, forwarding: Rows, names: Names
) -> tuple[Processor, ...]:  # fmt: skip
    """Names are those of ENTITY-MIB."""
    titles = {
        index: names.name(tables.number(row.get("entity"))) or f"Processor {_place(index)}"
        for index, row in boxes
    }
    with_cores = {index[:1] for index, _ in cores}
    found: list[Processor | None] = []
    for index, row in boxes:
        column = "five_minutes_rev" if "five_minutes_rev" in row else "five_minutes"
        if index not in with_cores:
            found.append(_load(titles[index], PROCESSOR, column, index, row))
    for index, row in cores:
        if len(index) == 2:
            title = titles.get(index[:1], f"Processor {index[0]}")
            found.append(_load(f"{title}: Core {index[1]}", CORE, "five_minutes", index, row))
    for index, row in forwarding:
        if len(index) == 2 and index[1] == _FIVE_MINUTES:
            title = names.name(index[0]) or f"Forwarding processor {index[0]}"
            found.append(_load(title, FORWARDING, "load", index, row))
    return tuple(each for each in found if each is not None)


def _load(name: str, table: Columns, column: str, index: Index, row: Row) -> Processor | None:
    load = row.get(column)
    if not isinstance(load, int) or not 0 <= load <= 100:
        return None
    return Processor(name, float(load), Reading(table.oid(column, index)), _place(index))


def enhanced_pools(rows: Rows, names: Names) -> tuple[Memory, ...]:
    """CISCO-ENHANCED-MEMPOOL-MIB; the 64-bit columns where there are any."""
    found = []
    for index, row in rows:
        if len(index) != 2:
            continue
        part = names.name(index[0])
        pool = tables.text(row.get("name")) or f"Pool {index[1]}"
        title = f"{part} - {pool}" if part else pool
        found.append(_pool(title, ENHANCED_POOL, index, row, 1))
    return tuple(each for each in found if each is not None)


def pools(rows: Rows) -> tuple[Memory, ...]:
    """CISCO-MEMORY-POOL-MIB; pools that are not valid (2) hold old numbers."""
    found = (
        _pool(tables.text(row.get("name")) or f"Pool {_place(index)}", POOL, index, row, 1)
        for index, row in rows
        if row.get("valid") != 2
    )
    return tuple(each for each in found if each is not None)


def processor_memory(rows: Rows, names: Names) -> tuple[Memory, ...]:
    """The memory that CISCO-PROCESS-MIB tells beside a processor, in KiB."""
    found = []
    for index, row in rows:
        title = names.name(tables.number(row.get("entity"))) or f"Processor {_place(index)}"
        told = {
            "used": row.get("used_kib"), "free": row.get("free_kib"),
            "used_64": row.get("used_kib_64"), "free_64": row.get("free_kib_64"),
        }  # fmt: skip
        found.append(_pool(f"{title} memory", _BESIDE, index, told, _KIB))
    return tuple(each for each in found if each is not None)


_BESIDE = columns(PROCESSOR.entry, used=12, free=13, used_64=17, free_64=19)


def _pool(name: str, table: Columns, index: Index, row: Row, unit: int) -> Memory | None:
    for used_column, free_column in (("used_64", "free_64"), ("used", "free")):
        used, free = row.get(used_column), row.get(free_column)
        if isinstance(used, int) and isinstance(free, int) and min(used, free) >= 0 < used + free:
            total = used + free
            return Memory(
                name=name,
                total_bytes=total * unit,
                used_bytes=used * unit,
                used_percent=100 * used / total,
                reading=Reading(
                    table.oid(used_column, index), rest_oid=table.oid(free_column, index)
                ),
                index=_place(index),
            )
    return None


def flash(partitions: Rows, devices: Rows) -> tuple[Storage, ...]:
    """`flash:`, or `bootflash(sup-local):` where the partition has a name of its own."""
    titles = {index: tables.text(row.get("name")) for index, row in devices}
    return tuple(_partitions(partitions, titles))


def _partitions(rows: Rows, titles: dict[Index, str]) -> Iterator[Storage]:
    for index, row in rows:
        column, free_column = ("size", "free")
        if isinstance(row.get("size_64"), int):
            column, free_column = ("size_64", "free_64")
        size, free = row.get(column), row.get(free_column)
        if not isinstance(size, int) or not isinstance(free, int) or not 0 <= free <= size:
            continue
        if size == 0 or (column == "size" and size == _FULL_32):
            continue
        device, part = titles.get(index[:1], ""), tables.text(row.get("name"))
        title = (
            f"{device}({part}):" if device and part not in ("", device) else f"{device or part}:"
        )
        yield Storage(
            name=title,
            total_bytes=size,
            used_bytes=size - free,
            used_percent=100 * (size - free) / size,
            reading=Reading(
                FLASH.oid(free_column, index), whole_oid=FLASH.oid(column, index), is_rest=True
            ),
            kind="flash",
            index=_place(index),
        )


def _place(index: Index) -> str:
    return ".".join(map(str, index))
