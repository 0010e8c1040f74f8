"""A device's interfaces as columns."""

from __future__ import annotations

from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.rules import ports

UPLINK = PortFact(7, 5, 1, "xe-0", 10**9, 1, True, True)
SPARE = PortFact(7, 2, 9, "xe-1", 0, 2, False, False)


def test_columns_are_in_the_order_of_ids_whatever_the_facts_order() -> None:
    found = ports.ports_of((UPLINK, SPARE))
    assert found.ids.tolist() == [2, 5]
    assert found.indexes.tolist() == [9, 1]
    assert found.names == ("xe-1", "xe-0")
    assert found.speeds.tolist() == [0, 10**9]
    assert found.statuses.tolist() == [2, 1]
    assert found.wide.tolist() == [False, True]
    assert found.linked.tolist() == [False, True]
    width = ports.width_of(found)
    assert (width.wide.tolist(), width.speeds.tolist()) == ([False, True], [0, 10**9])


def test_a_device_may_have_no_interface() -> None:
    nothing = ports.ports_of(())
    assert len(nothing) == 0 and nothing.wide.all()
