from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QPushButton

from noc_console.adapters.vault.file_vault import FileVault
from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.alarms.model import AlarmCounts
from noc_console.services.secrets.model import Locked, VaultHolderChanged
from noc_console.services.secrets.passphrases import FLOOR
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.vault.clipboard import copy_secret
from noc_console.views.vault.lock import TITLE, WindowLock
from noc_console.views.vault.reveal import RevealDialog
from tests.services.vault.conftest import Bench, NoNetwork, bench_on
from tests.views.conftest import shown, until
from tests.views.vault.conftest import PHRASE
from tests.views.world import World


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def private() -> list[bool]:
    return []


@pytest.fixture
def window(desk: Desk) -> Iterator[QMainWindow]:
    made = QMainWindow()
    made.setWindowTitle("core-1 – Devices")
    made.setCentralWidget(QPushButton("core-1 is down"))
    desk.actions.add(Command("test.deed", "A deed", "check", lambda: None, "Ctrl+9"), made)
    shown(made, 900, 600)
    yield made
    made.close()


Locking = Callable[..., WindowLock]


@pytest.fixture
def locking(
    window: QMainWindow, desk: Desk, bench: Bench, seconds: Seconds, private: list[bool]
) -> Locking:
    async def counts() -> AlarmCounts:
        return AlarmCounts(critical=3, warning=12_000)

    def make(keyring: object = None) -> WindowLock:
        made = WindowLock(
            window,
            desk,
            bench.vault,
            counts,
            idle_min=15,
            keyring=keyring,
            private=private.append,
            now_s=seconds,
        )
        made.start()
        return made

    return make


async def test_nothing_locks_while_nobody_has_a_pass_phrase(
    locking: Locking, seconds: Seconds
) -> None:
    lock = locking()
    await until(lambda: not lock.tasks.is_asking("state"))
    seconds.now = 10_000
    lock.look()
    lock.lock()
    assert not lock.is_locked


async def test_an_idle_window_shows_counts_only_and_opens_with_the_pass_phrase(
    locking: Locking,
    window: QMainWindow,
    desk: Desk,
    bench: Bench,
    operator: Actor,
    seconds: Seconds,
    private: list[bool],
) -> None:
    await bench.secrets.put(operator, name=SecretRef("a"), secret=Secret("x"))
    await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    lock = locking()
    await until(lambda: lock._can_lock)
    seconds.now = 15 * 60 - 1
    lock.look()
    assert not lock.is_locked
    copy_secret(Secret("hunter2"))
    dialog, revealed = QDialog(window), RevealDialog(window, "a", Secret("hunter2"))
    dialog.show()
    revealed.show()
    seconds.now = 15 * 60
    lock.look()
    assert lock.is_locked and lock.screen is not None
    screen = lock.screen
    assert window.windowTitle() == TITLE
    assert screen.geometry() == window.rect()
    assert not window.centralWidget().isEnabled()
    assert not desk.actions.action("test.deed").isEnabled()
    assert not dialog.isVisible() and not revealed.isVisible()
    assert QGuiApplication.clipboard().text() == ""
    assert private == [True]
    with pytest.raises(Locked):
        await bench.secrets.use(operator, name=SecretRef("a"))
    await until(lambda: screen.person.count() and "3" in [c.text() for c in screen.counts.values()])
    absent = {each for each, sign in screen.signs.items() if sign.is_absent}
    assert absent == {each for each, told in screen.counts.items() if told.text() == "0"} != set()
    window.setWindowTitle("core-2 – Devices")  # a page loads on behind it
    assert window.windowTitle() == TITLE
    late = QDialog(window)
    late.show()
    lock.look()
    assert not late.isVisible()
    screen.phrase.setText("wrong phrase here")
    screen.button.click()
    await until(lambda: "not the right one" in screen.problem.text())
    assert screen.phrase.text() == "" and lock.is_locked
    screen.phrase.setText(PHRASE.reveal())
    screen.phrase.returnPressed.emit()
    await until(lambda: not lock.is_locked)
    assert window.windowTitle() == "core-2 – Devices"
    assert window.centralWidget().isEnabled()
    assert desk.actions.action("test.deed").isEnabled()
    assert dialog.isVisible()
    assert private == [True, False]
    assert (await bench.secrets.use(operator, name=SecretRef("a"))).reveal() == "x"
    lock.look()
    assert not lock.is_locked  # the idle time begins anew
    dialog.close()
    late.close()


async def test_a_hand_on_the_window_keeps_it_open(
    locking: Locking, window: QMainWindow, bench: Bench, operator: Actor, seconds: Seconds
) -> None:
    await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    lock = locking()
    await until(lambda: lock._can_lock)
    lock.look()  # which also learns of the windows there are
    handle = window.windowHandle()
    assert handle is not None
    seconds.now = 14 * 60
    moved = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        QPointF(5, 5),
        QPointF(window.mapToGlobal(QPoint(5, 5))),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(handle, moved)
    seconds.now = 20 * 60
    lock.look()
    assert not lock.is_locked
    seconds.now = 29 * 60
    lock.look()
    assert lock.is_locked


async def test_a_window_of_somebody_with_a_pass_phrase_begins_locked(
    locking: Locking, bench: Bench, operator: Actor
) -> None:
    await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    bench.vault.holding.lock()
    lock = locking()
    await until(lambda: lock.is_locked)


async def test_who_is_added_elsewhere_stands_in_the_list_of_a_locked_window(
    locking: Locking, bench: Bench, desk: Desk, operator: Actor, world: World, tmp_path: Path
) -> None:
    await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    bench.vault.holding.lock()
    lock = locking()
    await until(lambda: lock.screen is not None and lock.screen.person.count() == 1)
    assert lock.screen is not None and not lock.screen.missing.isHidden()
    elsewhere = bench_on(world.store, world.clock, tmp_path, NoNetwork())  # type: ignore[arg-type]
    await elsewhere.vault.add_person(operator, name="adam", passphrase=Secret("adam's phrase"))
    desk.feed.arrived.emit((VaultHolderChanged(name="adam", kind="person", what="let in"),))
    await until(lambda: lock.screen is not None and lock.screen.person.count() == 2)
    assert lock.screen.person.currentText() == "mira"  # as it was chosen


async def test_a_vault_file_is_made_with_a_phrase_said_twice(
    locking: Locking, bench: Bench, operator: Actor, tmp_path: Path
) -> None:
    keyring = FileVault(tmp_path / "vault.noc", cost=FLOOR)
    bench.secrets.keys.keyring = keyring
    lock = locking(keyring)
    await until(lambda: lock.is_locked and lock.screen is not None and lock.screen.is_new)
    screen = lock.screen
    assert screen is not None
    assert screen.title.text() == "Choose a pass phrase"
    screen.phrase.setText("a phrase of some length")
    screen.again.setText("another phrase of length")
    screen.button.click()
    assert "not the same" in screen.problem.text()
    screen.again.setText("a phrase of some length")
    screen.button.click()
    await until(lambda: not lock.is_locked)
    await bench.secrets.put(operator, name=SecretRef("a"), secret=Secret("x"))
    lock.lock()
    assert lock.is_locked and not keyring.is_open
