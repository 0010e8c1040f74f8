"""Where rules apply."""

from __future__ import annotations

import pytest

from noc_console.services.detection.model import Scope
from noc_console.services.detection.scoping import (
    fits,
    fits_device,
    fits_port,
    fits_sensor,
    in_words,
)
from noc_console.services.inventory.model import Device, DeviceId, DeviceType

DEVICE = Device(
    DeviceId(7), "core-1.Erfurt", "192.0.2.1", 161, type=DeviceType.ROUTER, vendor="Juniper",
    platform="junos", model="MX204",
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "texts", "expected"),
    [
        ((), ("x",), True),
        (("core-*",), ("Core-1",), True),
        (("core-?",), ("core-12",), False),
        (("!*lab*",), ("core-1",), True),
        (("!*lab*",), ("lab-1",), False),
        (("core-*", "!*-9"), ("core-9",), False),
        (("core-*", "!*-9"), ("edge-1",), False),
        (("fan*",), ("x", "fans"), True),
        (("[", "a(b"), ("a(b",), True),
    ],
)
def test_words_are_patterns_without_case(
    words: tuple[str, ...], texts: tuple[str, ...], expected: bool
) -> None:
    assert fits(words, *texts) is expected


def test_every_key_of_a_scope_must_fit() -> None:
    assert fits_device(Scope(types=("router",), vendors=("jun*",)), DEVICE)
    assert not fits_device(Scope(types=("router",), vendors=("cisco",)), DEVICE)
    assert fits_device(Scope(sites=("erfurt",)), DEVICE, "Erfurt")
    assert not fits_device(Scope(sites=("erfurt",)), DEVICE)
    assert fits_device(Scope(models=("mx*",), platforms=("junos",), names=("*.erfurt",)), DEVICE)


def test_interfaces_are_chosen_by_what_is_known_of_them() -> None:
    port = {"name": "xe-0/0/1", "alias": "cust-4711", "type": 6, "speed": 1e10, "linked": False}
    assert fits_port(Scope(interfaces=("xe-*",), aliases=("cust-*",)), **port)
    assert not fits_port(Scope(aliases=("core*",)), **port)
    assert fits_port(Scope(interface_types=(6, 117)), **port)
    assert not fits_port(Scope(interface_types=(24,)), **port)
    assert not fits_port(Scope(linked=True), **port)
    assert fits_port(Scope(speed_min=1e10, speed_max=1e10), **port)
    assert not fits_port(Scope(speed_max=1e9), **port)
    assert not fits_port(Scope(speed_max=1e9), **{**port, "speed": 0}), "nobody knows how fast"


def test_sensors_are_chosen_by_name_or_group() -> None:
    assert fits_sensor(Scope(sensors=("inlet*",)), "Inlet 1")
    assert fits_sensor(Scope(sensors=("system",)), "x", "system")
    assert not fits_sensor(Scope(sensors=("!x",)), "x")


def test_a_scope_reads_as_a_line() -> None:
    scope = Scope(types=("router",), sites=("Erfurt",), linked=True, speed_min=1e10, speed_max=1e11)
    assert in_words(scope) == "router, at Erfurt, linked, from 10G, up to 100G"
    assert in_words(Scope()) == ""
