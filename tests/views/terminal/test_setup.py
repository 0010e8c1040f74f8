"""Jump hosts, known hosts and old SSH in their window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.hostkeys.model import HostKey
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.setup import ReachingWindow, WayDialog
from tests.conftest import FakeClock
from tests.services.terminal.house import House, house
from tests.views.conftest import shown, until

KEY = HostKey("10.0.0.1", 22, "ssh-ed25519 AAAA", "SHA256:a")


@pytest.fixture
def home(store: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(store, bus, clock, tmp_path)


@pytest.fixture
async def window(home: House, desk: Desk) -> ReachingWindow:
    await home.hostkeys.trust(desk.actor, key=KEY)
    await home.ways.allow_legacy(desk.actor, host="10.0.0.9", reason="no newer firmware")
    made = ReachingWindow(desk, home.ways, home.hostkeys)
    shown(made)
    await settled()
    return made


def dialog() -> Dialog | None:
    found = QApplication.topLevelWidgets()
    return next((each for each in found if isinstance(each, Dialog) and each.isVisible()), None)


async def test_a_way_is_added_after_a_mistake_and_removed_again(
    window: ReachingWindow, home: House, desk: Desk
) -> None:
    assert not window.remove_button.isEnabled() and "Choose" in window.remove_button.toolTip()
    window.add_button.click()
    await until(dialog)
    form = dialog()
    assert isinstance(form, WayDialog)
    form.fields["name"].setText("core")
    form.fields["names"].setText("ams-*")
    form.fields["hops"].setText("no host!")
    form.accept_button.click()
    await until(form.problem.isVisible)
    form.fields["hops"].setText("mira@jump")
    form.accept_button.click()
    await until(window.ways.rows.rows)
    (way,) = await home.ways.all(desk.actor)
    assert (way.name, way.names, way.hops) == ("core", "ams-*", "mira@jump")
    window.ways.select(way.id)
    window.remove_button.click()
    await until(dialog)
    ask = dialog()
    assert ask is not None and ask.accept_button.text() == "Remove the way"
    ask.accept_button.click()
    await until(lambda: not window.ways.rows.rows())
    await settled()


async def test_a_known_host_is_forgotten_and_old_ssh_taken_back(
    window: ReachingWindow, home: House, desk: Desk
) -> None:
    (pinned,), (old,) = window.known.rows.rows(), window.old.rows.rows()
    assert pinned.key == KEY and old.host == "10.0.0.9"
    for table, row, button, list_left in (
        (window.known, pinned.key.key + pinned.key.door, window.forget_button, window.known),
        (window.old, (old.host, old.port), window.forbid_button, window.old),
    ):
        window.tabs.setCurrentIndex(window.tabs.currentIndex() + 1)
        table.select(row)
        button.click()
        await until(dialog)
        ask = dialog()
        assert ask is not None and ask.cancel_button.isDefault()
        ask.accept_button.click()
        await until(lambda table=list_left: not table.rows.rows())
        await until(lambda: dialog() is None)
    await settled()
    assert await home.hostkeys.all(desk.actor) == ()
    assert await home.ways.legacy(desk.actor) == ()


async def test_who_may_not_change_it_sees_why(home: House, desk: Desk) -> None:
    rights = frozenset({"terminal.open", "hostkeys.see"})
    weak = make_desk(Actor("tom", desk.actor.tenant, rights), desk.feed)
    window = ReachingWindow(weak, home.ways, home.hostkeys)
    shown(window)
    await settled()
    assert not window.add_button.isEnabled()
    assert "may not" in window.add_button.toolTip()
