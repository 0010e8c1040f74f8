"""The discovery page with a real worker, searching a real lab of six devices."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from shiboken6 import isValid

from noc_console.kernel.errors import NotFound
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.discovery.model import LedgerEntry, RunState, TargetState
from noc_console.services.telemetry.model import PollPolicy
from noc_console.views.discovery.page import DiscoveryPage
from noc_console.views.discovery.wizard import Wizard
from noc_console.views.kit.desk import Desk, Route, make_desk
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.tasks import settled
from tests.lab.watched import ACTOR, Console, open_console
from tests.views.conftest import shown, until


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    async with open_console(tmp_path, policy=PollPolicy()) as opened:
        yield opened
        await settled()


@pytest.fixture
def desk(console: Console, bugs: list[BaseException]) -> Iterator[Desk]:
    feed = Feed(every_ms=5)
    stop = console.bus.listen(feed.push)
    yield make_desk(ACTOR, feed, clock=console.clock, on_error=bugs.append)
    stop()


@pytest.fixture
def page(desk: Desk, console: Console) -> DiscoveryPage:
    return DiscoveryPage(desk, console.discovery, console.credentials)


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        yield running


@pytest.fixture
def silent() -> Iterator[str]:
    """A place where questions arrive and nothing answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sock.getsockname()[1]}"


@asynccontextmanager
async def searching(console: Console) -> AsyncIterator[None]:
    """A collector's discovery worker runs."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(console.searcher().run())
        yield
        task.cancel()


async def wizard_of(page: DiscoveryPage) -> Wizard:
    def open_ones() -> list[Wizard]:
        return [each for each in page.findChildren(Wizard) if each.isVisible()]

    await until(open_ones, tries=2000)
    return open_ones()[0]


async def search(page: DiscoveryPage, *seeds: str) -> None:
    """Through the wizard, as an operator does."""
    wizard = await wizard_of(page)
    wizard.seeds.setPlainText("\n".join(seeds))
    wizard.accept_button.click()
    if wizard.kind.currentData() is not None:
        wizard.community.setText("public")
    wizard.accept_button.click()
    wizard.accept_button.click()
    await until(lambda: page.run is not None, tries=2000)


def entries(page: DiscoveryPage) -> dict[str, LedgerEntry]:
    return {entry.name: entry for entry in page.table.rows.rows()}


async def test_before_the_first_search_it_says_how_to_begin(
    page: DiscoveryPage, console: Console
) -> None:
    shown(page)
    await until(lambda: page.is_empty)
    page._empty.button.click()
    wizard = await wizard_of(page)
    wizard.reject()
    await settled()
    assert page.is_empty
    with pytest.raises(NotFound):
        await console.discovery.status(ACTOR)


@pytest.mark.timeout(120)
async def test_a_search_goes_from_the_wizard_to_every_device_and_its_ledger(
    page: DiscoveryPage, console: Console, lab: Lab
) -> None:
    shown(page)
    page.visit(Route("discovery", text="new"))
    await search(page, lab.seeds[0])
    assert page.state.text() == "Waiting for a collector"
    assert page.progress.isVisible()
    assert page.cancel_button.isVisible()
    assert not page.start_button.isEnabled()
    seen: list[tuple[int, int]] = []
    page.progress.valueChanged.connect(lambda now: seen.append((now, page.progress.maximum())))
    async with searching(console):
        await until(lambda: page.run is not None and page.run.state is RunState.DONE, tries=6000)
        await settled()
    assert page.state.text() == "Search finished"
    assert not page.progress.isVisible()
    assert page.start_button.isEnabled()
    assert seen, "progress was shown while it went on"
    assert all(done <= whole for done, whole in seen)
    found = {name for name, entry in entries(page).items() if entry.state is TargetState.FOUND}
    assert found == set(lab.plan.devices)
    assert page.facts.whole().startswith("6 devices")
    first = next(each for each in entries(page).values() if each.depth == 0)
    assert f"{first.address}:{first.port}" == lab.seeds[0]
    assert {each.depth for each in entries(page).values()} >= {0, 1}


@pytest.mark.timeout(120)
async def test_a_row_of_the_ledger_leads_to_its_device(
    page: DiscoveryPage, console: Console, lab: Lab, desk: Desk
) -> None:
    await console.credentials.add_snmp(ACTOR, name="lab", community="public")
    await console.discover(lab.seeds[:1])
    shown(page)
    await until(lambda: page.table.rows.rowCount())
    gone: list[Route] = []
    desk.wires.went.connect(gone.append)
    [entry] = page.table.rows.rows()
    page.table.view.activated.emit(page.table.rows.index(0, 0))
    assert entry.device_id is not None
    assert gone == [Route("device", id=entry.device_id)]


@pytest.mark.timeout(120)
async def test_a_search_under_way_is_cancelled(
    page: DiscoveryPage, console: Console, silent: str
) -> None:
    await console.credentials.add_snmp(ACTOR, name="lab", community="public")
    shown(page)
    await until(lambda: page.is_empty)
    async with searching(console):
        page.begin((silent,))
        await search(page, silent)
        await until(lambda: page.state.text() == "Searching", tries=1000)
        page.cancel_button.click()
        await until(lambda: page.state.text() == "Search cancelled", tries=1000)
    await settled()
    assert not page.cancel_button.isVisible()
    assert page.start_button.isEnabled()


@pytest.mark.timeout(120)
async def test_who_does_not_answer_is_told_with_the_reason(
    page: DiscoveryPage, console: Console, silent: str
) -> None:
    shown(page)
    await until(lambda: page.is_empty)
    async with searching(console):
        page.begin()
        await search(page, silent)
        await until(lambda: page.state.text() == "Search finished", tries=6000)
    await settled()
    [entry] = page.table.rows.rows()
    assert entry.state is TargetState.FAILED
    assert "1 did not answer (1 timeout)" in page.facts.whole()


async def test_a_wizard_left_open_goes_with_its_page(
    page: DiscoveryPage, bugs: list[BaseException]
) -> None:
    shown(page)
    page.begin(("192.0.2.1",))
    wizard = await wizard_of(page)
    assert wizard.seeds.toPlainText() == "192.0.2.1"
    page.deleteLater()
    await until(lambda: not isValid(page))
    await settled()
    assert not bugs
