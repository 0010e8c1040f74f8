"""ARP and bridge tables, as rows."""

from __future__ import annotations

from noc_console.services.inspection.collectors import layer2

MAC = b"\x00\x1b\x22\x00\x00\x09"


def test_arp_is_read_from_both_tables_and_links_come_first() -> None:
    old = [
        ((1, 10, 0, 0, 5), {"physAddress": MAC, "type": 3}),
        ((1, 10, 0, 0, 6), {"physAddress": MAC, "type": 3}),
        ((1, 10, 0, 0, 7), {"physAddress": MAC, "type": 2}),
    ]
    new = [
        ((1, 1, 4, 10, 0, 0, 5), {"physAddress": MAC, "type": 3, "state": 1}),
        ((2, 1, 4, 10, 1, 0, 1), {"physAddress": MAC, "type": 3, "state": 1}),
        ((2, 1, 4, 10, 1, 0, 2), {"physAddress": MAC, "type": 3, "state": 7}),
    ]
    found = layer2.arp(old, new)
    assert [(one.if_index, one.remote_address) for one in found] == [
        (2, "10.1.0.1"),
        (1, "10.0.0.5"),
        (1, "10.0.0.6"),
    ]


def test_learned_macs_are_told_by_interface_not_by_bridge_port() -> None:
    rows = [
        ((100, *MAC), {"port": 7, "status": 3}),
        ((100, 0, 27, 34, 0, 0, 10), {"port": 7, "status": 4}),
        ((100, 0, 27, 34, 0, 0, 11), {"port": 99, "status": 3}),
    ]
    (found,) = layer2.fdb((), rows, {7: 10107})
    assert (found.if_index, found.remote_chassis) == (10107, "00:1b:22:00:00:09")


def test_a_port_with_a_crowd_behind_it_tells_of_no_neighbour() -> None:
    crowd = [
        ((0, 27, 34, 0, 0, number), {"port": 1, "status": 3})
        for number in range(layer2.MOST_PER_PORT + 1)
    ]
    assert layer2.fdb(crowd, (), {1: 5}) == ()
    assert len(layer2.fdb(crowd[:-1], (), {1: 5})) == layer2.MOST_PER_PORT


def test_bridge_ports_without_an_interface_are_left_out() -> None:
    assert layer2.bridge_ports([((1,), {"if_index": 5}), ((2,), {"if_index": 0})]) == {1: 5}
