import numpy as np
import pytest

from noc_console.services.flows.rules.applications import (
    application_name,
    application_numbers,
    dscp_name,
    protocol_name,
    protocol_number,
    service_ports,
)


@pytest.mark.parametrize(
    ("protocol", "sport", "dport", "expected"),
    [
        (6, 51_000, 443, 443),
        (6, 443, 51_000, 443),
        (6, 1_024, 3_389, 3_389),
        (6, 22, 443, 22),
        (17, 0, 53, 53),
        (6, 8_081, 51_000, 8_081),
        (6, 40_000, 50_000, 0),
        (17, 51_820, 60_000, 51_820),
        (1, 0, 2_048, 0),
        (47, 5, 6, 0),
    ],
)
def test_the_service_is_the_known_or_lower_port(protocol, sport, dport, expected):
    found = service_ports(
        np.array([protocol], np.uint8), np.array([sport], np.uint16), np.array([dport], np.uint16)
    )
    assert found.tolist() == [expected]


@pytest.mark.parametrize(
    ("protocol", "port", "name"),
    [
        (6, 443, "https"),
        (17, 443, "quic"),
        (6, 8_081, "tcp/8081"),
        (6, 0, "tcp, other ports"),
        (89, 0, "ospf"),
        (200, 0, "protocol 200"),
    ],
)
def test_an_application_is_called_as_operators_call_it(protocol, port, name):
    assert application_name(protocol, port) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTPS", [(6, 443)]),
        ("dns", [(6, 53), (17, 53)]),
        ("udp/4789", [(17, 4789)]),
        ("tcp, other ports", [(6, 0)]),
        ("ospf", [(89, 0)]),
        ("47", [(47, 0)]),
        ("tcp/99999", []),
        ("tcp/", []),
        ("nothing", []),
        ("nothing/5", []),
        ("tcp/²", []),
    ],
)
def test_an_application_is_found_by_what_people_write(text, expected):
    assert application_numbers(text) == expected


def test_every_name_finds_its_own_number_again():
    for protocol in range(256):
        assert protocol_number(protocol_name(protocol)) == protocol
    for port in (0, 22, 443, 8_081):
        assert (6, port) in application_numbers(application_name(6, port))
    assert protocol_number("300") is None
    assert protocol_number("nothing") is None


def test_code_points_have_their_names():
    assert [dscp_name(n) for n in (0, 46, 34, 8, 63)] == [
        "best effort",
        "EF",
        "AF41",
        "CS1",
        "DSCP 63",
    ]
