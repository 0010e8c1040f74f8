"""Close to the tray asks once; quit really quits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.window import MainWindow
from tests.views.conftest import shown, until
from tests.views.shell.test_window import specs
from tests.views.world import World


@pytest.fixture
async def window(desk: Desk, world: World) -> MainWindow:
    sources = replace(world.sources(desk.actor), has_tray=True)
    made = MainWindow(desk, specs(world), sources)
    shown(made, 1366, 768)
    await settled()
    return made


async def question(window: MainWindow) -> Dialog:
    await until(lambda: window.findChildren(Dialog))
    return window.findChildren(Dialog)[0]


async def test_it_asks_once_and_then_closes_to_the_tray_without_asking(
    window: MainWindow,
) -> None:
    gone: list[int] = []
    window.closed.connect(lambda: gone.append(1))
    assert not window.close()
    dialog = await question(window)
    assert window.isVisible()
    dialog.accept_button.click()
    await until(lambda: not window.isVisible())
    await settled()
    window.come_forward()
    assert window.isVisible()
    window.close()
    assert not window.isVisible()
    assert gone == []
    window.closing.quit()
    assert gone == [1]
    assert window.alerts.tray.icon is not None
    assert not window.alerts.tray.icon.isVisible()


async def test_whoever_chooses_to_quit_is_not_asked_again(window: MainWindow) -> None:
    gone: list[int] = []
    window.closed.connect(lambda: gone.append(1))
    window.close()
    dialog = await question(window)
    assert dialog.cancel_button.text() == "Quit"
    dialog.cancel_button.click()
    await until(lambda: gone == [1])
    assert window.alerts.settings.closes_to_tray is False
    await settled()


async def test_escape_leaves_the_window_and_the_question(window: MainWindow) -> None:
    window.close()
    dialog = await question(window)
    dialog.reject()
    await settled()
    assert window.isVisible()
    assert window.alerts.settings.closes_to_tray is None
    window.closing.quit()


async def test_without_a_tray_the_window_simply_closes(desk: Desk, world: World) -> None:
    made = MainWindow(desk, specs(world), replace(world.sources(desk.actor), has_tray=False))
    gone: list[int] = []
    made.closed.connect(lambda: gone.append(1))
    shown(made, 1366, 768)
    await settled()
    assert made.close()
    assert gone == [1]
