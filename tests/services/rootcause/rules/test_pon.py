"""What ONUs have in common."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Alarm
from noc_console.services.rootcause.rules import pon
from tests.services.rootcause.plants import Plant

PLANT = Plant([("s1", "o1")])
OLT = PLANT.ids["o1"]


def onus(many: int, condition: str = "onu-lost", tree: str = "0/1/1") -> list[Alarm]:
    return [PLANT.alarm("o1", condition, other=f"onu:{tree}:{at}") for at in range(many)]


@pytest.mark.parametrize(
    ("alarm", "tree"),
    [
        (PLANT.alarm("o1", "onu-lost", other="onu:0/1/1:3"), "0/1/1"),
        (PLANT.alarm("o1", "onu-lost", other="onu:0/1/1.3"), "0/1/1"),
        (PLANT.alarm("o1", "onu-lost", other="onu:HWTC00A1"), "0/2/7"),
        (PLANT.alarm("o1", "onu-lost", other="onu:ZTEG1234"), ""),
        (
            PLANT.alarm("o1", "onu-lost", other="onu:x", port=9, port_name="gpon-onu_1/2/3:4"),
            "1/2/3",
        ),
        (PLANT.alarm("o1", "interface-down", port=9, port_name="pon 0/1/1"), "0/1/1"),
        (PLANT.alarm("o1", "pon-dark", other="pon:0/1/1"), "0/1/1"),
        (PLANT.alarm("o1", "cpu"), ""),
    ],
)
def test_the_pon_port_is_found_by_place_by_serial_number_or_by_port(
    alarm: Alarm, tree: str
) -> None:
    assert pon.tree_of(alarm, {(OLT, "hwtc00a1"): "0/2/7"}) == tree


@pytest.mark.parametrize(
    ("dark", "known", "is_common"),
    [(2, 4, False), (3, 6, True), (3, 7, False), (4, 0, False), (5, 0, True), (8, 16, True)],
)
def test_half_of_a_port_is_its_feeder(dark: int, known: int, is_common: bool) -> None:
    found = list(pon.common(OLT, onus(dark), {(OLT, "0/1/1"): known}, {}))
    assert [one.condition for one in found] == (["pon-dark"] if is_common else [])


def test_those_that_gasp_lost_their_power_and_do_not_count_as_dark() -> None:
    alarms = [*onus(6), *onus(4, "dying-gasp")]
    (common,) = pon.common(OLT, alarms, {(OLT, "0/1/1"): 16}, {})
    assert (common.condition, common.many) == ("pon-powerless", 4)
    assert common.text == "4 of 16 ONUs of PON 0/1/1 lost their power"


def test_ports_are_judged_apart() -> None:
    alarms = [*onus(5, tree="0/1/1"), *onus(4, tree="0/1/2")]
    (common,) = pon.common(OLT, alarms, {}, {})
    assert common.tree == "0/1/1"
    assert common.text == "5 ONUs of PON 0/1/1 are dark: look at the feeder or the splitter"
