"""The first look at a device."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.inspection.service import Kept
from noc_console.services.inventory.model import Device, DeviceId, SensorKind
from noc_console.views.device.known import Known
from noc_console.views.device.measured import of
from noc_console.views.device.overview import MOST_WORDS, Overview
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown
from tests.views.device.made import gauge, stack

AT = datetime(2026, 3, 1, tzinfo=UTC)
DEVICE = Device(
    DeviceId(1), "sw-1", "10.0.0.1", 161, vendor="Cisco", model="<b>SW</b>", inspected_at=AT
)


def overview(desk: Desk, known: Known, width: int = 1300) -> Overview:
    made = Overview(desk.times)
    made.show_known(known)
    made.show_measured(of(known, ()))
    shown(made, width, 700)
    return made


async def test_it_says_what_it_is_and_why_we_think_so(desk: Desk) -> None:
    made = overview(desk, Known(DEVICE, "", (), (), (), (), Kept(AT, stack())))
    facts = dict(made.identity.facts)
    assert facts["Platform"] == "Cisco IOS-XE" and facts["Model"] == "<b>SW</b>"
    assert made.reasons.lines == (("sysObjectID begins with 1.3.6.1.4.1.9.1", ""),)
    assert made.problems.lines == (("table 1.3.6.1.9: no answer", ""),)


async def test_a_device_never_inspected_teaches_how(desk: Desk) -> None:
    made = overview(desk, Known(DEVICE, "", (), (), (), ()))
    assert "discovery" in made.reasons.lines[0][0]
    hidden = {key for key, card in made.cards.items() if card.isHidden()}
    assert hidden == {"processors", "memory", "storage", "supplies", "states", "problems"}


async def test_a_platform_no_rule_knows_says_so(desk: Desk) -> None:
    plain = replace(stack(), verdict=replace(stack().verdict, reasons=()))
    made = overview(desk, Known(DEVICE, "", (), (), (), (), Kept(AT, plain)))
    assert made.reasons.lines[0][0].startswith("No rule knows")


async def test_cards_stand_in_as_many_columns_as_there_is_room(desk: Desk) -> None:
    known = Known(DEVICE, "", (), (), (), (), Kept(AT, stack()))
    wide, narrow = overview(desk, known, 1300), overview(desk, known, 900)
    for made, columns in ((wide, 3), (narrow, 2)):
        lefts = {
            card.mapTo(made, card.rect().topLeft()).x()
            for card in made.cards.values()
            if not card.isHidden()
        }
        assert len(lefts) == columns


async def test_cards_grow_with_their_words_while_they_are_seen(desk: Desk) -> None:
    known = Known(DEVICE, "", (), (), (), (), Kept(AT, stack()))
    made = overview(desk, Known(DEVICE, "", (), (), (), ()))
    made.show_known(known)
    made.show_measured(of(known, ()))
    await asyncio.sleep(0.05)
    for key in ("identity", "reasons", "problems"):
        card = made.cards[key]
        assert card.height() >= card.heightForWidth(card.width()), key


async def test_a_bar_leads_to_its_history(desk: Desk) -> None:
    known = Known(DEVICE, "", (), (), (), (), Kept(AT, stack()))
    made = overview(desk, known)
    told = gauge(7, SensorKind.CPU, 30.0)
    live = (replace(told, sensor=replace(told.sensor, oid="1.5.1")),)
    made.show_measured(of(known, live))
    chosen: list[int] = []
    made.bar_chosen.connect(chosen.append)
    made.processors.chosen.emit(7)
    assert chosen == [7] and made.processors.bars[0].text == "30 %"


async def test_a_hundred_problems_are_told_in_a_few_lines(desk: Desk) -> None:
    many = replace(stack(), problems=stack().problems * 100)
    made = overview(desk, Known(DEVICE, "", (), (), (), (), Kept(AT, many)))
    assert len(made.problems.lines) == MOST_WORDS
    assert made.problems.lines[-1][0] == "and 89 more"
