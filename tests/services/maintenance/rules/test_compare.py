"""What differs after work from before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.maintenance.model import Finding, Kind, Turn
from noc_console.services.maintenance.rules import compare
from noc_console.services.maintenance.snapshot import (
    AlarmState,
    ConfigState,
    DeviceState,
    LightState,
    LinkState,
    PortState,
    SessionState,
    Snapshot,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
BOOT = 1_700_000_000_000
BEFORE = Snapshot(
    at=AT,
    devices={1: DeviceState("core-1", True, BOOT), 2: DeviceState("edge-2", False)},
    ports={
        10: PortState(1, "ge-0/0/0", 1, 0.0, 0.0),
        11: PortState(1, "ge-0/0/1", 2, None, None),
        12: PortState(2, "ge-0/0/2", 1, 4.0, 0.0),
    },
    lights={50: LightState(1, "ge-0/0/0 rx", -4.0)},
    links={"1/10-2/12": LinkState(1, 2, "core-1 – edge-2")},
    sessions={"1/bgp//10.0.0.9": SessionState(1, "BGP 10.0.0.9 (AS 65001)", "established", True)},
    looked={1: 100},
    alarms={"device:2|unreachable": AlarmState(2, None, "edge-2", "unreachable", 5, "silent")},
    configs={1: ConfigState("aa" * 32, 200), 2: ConfigState("", 0, "it refused the login")},
)
AFTER = replace(BEFORE, at=AT + timedelta(hours=1), looked={1: 200})


def told(after: Snapshot, *, optical_db: float = 1.0) -> list[tuple[Kind, Turn, str, str]]:
    found = compare.findings(BEFORE, after, optical_db=optical_db)
    return [(f.kind, f.turn, f.object, f.after) for f in found]


def test_a_network_that_is_as_it_was_has_no_findings() -> None:
    assert told(AFTER) == []


def test_a_device_that_stopped_or_began_to_answer_or_restarted() -> None:
    after = replace(
        AFTER, devices={1: DeviceState("core-1", False), 2: DeviceState("edge-2", True)}
    )
    assert told(after) == [
        (Kind.DEVICE, Turn.WORSE, "core-1", "does not answer"),
        (Kind.DEVICE, Turn.BETTER, "edge-2", "answers"),
    ]
    hour = 3_600_000
    after = replace(AFTER, devices={**BEFORE.devices, 1: DeviceState("core-1", True, BOOT + hour)})
    assert told(after) == [(Kind.DEVICE, Turn.CHANGED, "core-1", "restarted")]
    second = replace(
        AFTER, devices={**BEFORE.devices, 1: DeviceState("core-1", True, BOOT + 1_000)}
    )
    assert told(second) == [], "boot times tremble by seconds"
    unknown = replace(AFTER, devices={**BEFORE.devices, 1: DeviceState("core-1", None, BOOT)})
    assert told(unknown) == [], "unknown is not down"
    assert any("not known" in note for note in compare.notes(BEFORE, unknown))
    gone = replace(AFTER, devices={2: BEFORE.devices[2]})
    assert told(gone) == [(Kind.DEVICE, Turn.WORSE, "core-1", "gone")]


def test_ports_that_were_up_and_are_not_and_the_other_way_round() -> None:
    ports = {
        10: BEFORE.ports[10]._replace(status=2),
        11: BEFORE.ports[11]._replace(status=1),
    }
    found = compare.findings(BEFORE, replace(AFTER, ports=ports), optical_db=1)
    assert [(f.turn, f.object, f.before, f.after) for f in found] == [
        (Turn.WORSE, "core-1 · ge-0/0/0", "up", "down"),
        (Turn.WORSE, "edge-2 · ge-0/0/2", "up", "gone"),
        (Turn.BETTER, "core-1 · ge-0/0/1", "down", "up"),
    ]
    assert (found[0].device_id, found[0].interface_id) == (1, 10)


def test_light_that_changed_by_more_than_was_asked() -> None:
    weaker = replace(AFTER, lights={50: LightState(1, "ge-0/0/0 rx", -6.5)})
    assert told(weaker) == [(Kind.LIGHT, Turn.WORSE, "core-1 · ge-0/0/0 rx", "-6.5 dBm (-2.5 dB)")]
    assert told(weaker, optical_db=2.5) == []
    stronger = replace(AFTER, lights={50: LightState(1, "ge-0/0/0 rx", -1.0)})
    assert [turn for _, turn, _, _ in told(stronger)] == [Turn.CHANGED]


def test_errors_that_were_not_there_before() -> None:
    ports = {**BEFORE.ports, 10: BEFORE.ports[10]._replace(in_errors=3.0),
             12: BEFORE.ports[12]._replace(in_errors=5.0)}  # fmt: skip
    assert told(replace(AFTER, ports=ports)) == [
        (Kind.ERRORS, Turn.WORSE, "core-1 · ge-0/0/0 (in)", "3 errors/s")
    ], "a port that had as many before has no news"


def test_neighbours_alarms_and_configurations() -> None:
    after = replace(
        AFTER,
        links={"1/11-3/0": LinkState(1, 3, "core-1 – new-3")},
        alarms={"device:1|cpu": AlarmState(1, None, "core-1", "cpu", 4, "CPU at 97 %")},
        configs={1: ConfigState("bb" * 32, 203), 2: BEFORE.configs[2]},
    )
    assert told(after) == [
        (Kind.LINK, Turn.WORSE, "core-1 – edge-2", "not seen"),
        (Kind.ALARM, Turn.WORSE, "core-1 · cpu", "major: CPU at 97 %"),
        (Kind.LINK, Turn.CHANGED, "core-1 – new-3", "new neighbours"),
        (Kind.CONFIGURATION, Turn.CHANGED, "core-1", "203 lines (bbbbbbbb)"),
        (Kind.ALARM, Turn.BETTER, "edge-2 · unreachable", "cleared"),
    ]
    assert compare.notes(BEFORE, after) == (
        "Configuration of 1 device not compared: it refused the login.",
    )


def test_a_lost_session_is_told_only_when_it_was_read_again() -> None:
    lost = replace(AFTER, sessions={})
    assert told(lost) == [(Kind.SESSION, Turn.WORSE, "core-1 · BGP 10.0.0.9 (AS 65001)", "gone")]
    old = replace(lost, looked={1: 100})
    assert told(old) == []
    assert any("not read again" in note for note in compare.notes(BEFORE, old))


def test_how_much_was_compared_is_told() -> None:
    assert dict(compare.looked_at(BEFORE, AFTER)) == {
        "devices": 2, "ports": 3, "lights": 1, "links": 1, "sessions": 1,
    }  # fmt: skip


def test_what_is_worse_comes_first() -> None:
    found: tuple[Finding, ...] = compare.findings(
        BEFORE,
        replace(AFTER, devices={**BEFORE.devices, 2: DeviceState("edge-2", True)},
                ports={**BEFORE.ports, 10: BEFORE.ports[10]._replace(status=7)}),
        optical_db=1,
    )  # fmt: skip
    assert [f.turn for f in found] == [Turn.WORSE, Turn.BETTER]
    assert found[0].after == "lower layer down"
