"""Authorities for hosts' keys in their window: trusted after a mistake, revoked, removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.authorities import AuthorityDialog
from noc_console.views.terminal.connecting import ReasonDialog
from noc_console.views.terminal.setup import ReachingWindow
from tests.conftest import FakeClock
from tests.services.terminal.house import House, house
from tests.views.conftest import shown, until

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGYT9ZgPYb3PPq0dHTLm9UVvSAFFzbLzZ1bGTWSgyWgC"


@pytest.fixture
def home(store: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(store, bus, clock, tmp_path)


@pytest.fixture
async def window(home: House, desk: Desk) -> ReachingWindow:
    made = ReachingWindow(desk, home.ways, home.hostkeys)
    shown(made)
    await settled()
    made.tabs.setCurrentWidget(made.authorities)
    return made


def dialog() -> Dialog | None:
    found = QApplication.topLevelWidgets()
    return next((each for each in found if isinstance(each, Dialog) and each.isVisible()), None)


async def test_an_authority_is_trusted_after_a_mistake_then_revoked_and_removed(
    window: ReachingWindow, home: House, desk: Desk
) -> None:
    sheet = window.authorities
    assert "Choose a row" in sheet.revoke_button.toolTip()
    sheet.trust_button.click()
    await until(dialog)
    form = dialog()
    assert isinstance(form, AuthorityDialog)
    form.fields["key"].setText(f"{KEY} office")
    form.accept_button.click()
    await until(form.problem.isVisible)
    assert "for which hosts" in form.problem.text()
    form.fields["hosts"].setText("10.20.*")
    form.accept_button.click()
    await until(sheet.table.rows.rows)
    (made,) = await home.hostkeys.authorities(desk.actor)
    assert (made.name, made.hosts) == ("office", "10.20.*")

    sheet.table.select(made.id)
    sheet.revoke_button.click()
    await until(dialog)
    why = dialog()
    assert isinstance(why, ReasonDialog)
    why.input.setText("its key was copied, ticket 4711")
    why.accept_button.click()
    await until(lambda: [each for each in sheet.table.rows.rows() if each.is_revoked])
    await settled()
    sheet.table.select(made.id)
    assert sheet.revoke_button.toolTip() == plain_tip("It is revoked already")
    assert not sheet.revoke_button.isEnabled()

    sheet.remove_button.click()
    await until(dialog)
    ask = dialog()
    assert ask is not None and ask.cancel_button.isDefault()
    ask.accept_button.click()
    await until(lambda: not sheet.table.rows.rows())
    await settled()
    assert await home.hostkeys.authorities(desk.actor) == ()


async def test_the_same_key_twice_is_told_in_the_dialog(
    window: ReachingWindow, home: House, desk: Desk
) -> None:
    await home.hostkeys.trust_authority(desk.actor, key=KEY, hosts="*", name="office")
    window.authorities.trust_button.click()
    await until(dialog)
    form = dialog()
    assert isinstance(form, AuthorityDialog)
    form.fields["key"].setText(KEY)
    form.fields["hosts"].setText("*")
    form.accept_button.click()
    await until(form.problem.isVisible)
    assert form.problem.text().startswith("That key is trusted already, as office")
    form.reject()
    await settled()


async def test_who_may_not_change_it_sees_why(home: House, desk: Desk) -> None:
    rights = frozenset({"terminal.open", "hostkeys.see"})
    weak = make_desk(Actor("tom", desk.actor.tenant, rights), desk.feed)
    window = ReachingWindow(weak, home.ways, home.hostkeys)
    shown(window)
    await settled()
    for button in (window.authorities.trust_button, window.authorities.remove_button):
        assert not button.isEnabled() and "may not" in button.toolTip()
