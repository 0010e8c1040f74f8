"""HOST-RESOURCES-MIB, as net-snmp, bsnmpd and small agents tell it."""

from __future__ import annotations

import re

import pytest

from noc_console.services.inspection.collectors import hostresources
from noc_console.services.inspection.tables import Row, Rows

RAM, VIRTUAL, OTHER, DISK = (f"1.3.6.1.2.1.25.2.1.{arc}" for arc in (2, 3, 1, 4))
NETWORK, FLASH = "1.3.6.1.2.1.25.2.1.10", "1.3.6.1.2.1.25.2.1.9"


def rows(*spaces: tuple[str, str, int, int, int]) -> Rows:
    """Type, name, unit, size, used."""
    return [
        ((number,), _row(*space)) for number, space in enumerate(spaces, start=1)
    ]  # fmt: skip


def _row(kind: str, name: str, unit: int, size: int, used: int) -> Row:
    return {"type": kind, "name": name.encode(), "unit": unit, "size": size, "used": used}


NET_SNMP = rows(
    (RAM, "Physical memory", 1024, 1000, 900),
    (VIRTUAL, "Virtual memory", 1024, 1500, 950),
    (OTHER, "Memory buffers", 1024, 1000, 100),
    (OTHER, "Cached memory", 1024, 300, 300),
    (OTHER, "Shared memory", 1024, 50, 50),
    (VIRTUAL, "Swap space", 1024, 500, 50),
    (OTHER, "Available memory", 1024, 400, 0),
)


@pytest.mark.parametrize(
    ("descr", "name"),
    [
        ("GenuineIntel: Intel(R) Xeon(R) CPU D-1518 @ 2.20GHz", "Intel Xeon D-1518 @ 2.20GHz"),
        ("AuthenticAMD: Geode(TM) Integrated Processor", "Geode Integrated Processor"),
        ("", "Processor"),
        ("CPU-8260", "CPU-8260"),
    ],
)
def test_a_processor_is_called_what_people_call_it(descr: str, name: str) -> None:
    assert hostresources.processor_name(descr) == name


def test_each_core_is_a_processor_and_nonsense_is_none() -> None:
    loads: Rows = [((768,), {"load": 12}), ((769,), {"load": 130}), ((770,), {})]
    devices: Rows = [((768,), {"descr": b"GenuineIntel: Intel(R) Core(TM) i3 CPU"})]
    (core,) = hostresources.processors_of(loads, devices)
    assert (core.usage_percent, core.index) == (12.0, "768")
    assert core.reading.oid == "1.3.6.1.2.1.25.3.3.1.2.768"


def test_buffers_and_cache_are_no_used_memory() -> None:
    pools = {pool.kind: pool for pool in hostresources.memory_of(NET_SNMP)}
    assert list(pools) == ["system", "virtual", "buffers", "cached", "shared", "swap"]
    ram = pools["system"]
    assert (ram.total_bytes, ram.used_bytes, ram.used_percent) == (1_024_000, 512_000, 50.0)
    assert ram.reading is not None
    assert dict(ram.reading.less) == {
        "1.3.6.1.2.1.25.2.3.1.6.3": 1.0,
        "1.3.6.1.2.1.25.2.3.1.6.4": 1.0,
    }


def test_parts_of_the_memory_are_shares_of_all_of_it() -> None:
    cached = next(p for p in hostresources.memory_of(NET_SNMP) if p.kind == "cached")
    assert (cached.used_percent, cached.total_bytes) == (30.0, 1_024_000)
    assert cached.reading is not None
    assert cached.reading.whole_oid == "1.3.6.1.2.1.25.2.3.1.5.1"


def test_an_agent_that_has_taken_the_cache_off_is_believed() -> None:
    told = rows(
        (RAM, "Physical memory", 1024, 1000, 200),
        (OTHER, "Memory buffers", 1024, 1000, 100),
        (OTHER, "Cached memory", 1024, 300, 300),
    )
    ram = hostresources.memory_of(told)[0]
    assert (ram.used_percent, ram.reading and ram.reading.less) == (20.0, ())


def test_units_may_differ_between_ram_and_its_parts() -> None:
    told = rows(
        (RAM, "Physical memory", 4096, 1000, 800),
        (OTHER, "Memory buffers", 1024, 400, 400),
        (OTHER, "Cached memory", 4096, 300, 300),
    )
    ram, buffers, _ = hostresources.memory_of(told)
    assert ram.used_bytes == (800 - 300) * 4096 - 400 * 1024
    assert ram.reading is not None
    assert buffers.reading is not None
    assert ram.reading.less[0][1] == buffers.reading.scale == 0.25


def test_bsnmpd_tells_the_size_of_memory_elsewhere() -> None:
    told = rows((RAM, "Real Memory Metrics", 4096, 59033, 57778), (RAM, "UMA: socket", 728, 9, 3))
    (ram,) = hostresources.memory_of(told, memory_kib=4_000_000)
    assert ram.total_bytes == 4_096_000_000
    assert ram.reading is not None
    assert 57778 * ram.reading.scale == pytest.approx(ram.used_percent)


def test_swap_under_the_name_of_its_device_is_swap() -> None:
    (swap,) = hostresources.memory_of(rows((VIRTUAL, "/dev/hd6", 4096, 1000, 10)))
    assert swap.kind == "swap"


def test_pseudo_file_systems_and_others_disks_are_no_storage() -> None:
    told = rows(
        (DISK, "/", 4096, 1000, 250),
        (DISK, "/sys/fs/cgroup", 4096, 1000, 0),
        (DISK, "/run/user/1000", 4096, 1000, 0),
        (DISK, "/dev/md7.uzip, mounted on: /packages/mnt/jweb", 512, 100, 100),
        (NETWORK, "/vmfs/volumes/nas", 4096, 1000, 10),
        (FLASH, "flash:", 1024, 100, 10),
        (DISK, "/empty", 4096, 0, 0),
        (RAM, "Physical memory", 1024, 1000, 900),
    )
    found = hostresources.storage_of(told)
    assert [(each.name, each.kind) for each in found] == [("/", "fixed disk"), ("flash:", "flash")]
    assert (found[0].used_percent, found[0].total_bytes) == (25.0, 4_096_000)


def test_a_platform_may_leave_more_out() -> None:
    told = rows((DISK, "/", 4096, 10, 1), (DISK, "/run", 4096, 10, 1))
    assert [e.name for e in hostresources.storage_of(told, [re.compile("^/run$")])] == ["/"]


def test_a_size_of_more_than_31_bits_has_wrapped() -> None:
    (big,) = hostresources.storage_of(rows((DISK, "/data", 65536, -2_147_483_648, 1_073_741_824)))
    assert (big.total_bytes, big.used_percent) == (2**31 * 65536, 50.0)


def test_a_mount_that_cannot_be_looked_at_is_left_out() -> None:
    assert hostresources.storage_of(rows((DISK, "/aha", 512, -1, -1))) == ()


def test_rows_with_holes_are_left_out() -> None:
    assert hostresources.storage_of([((1,), {"used": 7}), ((2,), {"type": DISK})]) == ()
    assert hostresources.memory_of([((1,), {"used": 7, "size": 9, "unit": 1, "type": b"x"})]) == ()


def test_a_type_with_an_instance_behind_it_is_understood() -> None:
    (disk,) = hostresources.storage_of(rows((f"{DISK}.0", "Disk", 1048576, 100, 20)))
    assert disk.used_percent == 20.0
