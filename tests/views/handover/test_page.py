"""The page of the shift on real services."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.handover.model import HandoverState
from noc_console.views.handover.page import LOG, NOTES, WRITING, HandoverPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import TextDialog
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.conftest import shown, until
from tests.views.handover.conftest import Desked


@pytest.fixture
async def page(desk: Desk, desked: Desked) -> HandoverPage:
    made = HandoverPage(desk, desked.handover)
    shown(made, 1200, 700)
    await settled()
    return made


def kinds(page: HandoverPage) -> list[str]:
    return [row.kind for row in page.changed.rows.rows()]


async def answer(text: str) -> None:
    def asked() -> list[TextDialog]:
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, TextDialog)]
        return [dialog for dialog in found if dialog.isVisible()]

    await until(asked)
    (dialog,) = asked()
    shown_input = dialog.input
    if hasattr(shown_input, "setPlainText"):
        shown_input.setPlainText(text)
    else:
        shown_input.setText(text)  # type: ignore[union-attr]
    dialog.accept_button.click()
    await until(lambda: dialog not in asked())


async def test_what_changed_since_my_last_shift_is_one_list(
    page: HandoverPage, desked: Desked, jan: Actor, clock: FakeClock, desk: Desk
) -> None:
    clock.tick(minutes=1)
    alarm = await desked.world.report("core-1", text="CPU at 97 %")
    await desked.works.begin(jan, device_ids=(desked.world.devices["edge-3"],), reason="card")
    await desked.handover.write(jan, text="called the crew")
    clock.tick(minutes=1)
    page.mark_stale()
    await until(lambda: {"new", "maintenance", "log"} <= set(kinds(page)))
    assert kinds(page)[0] == "new"
    assert "1 alarm came" in page.in_short.text() and "under way" in page.in_short.text()
    assert "1 stands" in page.in_short.text()
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.changed.opened.emit(page.changed.rows.rows()[0])
    assert went == [Route("alarms", id=int(alarm.id))]


async def test_a_shift_begins_is_written_down_and_is_handed_over(
    page: HandoverPage, desked: Desked, operator: Actor
) -> None:
    assert page.who.whole() == "Not on shift" and page.begin_button.isVisible()
    page.begin_button.click()
    await until(lambda: page.who.whole().startswith("On shift since"))
    assert page.hand_button.isVisible() and not page.begin_button.isVisible()
    page.write()
    assert page.tabs.currentIndex() == LOG
    QTest.keyClicks(page.line, "called the crew")
    QTest.keyClick(page.line, Qt.Key.Key_Return)
    await until(lambda: [e.text for e in page.log.rows.rows()] == ["called the crew"])
    page.hand_button.click()
    await until(lambda: page.writing.shown is not None)
    assert page.tabs.currentIndex() == WRITING
    assert "called the crew" in page.writing.text.toPlainText()


async def test_a_handover_nobody_signed_is_told_until_somebody_does(
    page: HandoverPage, desked: Desked, jan: Actor
) -> None:
    drafted = await desked.handover.draft(jan)
    await desked.handover.hand_over(jan, handover_id=drafted.id)
    await until(lambda: page.strip.isVisible())
    assert page.strip.text.text().startswith("jan handed over")
    page.strip.button.click()
    await until(lambda: page.writing.shown is not None)
    page.take()
    await until(lambda: not page.strip.isVisible())
    shown_one = page.writing.shown
    assert shown_one is not None and shown_one.state is HandoverState.TAKEN


async def test_notes_are_pinned_changed_and_taken_off(
    page: HandoverPage, desked: Desked, operator: Actor, desk: Desk
) -> None:
    page.tabs.setCurrentIndex(NOTES)
    page.pin()
    await answer("device:7")
    await answer("fan is loud")
    await until(lambda: [note.text for note in page.notes.rows.rows()] == ["fan is loud"])
    page.notes.select(page.notes.rows.key_at(0))
    assert desk.actions.action("handover.unpin").isEnabled()
    page.edit_note()
    await answer("fan exchanged")
    await until(lambda: [note.text for note in page.notes.rows.rows()] == ["fan exchanged"])
    page.notes.select(page.notes.rows.key_at(0))
    page.unpin()
    await until(lambda: page.notes.rows.rows() == ())
    assert await desked.handover.notes(operator) == ()


async def test_a_note_at_an_alarm_of_the_list_needs_no_key(
    page: HandoverPage, desked: Desked, operator: Actor, clock: FakeClock
) -> None:
    clock.tick(minutes=1)
    alarm = await desked.world.report("core-1")
    clock.tick(minutes=1)
    page.mark_stale()
    await until(lambda: "new" in kinds(page))
    page.changed.select(page.changed.rows.key_at(0))
    page.pin()
    await answer("known since Monday")
    await until(lambda: "note" in kinds(page))
    (note,) = await desked.handover.notes(operator)
    assert note.about == f"alarm:{alarm.id}"


async def test_a_line_that_could_not_be_written_is_given_back(
    page: HandoverPage, bugs: list[BaseException]
) -> None:
    from noc_console.kernel.errors import Unreachable

    page._give_back("called the crew", Unreachable("the store does not answer", peer="db"))
    assert page.line.text() == "called the crew"
    assert "does not answer" in page.strip.text.text()


async def test_routes_choose_tabs_and_handovers(
    page: HandoverPage, desked: Desked, operator: Actor
) -> None:
    page.visit(Route("handover", text="log"))
    assert page.tabs.currentIndex() == LOG
    drafted = await desked.handover.draft(operator)
    page.visit(Route("handover", id=int(drafted.id)))
    assert page.tabs.currentIndex() == WRITING
    await until(lambda: page.writing.shown and page.writing.shown.id == drafted.id)
    page.visit(Route("handover", text="kind:new"))
    assert page.changed.filter_line.text() == "kind:new"


async def test_another_span_is_read_at_once(
    page: HandoverPage, desked: Desked, clock: FakeClock
) -> None:
    page.span.setCurrentIndex(3)
    await until(lambda: page.changes is not None
                and (clock.now() - page.changes.since).total_seconds() == 24 * 3600)  # fmt: skip
