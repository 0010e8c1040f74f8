"""Drawing on the map with the hand, and taking it all back."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.maps.model import Drawing, DrawingKind, Tint
from noc_console.services.topology.model import Position, Projection
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology import shapes
from noc_console.views.topology.align import AlignTool
from noc_console.views.topology.editing import EditTool
from noc_console.views.topology.moves import STEPS
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.strip import Hand
from tests.services.maps.rules.test_pictures import png
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


async def editing(page: MapPage) -> EditTool:
    await opened(page)
    tool = page.tool(EditTool)
    page.desk.actions.action("map.edit").trigger()
    assert tool.is_editing and tool.strip.isVisible()
    return tool


def mouse(
    page: MapPage,
    kind: QEvent.Type,
    x: float,
    y: float,
    *,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    at = QPointF(x, y)
    held = LEFT if kind is QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    event = QMouseEvent(kind, at, page.canvas.mapToGlobal(at), LEFT, held | LEFT, modifiers)
    QApplication.sendEvent(page.canvas, event)


def drag(page: MapPage, *way: tuple[float, float], **more: Qt.KeyboardModifier) -> None:
    mouse(page, QEvent.Type.MouseButtonPress, *way[0], **more)
    for spot in way[1:]:
        mouse(page, QEvent.Type.MouseMove, *spot, **more)
    mouse(page, QEvent.Type.MouseButtonRelease, *way[-1], **more)


def key(page: MapPage, code: Qt.Key) -> None:
    QApplication.sendEvent(page.canvas, QKeyEvent(QEvent.Type.KeyPress, code, NONE))


async def kept(page: MapPage) -> tuple[Drawing, ...]:
    await settled()
    return await page.stage.services.drawings.drawings(page.desk.actor)


def free_spot(page: MapPage) -> tuple[float, float]:
    """Of the widget, where neither a device nor a link is."""
    canvas = page.canvas
    for x in range(30, canvas.width() - 140, 20):
        for y in range(60, canvas.height() - 140, 20):
            spots = [QPointF(x + dx, y + dy) for dx in (0, 40, 80) for dy in (0, 30, 60)]
            hits = [canvas.hit_at(spot) for spot in spots]
            if all(each.device is None and each.site is None for each in hits):
                return float(x), float(y)
    raise AssertionError("the map is full")


async def test_an_area_is_dragged_kept_moved_and_removed(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    x, y = free_spot(page)
    key(page, Qt.Key.Key_R)
    drag(page, (x, y), (x + 40, y + 30), (x + 80, y + 60))
    (drawn,) = await kept(page)
    assert drawn.kind is DrawingKind.RECTANGLE and tool.grips.chosen == {drawn.id}
    scale = page.canvas.camera.scale
    assert drawn.width == pytest.approx(80 / scale, rel=0.02)
    drag(page, (x + 40, y + 30), (x + 50, y + 30), (x + 60, y + 30))
    (moved,) = await kept(page)
    assert moved.x - drawn.x == pytest.approx(20 / scale, rel=0.02) and moved.y == drawn.y
    key(page, Qt.Key.Key_Delete)
    assert await kept(page) == ()
    page.undo_stack.undo()
    page.undo_stack.undo()
    assert await kept(page) == (drawn,)
    assert page.undo_stack.undoText() == "Draw a rectangle"


async def test_a_handle_resizes(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    x, y = free_spot(page)
    tool.take(Hand.ELLIPSE)
    drag(page, (x, y), (x + 80, y + 60))
    (before,) = await kept(page)
    drag(page, (x + 80, y + 60), (x + 90, y + 70), (x + 100, y + 90))
    (after,) = await kept(page)
    assert (after.x, after.y) == (before.x, before.y)
    assert after.width > before.width and after.height > before.height


async def test_what_others_remove_while_the_hand_holds_it_is_gone_when_it_lets_go(
    page: MapPage, ids: Ids
) -> None:
    tool = await editing(page)
    x, y = free_spot(page)
    tool.take(Hand.RECTANGLE)
    drag(page, (x, y), (x + 80, y + 60))
    (drawn,) = await kept(page)
    mouse(page, QEvent.Type.MouseButtonPress, x + 40, y + 30)
    await page.stage.services.drawings.draw(page.desk.actor, map_id=0, remove=(drawn.id,))
    await settled()
    mouse(page, QEvent.Type.MouseMove, x + 40, y + 30)
    assert tool.sheet.drawings, "not out of the hand"
    mouse(page, QEvent.Type.MouseButtonRelease, x + 40, y + 30)
    await until(lambda: not tool.sheet.drawings)


async def test_a_note_is_written_where_it_was_put(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    x, y = free_spot(page)
    key(page, Qt.Key.Key_N)
    drag(page, (x, y))
    assert tool.writing.isVisible()
    tool.writing.setPlainText("Call first\u202e\x00")
    tool.writing.finish()
    (note,) = await kept(page)
    assert note.kind is DrawingKind.NOTE and note.text == "Call first"
    tool.write_in(note)
    tool.writing.cancel()
    assert (await kept(page))[0].text == "Call first"


async def test_a_note_left_empty_is_not_kept(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    tool.take(Hand.NOTE)
    drag(page, free_spot(page))
    tool.writing.cancel()
    assert await kept(page) == ()


async def test_a_polygon_has_the_corners_that_were_clicked(page: MapPage, ids: Ids) -> None:
    await editing(page)
    x, y = free_spot(page)
    key(page, Qt.Key.Key_Y)
    for dx, dy in ((0, 0), (80, 0), (80, 60), (0, 60)):
        drag(page, (x + dx, y + dy))
    key(page, Qt.Key.Key_Return)
    (area,) = await kept(page)
    assert area.kind is DrawingKind.POLYGON and len(area.points) == 4
    key(page, Qt.Key.Key_Y)
    drag(page, (x, y))
    key(page, Qt.Key.Key_Escape)
    assert len(await kept(page)) == 1, "Esc drops a polygon under way"


async def test_devices_on_an_area_are_still_taken_first(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    spot = page.canvas.spot_of(3)
    x, y = page.canvas.camera.to_map(spot.x(), spot.y())
    area = shapes.fresh(
        DrawingKind.RECTANGLE, (x - 200, y - 200), (x + 200, y + 200), z=0, tint=Tint.GREY
    )
    tool.change("Draw", {area.id: area})
    drag(page, (spot.x(), spot.y()))
    assert page.canvas.selection == {3} and not tool.grips.chosen


async def test_what_is_locked_is_not_hit_until_all_is_unlocked(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    x, y = free_spot(page)
    tool.take(Hand.RECTANGLE)
    drag(page, (x, y), (x + 80, y + 60))
    tool.lock()
    drag(page, (x + 40, y + 30))
    assert not tool.grips.chosen
    tool.lock()
    drag(page, (x + 40, y + 30))
    assert len(tool.grips.chosen) == 1


async def test_the_pile_and_the_tint_change_and_come_back(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    low = shapes.fresh(DrawingKind.NOTE, (0, 0), (90, 90), z=1, tint=Tint.GREY)
    high = shapes.fresh(DrawingKind.NOTE, (0, 0), (90, 90), z=2, tint=Tint.GREY)
    tool.change("Draw", {low.id: low, high.id: high})
    tool._choose({low.id})
    key(page, Qt.Key.Key_BracketRight)
    tool.paint_chosen(Tint.SAND)
    last = (await kept(page))[-1]
    assert (last.id, last.tint) == (low.id, Tint.SAND)
    page.undo_stack.undo()
    page.undo_stack.undo()
    assert await kept(page) == (low, high)


async def test_a_picture_lies_behind_everything_locked(
    page: MapPage, ids: Ids, tmp_path: Path
) -> None:
    tool = await editing(page)
    file = tmp_path / "plan.png"
    file.write_bytes(png(300, 200))
    await tool.put_image(file)
    (drawn,) = await kept(page)
    assert drawn.is_locked and drawn.width / drawn.height == pytest.approx(1.5, rel=1e-3)
    assert drawn.image in tool.sheet.pictures
    file.write_bytes(b"GIF89a nothing")
    with pytest.raises(Invalid):
        await tool.put_image(file)
    with pytest.raises(Invalid, match="cannot be read"):
        await tool.put_image(tmp_path / "none.png")


async def test_escape_goes_back_one_step_at_a_time(page: MapPage, ids: Ids) -> None:
    tool = await editing(page)
    drawn = shapes.fresh(DrawingKind.NOTE, (0, 0), (90, 90), z=1, tint=Tint.GREY)
    tool.change("Draw", {drawn.id: drawn})
    tool._choose({drawn.id})
    tool.take(Hand.LINE)
    for _ in range(2):
        key(page, Qt.Key.Key_Escape)
    assert tool.is_editing and tool.hand is Hand.SELECT and not tool.grips.chosen
    key(page, Qt.Key.Key_Escape)
    assert not tool.is_editing and tool.strip.isHidden()


async def test_each_map_has_its_own_drawings_and_others_hear_of_them(
    page: MapPage, ids: Ids
) -> None:
    tool = await editing(page)
    drawn = shapes.fresh(DrawingKind.NOTE, (0, 0), (90, 90), z=1, tint=Tint.GREY)
    tool.change("Draw", {drawn.id: drawn})
    await settled()
    other = await page.stage.services.maps.create(page.desk.actor, name="Other")
    page.stage.go_to_view(other.view, Projection.FORCE)
    await settled()
    assert tool.sheet.ordered == ()
    page.stage.go_to_view("main", Projection.FORCE)
    await until(lambda: tool.sheet.ordered == (drawn,))
    theirs = shapes.fresh(DrawingKind.LINE, (0, 0), (90, 90), z=2, tint=Tint.GREY)
    await page.stage.services.drawings.draw(page.desk.actor, map_id=0, put=(theirs,))
    await until(lambda: tool.sheet.ordered == (drawn, theirs))


async def test_a_picture_for_elsewhere_has_the_notes_but_no_handles(
    page: MapPage, ids: Ids
) -> None:
    tool = await editing(page)
    bare = page.canvas.picture(QSize(600, 400), 1.0)
    note = shapes.fresh(DrawingKind.NOTE, (-100, -60), (100, 60), z=1, tint=Tint.GREY)
    tool.change("Draw", {note.id: note})
    tool._choose({note.id})
    chosen = page.canvas.picture(QSize(600, 400), 1.0)
    tool._choose(())
    assert bare != chosen == page.canvas.picture(QSize(600, 400), 1.0)


async def test_a_route_opens_the_map_for_editing(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.visit(Route("map", text="edit:on"))
    assert page.tool(EditTool).is_editing


async def test_a_refused_drawing_is_told_and_leaves_nothing_behind(
    page: MapPage, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = await editing(page)
    first = shapes.fresh(DrawingKind.NOTE, (0, 0), (90, 90), z=1, tint=Tint.GREY)
    tool.change("Draw", {first.id: first})
    await settled()

    async def refuse(*_: object, **__: object) -> None:
        raise NotAllowed("mira may not draw here")

    # The store itself stays: only this door says no, as after a right was taken away.
    monkeypatch.setattr(page.stage.services.drawings, "draw", refuse)
    second = shapes.fresh(DrawingKind.NOTE, (5, 5), (90, 90), z=2, tint=Tint.GREY)
    tool.change("Draw", {second.id: second})
    await until(lambda: tool.sheet.ordered == (first,))
    assert page.undo_stack.count() == 1 and "may not draw" in page.strip.text.text()
    page.undo_stack.undo()
    await until(lambda: tool.sheet.ordered == (first,) and page.undo_stack.index() == 1)
    monkeypatch.undo()
    page.undo_stack.undo()
    assert await kept(page) == () and page.undo_stack.index() == 0


async def test_a_refused_move_is_told_and_the_map_shows_what_is_kept(
    page: MapPage, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(page)
    before = tuple(page.canvas.scene.at[2])

    async def refuse(*_: object, **__: object) -> None:
        raise NotAllowed("mira may not place devices")

    # As after a right was taken away; the rest of the service is the real one.
    monkeypatch.setattr(page.stage.services.topology, "place", refuse)
    page.canvas.select((2,))
    page.tool(AlignTool).nudge(30, 0)
    await until(lambda: page.undo_stack.count() == 0)
    await until(lambda: tuple(page.canvas.scene.at[2]) == pytest.approx(before, abs=0.02))
    assert "may not place" in page.strip.text.text()


def _some_drawing(tool: EditTool, chance: random.Random) -> None:
    known = tool.sheet.ordered
    what = chance.choice(("new", "move", "tint", "remove", "write", "front"))
    if what == "new" or not known:
        kind = chance.choice([DrawingKind.NOTE, DrawingKind.RECTANGLE, DrawingKind.ARROW])
        at = chance.uniform(-500, 500), chance.uniform(-500, 500)
        drawn = shapes.fresh(
            kind, at, (at[0] + 90, at[1] + 40), z=tool.sheet.highest + 1, tint=Tint.GREY
        )
        tool.change("Draw", {drawn.id: drawn})
        return
    one = chance.choice(known)
    tool._choose({one.id})
    if what == "move":
        tool.change("Move", {one.id: shapes.moved(one, chance.uniform(-50, 50), 7.0)})
    elif what == "tint":
        tool.paint_chosen(chance.choice(list(Tint)))
    elif what == "remove":
        tool.remove_chosen()
    elif what == "front":
        tool.lift(front=chance.random() < 0.5)
    else:
        tool._written(one.id, f"words {chance.randrange(100)}")


def _some_move(page: MapPage, chance: random.Random) -> None:
    page.canvas.select(chance.sample(range(38), chance.randint(1, 6)))
    what = chance.choice(("nudge", "pin", "align", "drag"))
    if what == "nudge":
        page.tool(AlignTool).nudge(chance.choice((-3, 5)), 1)
    elif what == "pin":
        page.toggle_pin()
    elif what == "align":
        page.tool(AlignTool).align(chance.choice(("left", "middle", "grid", "tidy", "circle")))
    else:
        number = next(iter(page.canvas.selection))
        x, y = (float(each) for each in page.canvas.scene.at[number])
        page.canvas.moved.emit({number: (x, y)}, {number: (round(x + 31, 2), round(y - 9, 2))})


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
async def test_fifty_steps_of_any_kind_are_taken_back_and_done_again(
    page: MapPage, ids: Ids, seed: int
) -> None:
    """The same state in the store and on the canvas, whatever the steps were."""
    chance, tool = random.Random(seed), page.tool(EditTool)
    if not tool.is_editing:
        await editing(page)
    page.undo_stack.clear()

    async def settled_state() -> tuple[dict[int, Position], tuple[Drawing, ...]]:
        drawn = await kept(page)
        places = await page.stage.services.topology.positions(page.desk.actor)
        await until(lambda: tool.sheet.ordered == drawn)
        await until(lambda: _on_canvas(page) == places)
        return dict(places), drawn

    start = await settled_state()
    while page.undo_stack.count() < STEPS:
        if chance.random() < 0.5:
            _some_move(page, chance)
        else:
            _some_drawing(tool, chance)
        if chance.random() < 0.2:
            page.undo_stack.undo()
            page.undo_stack.redo()
        if chance.random() < 0.3:
            await settled()
    end = await settled_state()
    for _ in range(STEPS):
        page.undo_stack.undo()
    assert page.undo_stack.index() == 0
    assert await settled_state() == start
    for _ in range(STEPS):
        page.undo_stack.redo()
    assert await settled_state() == end


def _on_canvas(page: MapPage) -> dict[int, Position]:
    scene = page.canvas.scene
    return {
        int(node.device_id): Position(
            round(float(scene.at[at, 0]), 2),
            round(float(scene.at[at, 1]), 2),
            bool(scene.pinned[at]),
        )
        for at, node in enumerate(scene.nodes)
    }
