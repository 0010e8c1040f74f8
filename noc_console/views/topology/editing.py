"""Drawing on a map: the mode, its hands, and every deed with its way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.maps.model import (
    LARGEST_IMAGE,
    Drawing,
    DrawingKind,
    DrawingsChanged,
    MapId,
    Point,
    Tint,
    map_of,
)
from noc_console.services.topology.model import Projection
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.kit.dialogs import ask_open_paths
from noc_console.views.kit.page import Page
from noc_console.views.topology import shapes
from noc_console.views.topology.drawing import Grips, Picture, Readable, Sheet, decode, restyled
from noc_console.views.topology.moves import Deed, take_back
from noc_console.views.topology.stage import MapTool, Stage
from noc_console.views.topology.strip import KEYS, EditStrip, Hand
from noc_console.views.topology.writing import InlineText

REACH = 7.0
"""Pixels around a line or handle that count as it."""
Changes = Mapping[str, Drawing | None]
PutDrawings = Callable[[MapId, Changes, str], None]


class Redraw(Deed):
    """Drawings that became others; None is one that is not there."""

    def __init__(
        self, text: str, map_id: MapId, before: Changes, after: Changes, put: PutDrawings
    ) -> None:
        super().__init__(text)
        self._map, self._before, self._after, self._put = map_id, before, after, put

    def write(self, forward: bool) -> object:
        # A token of its own for each writing: the same changes may be on their way twice.
        changes = dict(self._after if forward else self._before)
        self.token = changes
        self._put(self._map, changes, "drawn" if forward else "undone")
        return changes


class EditTool(MapTool):
    """Shows what is drawn on the map; in edit mode the hand changes it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.sheet = Sheet()
        self.grips = Grips(self.sheet)
        self.strip = EditStrip(stage.canvas)
        self.writing = InlineText(stage.canvas)
        self.hand = Hand.SELECT
        self.tint = Tint.GREY
        self._map = MapId(-1)
        self._start: Point | None = None
        self._handle: tuple[str, int] | None = None
        self._pending = 0
        self._writes = 0
        self._line = asyncio.Lock()
        stage.canvas.behind = (*stage.canvas.behind, self.sheet)
        stage.canvas.above = (*stage.canvas.above, self.grips)
        stage.canvas.pictured = (*stage.canvas.pictured, Readable(self.sheet))
        stage.canvas.installEventFilter(self)
        stage.view_wanted.connect(self._turn)
        stage.shown.connect(self._turn)
        stage.desk.feed.arrived.connect(self._heard)
        self.strip.hand_chosen.connect(lambda word: self.take(Hand(word)))
        self.strip.tint_chosen.connect(lambda word: self.paint_chosen(Tint(word)))
        self.strip.asked.connect(self._asked)
        self.writing.written.connect(self._written)
        stage.add(
            Command(
                "map.edit",
                "Edit the map: notes, areas, images",
                "edit",
                self.toggle,
                "Ctrl+Shift+E",
                "maps.edit",
                "Map",
            ),
            "Edit",
        )

    @property
    def is_editing(self) -> bool:
        return self.grips.is_on

    def visit(self, word: str, value: str) -> bool:
        """`edit:on` opens the map for editing."""
        if word != "edit":
            return False
        if self.is_editing is not (value == "on"):
            self.toggle()
        return True

    # --- what is drawn -----------------------------------------------------------------------

    @property
    def map_id(self) -> MapId:
        return map_of(self.stage.view)

    def load(self) -> None:
        """Ask what is drawn on the map shown."""
        self.stage.tasks.ask("drawings", self._known(self.map_id), self._know)

    async def _known(self, map_id: MapId) -> tuple[MapId, tuple[Drawing, ...], dict[str, Picture]]:
        service, actor = self.stage.services.drawings, self.stage.desk.actor
        found = await service.drawings(actor, map_id=map_id)
        pictures = dict(self.sheet.pictures)
        for hash in {each.image for each in found if each.image} - set(pictures):
            kept = await service.image(actor, hash=hash)
            try:
                pictures[hash] = await asyncio.to_thread(decode, kept)
            except Invalid:
                continue  # its place stays marked; the other drawings are shown
        return map_id, found, pictures

    def _know(self, told: tuple[MapId, tuple[Drawing, ...], dict[str, Picture]]) -> None:
        map_id, found, pictures = told
        if map_id != self.map_id or self._pending or self._start is not None:
            return  # what the hand does is newer; it asks again when it has done
        self.sheet.pictures = pictures
        self.sheet.show(found)
        self._choose(self.grips.chosen & set(self.sheet.drawings))
        self.stage.canvas.repaint_map()

    def _turn(self) -> None:
        """Another map, or another projection: other drawings, or none."""
        is_flat = self.stage.projection is not Projection.PLAN
        if self.is_editing and not is_flat:
            self.toggle()
        if self.map_id != self._map:
            self._map = self.map_id
            self._choose(())
            self.sheet.show(())
            self.load()

    def _heard(self, events: Sequence[object]) -> None:
        if any(isinstance(event, DrawingsChanged) for event in events) and self._map >= 0:
            self.load()

    # --- deeds -------------------------------------------------------------------------------

    def change(self, text: str, changes: Changes) -> None:
        """Draw; shown at once, kept, and undone by Ctrl+Z."""
        before = {id: self.sheet.drawings.get(id) for id in changes}
        if before != changes:
            self.stage.push(Redraw(text, self.map_id, before, dict(changes), self._put))

    def _put(self, map_id: MapId, changes: Changes, what: str) -> None:
        if map_id == self.map_id:
            self.sheet.change(changes)
            self._choose(self.grips.chosen & set(self.sheet.drawings))
            self.stage.canvas.repaint_map()
        self._pending += 1
        self._writes += 1
        self.stage.tasks.do(
            f"draw {self._writes}",
            lambda: self._keep(map_id, changes, what),
            lambda _: self._kept(),
            lambda error: self._refused(changes, error),
        )

    async def _keep(self, map_id: MapId, changes: Changes, what: str) -> None:
        async with self._line:  # in the order they were done
            await self.stage.services.drawings.draw(
                self.stage.desk.actor,
                map_id=map_id,
                put=tuple(each for each in changes.values() if each is not None),
                remove=tuple(id for id, each in changes.items() if each is None),
                what=what,
            )

    def _kept(self) -> None:
        self._pending -= 1
        if not self._pending:
            self.load()

    def _refused(self, changes: Changes, error: BaseException) -> None:
        """Nothing was changed in the store: neither is anything here."""
        self._pending -= 1
        take_back(self.stage.undo, changes)
        self.load()
        assert isinstance(self.stage.page, Page)
        self.stage.page.show_error(error)

    def remove_chosen(self) -> None:
        gone = sorted(self.grips.chosen)
        if gone:
            self._choose(())
            self.change(f"Remove {plural(len(gone), 'drawing')}", dict.fromkeys(gone))

    def paint_chosen(self, tint: Tint) -> None:
        """Another tint for what is chosen, and for what is drawn next."""
        self.tint = tint
        self.strip.show_tint(tint)
        self.change("Tint", restyled(self._chosen(), tint=tint))

    def lift(self, *, front: bool) -> None:
        """What is chosen above, or below, everything else."""
        first = self.sheet.highest + 1 if front else self.sheet.lowest - len(self.grips.chosen)
        order = [each for each in self.sheet.ordered if each.id in self.grips.chosen]
        self.change(
            "To the front" if front else "To the back",
            {each.id: replace(each, z=first + at) for at, each in enumerate(order)},
        )

    def lock(self) -> None:
        """Lock what is chosen, or unlock everything when nothing is."""
        if chosen := self._chosen():
            self._choose(())
            self.change("Lock", restyled(chosen, is_locked=True))
            return
        locked = [each for each in self.sheet.ordered if each.is_locked]
        if locked:
            self.change("Unlock", restyled(locked, is_locked=False))
            self.stage.desk.notice(f"{plural(len(locked), 'drawing')} unlocked.")

    def add_image(self) -> None:
        """A background: PNG, JPEG or SVG."""
        self.stage.tasks.do("image", self._add_image)

    async def _add_image(self) -> None:
        found = await ask_open_paths(
            self.stage.page.window(), "Background image", "Pictures (*.png *.jpg *.jpeg *.svg)"
        )
        if found:
            await self.put_image(found[0])

    async def put_image(self, path: Path) -> None:
        """A picture behind everything else, as wide as what is in view, locked."""
        content = await asyncio.to_thread(_read, path)
        service, canvas = self.stage.services.drawings, self.stage.canvas
        kept = await service.keep_image(self.stage.desk.actor, content=content)
        self.sheet.pictures[kept.hash] = await asyncio.to_thread(decode, kept)
        left, top = canvas.camera.to_map(0, 0)
        right, bottom = canvas.camera.to_map(canvas.width(), canvas.height())
        part = min((right - left) / kept.width, (bottom - top) / kept.height)
        width, height = kept.width * part, kept.height * part
        middle = ((left + right) / 2, (top + bottom) / 2)
        made = shapes.fresh(
            DrawingKind.RECTANGLE,
            (middle[0] - width / 2, middle[1] - height / 2),
            (middle[0] + width / 2, middle[1] + height / 2),
            z=self.sheet.lowest - 1,
            tint=self.tint,
        )
        made = replace(
            made, kind=DrawingKind.IMAGE, image=kept.hash, opacity=0.6, is_locked=True, points=()
        )
        self.change("Add an image", {made.id: made})
        self.stage.desk.notice("The image is locked behind the map; the lock frees it.")

    # --- the mode ----------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin or end editing."""
        if self.stage.projection is Projection.PLAN and not self.is_editing:
            self.stage.desk.notice("A site plan is edited by its own buttons.", Tone.ATTENTION)
            return
        self.grips.is_on = not self.grips.is_on
        self.writing.finish()
        self._choose(())
        self.take(Hand.SELECT)
        if self.is_editing:
            self.strip.open()
        else:
            self.strip.hide()
        self.stage.canvas.setFocus()
        self.stage.canvas.update()

    def take(self, hand: Hand) -> None:
        """Take another tool in the hand."""
        self.hand = hand
        self.grips.corners.clear()
        self.strip.show_hand(hand)
        self.stage.canvas.setCursor(
            Qt.CursorShape.ArrowCursor if hand is Hand.SELECT else Qt.CursorShape.CrossCursor
        )
        self.stage.canvas.update()

    def _asked(self, word: str) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "image": self.add_image,
            "front": lambda: self.lift(front=True),
            "behind": lambda: self.lift(front=False),
            "lock": self.lock,
            "remove": self.remove_chosen,
            "done": self.toggle,
        }
        deeds[word]()

    def _choose(self, ids: Iterable[str]) -> None:
        self.grips.chosen = set(ids)
        self.strip.show_chosen(len(self.grips.chosen))
        self.stage.canvas.update()

    def _chosen(self) -> list[Drawing]:
        return [each for each in self.sheet.ordered if each.id in self.grips.chosen]

    def write_in(self, drawing: Drawing) -> None:
        """Edit a note's words, or the title of an area, in place."""
        self._choose({drawing.id})
        self.writing.open(drawing, self.stage.canvas.camera)

    def _written(self, id: str, text: str) -> None:
        before = self.sheet.drawings.get(id)
        if before is None:
            return
        text = self.stage.services.drawings.clean(text).strip("\n")
        if before.kind is DrawingKind.NOTE and not text and not before.text:
            self.change("Remove an empty note", {id: None})
        else:
            self.change("Write", {id: replace(before, text=text)})
        self.stage.canvas.setFocus()

    # --- the hand ----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only what hits a drawing is ours; the rest of the map works as always."""
        if not self.is_editing or watched is not self.stage.canvas:
            return super().eventFilter(watched, event)
        kind = event.type()
        if isinstance(event, QMouseEvent):
            if kind is QEvent.Type.MouseButtonPress:
                return self._press(event)
            if kind is QEvent.Type.MouseMove:
                return self._drag(event)
            if kind is QEvent.Type.MouseButtonRelease:
                return self._release(event)
            if kind is QEvent.Type.MouseButtonDblClick:
                return self._double(event)
        if isinstance(event, QKeyEvent):
            if kind is QEvent.Type.ShortcutOverride and self._means(event):
                event.accept()
                return True
            if kind is QEvent.Type.KeyPress:
                return self._key(event)
        return super().eventFilter(watched, event)

    def _spot(self, at: QPointF, event: QMouseEvent) -> Point:
        spot = self.stage.canvas.camera.to_map(at.x(), at.y())
        free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        return shapes.snapped(spot) if self.strip.snap.isChecked() and not free else spot

    def _press(self, event: QMouseEvent) -> bool:
        self.writing.finish()
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        spot = self._spot(event.position(), event)
        if self.hand is Hand.POLYGON:
            self.grips.corners.append(spot)
            self.stage.canvas.update()
            return True
        if self.hand is not Hand.SELECT:
            self._start = spot
            return True
        raw = self.stage.canvas.camera.to_map(event.position().x(), event.position().y())
        self._handle = self._handle_at(raw)
        hit = self._hit(event.position())
        if self._handle is None and hit is None:
            self._choose(())
            return False
        self._start = spot
        if self._handle is None and hit is not None:
            adding = event.modifiers() & (
                Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            )
            if adding:
                self._choose(self.grips.chosen ^ {hit.id})
            elif hit.id not in self.grips.chosen:
                self._choose({hit.id})
        self.stage.canvas.select(())
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        if self.hand is Hand.POLYGON and self.grips.corners:
            return True
        if self._start is None:
            return False
        spot = self._spot(event.position(), event)
        self.grips.held = tuple(self._in_hand(spot, event).values())
        hidden = {each.id for each in self.grips.held} & set(self.sheet.drawings)
        if hidden != self.sheet.hidden:
            self.sheet.hidden = hidden
            self.stage.canvas.repaint_map()
        self.stage.canvas.update()
        return True

    def _in_hand(self, spot: Point, event: QMouseEvent) -> dict[str, Drawing]:
        """What the drawings are with the pointer here."""
        assert self._start is not None
        if self.hand is not Hand.SELECT:
            made = shapes.fresh(
                self.hand.kind,
                self._start,
                spot,
                z=self.sheet.highest + 1,
                tint=self.tint,
                scale=self.stage.canvas.camera.scale,
            )
            return {made.id: made}
        if self._handle is not None:
            id, handle = self._handle
            before = self.sheet.drawings[id]
            keep = before.kind is DrawingKind.IMAGE or bool(
                event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            )
            return {id: shapes.resized(before, handle, spot, keep_shape=keep)}
        dx, dy = spot[0] - self._start[0], spot[1] - self._start[1]
        return {each.id: shapes.moved(each, dx, dy) for each in self._chosen()}

    def _release(self, event: QMouseEvent) -> bool:
        if self._start is None:
            return self.hand is Hand.POLYGON
        spot = self._spot(event.position(), event)
        done = self._in_hand(spot, event)
        moved = spot != self._start
        was, self._start = self.hand, None
        resizing, self._handle = self._handle is not None, None
        self.grips.held = ()
        self.sheet.hidden = set()
        self.stage.canvas.repaint_map()
        if was is Hand.SELECT:
            if moved:
                self.change("Resize" if resizing else "Move", done)
            else:
                self.load()
            return True
        if moved or was is Hand.NOTE:
            (made,) = done.values()
            self.change(f"Draw a {made.kind}", done)
            self.take(Hand.SELECT)
            self._choose(done)
            if made.kind is DrawingKind.NOTE:
                self.write_in(made)
        else:
            self.load()
        return True

    def _double(self, event: QMouseEvent) -> bool:
        if self.hand is Hand.POLYGON:
            self._close_polygon()
            return True
        hit = self._hit(event.position())
        if hit is None or hit.kind is DrawingKind.IMAGE:
            return False
        self.write_in(hit)
        return True

    def _close_polygon(self) -> None:
        corners = list(dict.fromkeys(self.grips.corners))
        self.grips.corners.clear()
        if len(corners) >= 3:
            made = shapes.polygon(corners, z=self.sheet.highest + 1, tint=self.tint)
            self.change("Draw an area", {made.id: made})
            self.take(Hand.SELECT)
            self._choose({made.id})
        self.stage.canvas.update()

    def _handle_at(self, spot: Point) -> tuple[str, int] | None:
        reach = REACH / self.stage.canvas.camera.scale
        for each in reversed(self._chosen()):
            for number, (x, y) in enumerate(shapes.handles(each)):
                if abs(x - spot[0]) <= reach and abs(y - spot[1]) <= reach and not each.is_locked:
                    return each.id, number
        return None

    def _hit(self, at: QPointF) -> Drawing | None:
        """The drawing under the pointer; a device on an area comes first."""
        canvas = self.stage.canvas
        spot = canvas.camera.to_map(at.x(), at.y())
        hit = shapes.top_hit(self.sheet.ordered, spot, REACH / canvas.camera.scale)
        if hit is not None and hit.kind is not DrawingKind.NOTE:
            under = canvas.hit_at(at)
            if under.device is not None or under.site is not None:
                return None
        return hit

    def _means(self, event: QKeyEvent) -> bool:
        """Whether a key is the hand's here; single letters are commands elsewhere."""
        bare = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        mine = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Return)
        brackets = (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight)
        return bare and Qt.Key(event.key()) in (*mine, *brackets, *KEYS)

    def _key(self, event: QKeyEvent) -> bool:
        if not self._means(event):
            return False
        key = Qt.Key(event.key())
        if key in KEYS:
            self.take(KEYS[key])
        elif key is Qt.Key.Key_Escape:
            self._escape()
        elif key is Qt.Key.Key_Return:
            if not self.grips.corners:
                return False
            self._close_polygon()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.lift(front=key is Qt.Key.Key_BracketRight)
        elif self.grips.chosen:
            self.remove_chosen()
        else:
            return False
        return True

    def _escape(self) -> None:
        """One step back: the polygon under way, the hand, what is chosen, the mode."""
        if self.grips.corners or self.hand is not Hand.SELECT:
            self.take(Hand.SELECT)
        elif self.grips.chosen:
            self._choose(())
        else:
            self.toggle()


def _read(path: Path) -> bytes:
    """The file's bytes; never more than a background may have."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_IMAGE + 1)
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}", field="image") from error
