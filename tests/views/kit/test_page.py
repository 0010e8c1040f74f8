"""Pages: load when seen, reload when something they show changed, and say what went wrong."""

from __future__ import annotations

import asyncio

from PySide6.QtGui import QHideEvent, QShowEvent

from noc_console.kernel.errors import Broken, Invalid, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.model import AlarmChanged
from noc_console.services.inventory.model import DeviceChanged
from noc_console.services.secrets.model import Locked, VaultUnlocked
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until


class Counting(Page):
    watches = (DeviceChanged,)
    calm_ms = 20

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.loads = 0
        self.fails: Exception | None = None

    def reload(self) -> None:
        self.loads += 1
        self.tasks.ask("load", self._load(), lambda _: None)

    async def _load(self) -> None:
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails


def changed(device_id: int = 1) -> DeviceChanged:
    return DeviceChanged(device_id=device_id, what="name")


async def test_a_page_loads_when_it_is_seen_and_not_before(desk: Desk) -> None:
    page = Counting(desk)
    assert page.loads == 0
    shown(page)
    assert page.loads == 1
    page.hide()
    page.show()
    assert page.loads == 1
    await settled()


async def test_a_watched_event_reloads_a_page_that_is_seen(desk: Desk, bus: EventBus) -> None:
    page = Counting(desk)
    shown(page)
    bus.publish([changed()])
    await until(lambda: page.loads == 2)
    bus.publish([AlarmChanged(alarm_id=1, what="raised", severity=5, device_id=1)])
    await asyncio.sleep(0.05)
    assert page.loads == 2


async def test_a_hidden_page_only_notes_that_it_is_stale(desk: Desk, bus: EventBus) -> None:
    page = Counting(desk)
    shown(page)
    page.hide()
    for number in range(3):
        bus.publish([changed(number)])
        await asyncio.sleep(0.02)
    assert page.loads == 1
    page.show()
    assert page.loads == 2
    await settled()


async def test_a_storm_reloads_calmly_and_ends_up_to_date(desk: Desk, bus: EventBus) -> None:
    page = Counting(desk)
    page._calm.setInterval(100)
    shown(page)
    for number in range(20):
        bus.publish([changed(number)])
        await asyncio.sleep(0.006)
    seen = page.loads
    assert seen <= 5
    await until(lambda: not page._calm.isActive())
    assert page.loads > 1


async def test_what_was_refused_is_said_in_place(desk: Desk, bugs: list[BaseException]) -> None:
    page = Counting(desk)
    page.fails = Invalid("the prefix is not one")
    shown(page)
    await until(page.strip.isVisible)
    assert page.strip.text.text() == "The prefix is not one"
    assert not page.strip.button.isVisible()
    assert bugs == []


async def test_what_was_unreachable_can_be_retried(desk: Desk, bugs: list[BaseException]) -> None:
    page = Counting(desk)
    page.fails = Unreachable("10.0.0.1 did not answer", peer="10.0.0.1")
    shown(page)
    await until(page.strip.isVisible)
    page.fails = None
    page.strip.button.click()
    await settled()
    assert (page.loads, page.strip.isVisible(), bugs) == (2, False, [])


async def test_a_bug_is_reported_and_shows_no_traceback(
    desk: Desk, bugs: list[BaseException]
) -> None:
    page = Counting(desk)
    page.fails = ZeroDivisionError("internal words")
    shown(page)
    await until(page.strip.isVisible)
    assert bugs == [page.fails]
    assert "internal words" not in page.strip.text.text()


async def test_broken_data_offers_details(desk: Desk, bugs: list[BaseException]) -> None:
    page = Counting(desk)
    page.fails = Broken("two devices have one serial")
    shown(page)
    await until(page.strip.isVisible)
    assert bugs == []
    page.strip.button.click()
    assert bugs == [page.fails]


async def test_measurements_are_asked_for_again_while_seen(desk: Desk) -> None:
    class Measuring(Counting):
        refresh_s = 0.1

    page = Measuring(desk)
    shown(page)
    await until(lambda: page.loads >= 3)
    page.hide()
    seen = page.loads
    await asyncio.sleep(0.15)
    assert page.loads == seen


async def test_emptiness_takes_the_place_of_content(desk: Desk) -> None:
    page = Counting(desk)
    shown(page)
    page.show_empty(Empty("Nothing", "because"))
    assert page.is_empty
    page.show_empty(None)
    assert not page.is_empty
    await settled()


def test_a_page_taken_apart_is_shown_and_hidden_without_a_word(desk: Desk) -> None:
    """The garbage collector empties a page before Qt has let go of it."""
    page = Counting(desk)
    page.__dict__.clear()
    Page.showEvent(page, QShowEvent())
    Page.hideEvent(page, QHideEvent())


async def test_what_was_said_goes_when_it_works_again(desk: Desk) -> None:
    page = Counting(desk)
    page.fails = Unreachable("no answer", peer="r1")
    shown(page)
    await settled()
    assert page.strip.isVisible()
    page.fails = None
    page.reload()
    await settled()
    assert not page.strip.isVisible()


async def test_what_was_said_since_stays_when_an_older_failure_works_again(desk: Desk) -> None:
    page = Counting(desk)
    page.fails = Invalid("the filter is wrong")
    shown(page)
    await settled()
    page.strip.say("Two devices were left out.")
    page.fails = None
    page.reload()
    await settled()
    assert page.strip.text.text() == "Two devices were left out."
    assert page.strip.isVisible()


async def test_a_page_that_found_the_vault_locked_reads_again_once_it_is_open(
    desk: Desk, bus: EventBus
) -> None:
    page = Counting(desk)
    page.fails = Locked("the vault is locked: it waits for your pass phrase")
    shown(page)
    await settled()
    assert page.strip.isVisible()
    page.fails = None
    bus.publish([VaultUnlocked(person="mira")])
    await until(lambda: page.loads == 2)
    assert not page.strip.isVisible()
    await settled()
