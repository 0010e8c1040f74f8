import pytest

from noc_console.wire.flows import headers
from noc_console.wire.flows.records import address_text
from tests.lab import flow_packets as made

FOUR = made.ipv4("10.0.0.1", "192.0.2.9", made.tcp(40_000, 443), protocol=6, tos=0xB8)
SIX = made.ipv6("2001:db8::1", "2001:db8::2", made.udp(53, 5000), traffic_class=0xB8)


def told(header):
    return (
        address_text(*header.source),
        address_text(*header.destination),
        header.protocol,
        header.sport,
        header.dport,
        header.dscp,
    )


@pytest.mark.parametrize(
    "frame",
    [
        made.ethernet(FOUR, kind=0x0800),
        made.ethernet(FOUR, kind=0x0800, tags=(100,)),
        made.ethernet(FOUR, kind=0x0800, tags=(100, 200)),
        made.ethernet(FOUR, kind=0x0800, labels=(16, 17, 18)),
        made.ethernet(b"\x11\x00\x00\x01\x00\x32\x00\x21" + FOUR, kind=0x8864),
    ],
)
def test_ipv4_is_found_behind_tags_labels_and_pppoe(frame):
    assert told(headers.ethernet(frame)) == ("10.0.0.1", "192.0.2.9", 6, 40_000, 443, 46)


def test_ipv6_is_read_like_ipv4():
    expected = ("2001:db8::1", "2001:db8::2", 17, 53, 5000, 46)
    assert told(headers.ethernet(made.ethernet(SIX, kind=0x86DD))) == expected
    assert told(headers.ip(SIX)) == expected


def test_labels_alone_are_read():
    frame = made.ethernet(SIX, kind=0, labels=(5,))
    assert told(headers.mpls(frame[14:]))[0] == "2001:db8::1"


def test_ports_are_found_behind_extension_headers_and_options():
    inner = bytes([60, 0, 0, 0, 0, 0, 0, 0]) + bytes([6, 0, 0, 0, 0, 0, 0, 0]) + made.tcp(1, 2)
    packet = made.ipv6("::1", "::2", inner, protocol=0)
    assert told(headers.ip(packet))[2:5] == (6, 1, 2)
    packet = made.ipv4("10.0.0.1", "10.0.0.2", made.udp(7, 8), options=bytes(8))
    assert told(headers.ip(packet))[2:5] == (17, 7, 8)


def test_a_later_fragment_has_no_ports():
    packet = made.ipv4("10.0.0.1", "10.0.0.2", made.udp(7, 8), fragment=100)
    assert told(headers.ip(packet))[2:5] == (17, 0, 0)
    inner = bytes([17, 0, 0x01, 0x00, 0, 0, 0, 0]) + made.udp(7, 8)
    assert told(headers.ip(made.ipv6("::1", "::2", inner, protocol=44)))[2:5] == (17, 0, 0)


@pytest.mark.parametrize(
    "frame", [made.ethernet(FOUR, kind=0x0800), made.ethernet(SIX, kind=0x86DD)]
)
def test_a_header_cut_anywhere_is_read_as_far_as_it_goes(frame):
    whole = told(headers.ethernet(frame))
    for length in range(len(frame)):
        some = told(headers.ethernet(frame[:length]))
        assert all(part in ("", 0, full) for part, full in zip(some, whole, strict=True))


@pytest.mark.parametrize("kind", [0x0806, 0x88CC, 0])
def test_what_is_no_ip_says_nothing(kind):
    assert headers.ethernet(made.ethernet(bytes(60), kind=kind)) is headers.NOTHING


def test_endless_tags_and_labels_end():
    assert headers.ethernet(bytes(12) + b"\x81\x00\x00\x01" * 60) is headers.NOTHING
    assert headers.mpls(bytes(400)) is headers.NOTHING
