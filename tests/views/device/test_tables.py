"""The lists that are nothing but columns."""

from __future__ import annotations

from typing import Any

import pytest

from noc_console.services.inspection.model import (
    BgpPeer,
    Onu,
    OspfNeighbour,
    PoePort,
    SpanningTree,
    Vlan,
)
from noc_console.views.device import tables
from noc_console.views.kit.rows import Column
from tests.views.device.made import stack

NAMES = {101: "Gi1/0/1", 102: "Gi1/0/2", 103: "Gi1/0/3", 151: "Te1/1/1", 152: "Te1/1/2"}
FOUND = stack()
EVERY: list[tuple[tuple[Column[Any], ...], tuple[Any, ...]]] = [
    (tables.bgp_columns(), FOUND.bgp_peers),
    (tables.ospf_columns(NAMES), FOUND.ospf_neighbours),
    (tables.isis_columns(NAMES), FOUND.isis_adjacencies),
    (tables.vrf_columns(NAMES), FOUND.vrfs),
    (tables.route_columns(NAMES), FOUND.routes),
    (tables.vlan_columns(NAMES), FOUND.vlans),
    (tables.stp_columns(NAMES), tables.tree_ports(FOUND.spanning_trees)),
    (tables.mac_columns(NAMES), FOUND.macs),
    (tables.poe_columns(NAMES), (*FOUND.poe, PoePort("9/9"))),
    (tables.onu_columns(NAMES), (*FOUND.onus, Onu("2"))),
    (tables.problem_columns(), FOUND.problems),
]


@pytest.mark.parametrize(("columns", "rows"), EVERY)
def test_every_column_has_a_word_for_every_row(
    columns: tuple[Column[Any], ...], rows: tuple[Any, ...]
) -> None:
    assert len({column.key for column in columns}) == len(columns)
    assert sum(column.stretch for column in columns) == 1
    for row in rows:
        for column in columns:
            assert isinstance(column.text(row), str)
            for more in (column.sort, column.tip, column.bold, column.color, column.export):
                if more is not None:
                    more(row)


def words(columns: tuple[Column[Any], ...], row: Any) -> dict[str, str]:
    return {column.key: column.text(row) for column in columns}


def loud(columns: tuple[Column[Any], ...], row: Any) -> set[str]:
    return {column.key for column in columns if column.bold and column.bold(row)}


def test_a_session_that_is_not_established_stands_out_and_has_no_age() -> None:
    columns = tables.bgp_columns()
    up = BgpPeer("10.0.0.2", 65001, "established", established_seconds=93_600, in_updates=12_345)
    down = BgpPeer("10.0.0.3", 65001, "idle", established_seconds=50)
    assert loud(columns, up) == set() and loud(columns, down) == {"state"}
    assert words(columns, up)["up"] == "1 d 2 h"
    assert words(columns, up)["updatesin"] == "12\u202f345"
    assert words(columns, down)["up"] == "–"


def test_interfaces_are_named_and_unknown_ones_numbered() -> None:
    columns = tables.ospf_columns(NAMES)
    assert words(columns, OspfNeighbour("a", "b", "full", None, 151))["interface"] == "Te1/1/1"
    assert words(columns, OspfNeighbour("a", "b", "full", None, 9))["interface"] == "index 9"
    assert words(columns, OspfNeighbour("a", "b", "twoWay"))["interface"] == ""
    vlan = words(tables.vlan_columns(NAMES), Vlan(7, tagged=(151, 152), untagged=(9,)))
    assert (vlan["tagged"], vlan["untagged"]) == ("Te1/1/1, Te1/1/2", "index 9")


def test_every_port_of_every_tree_is_a_row_and_the_root_port_is_named() -> None:
    trees = (
        SpanningTree("own", "root", 4, 151, ((151, "forwarding"), (152, "blocking"))),
        SpanningTree("own", "own", 0, None, ((151, "forwarding"),)),
    )
    rows = tables.tree_ports(trees)
    columns = tables.stp_columns(NAMES)
    assert [words(columns, row)["role"] for row in rows] == ["root port", "", ""]
    assert words(columns, rows[2])["rootbridge"] == "own (this one)"
    assert loud(columns, rows[1]) == {"state"}


def test_power_is_told_in_watts_and_faults_stand_out() -> None:
    columns = tables.poe_columns(NAMES)
    fed, broken = FOUND.poe
    assert words(columns, fed)["power"] == "6.5 W"
    assert words(columns, fed)["state"] == "delivering power"
    assert (loud(columns, fed), loud(columns, broken)) == (set(), {"state"})


def test_an_onu_is_told_with_its_light() -> None:
    told = words(tables.onu_columns(NAMES), FOUND.onus[0])
    assert (told["receives"], told["distance"]) == ("-21.00 dBm", "3.40 km")
    assert loud(tables.onu_columns(NAMES), Onu("1", state="offline")) == {"state"}


def test_labels_of_mibs_are_said_as_words() -> None:
    assert tables.spoken("powerSupply") == "power supply"
    assert tables.spoken("up") == "up"
