"""The network as numbers."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.inventory.model import DeviceType
from noc_console.services.rootcause.model import Box, Cable, Network, Plug
from noc_console.services.rootcause.rules.ground import A_DOWN, B_DOWN, Ground, survey


def network(*cables: Cable, boxes: int = 4) -> Network:
    return Network(tuple(Box(at, f"d{at}") for at in range(1, boxes + 1)), cables)


def cable(a: int, b: int, port: int | None = None, *, is_logical: bool = False) -> Cable:
    return Cable(Plug(a, port), Plug(b, None if port is None else port + 1), is_logical=is_logical)


def links(ground: Ground) -> set[tuple[int, int]]:
    boxes = ground.boxes
    return {
        (boxes[a].device_id, boxes[b].device_id) for a, b in zip(ground.a, ground.b, strict=True)
    }


def test_the_same_network_told_in_another_order_is_the_same_ground() -> None:
    told = network(cable(1, 2, 10), cable(2, 3, 20), cable(1, 2, 30))
    turned = replace(told, boxes=told.boxes[::-1], cables=told.cables[::-1])
    assert survey(told) == survey(turned)


def test_cables_to_strangers_and_to_oneself_are_left_out() -> None:
    assert links(survey(network(cable(1, 2), cable(3, 3), cable(4, 9)))) == {(1, 2)}


def test_who_only_talks_to_somebody_has_no_cable_to_them_if_better_is_known() -> None:
    """A session over two hops is no way around the device between."""
    told = network(
        cable(1, 2), cable(2, 3), cable(1, 3, is_logical=True), cable(3, 4, is_logical=True)
    )
    assert links(survey(told)) == {(1, 2), (2, 3), (3, 4)}


def test_each_end_of_a_cable_is_found_by_its_port_and_has_its_bit() -> None:
    ground = survey(network(cable(1, 2, 10)))
    assert ground.by_port == {10: [0], 11: [0]}
    assert (ground.bit(0, 0), ground.bit(0, 1)) == (A_DOWN, B_DOWN)
    assert ground.other(0, 0) == 1
    assert ground.plug(0, 1).port == 11


def test_islands_are_what_hangs_together_when_all_works() -> None:
    ground = survey(network(cable(1, 3), boxes=4))
    assert (ground.island, ground.islands) == ([0, 1, 0, 2], 3)


def test_the_core_are_routers_with_a_cable_to_another_site() -> None:
    boxes = tuple(
        Box(at, f"d{at}", kind, site_id=site)
        for at, kind, site in (
            (1, DeviceType.ROUTER, 1),
            (2, DeviceType.ROUTER, 1),
            (3, DeviceType.SWITCH, 1),
            (4, DeviceType.SWITCH, 2),
            (5, DeviceType.SWITCH, 2),
        )
    )
    cables = (cable(1, 2), cable(2, 4), cable(2, 3), cable(4, 5))
    assert survey(Network(boxes, cables)).core == {1}


def test_without_routers_the_core_is_who_has_the_most_neighbours() -> None:
    assert survey(network(cable(1, 2), cable(2, 3), cable(2, 4))).core == {1}


def test_a_vantage_nobody_knows_is_passed_over() -> None:
    told = replace(network(cable(1, 2)), vantage=frozenset({2, 77}))
    assert survey(told).vantage == {1}
