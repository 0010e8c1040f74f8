"""UPS-MIB."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import ups
from noc_console.services.inspection.model import Sensor
from tests.services.inspection.collectors.recording import agent, table

UPS = "1.3.6.1.2.1.33.1"
BATTERY: dict[str, int | str | bytes | None] = {
    f"{UPS}.2.1.0": 2,
    f"{UPS}.2.2.0": 90,
    f"{UPS}.2.3.0": 43,
    f"{UPS}.2.4.0": 100,
    f"{UPS}.2.5.0": 544,
    f"{UPS}.2.6.0": 12,
    f"{UPS}.2.7.0": 24,
    f"{UPS}.4.1.0": 3,
    f"{UPS}.4.2.0": 499,
}


async def read(more: dict[str, int | str | bytes | None]) -> dict[tuple[str, str], Sensor]:
    return {(s.kind, s.name): s for s in await ups.read(agent({**BATTERY, **more}))}


async def test_the_battery_is_told_in_the_units_of_the_rfc() -> None:
    found = await read({})
    values = {key: sensor.value for key, sensor in found.items()}
    assert values == {
        ("state", "Battery status"): 2.0,
        ("runtime", "Time on battery"): 1.5,
        ("runtime", "Estimated battery time remaining"): 43.0,
        ("charge", "Battery charge remaining"): 100.0,
        ("voltage", "Battery"): 54.4,
        ("current", "Battery"): 1.2,
        ("temperature", "Battery"): 24.0,
        ("frequency", "Output"): 49.9,
        ("state", "Output source"): 3.0,
    }


async def test_on_battery_is_a_warning_and_no_output_is_critical() -> None:
    states = (await read({}))["state", "Output source"].states
    severity = {word: ours for _, ours, word in states}
    assert (severity["normal"], severity["battery"], severity["none"]) == (0, 1, 2)


async def test_phases_are_numbered_where_there_are_several() -> None:
    one = table(f"{UPS}.4.4.1", {2: {"1": 230}, 3: {"1": 17}, 4: {"1": 350}, 5: {"1": 33}})
    three = table(f"{UPS}.3.3.1", {2: dict.fromkeys("123", 500), 3: {"1": 239, "2": 238, "3": 240}})
    found = await read({**one, **three})
    assert found["load", "Output"].value == 33.0
    assert found["current", "Output"].value == 1.7
    assert found["voltage", "Input phase 2"].value == 238.0
    assert found["frequency", "Input phase 3"].value == 50.0


async def test_the_limits_are_those_set_in_the_ups() -> None:
    more: dict[str, int | str | bytes | None] = {
        **table(f"{UPS}.3.3.1", {3: {"1": 231}}),
        f"{UPS}.9.7.0": 5, f"{UPS}.9.9.0": 195, f"{UPS}.9.10.0": 265,
    }  # fmt: skip
    found = await read(more)
    entrance = found["voltage", "Input"]
    assert (entrance.limit_low, entrance.limit_high) == (195.0, 265.0)
    assert found["runtime", "Estimated battery time remaining"].limit_low == 5.0


@pytest.mark.parametrize("minutes", [65535, 2**32 - 1])
async def test_a_time_the_ups_cannot_tell_is_not_told(minutes: int) -> None:
    found = await read({f"{UPS}.2.3.0": minutes, f"{UPS}.2.7.0": -273})
    assert ("runtime", "Estimated battery time remaining") not in found
    assert ("temperature", "Battery") not in found


async def test_a_phase_that_answers_null_is_not_there() -> None:
    found = await read(table(f"{UPS}.3.3.1", {3: {"1": 230, "2": None}}))
    assert [name for kind, name in found if kind == "voltage" and "Input" in name] == ["Input"]


async def test_what_only_names_itself_in_the_mib_is_no_ups_of_it() -> None:
    assert await ups.read(agent({f"{UPS}.1.1.0": "APC", f"{UPS}.3.2.0": 1})) == ()
