"""Dialogs of connecting: what they show, what they refuse, and what they forget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from noc_console.kernel.actor import Actor
from noc_console.services.hostkeys.model import BadCertificate, HostKey, KeyChanged
from noc_console.services.terminal.connecting import LegacyOnly, Prompt
from noc_console.services.ways.model import Hop
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.label import Label
from noc_console.views.terminal.connecting import (
    ChangedDialog,
    OldDialog,
    QuestionsDialog,
    TrustDialog,
    WindowAsker,
)
from tests.views.conftest import until

BLOB = "AAAAC3NzaC1lZDI1NTE5AAAAIIbHUyj+J6dvYlGQpDHSLyb6mQk8tsDFg3JlmVZcBmpE"
KEY = HostKey("10.0.0.1", 22, f"ssh-ed25519 {BLOB}", "SHA256:new")
CHANGED = KeyChanged(KEY, "SHA256:before")
OLD = LegacyOnly(Hop("10.0.0.1"), what="cipher", offered=("3des-cbc",))


@pytest.fixture
def window() -> QWidget:
    parent = QWidget()
    parent.show()
    return parent


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def asker(window: QWidget, desk: Desk, told: list[str]) -> WindowAsker:
    return WindowAsker(window, desk, told.append)


def dialog(kind: type[Dialog]) -> Dialog | None:
    """The dialog that is open."""
    for each in QApplication.topLevelWidgets():
        if isinstance(each, kind) and each.isVisible():
            return each
    return None


async def answered(work: object, kind: type[Dialog], act: Callable[[Dialog], object]) -> object:
    """What the asker says when a person does this with its dialog."""
    asking = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
    await until(lambda: dialog(kind))
    found = dialog(kind)
    assert found is not None
    act(found)
    return await asking


async def test_a_stranger_shows_fingerprint_and_picture(asker: WindowAsker) -> None:
    def look(found: Dialog) -> None:
        assert isinstance(found, TrustDialog)
        assert found.fingerprint.text() == "SHA256:new" and not found.picture.isVisible()
        found.show_button.click()
        assert found.picture.isVisible() and found.picture.text().startswith("+--[ED25519 256]--")
        found.accept_button.click()

    assert await answered(asker.trust(KEY), TrustDialog, look) is True
    assert await answered(asker.trust(KEY), TrustDialog, QDialog.reject) is False


async def test_a_changed_key_is_taken_only_with_a_reason(asker: WindowAsker) -> None:
    def give(found: Dialog) -> None:
        assert isinstance(found, ChangedDialog)
        found.accept_button.click()
        assert found.isVisible() and found.problem.isVisible()
        found.input.setText("replaced after a fault")
        found.accept_button.click()

    assert await answered(asker.overrule(CHANGED), ChangedDialog, give) == "replaced after a fault"
    assert await answered(asker.overrule(CHANGED), ChangedDialog, QDialog.reject) == ""


async def test_a_certificate_that_does_not_hold_is_told_as_that(asker: WindowAsker) -> None:
    def see(found: Dialog) -> None:
        assert found.windowTitle() == f"The certificate of {KEY.door} does not hold"
        shown = {each.accessibleName(): each.text() for each in found.findChildren(Label)}
        assert shown["A certificate"] == "of office that has expired"
        assert found.accept_button.text() == "Trust its key alone"
        found.reject()

    bad = BadCertificate(KEY, "of office that has expired")
    assert await answered(asker.overrule(bad), ChangedDialog, see) == ""


async def test_enter_leaves_a_changed_key_blocked(asker: WindowAsker) -> None:
    def see(found: Dialog) -> None:
        assert found.cancel_button.isDefault() and not found.accept_button.isDefault()
        found.reject()

    assert await answered(asker.overrule(CHANGED), ChangedDialog, see) == ""


async def test_who_may_not_override_is_not_asked(window: QWidget, told: list[str]) -> None:
    weak = make_desk(Actor("tom", "acme", frozenset({"terminal.open"})), Feed(every_ms=5))
    assert await WindowAsker(window, weak, told.append).overrule(CHANGED) == ""


async def test_old_algorithms_are_named_and_take_a_reason(asker: WindowAsker) -> None:
    def give(found: Dialog) -> None:
        assert isinstance(found, OldDialog)
        found.input.setText("no newer firmware")
        found.accept_button.click()

    assert await answered(asker.allow_old(OLD), OldDialog, give) == "no newer firmware"
    assert await answered(asker.allow_old(OLD), OldDialog, QDialog.reject) == ""


async def test_secret_answers_are_dots_and_are_forgotten(asker: WindowAsker) -> None:
    prompts = (Prompt("Code", is_secret=False), Prompt("<b>PIN</b>", is_secret=True))
    fields: list[QLineEdit] = []

    def give(found: Dialog) -> None:
        assert isinstance(found, QuestionsDialog)
        fields.extend(found.inputs)
        assert [field.echoMode() for field in fields] == [
            QLineEdit.EchoMode.Normal,
            QLineEdit.EchoMode.Password,
        ]
        fields[0].setText("1")
        fields[1].setText("2")
        found.accept_button.click()

    answers = await answered(asker.answers("Log in", "", prompts), QuestionsDialog, give)
    assert isinstance(answers, tuple) and [each.reveal() for each in answers] == ["1", "2"]
    turned = await answered(asker.answers("x", "", prompts), QuestionsDialog, QDialog.reject)
    assert turned is None


async def test_given_up_connecting_closes_its_dialog(asker: WindowAsker) -> None:
    asking = asyncio.get_running_loop().create_task(asker.trust(KEY))
    await until(lambda: dialog(TrustDialog))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: dialog(TrustDialog) is None)


def test_what_is_told_goes_on(asker: WindowAsker, told: list[str]) -> None:
    asker.told("Connecting…")
    assert told == ["Connecting…"]
