"""What can be read from near: rates on the links, port names at their ends, addresses.

Only what fits is written: a label needs a link longer than itself, and a place nobody else
writes on. Placed once per zoom, then carried along while the map is panned; nothing is
written while the wheel still turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter

from noc_console.kernel.text import visible
from noc_console.services.topology.model import Edge, LinkState
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.ink import Ink
from noc_console.views.topology.names import PLACED, Room
from noc_console.views.topology.painter import size_at
from noc_console.views.topology.scene import LANE, Scene, shifted
from noc_console.views.topology.shading import weight_of
from noc_console.views.topology.sprites import NameSheet
from noc_console.views.topology.stage import MapTool, Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABELS_FROM = 0.5
"""From this scale on links are labelled, ports and addresses from the next two."""
PORTS_FROM = 0.85
ADDRESSES_FROM = 1.0
MOST = 250
TRIED = 150
"""So many links are asked for their labels; with more in view nobody reads them."""
AT_ONCE = 30
"""So many labels are drawn for the first time in one frame: each costs 40 µs then."""
SHORTEST = 28.0
"""Of a link this much stays free of words, in pixels."""
MARGIN = 160.0
"""Labels are placed this far outside the window too, for panning."""
REST_MS = 90
HIGH, PX = 12.0, 10
UNDER = 14.0
"""From a name to the address below it."""
GROUND = 205
"""How much of a line shows through behind a word: little, of 255."""
AIR = 4.0
LONGEST = 26


@dataclass(frozen=True, slots=True)
class Label:
    """A word and its middle, in the pixels of a widget whose camera stands at (0, 0)."""

    text: str
    x: float
    y: float


@dataclass(slots=True)
class Placed:
    """The labels of a part of the map at one scale."""

    scale: float = 0.0
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    key: object = None
    labels: list[Label] = field(default_factory=list)

    def covers(self, camera: Camera, width: int, height: int) -> bool:
        """Whether what is in view was thought of."""
        left, top = -camera.x, -camera.y
        return (
            self.left <= left
            and self.top <= top
            and self.right >= left + width
            and self.bottom >= top + height
        )


class CloseUp:
    """Painted over the map; a `Drawn`."""

    def __init__(self, canvas: MapCanvas, again: Callable[[], None]) -> None:
        self._canvas, self._again = canvas, again
        self._placed = Placed()
        self._sheet: NameSheet | None = None
        self._sheet_key: object = None
        self._ready = 0
        """How many of the labels are written already."""

    @property
    def labels(self) -> list[Label]:
        """What is written."""
        return self._placed.labels

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        canvas = self._canvas
        if camera.scale < LABELS_FROM or canvas.shows_sites:
            return
        placed, key = self._placed, self._key()
        if placed.scale != camera.scale:
            self._again()  # the wheel may still turn
            return
        is_good = placed.key == key and placed.covers(camera, width, height)
        if not is_good or self._ready < len(placed.labels):
            self._again()
        self._put(painter, camera, placed.labels[: self._ready])

    def go_on(self) -> None:
        """Write more of what is placed; decide anew what is written where, if that is old."""
        canvas = self._canvas
        camera, placed = canvas.camera, self._placed
        if (
            placed.scale == camera.scale
            and placed.key == self._key()
            and placed.covers(camera, canvas.width(), canvas.height())
        ):
            self._ready = min(self._ready + AT_ONCE, len(placed.labels))
        else:
            self._place()

    def _place(self) -> None:
        canvas = self._canvas
        camera = canvas.camera
        before = {label.text for label in self._placed.labels[: self._ready]}
        self._placed = Placed(camera.scale, key=self._key())
        self._ready = 0
        if camera.scale < LABELS_FROM or canvas.shows_sites:
            return
        self._placed = place(canvas, self._names(), self._placed)
        # What is drawn already costs nothing: it stays without a blink.
        fresh = 0
        for label in self._placed.labels:
            fresh += label.text not in before
            if fresh > AT_ONCE:
                break
            self._ready += 1

    def _key(self) -> object:
        """What labels depend on beside the zoom."""
        canvas = self._canvas
        scene, plan = canvas.scene, canvas.painter().plan
        named = 0 if plan is None else int(np.count_nonzero(plan.state == PLACED))
        return (id(scene.edges), scene.version, scene.shading.name, id(plan), named)

    def _names(self) -> NameSheet:
        ink, ratio = self._canvas.painter().ink, self._canvas.devicePixelRatioF()
        key = (ink.text_dim.rgb(), ink.ground.rgb(), ratio)
        if self._sheet is None or self._sheet_key != key:
            self._sheet = _sheet(ink, ratio)
            self._sheet_key = key
        return self._sheet

    def _put(self, painter: QPainter, camera: Camera, labels: list[Label]) -> None:
        if not labels:
            return
        ratio = self._canvas.devicePixelRatioF()
        sheet = self._names()
        at = np.array([(label.x + camera.x, label.y + camera.y) for label in labels])
        painter.save()
        # The line ends where the word begins: else it strikes it out.
        ground = QColor(self._canvas.painter().ink.ground)
        ground.setAlpha(GROUND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRects(
            [
                QRectF(x - wide / 2 - 2, y - 6, wide + 4, HIGH)
                for (x, y), wide in zip(
                    at.tolist(), (sheet.width(label.text) for label in labels), strict=True
                )
            ]
        )
        painter.scale(1 / ratio, 1 / ratio)
        sheet.put(painter, [label.text for label in labels], at * ratio)
        painter.restore()


def _sheet(ink: Ink, ratio: float) -> NameSheet:
    return NameSheet(look().font(PX), ratio, ink.text_dim, ink.ground)


def place(canvas: MapCanvas, sheet: NameSheet, placed: Placed) -> Placed:
    """Labels for what is in view and a little around it."""
    scene, camera = canvas.scene, canvas.camera
    width, height = canvas.width() + 2 * MARGIN, canvas.height() + 2 * MARGIN
    placed.left, placed.top = -camera.x - MARGIN, -camera.y - MARGIN
    placed.right, placed.bottom = placed.left + width, placed.top + height
    still = Camera(camera.scale)
    room = Room(placed.left, placed.top, width, height)
    box = tuple(
        edge / camera.scale for edge in (placed.left, placed.top, placed.right, placed.bottom)
    )
    devices = scene.inside(*box)
    links = scene.links_in(*box)
    _take_devices(canvas, still, devices, sheet, room)
    wanted = chain(
        _link_labels(canvas, still, links, sheet),
        _addresses(canvas, still, devices, sheet) if camera.scale >= ADDRESSES_FROM else (),
    )
    for label in wanted:
        if len(placed.labels) >= MOST:
            break
        half = sheet.width(label.text) / 2
        if room.try_take(label.x - half, label.y - 4, label.x + half, label.y + 4):
            placed.labels.append(label)
    return placed


def _take_devices(
    canvas: MapCanvas, still: Camera, devices: Ints, sheet: NameSheet, room: Room
) -> None:
    """Devices and the names they have are not written on."""
    scene = canvas.scene
    at = still.to_screen(scene.at[devices])
    room.take_squares(at, size_at(still.scale) * 0.55)
    plan = canvas.painter().plan
    if plan is None or not plan.fits(scene, canvas.camera):
        return
    named = plan.state[devices] == PLACED
    middles = at[named] + plan.spot[devices[named]]
    for number, (x, y) in zip(devices[named].tolist(), middles.tolist(), strict=True):
        half = sheet.width(scene.nodes[number].name) * 0.58
        room.take(x - half, y - 5, x + half, y + 3)


@dataclass(frozen=True, slots=True)
class _Line:
    """A link on screen: where it begins, its direction, and how much of it is free."""

    link: int
    x: float
    y: float
    across: float
    down: float
    length: float
    from_a: float
    """What the device at its beginning covers of it."""
    from_b: float

    @property
    def free(self) -> float:
        return self.length - self.from_a - self.from_b

    def at(self, way: float) -> tuple[float, float]:
        """The point so far from the beginning."""
        return self.x + self.across * way, self.y + self.down * way

    def covered(self, text: str, sheet: NameSheet) -> float:
        """How much of it a word lying across it covers."""
        if not text:
            return 0.0
        return abs(self.across) * sheet.width(text) + abs(self.down) * HIGH + AIR


def _lines(canvas: MapCanvas, still: Camera, links: Ints) -> Iterator[_Line]:
    """The links to be told, the most urgent first, then the longest."""
    scene, size = canvas.scene, size_at(still.scale)
    ends = still.to_screen(scene.at[scene.a[links]]), still.to_screen(scene.at[scene.b[links]])
    start, end = shifted(*ends, scene.lane[links] * LANE)
    length = np.maximum(np.hypot(*(end - start).T), 1e-6)
    urgent = weight_of(scene.shades[links]).max(1)
    order = np.lexsort((-length, -urgent))[:TRIED]
    some = links[order]
    columns = (
        some,
        *start[order].T,
        *((end - start)[order] / length[order, None]).T,
        length[order],
        canvas.painter().radius(scene, scene.a[some], size),
        canvas.painter().radius(scene, scene.b[some], size),
    )
    return map(_Line, *(column.tolist() for column in columns))


def _link_labels(
    canvas: MapCanvas, still: Camera, links: Ints, sheet: NameSheet
) -> Iterator[Label]:
    """What each link says each way, then the ports at its ends."""
    for line in _lines(canvas, still, links):
        if line.free > SHORTEST:
            yield from _told(canvas.scene, line, sheet, with_ports=still.scale >= PORTS_FROM)


def _told(scene: Scene, line: _Line, sheet: NameSheet, *, with_ports: bool) -> Iterator[Label]:
    edge, free = scene.edges[line.link], line.free
    words = ("", "")
    if edge.load.state is not LinkState.DOWN:  # what a dead link carried is no news
        words = scene.shading.words(edge, scene.told_at)
    needed = line.covered(words[0], sheet) + line.covered(words[1], sheet)
    if free > needed + SHORTEST:
        if scene.shading.each_way:
            # Each in the middle of its own half arrow.
            for word, part in zip(words, (0.25, 0.75), strict=True):
                if word:
                    yield Label(word, *line.at(line.from_a + free * part))
        elif words[0]:
            x, y = line.at(line.from_a + free / 2)
            yield Label(words[0], x, y - 11.0)
    if with_ports and (edge.a.port or edge.b.port):
        yield from _ports(edge, line, sheet, needed)


def _ports(edge: Edge, line: _Line, sheet: NameSheet, needed: float) -> Iterator[Label]:
    """The ports' names beside the devices, where the link is long enough for all its words."""
    a, b = (visible(end.port, limit=LONGEST) for end in (edge.a, edge.b))
    wide_a, wide_b = line.covered(a, sheet), line.covered(b, sheet)
    if line.free <= needed + wide_a + wide_b + 2 * SHORTEST:
        return
    if a:
        yield Label(a, *line.at(line.from_a + wide_a / 2 + 6))
    if b:
        yield Label(b, *line.at(line.length - line.from_b - wide_b / 2 - 6))


def _addresses(
    canvas: MapCanvas, still: Camera, devices: Ints, sheet: NameSheet
) -> Iterator[Label]:
    """Under the name of each device that has one; flush with it where it stands at a side."""
    scene, plan = canvas.scene, canvas.painter().plan
    if plan is None or not plan.fits(scene, canvas.camera):
        return
    at = still.to_screen(scene.at[devices])
    for number, (x, y) in zip(devices.tolist(), at.tolist(), strict=True):
        node = scene.nodes[number]
        across, down = plan.spot[number].tolist()
        if not node.address or plan.state[number] != PLACED or down < 0:
            continue
        wider = (sheet.width(node.address) - sheet.width(node.name)) / 2 if down == 0 else 0.0
        yield Label(node.address, x + across + (wider if across > 0 else -wider), y + down + UNDER)


class CloseUpTool(MapTool):
    """Writes labels when the map has come to rest."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._place)
        self.closeup = CloseUp(stage.canvas, self._wait)
        stage.canvas.above = (*stage.canvas.above, self.closeup)

    def _wait(self) -> None:
        if not self._rest.isActive():
            self._rest.start()

    def _place(self) -> None:
        self.closeup.go_on()
        self.stage.canvas.update()
