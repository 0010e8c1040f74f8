"""Tags are ticked, typed and taken back, on real services."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.services.inventory.tagging import TagService
from noc_console.services.inventory.tags import Tag
from noc_console.views.devices.page import DevicesPage
from noc_console.views.devices.tagging import CHECKED, NONE, SOME, TAG, TagDialog, Tagging
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.world import World

ONE = Device(DeviceId(1), "core-1", "10.0.0.1", 161, tags=("core", "north"))
TWO = Device(DeviceId(2), "core-2", "10.0.0.2", 161, tags=("core",))
KNOWN = (Tag("core", 2), Tag("lab", 7), Tag("north", 1))


def told(dialog: TagDialog) -> dict[str, Qt.CheckState]:
    items = [dialog.list.item(row) for row in range(dialog.list.count())]
    return {item.data(TAG): item.checkState() for item in items if not item.isHidden()}


def tick(dialog: TagDialog, tag: str, state: Qt.CheckState) -> None:
    for row in range(dialog.list.count()):
        if dialog.list.item(row).data(TAG) == tag:
            dialog.list.item(row).setCheckState(state)


async def test_it_shows_what_all_some_and_none_of_them_have() -> None:
    dialog = TagDialog(None, (ONE, TWO), KNOWN)
    assert told(dialog) == {"core": CHECKED, "lab": NONE, "north": SOME}
    assert dialog.windowTitle() == "Tags of 2 devices"
    assert dialog.changes() == ((), ())
    assert TagDialog(None, (ONE,), KNOWN).windowTitle() == "Tags of core-1"


async def test_only_what_was_touched_is_changed_on_all_of_them() -> None:
    dialog = TagDialog(None, (ONE, TWO), KNOWN)
    tick(dialog, "core", NONE)
    tick(dialog, "lab", CHECKED)
    assert dialog.changes() == (((1, "lab"), (2, "lab")), ((1, "core"), (2, "core")))
    tick(dialog, "north", CHECKED)
    assert ((1, "north") in dialog.changes()[0], len(dialog.changes()[0])) == (True, 4)


async def test_typing_finds_known_tags_and_enter_takes_them_or_a_new_one() -> None:
    dialog = TagDialog(None, (ONE,), KNOWN)
    dialog.line.setText("LA")
    assert list(told(dialog)) == ["lab"]
    dialog.line.setText("Lab")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.line.text() == "" and told(dialog)["lab"] == CHECKED
    QTest.keyClicks(dialog.line, "Old-Town")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert told(dialog)["old-town"] == CHECKED
    assert dialog.changes()[0] == ((1, "old-town"), (1, "lab"))


async def test_what_is_no_tag_is_said_in_place_and_nothing_is_accepted() -> None:
    dialog = TagDialog(None, (ONE,), KNOWN)
    dialog.line.setText("two words")
    dialog.accept()
    assert "no tag" in dialog.problem.text() and dialog.result() == 0
    dialog.line.setText("fine")
    dialog.accept()
    assert dialog.result() == 1 and dialog.changes()[0] == ((1, "fine"),)


@pytest.fixture
async def page(desk: Desk, world: World) -> DevicesPage:
    tags = TagService(world.store, world.inventory)
    made = DevicesPage(desk, world.inventory, world.telemetry, world.alarms, tags=tags)
    shown(made, 1200, 600)
    await settled()
    return made


def tagging_of(page: DevicesPage) -> Tagging:
    assert page.tagging is not None
    return page.tagging


async def asked(page: DevicesPage) -> TagDialog:
    tagging_of(page).ask()
    found: list[TagDialog] = []

    def is_open() -> bool:
        found[:] = [d for d in page.window().findChildren(TagDialog) if d.isVisible()]
        return bool(found)

    await until(is_open)
    return found[0]


def tags_of(page: DevicesPage) -> dict[str, tuple[str, ...]]:
    return {row.device.name: row.device.tags for row in page.table.rows.rows()}


async def test_many_devices_are_tagged_found_by_it_and_it_is_taken_back(
    page: DevicesPage, world: World
) -> None:
    page.table.view.selectAll()
    dialog = await asked(page)
    dialog.line.setText("edge")
    dialog.accept()
    await until(lambda: set(tags_of(page).values()) == {("edge",)})
    page.table.select(world.devices["core-1"])
    dialog = await asked(page)
    assert told(dialog) == {"edge": CHECKED}
    tick(dialog, "edge", NONE)
    dialog.accept()
    await until(lambda: tags_of(page)["core-1"] == ())
    page.table.set_filter("tag:edge type:router")
    assert list(tags_of(page)) == ["core-2"]
    page.table.set_filter("")
    tagging_of(page).stack.undo()
    await until(lambda: tags_of(page)["core-1"] == ("edge",))
    tagging_of(page).stack.undo()
    await until(lambda: set(tags_of(page).values()) == {()})
    tagging_of(page).stack.redo()
    await until(lambda: set(tags_of(page).values()) == {("edge",)})


async def test_a_dialog_that_is_left_or_changes_nothing_leaves_nothing_to_undo(
    page: DevicesPage, world: World
) -> None:
    page.table.select(world.devices["core-1"])
    (await asked(page)).reject()
    await settled()
    (await asked(page)).accept()
    await settled()
    _, undo, redo = tagging_of(page).actions
    assert tagging_of(page).stack.count() == 0
    assert not undo.isEnabled() and not redo.isEnabled()


async def test_tags_are_exported_where_their_column_is_chosen(
    page: DevicesPage, world: World
) -> None:
    service, number = TagService(world.store, world.inventory), world.devices["core-1"]
    await service.tag(world.collector, tags=("north", "edge"), device_ids=(number,))
    await until(lambda: tags_of(page)["core-1"] == ("edge", "north"))
    assert "Tags" not in page.table.csv()
    at = [column.key for column in page.table.rows.columns].index("tag")
    page.table.view.horizontalHeader().setSectionHidden(at, False)
    header, first = page.table.csv().splitlines()[1:3]
    assert ",Tags" in header and '"edge, north"' in first


async def test_who_may_only_look_is_not_offered_tags(world: World, desk: Desk) -> None:
    looker = Actor("ann", "acme", frozenset({"inventory.read", "telemetry.see", "alarms.see"}))
    other = make_desk(looker, desk.feed, clock=world.clock)
    tags = TagService(world.store, world.inventory)
    page = DevicesPage(other, world.inventory, world.telemetry, world.alarms, tags=tags)
    assert not any(action.isVisible() for action in tagging_of(page).actions)
    tagging_of(page).stack.canUndoChanged.emit(True)
    assert not any(action.isEnabled() for action in tagging_of(page).actions)
