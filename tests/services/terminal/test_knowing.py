"""What a terminal knows of the network in its text, and what it leaves alone."""

from __future__ import annotations

import ipaddress
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.inventory.model import Device, DeviceId, Interface, InterfaceId
from noc_console.services.inventory.pollable import PortAddresses
from noc_console.services.inventory.senders import Sender
from noc_console.services.terminal.knowing import (
    DeviceNames,
    Known,
    LiveKind,
    NameBook,
    OnuName,
    book_of,
    names_of,
)

CORE, EDGE, OLT = DeviceId(1), DeviceId(2), DeviceId(3)


def device(number: DeviceId, name: str) -> Device:
    return Device(number, name, f"192.0.2.{number}", 161)


def port(number: int, name: str, descr: str = "") -> Interface:
    return Interface(InterfaceId(number), CORE, number, name, descr)


PORTS = (
    port(11, "Gi0/1", "GigabitEthernet0/1"),
    port(12, "Te1/0/1", "TenGigabitEthernet1/0/1"),
    port(13, "Vl10", "Vlan10"),
    port(14, "bridge"),
    port(15, "ether1"),
    port(16, "xe-0/0/0.100"),
    port(17, "<pppoe-mira>"),
    port(18, "24"),
    port(19, "sfp-sfpplus"),
)


@pytest.fixture(scope="module")
def book() -> NameBook:
    return book_of(
        [
            device(CORE, "par-core1.example.net"),
            device(EDGE, "lyo-edge2"),
            device(OLT, "CORE"),
            device(DeviceId(4), "router"),
            device(DeviceId(5), "lyo-edge"),
        ],
        [
            Sender("192.0.2.1", CORE, "par-core1", True),
            Sender("2001:db8::1", CORE, "par-core1", False),
        ],
        [
            PortAddresses(1, ("192.0.2.1/24", "10.9.0.1/30")),
            PortAddresses(2, ("10.9.0.2/30", "fe80::1/64")),
            PortAddresses(2, ("2001:db8:7::1/64",)),
        ],
    )


@pytest.fixture(scope="module")
def names() -> DeviceNames:
    onus = (OnuName("HWTC12345678", "villa-nord", 11), OnuName("short", "77", None))
    return names_of(device(CORE, "par-core1.example.net"), PORTS, onus)


def found(book: NameBook, names: DeviceNames, line: str) -> list[tuple[str, LiveKind]]:
    return [(line[live.start : live.end], live.kind) for live in book.find(line, names)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("GigabitEthernet0/1 is up", [("GigabitEthernet0/1", LiveKind.INTERFACE)]),
        ("Gi0/1, Gig0/1: gi0/1.", [("Gi0/1", LiveKind.INTERFACE), ("Gig0/1", LiveKind.INTERFACE),
                                   ("gi0/1", LiveKind.INTERFACE)]),
        ("TenGigabitEthernet1/0/1 down", [("TenGigabitEthernet1/0/1", LiveKind.INTERFACE)]),
        ("interface Vlan10", [("Vlan10", LiveKind.INTERFACE)]),
        ("add bridge=x interface=bridge", [("bridge", LiveKind.INTERFACE)]),
        ("the bridge is a bridge", []),
        ("port 24 is up, 24 of 30", [("24", LiveKind.INTERFACE)]),
        ("xe-0/0/0.100 up", [("xe-0/0/0.100", LiveKind.INTERFACE)]),
        ("sfp-sfpplus running", [("sfp-sfpplus", LiveKind.INTERFACE)]),
        ("user mira is online", [("mira", LiveKind.CUSTOMER)]),
        ("neighbor lyo-edge2 via 10.9.0.2", [("lyo-edge2", LiveKind.DEVICE),
                                             ("10.9.0.2", LiveKind.ADDRESS)]),
        ("LYO-EDGE2#", [("LYO-EDGE2", LiveKind.DEVICE)]),
        ("noc@lyo-edge2> show", [("lyo-edge2", LiveKind.DEVICE)]),
        ("to CORE, not core", [("CORE", LiveKind.DEVICE)]),
        ("a router", []),
        ("lyo-edge. noc@lyo-edge# lyo-edge7 lyo-edge-x",
         [("lyo-edge", LiveKind.DEVICE), ("lyo-edge", LiveKind.DEVICE)]),
        ("par-core1#", []),
        ("192.0.2.77 unknown host in a known network", [("192.0.2.77", LiveKind.ADDRESS)]),
        ("192.0.2.1:179 established", [("192.0.2.1", LiveKind.ADDRESS)]),
        ("192.0.2.0/24 is directly connected", [("192.0.2.0/24", LiveKind.PREFIX)]),
        ("address=10.9.0.1/30", [("10.9.0.1/30", LiveKind.ADDRESS)]),
        ("192.0.2.255", []),
        ("mask 255.255.255.0 version 15.2.7.1 and 8.8.8.8", []),
        ("0.0.0.0/0 via 224.0.0.5", []),
        ("2001:DB8:7::99 and fe80::1", [("2001:DB8:7::99", LiveKind.ADDRESS)]),
        ("2001:db8::1", [("2001:db8::1", LiveKind.ADDRESS)]),
        ("001b.21aa.bbcc Gi0/1", [("001b.21aa.bbcc", LiveKind.MAC), ("Gi0/1", LiveKind.INTERFACE)]),
        ("MAC:00:1b:21:aa:bb:cc", [("00:1b:21:aa:bb:cc", LiveKind.MAC)]),
        ("ffff.ffff.ffff 00-00-00-00-00-00", []),
        ("remote-as 65001, AS64512, AS 7", [("65001", LiveKind.AS), ("AS64512", LiveKind.AS),
                                            ("AS 7", LiveKind.AS)]),
        ("as 100 of 200, AS0, AS99999999999", []),
        ("onu hwtc12345678 villa-nord online", [("hwtc12345678", LiveKind.ONU),
                                                ("villa-nord", LiveKind.CUSTOMER)]),
        ("12:30:01 up 3 weeks, 1.3.6.1.2.1.1, 0x0A, 100%", []),
        ("packets 77 input 24", []),
    ],
)  # fmt: skip
def test_a_line_shows_what_is_known_and_nothing_else(
    book: NameBook, names: DeviceNames, line: str, told: list[tuple[str, LiveKind]]
) -> None:
    assert found(book, names, line) == told


