"""What a node of the tree is."""

from __future__ import annotations

from noc_console.services.sessiontree.model import Node, NodeId


def test_what_leads_nowhere_is_a_folder() -> None:
    assert Node(NodeId(1), None, "Paris").is_folder
    assert not Node(NodeId(2), NodeId(1), "core", "ssh:192.0.2.1").is_folder
