"""AS numbers in tables of neighbours, as devices print them."""

from __future__ import annotations

import pytest

from noc_console.services.terminal.knowing import LiveKind
from noc_console.services.terminal.tables import as_numbers, is_row

IOS = """\
BGP router identifier 192.0.2.1, local AS number 65000
BGP table version is 10, main routing table version 10

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
192.0.2.2       4        65001   12345   12346       10    0    0 1w2d           12
192.0.2.3       4   4200000017       0       0        1    0    0 never    Idle
2001:DB8:0:1::2 4        65003     100     100       10    0    0 00:10:11        3
2001:DB8:0:1:22:333:4444:5
                4        65004     100     100       10    0    0 00:10:11        3

edge-1#show ip route 192.0.2.2
192.0.2.0       4        64999   is no number of an AS
"""
XR = """\
Process       RcvTblVer   bRIB/RIB   LabelVer  ImportVer  SendTblVer  StandbyVer
Speaker              10         10         10         10          10           0

Neighbor        Spk    AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  St/PfxRcd
192.0.2.2         0 65001     123     124       10    0    0 00:10:11          5
192.0.2.9         0 65009     123     124       10    0    0 00:10:11          5
"""
NXOS = """\
Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
192.0.2.2       4 65001    1234    1230       10    0    0 20:25:12 5
192.0.2.3       4 4200000017
                           1234    1230       10    0    0 20:25:12 5
"""
EOS = """\
Neighbor Status Codes: m - Under maintenance
  Description              Neighbor  V AS           MsgRcvd   MsgSent  InQ OutQ  Up/Down State
  transit number 1         192.0.2.2 4 65001            20        19    0    0 00:14:00 Estab
"""
FRR = """\
Neighbor        V         AS   MsgRcvd   MsgSent   TblVer  InQ OutQ  Up/Down State/PfxRcd
192.0.2.2       4      65001        12        14        0    0    0 00:08:01            1

Total number of neighbors 1
"""
JUNOS = """\
Groups: 1 Peers: 2 Down peers: 0
Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn State|#Active/Received
192.0.2.2             65001        120        121       0       0       54:21 Establ
  inet.0: 1/2/2/0
2001:db8::2           65002        120        121       0       0       54:21 Establ
"""
VRP = """\
  Peer            V          AS  MsgRcvd  MsgSent  OutQ  Up/Down       State  PrefRcv
  192.0.2.2       4       65001      120      121     0 02:00:11 Established        3
"""
COMWARE = """\
  Peer                    AS  MsgRcvd  MsgSent OutQ  PrefRcv Up/Down  State

  192.0.2.2            65001      120      121    0        3 02:00:11 Established
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (IOS, ["65001", "4200000017", "65003", "65004"]),
        (XR, ["65001", "65009"]),
        (NXOS, ["65001", "4200000017"]),
        (EOS, ["65001"]),
        (FRR, ["65001"]),
        (JUNOS, ["65001", "65002"]),
        (VRP, ["65001"]),
        (COMWARE, ["65001"]),
    ],
    ids=["ios", "xr", "nxos", "eos", "frr", "junos", "vrp", "comware"],
)
def test_as_numbers_are_known_by_the_head_of_their_column(text: str, expected: list[str]) -> None:
    lines = text.splitlines()
    found = as_numbers(lines)
    assert [live.known.value for live in found.values()] == expected
    for at, live in found.items():
        assert live.kind is LiveKind.AS and lines[at][live.start : live.end] == live.known.value


def test_a_terminal_narrower_than_the_table_wraps_its_lines() -> None:
    lines = [part for line in FRR.splitlines() for part in (line[:70], line[70:]) if part]
    assert [live.known.value for live in as_numbers(lines).values()] == ["65001"]
    more = as_numbers([*lines[:3], "edge-1#", "more", lines[2]])
    assert list(more) == [2], "a prompt is no row, nor is what comes behind it"


def test_a_table_ends_with_a_blank_line() -> None:
    head, *rows = IOS.splitlines()[3:5]
    assert as_numbers([head, *rows]) and as_numbers([head, "", *rows])
    assert as_numbers([head, "", "", *rows]) == {} == as_numbers(rows)


@pytest.mark.parametrize(
    "line",
    [
        "192.0.2.2       4        65001x  12345",
        "192.0.2.2       4            0   12345",
        "192.0.2.2       4   4294967296   12345",
        "192.0.2.2       4                12345",
        "192.0.2.200000000000  4 65001    12345",
        "192.0.2.2                  65001 12345",
        "192.0.2.200000000000000000065001   123",
        "neighbour       4        65001   12345",
        "",
        "192.0.2.2       4        " + "9" * 5000,
    ],
)
def test_what_is_no_row_of_it_stays_text(line: str) -> None:
    assert as_numbers([IOS.splitlines()[3], line]) == {}


def test_a_screen_without_tables_is_looked_through_at_once() -> None:
    assert as_numbers(["AS path 65001 65002", "Neighbor AS", "x" * 100_000]) == {}
    assert is_row("192.0.2.2 4 65001") and is_row("fe80::1") and not is_row("12:34 up 5 days")
