"""IS-IS adjacencies."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import isis
from noc_console.services.inspection.model import IsisAdjacency
from tests.services.inspection.collectors.recording import agent, table


@pytest.mark.parametrize("base", ["1.3.6.1.2.1.138", "1.3.6.1.4.1.9.10.118"])
async def test_an_adjacency_is_put_together_from_four_tables(base: str) -> None:
    cells = {
        **table(
            f"{base}.1.6.1.1",
            {2: {"5.1": 3}, 6: {"5.1": b"\x01\x00\x99\x19\x12\x55"}, 8: {"5.1": 2}},
        ),
        **table(f"{base}.1.6.2.1", {2: {"5.1.1": b"\x49\x00\x01"}}),
        **table(
            f"{base}.1.6.3.1",
            {3: {"5.1.1": b"\xfe\x80" + b"\0" * 13 + b"\x09", "5.1.2": b"\x0a\x63\xfc\xff"}},
        ),
        **table(f"{base}.1.3.2.1", {2: {"5": 559}}),
    }
    assert await isis.read(agent(cells)) == (
        IsisAdjacency("0100.9919.1255", "up", 559, "10.99.252.255", "49.0001", "level2"),
    )


async def test_an_adjacency_alone_is_one_all_the_same() -> None:
    cells = table("1.3.6.1.2.1.138.1.6.1.1", {2: {"5.1": 2, "7": 3}})
    assert await isis.read(agent(cells)) == (IsisAdjacency("", "initializing"),)


async def test_a_box_without_isis_has_none() -> None:
    assert await isis.read(agent({})) == ()
