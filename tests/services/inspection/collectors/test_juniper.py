"""Juniper's chassis and optics."""

from __future__ import annotations

from noc_console.services.inspection.collectors import juniper
from noc_console.services.inspection.model import Sensor
from tests.services.inspection.collectors.recording import agent, table

JUNIPER = "1.3.6.1.4.1.2636.3"
PARTS = table(
    f"{JUNIPER}.1.13.1",
    {
        5: {"7.1.0.0": "FPC: MPC @ 0/*/*", "9.1.0.0": "Routing Engine 0", "4.1.0.0": "Fan Tray",
            "6.1.1.0": "TFEB Intake temperature sensor"},
        7: {"7.1.0.0": 0, "9.1.0.0": 38, "4.1.0.0": 0, "6.1.1.0": 40},
        8: {"7.1.0.0": 10, "9.1.0.0": 87, "4.1.0.0": 0, "6.1.1.0": 10},
        11: {"7.1.0.0": 0, "9.1.0.0": 39, "4.1.0.0": 0, "6.1.1.0": 19},
        15: {"7.1.0.0": 511, "9.1.0.0": 2048, "4.1.0.0": 0, "6.1.1.0": 1024},
    },
)  # fmt: skip


async def sensors(
    cells: dict[str, int | str | bytes | None], ports: dict[int, str] | None = None
) -> dict[str, Sensor]:
    found = await juniper.read(agent(cells), ports or {})
    return {f"{sensor.kind} {sensor.name}": sensor for sensor in found}


async def test_parts_with_memory_have_a_processor() -> None:
    loads = await juniper.processors(agent(PARTS))
    assert [(p.name, p.usage_percent) for p in loads] == [
        ("FPC: MPC @ 0/*/*", 10.0),
        ("Routing Engine 0", 87.0),
    ]
    pools = await juniper.memory(agent(PARTS))
    assert [(p.total_bytes, p.used_percent) for p in pools] == [
        (511 * 2**20, 0.0),
        (2**31, 39.0),
    ]


async def test_zero_degrees_is_no_sensor() -> None:
    found = await sensors(PARTS)
    assert {name: sensor.value for name, sensor in found.items()} == {
        "temperature Routing Engine 0": 38.0,
        "temperature TFEB Intake temperature sensor": 40.0,
    }


async def test_fitted_parts_and_alarms_have_states() -> None:
    fru = table(
        f"{JUNIPER}.1.15.1",
        {5: {"2.1.0.0": "PEM 0", "2.2.0.0": "PEM 1"}, 8: {"2.1.0.0": 7, "2.2.0.0": 2}},
    )
    alarms = {f"{JUNIPER}.4.2.3.1.0": 3, f"{JUNIPER}.4.2.2.1.0": 2}
    found = await sensors({**PARTS, **fru, **alarms})
    assert found["state PEM 0"].value == 7.0
    assert (7, 2, "offline") in found["state PEM 0"].states
    assert "state PEM 1" not in found
    assert (3, 2, "on") in found["state Red alarm"].states
    assert found["state Yellow alarm"].value == 2.0


async def test_optics_have_the_modules_limits() -> None:
    module = table(
        f"{JUNIPER}.60.1.1.1.1",
        {5: {"516": -2677, "517": 0}, 6: {"516": 5684, "517": 0}, 7: {"516": -494, "517": 0},
         8: {"516": 26, "517": 0}, 9: {"516": 50}, 10: {"516": -2102}, 11: {"516": -100},
         12: {"516": -1698}, 25: {"516": 3352}},
    )  # fmt: skip
    lanes = table(f"{JUNIPER}.60.1.2.1.1", {6: {"516.0": -2600, "517.0": 0}, 8: {"516.0": -490}})
    found = await sensors({**module, **lanes}, {516: "ge-1/0/0"})
    received = found["dbm ge-1/0/0 Rx power"]
    assert (received.value, received.limit_low, received.limit_high) == (-26.77, -21.02, 0.5)
    assert (received.warn_low, received.warn_high, received.if_index) == (-16.98, -1.0, 516)
    assert found["dbm ge-1/0/0 lane 0 Rx power"].limit_low == -21.02
    assert found["current ge-1/0/0 Tx bias"].value == 0.005684
    assert found["voltage ge-1/0/0 supply"].value == 3.352
    assert not any("517" in name for name in found)


async def test_services_units_tell_load_memory_and_sessions() -> None:
    told = table(
        f"{JUNIPER}.39.1.12.1.1.1",
        {2: {"6": 6, "7": 7}, 3: {"6": 0, "7": 0}, 4: {"6": 3, "7": 4}, 5: {"6": 61, "7": 57},
         6: {"6": 312, "7": 9}, 7: {"6": 409_600, "7": 819_200}, 8: {"6": 3556, "7": 0},
         9: {"6": 2_359_296, "7": 0}, 11: {"6": "node0", "7": "node0"}},
    )  # fmt: skip
    assert [p.name for p in await juniper.processors(agent(told))] == [
        "node0 SPU 6/0",
        "node0 SPU 7/0",
    ]
    assert [p.used_percent for p in await juniper.memory(agent(told))] == [61.0, 57.0]
    found = await sensors(told)
    assert found["count node0 SPU 6/0 flow sessions"].limit_high == 409_600
    assert found["count node0 SPU 6/0 central point sessions"].value == 3556.0
    assert "count node0 SPU 7/0 central point sessions" not in found


async def test_a_unit_that_tells_no_place_has_its_number() -> None:
    found = await sensors(table(f"{JUNIPER}.39.1.12.1.1.1", {6: {"0": 109}}))
    assert found["count SPU 0 flow sessions"].limit_high is None
