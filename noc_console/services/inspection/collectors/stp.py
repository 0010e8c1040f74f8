"""BRIDGE-MIB's spanning tree (RFC 4188): who is root, and what each port does about it."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import SpanningTree
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, Value, columns

BRIDGE_ADDRESS = "1.3.6.1.2.1.17.1.1.0"
PRIORITY = "1.3.6.1.2.1.17.2.2.0"
ROOT = "1.3.6.1.2.1.17.2.5.0"
ROOT_COST = "1.3.6.1.2.1.17.2.6.0"
ROOT_PORT = "1.3.6.1.2.1.17.2.7.0"
SCALARS = (BRIDGE_ADDRESS, PRIORITY, ROOT, ROOT_COST, ROOT_PORT)
PORT = columns("1.3.6.1.2.1.17.2.15.1", state=3, limit=4000)
NEEDS = (PORT,)

_STATES = {
    1: "disabled",
    2: "blocking",
    3: "listening",
    4: "learning",
    5: "forwarding",
    6: "broken",
}


async def read(agent: Agent, bridge: Mapping[int, int]) -> tuple[SpanningTree, ...]:
    """The bridge's spanning tree; nothing where it runs none."""
    rows = await agent.rows(PORT)
    return tree(await agent.get(SCALARS), rows, bridge) if rows else ()


def tree(
    got: Mapping[str, Value], rows: Rows, bridge: Mapping[int, int]
) -> tuple[SpanningTree, ...]:
    """Bridges are named as in configurations: `32768 aa:bb:cc:dd:ee:ff`."""
    root = _bridge_id(got.get(ROOT))
    if not root:
        return ()
    own = tables.mac(got.get(BRIDGE_ADDRESS))
    priority = got.get(PRIORITY)
    return (
        SpanningTree(
            bridge=f"{priority} {own}" if own and isinstance(priority, int) else own,
            root=root,
            root_cost=tables.number(got.get(ROOT_COST)),
            root_if_index=bridge.get(tables.number(got.get(ROOT_PORT))),
            ports=tuple(
                (bridge[index[0]], _STATES.get(tables.number(row.get("state")), ""))
                for index, row in rows
                if len(index) == 1 and index[0] in bridge
            ),
        ),
    )


def _bridge_id(value: Value) -> str:
    """A BridgeId: two octets of priority, then a MAC. Zeros are no bridge."""
    if not isinstance(value, bytes) or len(value) != 8 or not any(value):
        return ""
    return f"{int.from_bytes(value[:2], 'big')} {value[2:].hex(':')}"
