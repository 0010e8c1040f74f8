"""What a tree of sessions may look like."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.sessiontree import arranging
from noc_console.services.sessiontree.model import Found, Node, NodeId


def folder(number: int, parent: int | None = None) -> Node:
    above = None if parent is None else NodeId(parent)
    return Node(NodeId(number), above, f"f{number}", owner="mira")


TREE = {node.id: node for node in (folder(1), folder(2, 1), folder(3, 2))}
SESSION = Node(NodeId(9), NodeId(3), "s", "ssh:192.0.2.1", owner="mira")


def test_a_folder_is_not_moved_into_itself_or_below() -> None:
    for parent in (1, 2, 3):
        with pytest.raises(Invalid, match="into itself"):
            arranging.check_parent(TREE, TREE[NodeId(1)], NodeId(parent))
    arranging.check_parent(TREE, TREE[NodeId(3)], NodeId(1))
    arranging.check_parent(TREE, TREE[NodeId(3)], None)


def test_only_folders_take_something_in() -> None:
    with pytest.raises(Invalid, match="no folder"):
        arranging.check_parent({**TREE, SESSION.id: SESSION}, None, SESSION.id)
    with pytest.raises(Invalid, match="no folder"):
        arranging.check_parent(TREE, None, NodeId(77))


def test_folders_have_a_depth_and_a_ring_of_them_ends() -> None:
    deep = {NodeId(n): folder(n, n - 1 if n else None) for n in range(40)}
    with pytest.raises(Invalid, match="deep"):
        arranging.check_parent(deep, None, NodeId(30))
    ring = {NodeId(1): folder(1, 2), NodeId(2): folder(2, 1)}
    assert arranging.depth_of(ring, NodeId(1)) == arranging.DEEPEST + 1
    assert set(arranging.below(ring.values(), NodeId(1))) == {1, 2}


def test_all_in_a_folder_goes_with_it() -> None:
    assert set(arranging.below([*TREE.values(), SESSION], NodeId(2))) == {2, 3, 9}


def test_addresses_are_written_as_everybody_does() -> None:
    assert arranging.checked_address(" 192.0.2.1 ") == "ssh:192.0.2.1"
    with pytest.raises(Invalid):
        arranging.checked_address("ssh:-oProxyCommand=x")
    with pytest.raises(Invalid):
        arranging.checked_name(" ")
    with pytest.raises(NotAllowed):
        arranging.must_own(SESSION, "noor")


def test_hosts_of_the_inventory_lead_to_their_devices() -> None:
    found = [
        Found((), "a", "ssh:192.0.2.1"),
        Found((), "b", "ssh:Par-Core1"),
        Found((), "c", "ssh:noc@192.0.2.1"),
        Found((), "d", "telnet:192.0.2.1"),
    ]
    told = arranging.with_devices(found, {"192.0.2.1": 7, "par-core1": 7})
    assert [one.address for one in told] == [
        "ssh:device:7",
        "ssh:device:7",
        "ssh:noc@192.0.2.1",
        "telnet:192.0.2.1",
    ]
