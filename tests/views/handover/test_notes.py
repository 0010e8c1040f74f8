"""Notes wherever an object shows."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from noc_console.kernel.actor import Actor
from noc_console.views.handover.notes import MOST, NotesPane
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.dialogs import TextDialog
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.handover.conftest import Desked


def texts(pane: NotesPane) -> list[str]:
    return [note.text for note in pane.notes]


async def test_notes_of_the_object_are_shown_and_follow_what_others_write(
    desk: Desk, desked: Desked, jan: Actor
) -> None:
    await desked.handover.pin(jan, about="device:7", text="fan <b>is</b> loud")
    await desked.handover.pin(jan, about="device:8", text="another")
    pane = NotesPane(desk, desked.handover)
    pane.show_object("device:7", "core-1")
    shown(pane, 300, 200)
    await until(lambda: texts(pane) == ["fan <b>is</b> loud"])
    assert "fan <b>is</b> loud" in {label.text() for label in pane.findChildren(Label)}
    await desked.handover.pin(jan, about="device:7", text="spare ordered")
    await until(lambda: texts(pane) == ["spare ordered", "fan <b>is</b> loud"])
    pane.show_object("alarm:5")
    await settled()
    assert texts(pane) == []
    pane.show_object("")
    assert not pane.isVisible()


async def test_a_note_is_added_and_taken_off(desk: Desk, desked: Desked, operator: Actor) -> None:
    pane = NotesPane(desk, desked.handover)
    pane.show_object("device:7", "core-1")
    shown(pane, 300, 200)
    pane.add.click()
    await until(lambda: [w for w in QApplication.topLevelWidgets() if isinstance(w, TextDialog)])
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, TextDialog)]
    assert "core-1" in dialog.windowTitle()
    dialog.input.setPlainText("watch it")  # type: ignore[union-attr]
    dialog.accept_button.click()
    await until(lambda: texts(pane) == ["watch it"])
    (note,) = await desked.handover.notes(operator)
    assert (note.about, note.about_name) == ("device:7", "core-1")
    pane.findChildren(IconButton)[0].click()
    await until(lambda: texts(pane) == [])


async def test_many_notes_are_counted(desk: Desk, desked: Desked, operator: Actor) -> None:
    for number in range(MOST + 2):
        await desked.handover.pin(operator, about="site:3", text=f"note {number}")
    pane = NotesPane(desk, desked.handover)
    pane.show_object("site:3")
    shown(pane, 300, 400)
    await until(lambda: len(pane.notes) == MOST + 2)
    assert pane.more.text() == "and 2 more"


async def test_who_may_not_see_notes_sees_nothing(desk: Desk, desked: Desked) -> None:
    blind = make_desk(Actor("eve", "acme"), desk.feed)
    pane = NotesPane(blind, desked.handover)
    pane.show_object("device:7")
    assert not pane.isVisible() and not pane.tasks.is_asking("notes")


async def test_what_could_not_be_done_is_told(desk: Desk, desked: Desked) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    pane = NotesPane(desk, desked.handover)
    pane.show_object("device:7")
    pane._unpin(99)
    await until(lambda: told)
    assert told == ["there is no note 99"]


async def test_where_there_is_little_room_only_notes_take_some(
    desk: Desk, desked: Desked, operator: Actor
) -> None:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    pane = NotesPane(desk, desked.handover, is_quiet=True)
    layout.addWidget(pane)
    shown(holder, 400, 300)
    pane.show_object("device:7", "core-1")
    await settled()
    assert not pane.isVisible()
    await desked.handover.pin(operator, about="device:7", text="fan is loud")
    await until(lambda: pane.isVisible())
    assert not pane.add.isVisible()
