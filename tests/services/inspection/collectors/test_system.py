"""Who answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.inspection.collectors import system

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_scalars_that_were_there_are_taken() -> None:
    found = system.system(
        {
            system.NAME: b"core-1",
            system.OBJECT_ID: "1.3.6.1.4.1.9.1.1",
            system.UPTIME: 360_000,
            system.ENGINE_ID: b"\x80\x00\x00\x09\x03\x00\x1b\x21\x00\x00\x01",
            system.CHASSIS_SUBTYPE: 4,
            system.CHASSIS_ID: b"\x00\x1b\x21\x00\x00\x01",
            system.FORWARDING: 1,
        },
        NOW,
    )
    assert (found.name, found.engine_id) == ("core-1", "8000000903001b21000001")
    assert (found.chassis_mac, found.is_forwarding) == ("00:1b:21:00:00:01", True)
    assert found.booted_at == NOW - timedelta(hours=1)
    assert found.location == ""


def test_a_device_that_says_nothing_is_still_a_device() -> None:
    assert system.system({}, NOW) == system.System()


def test_the_bridge_address_stands_in_for_the_chassis() -> None:
    told = {system.BRIDGE_ADDRESS: b"\x00\x1b\x21\x00\x00\x02", system.CHASSIS_SUBTYPE: 7}
    assert system.system(told, NOW).chassis_mac == "00:1b:21:00:00:02"


def test_an_uptime_that_wrapped_is_told_by_the_engines_time() -> None:
    told = {system.UPTIME: 100, system.ENGINE_TIME: 500 * 86_400}
    assert system.booted_at(told, NOW) == NOW - timedelta(days=500)
    assert system.booted_at({system.UPTIME: b"junk"}, NOW) is None


def test_the_chassis_is_the_whole_that_has_a_serial() -> None:
    parts = [
        ((1,), {"kind": 11, "serial": b"", "model": b"stack"}),
        ((2,), {"kind": 3, "serial": b"FOC1", "model": b"C9300", "software": b"17.9"}),
        ((3,), {"kind": 9, "serial": b"MOD1"}),
    ]
    assert system.chassis(parts) == system.Chassis("FOC1", "C9300", "17.9")
    assert system.chassis([]) == system.Chassis()
    lone = [((1,), {"kind": 2, "inside": 0, "serial": b"S1", "model": b"M"})]
    assert system.chassis(lone).serial == "S1"


def test_what_was_taken_out_of_a_recording_is_no_name_and_no_place() -> None:
    told = dict.fromkeys((system.NAME, system.LOCATION, system.CONTACT), b"<private>")
    assert system.system(told, NOW) == system.System()
    parts = [((1,), {"kind": 3, "serial": b"<private>", "model": b"C9300"})]
    assert system.chassis(parts) == system.Chassis("", "C9300", "")


def test_an_uptime_no_device_can_have_is_none() -> None:
    assert system.booted_at({system.UPTIME: 2**64 - 1}, NOW) is None
