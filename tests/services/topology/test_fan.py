"""The trees behind OLTs, as a lens of the map."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, Reachability
from noc_console.services.topology import fan
from noc_console.services.topology.fan import Fan
from noc_console.services.topology.folding import Folds
from noc_console.services.topology.model import Arranged, Graph, Node, Position
from noc_console.services.topology.pons import OnuState, Pon, PonOnu

OLT = DeviceId(7)


def onu(number: int, state: OnuState = OnuState.UP) -> PonOnu:
    return PonOnu(f"onu-{number}", f"48575443{number:08X}", "online", state, -19.5, 1200)


def pon(number: int, count: int = 3, state: OnuState = OnuState.UP) -> Pon:
    return Pon(OLT, number, f"GPON 0/1/{number}", tuple(onu(at, state) for at in range(count)))


def network(*others: tuple[float, float]) -> Arranged:
    olt = Node(OLT, "olt-1", DeviceType.OLT)
    nodes = [Node(DeviceId(100 + at), f"d{at}", DeviceType.SWITCH) for at in range(len(others))]
    places = {OLT: Position(0, 0)} | {
        node.device_id: Position(x, y) for node, (x, y) in zip(nodes, others, strict=True)
    }
    return Arranged(Graph(nodes=(olt, *nodes)), places)


def test_an_olt_has_a_splitter_for_each_port_and_nobody_else_moves() -> None:
    before = network((200, 0))
    after = Fan((pon(1), pon(2)))(before)
    splitters = [node for node in after.graph.nodes if node.is_passive]
    assert [node.name for node in splitters] == ["GPON 0/1/1", "GPON 0/1/2"]
    assert [len(node.members) for node in splitters] == [3, 3]
    assert len(after.graph.edges) == 2
    assert {id: at for id, at in after.positions.items() if id > 0} == before.positions


def test_an_open_splitter_shows_its_onus_one_by_one_with_what_is_known() -> None:
    after = Fan((pon(1), pon(2)), frozenset({2}))(network())
    onus = [node for node in after.graph.nodes if node.name.startswith("onu-")]
    assert len(onus) == 3 and len(after.graph.edges) == 5
    assert dict(onus[0].facts) == {
        "Serial": "4857544300000000", "State": "answers (online)", "Receives": "-19.5 dBm",
        "Distance": "1,200 m", "Port": "GPON 0/1/2",
    }  # fmt: skip
    opened = next(node for node in after.graph.nodes if node.name == "GPON 0/1/2")
    assert not opened.members and opened.group == onus[0].group == "splitter:2"


def test_opening_a_splitter_turns_nothing() -> None:
    pons = tuple(pon(number) for number in range(1, 9))
    closed, opened = Fan(pons)(network((90, 10))), Fan(pons, frozenset({3}))(network((90, 10)))
    assert all(opened.positions[id] == at for id, at in closed.positions.items())


@pytest.mark.parametrize(
    ("states", "look"),
    [
        ((OnuState.UP, OnuState.UP), (Reachability.UP, Severity.CLEARED)),
        ((OnuState.UP, OnuState.OFF), (Reachability.UP, Severity.CLEARED)),
        ((OnuState.UP, OnuState.WEAK), (Reachability.UP, Severity.WARNING)),
        ((OnuState.OFF, OnuState.OFF), (Reachability.UP, Severity.MAJOR)),
        ((OnuState.LOST, OnuState.LOST), (Reachability.UP, Severity.MAJOR)),
    ],
)
def test_one_switched_off_is_no_trouble_and_all_of_them_at_once_are(
    states: tuple[OnuState, ...], look: tuple[Reachability, Severity]
) -> None:
    one = Pon(OLT, 1, "GPON 0/1/1", tuple(onu(at, state) for at, state in enumerate(states)))
    node = Fan((one,))(network()).graph.nodes[-1]
    assert (node.reachability, node.severity) == look


def test_an_olt_that_is_folded_away_has_no_tree() -> None:
    before = network((1, 1))
    others = Arranged(Graph(nodes=before.graph.nodes[1:]), before.positions)
    assert Fan((pon(1),))(others) is others
    assert Folds()(Fan((pon(1),))(before)).graph.nodes[-1].is_passive, "lenses go together"


@given(
    st.lists(
        st.tuples(st.integers(1, 4_000_000_000), st.integers(0, 40)),
        max_size=8,
        unique_by=lambda one: one[0],
    )
)
def test_ids_are_negative_and_everybodys_own(told: list[tuple[int, int]]) -> None:
    pons = tuple(pon(number, count) for number, count in told)
    graph = Fan(pons, frozenset(number for number, _ in told))(network()).graph
    ids = [node.device_id for node in graph.nodes if node.is_passive]
    assert len(set(ids)) == len(ids) == sum(1 + count for _, count in told)
    assert all(id < 0 for id in ids)
    links = [edge.link_id for edge in graph.edges]
    assert len(set(links)) == len(links) and all(link < -(1 << 49) for link in links)


def test_a_tree_turns_to_where_there_is_room() -> None:
    wall = np.array([(x, y) for x in range(60, 400, 40) for y in range(-300, 301, 40)], float)
    spots = np.array([(110.0, -20.0), (110.0, 20.0)])
    turn = fan.free_way(Position(0, 0), spots, wall)
    assert math.cos(turn) < 0, "away from the wall"
    assert fan.told((pon(1), pon(2, 1))) == "2 splitters, 4 ONUs"
