"""Families of conditions, and places of ports and cards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from noc_console.services.alarms.model import Alarm
from noc_console.services.rootcause.rules import words
from tests.services.rootcause.plants import Plant

PLANT = Plant([("s1", "s2")])


def alarm(condition: str, *, other: str = "", text: str = "", port_name: str = "") -> Alarm:
    return PLANT.alarm("s1", condition, other=other, text=text, port_name=port_name)


@pytest.mark.parametrize(
    ("family", "inside", "outside"),
    [
        (
            words.is_session,
            ("bgp-session-lost", "ospf-neighbour-lost", "bfd-down"),
            ("cpu", "bgpx"),
        ),
        (words.is_on_port, ("optical-power", "errors", "lag-member-lost", "ldp-lost"), ("memory",)),
        (words.is_power, ("power", "ups-on-battery", "battery-low"), ("hardware", "powerful")),
        (words.is_probe, ("probe-failed", "probe-loss"), ("certificate-expiry",)),
        (words.is_silence, ("no-data",), ("data",)),
        (words.is_onu, ("onu-lost", "ont-los"), ("onu-dying-gasp", "pon-dark")),
        (words.is_gasp, ("dying-gasp", "onu-dying-gasp"), ("onu-lost",)),
        (words.is_our_own, ("no-collector", "worker-stuck", "clock-skew"), ("unreachable",)),
    ],
)
def test_a_family_goes_by_the_first_part_of_the_word(
    family: Callable[[Alarm], bool], inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    assert all(family(alarm(one)) for one in inside)
    assert not any(family(alarm(one)) for one in outside)


@pytest.mark.parametrize(
    ("text", "is_power"),
    [
        ("Output source: battery", True),
        ("mains failed", True),
        ("fan 2: failed", False),
        ("batteryless", False),
    ],
)
def test_hardware_that_speaks_of_its_battery_is_about_power(text: str, is_power: bool) -> None:
    assert words.is_power(alarm("hardware", text=text)) is is_power


@pytest.mark.parametrize(
    ("told", "place"),
    [
        (alarm("card-failed", other="card:0/3"), (0, 3)),
        (alarm("hardware", text="FPC 1: offline"), (1,)),
        (alarm("hardware", text="Line card 2 powered down"), (2,)),
        (alarm("board-lost", port_name="slot 5"), (5,)),
        (alarm("hardware", text="fan tray 2: failed"), None),
        (alarm("hardware", text="Temperature sensor 3"), None),
    ],
)
def test_a_card_is_found_where_the_alarm_names_it(
    told: Alarm, place: tuple[int, ...] | None
) -> None:
    assert words.card_place(told) == place
    assert words.is_card(told) is (place is not None)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("xe-0/1/3", (0, 1, 3)),
        ("xe-0/1/3.100", (0, 1, 3)),
        ("GigabitEthernet3/0/12", (3, 0, 12)),
        ("xe-0/0/1:2", (0, 0, 1, 2)),
        ("pon 0/1/1", (0, 1, 1)),
        ("lo", ()),
    ],
)
def test_a_ports_place_is_in_its_name(name: str, place: tuple[int, ...]) -> None:
    assert words.port_place(name) == place


@pytest.mark.parametrize(
    ("place", "card", "is_framed", "sits"),
    [
        ((0, 1, 3), (0,), False, True),
        ((0, 1, 3), (0, 1), False, True),
        ((0, 1, 3), (1,), False, False),
        ((0, 3, 5), (3,), True, True),
        ((0, 3, 5), (0,), True, False),
        ((0, 3, 5), (0, 3), True, True),
        ((3,), (3,), False, False),
        ((0, 1), (0, 1, 2), False, False),
    ],
)
def test_a_port_sits_on_the_card_its_place_begins_with(
    place: tuple[int, ...], card: tuple[int, ...], is_framed: bool, sits: bool
) -> None:
    assert words.sits_on(place, card, is_framed=is_framed) is sits


@pytest.mark.parametrize(
    ("other", "peer"),
    [
        ("bgp:192.0.2.1", "192.0.2.1"),
        ("bgp:2001:DB8::1", "2001:db8::1"),
        ("ospf:fe80::1%eth0", "fe80::1"),
        ("isis:0000.0000.0001", ""),
        ("bgp:core", ""),
        ("", ""),
    ],
)
def test_the_peer_of_a_session_is_the_address_it_names(other: str, peer: str) -> None:
    assert words.peer_of(alarm("bgp-session-lost", other=other)) == peer
