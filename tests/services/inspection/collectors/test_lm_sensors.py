"""LM-SENSORS-MIB."""

from __future__ import annotations

from noc_console.services.inspection.collectors import lm_sensors
from tests.services.inspection.collectors.recording import agent, table

LM = "1.3.6.1.4.1.2021.13.16"


async def test_thousandths_become_degrees_and_volts() -> None:
    found = await lm_sensors.read(
        agent(
            {
                **table(f"{LM}.2.1", {2: {"1": "Core 0"}, 3: {"1": 41_500}}),
                **table(f"{LM}.3.1", {2: {"1": "fan1"}, 3: {"1": 6026}}),
                **table(f"{LM}.4.1", {2: {"1": "in0"}, 3: {"1": 1216}}),
            }
        )
    )
    assert [(s.kind, s.name, s.value) for s in found] == [
        ("temperature", "Core 0", 41.5),
        ("fanspeed", "fan1", 6026.0),
        ("voltage", "in0", 1.216),
    ]
    assert found[0].reading.oid == f"{LM}.2.1.3.1"


async def test_frost_has_wrapped_and_a_fan_below_zero_is_no_reading() -> None:
    told = {
        **table(f"{LM}.2.1", {2: {"1": "outside"}, 3: {"1": 2**32 - 8_000}}),
        **table(f"{LM}.3.1", {2: {"1": "fan1"}, 3: {"1": 2**32 - 23_041}}),
    }
    (frost,) = await lm_sensors.read(agent(told))
    assert (frost.name, frost.value) == ("outside", -8.0)


async def test_a_sensor_without_a_name_has_its_number() -> None:
    (sensor,) = await lm_sensors.read(agent(table(f"{LM}.2.1", {3: {"7": 20_000}})))
    assert sensor.name == "temperature 7"


async def test_other_boxes_have_none() -> None:
    assert await lm_sensors.read(agent({"1.3.6.1.2.1.1.5.0": "sw1"})) == ()
