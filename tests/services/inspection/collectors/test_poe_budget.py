"""POWER-ETHERNET-MIB."""

from __future__ import annotations

from noc_console.services.inspection.collectors import poe_budget
from tests.services.inspection.collectors.recording import agent, table

SUPPLY = "1.3.6.1.2.1.105.1.3.1.1"
TOLD = table(SUPPLY, {2: {"1": 740, "2": 0}, 3: {"1": 3, "2": 2}, 4: {"1": 26, "2": 0}})


async def test_a_supply_tells_budget_use_and_state() -> None:
    found = await poe_budget.read(agent(TOLD))
    assert [(s.kind, s.name, s.value) for s in found] == [
        ("power", "PoE budget 1", 740.0),
        ("power", "PoE used 1", 26.0),
        ("state", "PoE supply 1", 3.0),
        ("power", "PoE budget 2", 0.0),
        ("power", "PoE used 2", 0.0),
    ]
    assert (3, 2, "faulty") in found[2].states


async def test_of_a_supply_told_finer_only_the_budget_is_new() -> None:
    rows = await agent(TOLD).rows(poe_budget.SUPPLY)
    assert [s.name for s in poe_budget.budgets(rows, {(1,), (2,)})] == [
        "PoE budget 1",
        "PoE budget 2",
    ]
