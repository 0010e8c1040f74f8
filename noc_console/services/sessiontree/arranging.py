"""What a tree of sessions may look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.text import visible
from noc_console.services.sessiontree.model import Found, Node, NodeId
from noc_console.services.terminal.addresses import parse

LONGEST_NAME = 120
LONGEST_NOTE = 2_000
DEEPEST = 16
MOST_NODES = 20_000


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises Invalid."""
    name = visible(name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"a name has 1 to {LONGEST_NAME} characters", field="name")
    return name


def checked_address(address: str) -> str:
    """The address as everybody writes it. Raises Invalid."""
    return parse(address).address


def must_own(node: Node, name: str) -> None:
    """A shared session is used by all and changed by its owner."""
    if node.owner != name:
        raise NotAllowed(f"“{node.name}” is {node.owner}'s: make one of your own")


def depth_of(nodes: Mapping[NodeId, Node], parent: NodeId | None) -> int:
    """How many folders are above, at most `DEEPEST` + 1."""
    depth = 0
    while parent is not None and parent in nodes and depth <= DEEPEST:
        depth, parent = depth + 1, nodes[parent].parent_id
    return depth


def check_parent(nodes: Mapping[NodeId, Node], moved: Node | None, parent: NodeId | None) -> None:
    """A folder takes it, it is not within itself, and nothing lies too deep. Raises Invalid."""
    if parent is None:
        return
    folder = nodes.get(parent)
    if folder is None or not folder.is_folder:
        raise Invalid("that is no folder", field="parent")
    above: NodeId | None = parent
    for _ in range(DEEPEST + 1):
        if above is None:
            break
        if moved is not None and above == moved.id:
            raise Invalid("a folder cannot be moved into itself", field="parent")
        above = nodes[above].parent_id if above in nodes else None
    if depth_of(nodes, parent) >= DEEPEST:
        raise Invalid(f"folders are at most {DEEPEST} deep", field="parent")


def below(nodes: Iterable[Node], top: NodeId) -> tuple[NodeId, ...]:
    """A node and everything in it."""
    children: dict[NodeId | None, list[NodeId]] = {}
    for node in nodes:
        children.setdefault(node.parent_id, []).append(node.id)
    found, waiting = [], [top]
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.append(number)
        waiting += children.get(number, ())
    return tuple(found)


def with_devices(found: Sequence[Found], devices: Mapping[str, int]) -> tuple[Found, ...]:
    """Sessions to hosts of the inventory lead to the device: by its address or its name.

    One with a user or a port of its own, or over other hosts, stays as it was written.
    """
    known = []
    for one in found:
        kind, _, host = one.address.partition(":")
        number = devices.get(host.lower()) if kind == "ssh" else None
        address = one.address if number is None else f"ssh:device:{number}"
        known.append(Found(one.folders, one.name, address, one.note))
    return tuple(known)
