"""Words and differences of the past, on plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.changes import Change, Subject, port_facts
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Interface,
    InterfaceId,
    LinkId,
    OperStatus,
    Reachability,
)
from noc_console.services.telemetry.model import Rates
from noc_console.services.topology.happenings import Sign
from noc_console.services.topology.model import Edge, End, Graph, LinkState, Load, Node
from noc_console.services.topology.rules.history import (
    differences,
    happenings,
    loaded,
    parts,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
DEVICES = {n: Device(DeviceId(n), f"r{n}", "", 161) for n in (1, 2)}
PORTS = {11: Interface(InterfaceId(11), DeviceId(1), 1, "ge-1")}
FACTS = {
    "name": "r1", "type": "router", "address": "", "site": None, "managed": True,
    "reachability": "up",
}  # fmt: skip
LINK = {"a": 1, "a_port": 11, "b": 2, "b_port": 21, "score": 75, "kinds": ["lldp"], "speed": 0}


def node(number: int, **values) -> Node:
    return Node(DeviceId(number), f"r{number}", DEVICES[1].type, **values)


def edge(number: int = 1, **values) -> Edge:
    ends = End(DeviceId(1), InterfaceId(11)), End(DeviceId(2), InterfaceId(21))
    return Edge(LinkId(number), *ends, 10**9, 95, **values)


@pytest.mark.parametrize(
    ("subject", "number", "before", "after", "words"),
    [
        ("device", 1, None, FACTS, "r1 was added"),
        ("device", 1, FACTS, None, "r1 was removed"),
        ("device", 1, FACTS, FACTS | {"reachability": "down"}, "r1 stopped answering"),
        ("device", 1, FACTS | {"reachability": "down"}, FACTS, "r1 answers again"),
        ("device", 1, FACTS | {"name": "old"}, FACTS, "old is now r1"),
        ("device", 1, FACTS | {"site": 3}, FACTS, "r1 was changed"),
        ("link", 5, None, LINK, "Link r1 – r2 appeared"),
        ("link", 5, LINK, None, "Link r1 – r2 is gone"),
        ("link", 5, LINK, LINK | {"score": 95}, "Link r1 – r2 is proven 95 of 100, was 75"),
        ("link", 5, LINK, LINK | {"b": 9, "speed": 1}, "Link r1 – device 9 was changed"),
        ("port", 11, port_facts(1, 10), port_facts(2, 10), "r1 ge-1 went down"),
        ("port", 11, port_facts(1, 10), port_facts(7, 10), "r1 ge-1 went lower layer down"),
        ("port", 11, port_facts(1, 10), port_facts(1, 20), "r1 ge-1 changed its speed"),
    ],
)
def test_each_change_has_its_words(subject, number, before, after, words) -> None:
    change = Change(AT, Subject(subject), number, before, after)
    (told,) = happenings([change], [], devices=DEVICES, ports=PORTS)
    assert told.text == words


def test_trouble_is_told_as_trouble_and_relief_is_not() -> None:
    down = Change(AT, Subject.PORT, 11, port_facts(1, 10), port_facts(2, 10))
    up = Change(AT, Subject.PORT, 11, port_facts(OperStatus.DOWN, 10), port_facts(1, 10))
    told = happenings([down, up], [], devices=DEVICES, ports=PORTS)
    assert [one.severity for one in told] == [Severity.MAJOR, Severity.CLEARED]


def test_a_port_nobody_knows_any_more_is_passed_over() -> None:
    change = Change(AT, Subject.PORT, 99, port_facts(1, 10), port_facts(2, 10))
    assert happenings([change], [], devices=DEVICES, ports=PORTS) == ()


def test_either_ends_word_will_do() -> None:
    told = Rates(
        AT, 300, np.array([11, 21]),
        {
            name: np.array(values)
            for name, values in {
                "in_octets": [np.nan, 7.0], "out_octets": [np.nan, 5.0],
                "in_errors": [1.0, np.nan], "out_errors": [np.nan, np.nan],
                "in_discards": [np.nan] * 2, "out_discards": [np.nan] * 2,
            }.items()
        },
    )  # fmt: skip
    (found,) = loaded(Graph((node(1), node(2)), (edge(),), at=AT), told).edges
    assert (found.load.ab_bps, found.load.ba_bps) == (7.0, 5.0)
    assert (found.load.ba_errors, found.load.ab_errors) == (1.0, None)
    assert found.load.at == AT


def test_only_what_differs_is_told_the_sign_says_how() -> None:
    before = Graph(
        (node(1), node(2, reachability=Reachability.UP), node(3), node(4)),
        (edge(1, load=Load(1e8, None, LinkState.UP)), edge(2), edge(3)),
    )
    after = Graph(
        (node(1), node(2, reachability=Reachability.DOWN), node(4, severity=Severity.MAJOR),
         node(5)),
        (
            edge(1, load=Load(9e8, None, LinkState.UP)),
            edge(3, load=Load(state=LinkState.DOWN)),
            edge(4),
        ),
    )  # fmt: skip
    found = differences(before, after)
    assert [(one.sign, one.name, one.text) for one in found] == [
        (Sign.WORSE, "r2", "answers → does not answer"),
        (Sign.REMOVED, "r3", "is gone"),
        (Sign.WORSE, "r4", "no alarm → major"),
        (Sign.ADDED, "r5", "was added"),
        (Sign.WORSE, "r1 – r2", "10 % → 90 %".replace(" %", "%")),
        (Sign.REMOVED, "r1 – r2", "is gone"),
        (Sign.WORSE, "r1 – r2", "unknown → down"),
        (Sign.ADDED, "r1 – r2", "was added"),
    ]
    assert differences(before, before) == ()


def test_a_load_within_the_bound_is_no_difference() -> None:
    nodes = (node(1), node(2))
    was = Graph(nodes, (edge(load=Load(1e8, None, LinkState.UP)),))
    now = Graph(nodes, (edge(load=Load(2.5e8, None, LinkState.UP)),))
    assert differences(was, now, bound=0.2) == ()
    assert [one.sign for one in differences(now, was, bound=0.1)] == [Sign.BETTER]


def test_a_move_to_another_site_is_told() -> None:
    was = Graph((node(1, site="Brno"),))
    now = Graph((replace(was.nodes[0], site="Prague"),))
    (one,) = differences(was, now)
    assert (one.sign, one.text) == (Sign.OTHER, "was r1 · Brno")


def test_the_parts_of_a_span_meet_and_end_with_it() -> None:
    end = AT + timedelta(hours=1)
    edges = parts(AT, end, 7)
    assert len(edges) == 8 and (edges[0], edges[-1]) == (AT, end)
    widths = {round((b - a).total_seconds(), 3) for a, b in pairwise(edges)}
    assert max(widths) - min(widths) < 0.01
