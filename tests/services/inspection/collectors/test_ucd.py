"""UCD-SNMP-MIB: memory, disks and load of small agents."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import ucd
from tests.services.inspection.collectors.recording import agent, table

MEMORY = {
    "1.3.6.1.4.1.2021.4.3.0": 2000,
    "1.3.6.1.4.1.2021.4.4.0": 1500,
    "1.3.6.1.4.1.2021.4.5.0": 1000,
    "1.3.6.1.4.1.2021.4.6.0": 100,
    "1.3.6.1.4.1.2021.4.14.0": 150,
    "1.3.6.1.4.1.2021.4.15.0": 250,
}


async def test_memory_in_use_is_neither_free_nor_lent() -> None:
    pools = await ucd.memory(agent(MEMORY))
    assert [(p.name, p.kind, p.used_percent) for p in pools] == [
        ("Physical memory", "system", 50.0),
        ("Swap space", "swap", 25.0),
        ("Memory buffers", "buffers", 15.0),
        ("Cached memory", "cached", 25.0),
    ]
    assert (pools[0].total_bytes, pools[0].used_bytes) == (1_024_000, 512_000)


async def test_the_free_part_is_read_again_with_what_is_lent() -> None:
    reading = (await ucd.memory(agent(MEMORY)))[0].reading
    assert reading is not None
    spare = 100 - sum(150 * factor if oid.endswith("14.0") else 250 * factor
                      for oid, factor in reading.less)  # fmt: skip
    assert reading.is_rest
    assert 100 - 100 * spare / 1000 == 50.0


async def test_a_box_without_swap_has_none() -> None:
    none = {**MEMORY, "1.3.6.1.4.1.2021.4.3.0": 0, "1.3.6.1.4.1.2021.4.4.0": 0}
    assert "swap" not in {pool.kind for pool in await ucd.memory(agent(none))}


async def test_more_memory_than_32_bits_of_kib_is_told_in_64() -> None:
    big = {"1.3.6.1.4.1.2021.4.20.0": 2**33, "1.3.6.1.4.1.2021.4.21.0": 2**32}
    (ram,) = await ucd.memory(agent({"1.3.6.1.4.1.2021.4.5.0": -1, **big}))
    assert (ram.total_bytes, ram.used_percent) == (2**43, 50.0)


@pytest.mark.parametrize("free", [2000, -5, None])
async def test_memory_that_does_not_add_up_is_not_told(free: int | None) -> None:
    told = {"1.3.6.1.4.1.2021.4.5.0": 1000, "1.3.6.1.4.1.2021.4.6.0": free}
    assert await ucd.memory(agent(told)) == ()


async def test_the_processor_is_busy_when_it_is_not_idle() -> None:
    (cpu,) = await ucd.processors(agent({"1.3.6.1.4.1.2021.11.11.0": 83}))
    assert cpu.usage_percent == 17.0
    assert 83 * cpu.reading.scale + cpu.reading.offset == 17.0
    assert await ucd.processors(agent({"1.3.6.1.4.1.2021.11.11.0": 300})) == ()


async def test_disks_are_told_in_kib_and_big_ones_in_two_halves() -> None:
    told = table(
        "1.3.6.1.4.1.2021.9.1",
        {
            2: {"1": "/", "2": "/data", "3": "/proc", "4": "/dev"},
            6: {"1": 400, "2": 2**31 - 1, "3": 10, "4": 1},
            7: {"1": 100, "2": 2**31 - 1, "3": 0, "4": 0},
            11: {"2": 0},
            12: {"2": 2},
            13: {"2": 0},
            14: {"2": 1},
        },
    )
    root, data = await ucd.storage(agent(told))
    assert (root.name, root.total_bytes, root.used_percent) == ("/", 409_600, 75.0)
    assert (data.total_bytes, data.used_percent) == (2**43, 50.0)