def test_a_mac_is_the_same_in_every_notation(book: NameBook) -> None:
    notations = ("001b.21aa.bbcc", "00:1B:21:AA:BB:CC", "00-1b-21-aa-bb-cc", "001b-21aa-bbcc")
    values = {book.find(each)[0].known.value for each in notations}
    assert values == {"00:1b:21:aa:bb:cc"}


def test_an_address_knows_whose_network_it_is_in(book: NameBook) -> None:
    assert book.holders("10.9.0.3") == ("10.9.0.0/30", (1, 2))
    assert book.holders("8.8.8.8") == ("", ())
    assert book.holders("nonsense") == ("", ())
    assert book.owner("10.9.0.2") == 2
    assert book.find("10.9.0.2")[0].known.device_id == 2


def test_ports_of_another_device_are_text(book: NameBook) -> None:
    assert book.find("GigabitEthernet0/1 is up") == ()


def test_an_ambiguous_short_name_is_text(book: NameBook) -> None:
    both = (port(1, "Ethernet1/1"), port(2, "Eth1/1"))
    names = names_of(device(CORE, "x-1"), both, ())
    assert [live.known.interface_id for live in book.find("Ethernet1/1 Eth1/1 et1/1", names)] == [
        1,
        2,
    ]


def fleet(count: int = 10_000) -> NameBook:
    devices = [
        Device(DeviceId(n), f"{site}-{role}{n}", f"10.{n >> 8}.{n & 255}.1", 161)
        for n in range(count)
        for site, role in [(("par", "lyo", "nce")[n % 3], ("core", "acc", "olt")[n % 3])]
    ]
    senders = [Sender(one.address, one.id, one.name, True) for one in devices]
    ports = [PortAddresses(int(one.id), (f"{one.address}/24",)) for one in devices]
    return book_of(devices, senders, ports)


FLEET = fleet(2_000)
REAL = names_of(device(CORE, "par-core1"), PORTS, ())


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_without_error_and_pieces_never_overlap(text: str) -> None:
    live = FLEET.find(text, REAL)
    assert all(a.end <= b.start for a, b in itertools.pairwise(live))
    assert all(0 <= one.start < one.end <= len(text) for one in live)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcdefgh0123456789 .:/-", max_size=120))
def test_random_text_is_underlined_only_where_it_is_really_known(text: str) -> None:
    """What is live in noise is a spelled name, an address in a network, or a whole MAC."""
    for one in FLEET.find(text, REAL):
        word = text[one.start : one.end]
        match one.kind:
            case LiveKind.ADDRESS | LiveKind.PREFIX:
                net = ipaddress.ip_interface(word).network
                assert str(net.network_address).startswith("10.")
            case LiveKind.MAC:
                assert sum(sign.isalnum() for sign in word) == 12
            case LiveKind.INTERFACE:
                assert word.lower() in REAL.ports or word.lower() in REAL.shy
            case LiveKind.DEVICE:
                assert word.partition("-")[0] in {"par", "lyo", "nce"}
            case kind:
                raise AssertionError(f"{word} is no {kind}")


def test_prose_of_manuals_has_nothing_live() -> None:
    prose = (
        "The interface is down because the port was shut by an administrator in 2019.",
        "Copyright (c) 1986-2024 by Cisco Systems, Inc. Compiled Tue 07-Feb-17 02:20 by prod",
        "Processor board ID FTX1628837T, 16384K bytes of NVRAM, 3 Gigabit interfaces",
        "RouterOS 7.14.3 (stable), load: 4%, uptime 3w2d11:04:07, 1.2.840.113549",
        "last flapped 2024-03-01 10:11:12 UTC, rx 0x1f2e3d4c5b6a 17,332,109 bytes",
    )
    assert [FLEET.find(line, REAL) for line in prose] == [()] * len(prose)


def test_a_hostile_line_costs_no_more_than_its_length() -> None:
    """Counted in tokens, not seconds: each pattern begins at the beginning of a run only."""
    for line in ("-" * 100_000, "a" * 100_000, "1." * 50_000, ":" * 100_000, "AS " * 30_000):
        assert FLEET.find(line, REAL) == ()


def test_a_devices_address_is_live_wherever_it_lies() -> None:
    lab = NameBook({}, {}, {"127.20.1.2": 5}, {})
    assert [one.known for one in lab.find("127.20.1.2 4 127.20.1.3 127.0.0.1")] == [
        Known(LiveKind.ADDRESS, "127.20.1.2", 5)
    ]


def test_an_as_number_is_live_where_it_is_called_one() -> None:
    (live,) = FLEET.find("router identifier 192.0.2.1, local AS number 64500")
    assert live.known == Known(LiveKind.AS, "64500")


def test_the_memory_of_words_stays_bounded() -> None:
    rng = random.Random(7)
    book = fleet(10)
    for _ in range(300):
        book.find(" ".join(f"x{rng.randrange(10**9)}" for _ in range(100)))
    assert len(book._memo) <= 20_000
