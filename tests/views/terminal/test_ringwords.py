"""The words of a ring, from a snippet or typed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.db.database import Database
from noc_console.services.snippets.model import Snippet, SnippetId, SnippetKind, Variant
from noc_console.services.snippets.service import SnippetService
from noc_console.services.terminal.ring import Member
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.ringwords import NONE_YET, RingWords
from noc_console.views.terminal.snippets import VariablesDialog
from tests.conftest import FakeClock
from tests.views.conftest import shown, until

MEMBERS = (
    Member(1, "par-1", "192.0.2.1", "iosxe"),
    Member(2, "lyo-1", "192.0.2.2", "junos"),
    Member(3, "mrs-1", "192.0.2.3", "timos"),
)
MIXED = Snippet(
    SnippetId(0),
    "Time",
    (Variant("ios*", "show clock {{how=detail}}"), Variant("junos", "show system uptime")),
)


@pytest.fixture
async def form(
    desk: Desk, store: Database, clock: FakeClock, bugs: list[BaseException]
) -> AsyncIterator[RingWords]:
    made = RingWords(desk, SnippetService(store, clock=clock), lambda: MEMBERS, bugs.append)
    shown(made, 800, 200)
    await settled()
    yield made
    await settled()


def asking() -> list[VariablesDialog]:
    tops = QApplication.topLevelWidgets()
    return [one for one in tops if isinstance(one, VariablesDialog) and one.isVisible()]


async def test_a_snippet_gives_each_platform_its_words_and_says_who_gets_none(
    form: RingWords,
) -> None:
    form.choose(MIXED)
    await until(asking)
    (dialog,) = asking()
    assert "show clock detail\nshow system uptime" in dialog.preview.toPlainText()
    dialog.accept_button.click()
    await until(lambda: form.words is not None)
    assert form.words == {1: "show clock detail", 2: "show system uptime"}
    assert form.command.isReadOnly()
    assert form.command.toPlainText().endswith("timos:\nnothing")
    assert form.chosen.text() == "“Time”, in each platform's words; none for 1 device"
    form.clear_button.click()
    assert form.words is None and not form.command.isReadOnly()
    assert form.command.toPlainText() == "" and form.chosen.isHidden()


async def test_who_turns_away_keeps_what_was_typed(form: RingWords) -> None:
    form.command.setPlainText("show version")
    form.choose(MIXED)
    await until(asking)
    asking()[0].reject()
    await settled()
    assert form.words is None and form.command.toPlainText() == "show version"


async def test_words_that_are_the_same_for_all_can_be_changed(form: RingWords) -> None:
    form.choose(Snippet(SnippetId(0), "Version", (Variant("*", "show version"),)))
    await until(lambda: form.command.toPlainText() == "show version")
    assert form.words is None and not form.command.isReadOnly()


async def test_the_menu_has_the_snippets_there_are_without_recorded_keys(
    form: RingWords, desk: Desk, store: Database, clock: FakeClock
) -> None:
    form.fill_menu()
    assert [one.text() for one in form.button.menu().actions()] == [NONE_YET]
    service = SnippetService(store, clock=clock)
    await service.put(desk.actor, snippet=Snippet(SnippetId(0), "A", (Variant("*", "x"),)))
    keys = Snippet(SnippetId(0), "B", (Variant("*", "[]"),), SnippetKind.MACRO)
    form._know((*await service.snippets(desk.actor), keys))
    form.fill_menu()
    assert [one.text() for one in form.button.menu().actions()] == ["A"]
