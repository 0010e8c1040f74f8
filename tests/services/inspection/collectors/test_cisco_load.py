"""Cisco's processors, pools and flash."""

from __future__ import annotations

from noc_console.services.inspection.collectors import cisco_load
from noc_console.services.inspection.collectors.entity_sensors import Names
from noc_console.services.inspection.model import Entity
from tests.services.inspection.collectors.recording import agent, table

CISCO = "1.3.6.1.4.1.9.9"
NAMES = Names.of((Entity(7051, 0, "cpu", name="cpu R0/0"), Entity(1, 0, "chassis", name="Chassis")))
NOBODY = Names()


async def test_the_revised_load_counts_where_there_is_one() -> None:
    told = table(f"{CISCO}.109.1.1.1.1", {2: {"1": 0, "2": 7051}, 5: {"1": 9, "2": 8}, 8: {"1": 7}})
    one, other = await cisco_load.processors(agent(told), NAMES)
    assert (one.name, one.usage_percent) == ("Processor 1", 7.0)
    assert one.reading.oid == f"{CISCO}.109.1.1.1.1.8.1"
    assert (other.name, other.usage_percent) == ("cpu R0/0", 8.0)


async def test_a_processor_with_cores_is_its_cores() -> None:
    told = {
        **table(f"{CISCO}.109.1.1.1.1", {2: {"7": 7051}, 8: {"7": 2}}),
        **table(f"{CISCO}.109.1.1.2.1", {5: {"7.0": 4, "7.1": 101}}),
    }
    (core,) = await cisco_load.processors(agent(told), NAMES)
    assert (core.name, core.usage_percent, core.index) == ("cpu R0/0: Core 0", 4.0, "7.0")


async def test_of_the_forwarding_processor_five_minutes_count() -> None:
    told = table(f"{CISCO}.715.1.1.6.1", {14: {"1.1": 7, "1.2": 8, "1.3": 6, "1.4": 9}})
    (qfp,) = await cisco_load.processors(agent(told), NAMES)
    assert (qfp.name, qfp.usage_percent) == ("Chassis", 6.0)


async def test_pools_use_64_bits_where_they_are_told() -> None:
    told = table(
        f"{CISCO}.221.1.1.1.1",
        {
            3: {"1.1": "System memory", "1.2": "DMA", "1.5": "Empty"},
            7: {"1.1": 2**32 - 1, "1.2": 25, "1.5": 0},
            8: {"1.1": 2**32 - 1, "1.2": 75, "1.5": 0},
            18: {"1.1": 3 * 2**33},
            20: {"1.1": 2**33},
        },
    )
    system, dma = await cisco_load.memory(agent(told), NAMES)
    assert (system.name, system.total_bytes, system.used_percent) == (
        "Chassis - System memory", 2**35, 75.0,
    )  # fmt: skip
    assert (dma.used_percent, dma.reading and dma.reading.rest_oid) == (
        25.0, f"{CISCO}.221.1.1.1.1.8.1.2",
    )  # fmt: skip


async def test_an_older_box_tells_its_pools_in_the_older_mib() -> None:
    told = table(
        f"{CISCO}.48.1.1.1",
        {2: {"1": "Processor", "2": "Old"}, 4: {"1": 1, "2": 2}, 5: {"1": 20, "2": 9},
         6: {"1": 60, "2": 9}},
    )  # fmt: skip
    (pool,) = await cisco_load.memory(agent(told), NOBODY)
    assert (pool.name, pool.used_percent) == ("Processor", 25.0)


async def test_without_pools_the_processors_memory_is_told_in_kib() -> None:
    told = table(f"{CISCO}.109.1.1.1.1", {2: {"7": 7051}, 12: {"7": 300}, 13: {"7": 100}})
    (pool,) = await cisco_load.memory(agent(told), NAMES)
    assert (pool.name, pool.total_bytes, pool.used_percent) == ("cpu R0/0 memory", 409_600, 75.0)


async def test_flash_of_more_than_4_gib_is_told_beside() -> None:
    told = {
        **table(f"{CISCO}.10.1.1.2.1", {7: {"1": "bootflash", "2": "flash", "3": "usb0"}}),
        **table(
            f"{CISCO}.10.1.1.4.1.1",
            {
                4: {"1.1": 2**32 - 1, "2.1": 400, "3.1": 2**32 - 1},
                5: {"1.1": 2**32 - 1, "2.1": 100, "3.1": 5},
                10: {"1.1": "sup-local", "2.1": "flash", "3.1": "usb0"},
                13: {"1.1": 2**36},
                14: {"1.1": 2**35},
            },
        ),
    }
    boot, flash = await cisco_load.storage(agent(told))
    assert (boot.name, boot.total_bytes, boot.used_percent) == (
        "bootflash(sup-local):",
        2**36,
        50.0,
    )
    assert (flash.name, flash.used_bytes, flash.kind) == ("flash:", 300, "flash")
