"""The lab's page beside a real lab of six devices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.lab import LabClient
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.lab import plan
from noc_console.lab.control import Control
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.lab.service import LabService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.lab.page import ANYTHING, LabPage
from tests.conftest import FakeClock
from tests.views.conftest import shown, until

LOOKER = Actor("guest", "acme", frozenset({"lab.view"}))


@pytest.fixture
def page(desk: Desk, store: Database, clock: FakeClock, tmp_path: Path) -> LabPage:
    return LabPage(desk, LabService(store, LabClient(tmp_path / "lab.json"), clock=clock))


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        control = Control(running, tmp_path / "lab.json")
        await control.start()
        yield running
        await settled()
        await control.close()


async def opened(page: LabPage) -> LabPage:
    shown(page)
    await until(lambda: page.faults.count())
    await settled()
    return page


def choose(page: LabPage, name: str) -> None:
    page.faults.setCurrentRow([kind.name for kind in page._kinds].index(name))


def targets(page: LabPage) -> list[str]:
    return [page.target.itemText(at) for at in range(page.target.count())]


async def test_without_a_lab_it_says_how_to_start_one_and_finds_it_when_it_runs(
    page: LabPage, tmp_path: Path
) -> None:
    shown(page)
    await until(lambda: page.is_empty)
    assert "noc-console --lab" in page._empty.why.text()
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        control = Control(running, tmp_path / "lab.json")
        await control.start()
        page._empty.button.click()
        await until(lambda: not page.is_empty)
        await settled()
        await control.close()


async def test_it_tells_what_there_is_and_that_all_is_well(page: LabPage, lab: Lab) -> None:
    await opened(page)
    assert page.title.text() == "All is well"
    assert page.facts.whole().startswith("6 devices, 0 silent")
    assert {row.name for row in page.devices.rows.rows()} == set(lab.plan.devices)
    assert {row.snmp_port for row in page.devices.rows.rows()} == {
        device.snmp_port for device in lab.plan.devices.values()
    }
    assert not page.mend_all_button.isEnabled()
    assert page.active.rows.rows() == ()


async def test_each_kind_of_fault_tells_what_it_does_and_offers_what_it_can_break(
    page: LabPage, lab: Lab
) -> None:
    await opened(page)
    devices = sorted(lab.plan.devices)
    ports = sorted(
        f"{device.name}:{port}" for device in lab.status().devices for port in device.ports
    )
    assert ports
    wanted = {"device": devices, "link": ports, "site": sorted(lab.plan.sites)}
    kinds = lab.catalogue()
    assert {kind.target for kind in kinds} == set(wanted)
    for kind in kinds:
        choose(page, kind.name)
        assert targets(page) == [ANYTHING, *wanted[kind.target]], kind.name
        assert page.does.text() == kind.does
        assert kind.alarm in page.alarm.text()


async def test_what_is_broken_here_is_broken_in_the_lab_and_mended_again(
    page: LabPage, lab: Lab
) -> None:
    await opened(page)
    choose(page, "device-down")
    victim = sorted(lab.plan.devices)[0]
    page.target.setCurrentIndex(page.target.findData(victim))
    page.break_button.click()
    await until(lambda: page.active.rows.rows())
    assert [(fault.name, fault.target) for fault in lab.status().faults] == [
        ("device-down", victim)
    ]
    assert page.title.text() == "1 fault injected"
    assert "1 silent" in page.facts.whole()
    assert page.target.currentData() == victim, "the chosen target stays chosen"

    [fault] = page.active.rows.rows()
    page.active.select(fault.id)
    page.mend()
    await until(lambda: not page.active.rows.rows())
    assert lab.status().faults == ()
    assert page.title.text() == "All is well"


async def test_the_lab_picks_where_when_nobody_says_and_everything_is_mended_at_once(
    page: LabPage, lab: Lab
) -> None:
    await opened(page)
    for name in ("high-cpu", "link-down"):
        choose(page, name)
        before = len(lab.status().faults)
        page.faults.itemActivated.emit(page.faults.currentItem())
        await until(lambda before=before: len(lab.status().faults) == before + 1)
        await settled()
    await until(lambda: page.mend_all_button.isEnabled())
    page.mend_all_button.click()
    await until(lambda: not lab.status().faults)
    await until(lambda: not page.mend_all_button.isEnabled())


async def test_what_the_lab_refuses_is_said_in_place(page: LabPage, lab: Lab) -> None:
    await opened(page)
    choose(page, "device-down")
    page.target.addItem("gone", "no-such-device")
    page.target.setCurrentIndex(page.target.count() - 1)
    page.break_button.click()
    await until(lambda: page.strip.isVisible())
    assert "no-such-device" in page.strip.text.text()
    assert lab.status().faults == ()


async def test_who_may_only_look_breaks_nothing(
    store: Database, clock: FakeClock, lab: Lab, tmp_path: Path, desk: Desk
) -> None:
    guest = replace(desk, actor=LOOKER)
    page = LabPage(guest, LabService(store, LabClient(tmp_path / "lab.json"), clock=clock))
    await opened(page)
    page.break_button.click()
    await until(lambda: page.strip.isVisible())
    assert lab.status().faults == ()
