"""Draws a scene on paper: level of detail by zoom, one call per colour, a budget of ink.

A picture is drawn in steps of a millisecond or two, so that it can be drawn behind the one on
screen without ever keeping the hand waiting (`steps`); `paint` draws them all at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from noc_console.views.kit.theme import look as theme_look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.groups import GroupSheet
from noc_console.views.topology.hulls import Outlined, SiteShape, outlined, trunks
from noc_console.views.topology.ink import UNKNOWN, Ink, Ramp, ink
from noc_console.views.topology.lines import LineArtist
from noc_console.views.topology.marking import MarkArtist
from noc_console.views.topology.marks import NO_MARKS, Drawn, Marks
from noc_console.views.topology.names import (
    AIR,
    CROWD,
    PLACED,
    Plan,
    Room,
    is_loud,
    place,
    urgency,
    wanted,
)
from noc_console.views.topology.scene import LANE, WIDTHS, Scene, shifted
from noc_console.views.topology.sites import Paper, SiteArtist, Title
from noc_console.views.topology.sprites import STAMPS_AT_ONCE, DeviceSheet, NameSheet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIZES = (
    (1.3, 38.0),
    (0.85, 31.0),
    (0.52, 26.0),
    (0.36, 21.0),
    (0.26, 17.0),
    (0.13, 9.0),
    (0.0, 5.0),
)
"""From which scale on a device is how many pixels across."""
ARROWS_FROM = 17.0
NAMES_FROM = 17.0
INK = 260_000
"""Pixels of link drawn with arrows and soft edges; above it only trouble is."""
DOTTED = 300
"""More links than this of unknown load are plain lines: dots cost a hundred times more."""
NAMES_AT_ONCE = 40
GROUP_FROM = 17.0
"""A collapsed group is never drawn smaller than this: it stands for many."""
TOUCH_LIMIT = 30_000
"""So many pairs of link and device are looked at for which runs over which: a millisecond."""
FADED = 0.42
"""How strong names are on a dimmed map."""


def size_at(scale: float) -> float:
    """How large a device is drawn at a scale."""
    return next(size for least, size in SIZES if scale >= least)


@dataclass(frozen=True, slots=True)
class View:
    """What is to be drawn of a scene, and from where."""

    camera: Camera
    """In the widget's pixels."""
    paper: Paper
    as_sites: bool = False
    as_regions: bool = False
    marks: Marks = NO_MARKS
    behind: Sequence[Drawn] = ()
    part: QRect | None = None
    """Only this part of the paper, in its pixels; the rest is drawn already."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what is drawn, in pixels of the paper."""
        part = self.part
        if part is None:
            return 0.0, 0.0, float(self.paper.width), float(self.paper.height)
        return (
            float(part.left()),
            float(part.top()),
            float(part.left() + part.width()),
            float(part.top() + part.height()),
        )

    def on_map(self, air: float) -> tuple[float, float, float, float]:
        """The same in map units, with `air` pixels of the widget around."""
        left, top, right, bottom = (edge / self.paper.ratio for edge in self.box)
        low = self.camera.to_map(left - air, top - air)
        high = self.camera.to_map(right + air, bottom + air)
        return (*low, *high)


class MapPainter:
    """Draws a scene with the theme in use; make another one when theme or pixels change."""

    def __init__(self, ratio: float = 1.0, ramp: Ramp = Ramp.QUIET) -> None:
        self.ink: Ink = ink(ramp)
        self._ratio = ratio
        theme = theme_look()
        self._font = theme.font(11)
        self._artist = SiteArtist(self.ink, ratio)
        self._lines = LineArtist(self.ink, ratio)
        self._marks = MarkArtist(self.ink, ratio)
        self._groups = GroupSheet(ratio, self.ink)
        self._devices: dict[float, DeviceSheet] = {}
        self._names = NameSheet(self._font, ratio, self.ink.text_dim, self.ink.ground)
        self._loud = NameSheet(self._font, ratio, self.ink.text_bright, self.ink.ground)
        self._outlined: Outlined = outlined(Scene())
        self._seen_version: tuple[int, int] = (-1, -1)
        self._plan: Plan | None = None
        self._fresh: tuple[Title, ...] = ()
        """Names of sites found while a part was drawn, which belong over the whole."""
        self.names_shown = 0

    def prepare(self, scene: Scene, known: Outlined | None = None) -> None:
        """Take note that devices moved, or changed their looks or links."""
        if known is not None:
            self._outlined = known
        elif (id(scene), scene.version) != self._seen_version:
            self._outlined = outlined(scene)
        else:
            self._outlined.recount(scene)
        self._seen_version = (id(scene), scene.version)

    @property
    def plan(self) -> Plan | None:
        """Who is named where in the last picture; None before the first."""
        return self._plan

    @property
    def sites(self) -> tuple[SiteShape, ...]:
        return self._outlined.sites

    @property
    def outlined(self) -> Outlined:
        return self._outlined

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        camera: Camera,
        paper: Paper,
        *,
        as_sites: bool,
        as_regions: bool = False,
        marks: Marks = NO_MARKS,
        behind: Sequence[Drawn] = (),
    ) -> None:
        """The whole picture; `camera` is in the widget's pixels, `behind` lies under all."""
        for _ in self.steps(
            painter, scene, View(camera, paper, as_sites, as_regions, marks, behind)
        ):
            pass

    def can_add(self, scene: Scene, camera: Camera) -> bool:
        """Whether parts may be added to the last whole picture."""
        return self._plan is not None and self._plan.fits(scene, camera)

    def steps(self, painter: QPainter, scene: Scene, view: View) -> Iterator[None]:
        """The picture, or a part of it, in small steps."""
        paper, part = view.paper, view.part
        painter.save()
        try:
            if part is not None:
                painter.setClipRect(part)
            painter.fillRect(part or QRect(0, 0, paper.width, paper.height), self.ink.ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            yield from self._behind(painter, view)
            if view.as_sites:
                yield from self._bubbles(painter, scene, view)
            else:
                yield from self._network(painter, scene, view)
        finally:
            painter.restore()

    def _behind(self, painter: QPainter, view: View) -> Iterator[None]:
        paper, camera = view.paper, view.camera
        for drawn in view.behind:
            painter.save()
            painter.scale(paper.ratio, paper.ratio)
            drawn.paint(
                painter, camera, round(paper.width / paper.ratio), round(paper.height / paper.ratio)
            )
            painter.restore()
            yield

    # -- sites ----------------------------------------------------------------------------

    def _bubbles(self, painter: QPainter, scene: Scene, view: View) -> Iterator[None]:
        """Sites as one node each, and the trunks between them."""
        camera, paper, known = view.camera, view.paper, self._outlined
        regions = view.as_regions and bool(known.regions)
        shapes = known.regions if regions else known.sites
        group = known.region(scene) if regions else scene.site
        count = max((shape.number for shape in shapes), default=-1) + 1
        apart = known.regions_apart if regions else known.apart
        centres, radii = self._artist.bubbles(shapes, count, camera, paper, apart or math.inf)
        trunk = trunks(scene, group)
        yield
        if len(trunk.a):
            start, end = _clipped(
                centres[trunk.a], centres[trunk.b], radii[trunk.a], radii[trunk.b]
            )
            width = np.where(trunk.count > 1, trunk.width + WIDTHS, trunk.width)
            yield from self._lines.half_arrows(
                painter, start, end, trunk.shades, width, arrows=True, plain=len(start) > DOTTED
            )
        worst = {shape.number: _worst_name(scene, shape) for shape in shapes if shape.troubled}
        yield from self._artist.bubble_steps(painter, shapes, centres, radii, paper, worst)
        homeless = np.flatnonzero((scene.site < 0) & ~scene.passive)
        at = camera.to_screen(scene.at[homeless]) * paper.ratio
        yield from self._stamp(painter, scene, homeless, at, 5.0)

    # -- the network ----------------------------------------------------------------------

    def _network(self, painter: QPainter, scene: Scene, view: View) -> Iterator[None]:
        plan = self._plan
        if view.part is None or plan is None or not plan.fits(scene, view.camera):
            before, plan = plan, Plan(view.camera.scale, len(scene.nodes))
            if before is not None and before.fits(scene, view.camera):
                plan.is_thin, plan.is_plain = before.is_thin, before.is_plain
            self._plan = plan
        sites = self._sites_in(view)
        if scene.has_hulls:
            yield from self._artist.hull_steps(painter, sites, view.camera, view.paper)
        yield from self._links(painter, scene, view, plan)
        fresh = self._artist.plan_titles(sites, view.camera, view.paper, plan.titles)
        seen = self._seen(scene, view)
        at = view.camera.to_screen(scene.at[seen]) * view.paper.ratio
        yield
        yield from self._stamp(painter, scene, seen, at, size_at(view.camera.scale))
        titles = self._artist.planned(sites, view.camera, plan.titles)
        room = self._room(view, titles)
        room.take_squares(at / view.paper.ratio, size_at(view.camera.scale) * 0.4)
        yield from self._marks.paint(painter, scene, view, self, room)
        plan.lit = self._marks.lit
        if size_at(view.camera.scale) >= NAMES_FROM:
            yield from self._name(painter, scene, view, plan, seen, room)
        if view.part is None:
            self._title(painter, titles, view)
        else:
            self._fresh = fresh

    def finish_part(self, painter: QPainter, view: View) -> None:
        """The names that reach beyond a part of the picture, once the part is in its place."""
        fresh, self._fresh = self._fresh, ()
        self._title(painter, fresh, view)

    def _title(self, painter: QPainter, titles: Sequence[Title], view: View) -> None:
        is_lit = self._plan is None or self._plan.lit is None
        painter.setOpacity(1.0 if is_lit else FADED)
        self._artist.paint_titles(painter, titles, view.paper)
        painter.setOpacity(1.0)

    def _sites_in(self, view: View) -> tuple[SiteShape, ...]:
        known = self._outlined
        if not known.sites:
            return ()
        left, top, right, bottom = view.on_map(60.0)
        seen = np.flatnonzero(
            (known.high[:, 0] >= left)
            & (known.low[:, 0] <= right)
            & (known.high[:, 1] >= top)
            & (known.low[:, 1] <= bottom)
        )
        found = (known.sites[at] for at in seen.tolist())
        return tuple(site for site in found if not site.is_collapsed)

    def _seen(self, scene: Scene, view: View) -> Ints:
        """The devices that reach into the picture, the worst last."""
        seen = scene.inside(*view.on_map(AIR))
        order = np.argsort(urgency(scene.look[seen]), kind="stable")
        return np.asarray(seen[order])

    def _links(self, painter: QPainter, scene: Scene, view: View, plan: Plan) -> Iterator[None]:
        if not len(scene.a):
            return
        camera, paper = view.camera, view.paper
        lane = scene.widest_lane * LANE / camera.scale
        seen = scene.links_in(*view.on_map(8.0), lane)
        if not len(seen):
            return
        at = camera.to_screen(scene.at) * paper.ratio
        yield
        start, end = at[scene.a[seen]], at[scene.b[seen]]
        if view.part is None:
            length = np.minimum(np.hypot(*(end - start).T), paper.width)
            plan.is_thin = (
                size_at(camera.scale) < ARROWS_FROM or float(length.sum()) / paper.ratio > INK
            )
            dark = (scene.shades[seen] == UNKNOWN).all(1)
            plan.is_plain = int(dark.sum()) > DOTTED
        yield from self._draw_links(painter, scene, view, plan, seen, start, end)

    def _draw_links(
        self,
        painter: QPainter,
        scene: Scene,
        view: View,
        plan: Plan,
        seen: Ints,
        start: Floats,
        end: Floats,
    ) -> Iterator[None]:
        camera, ratio = view.camera, view.paper.ratio
        shades = scene.shades[seen]
        size = size_at(camera.scale)
        if size >= ARROWS_FROM:
            start, end = shifted(start, end, scene.lane[seen] * LANE * ratio)
        if plan.is_thin:
            yield from self._lines.thin(painter, start, end, shades)
            return
        start, end = _clipped(
            start,
            end,
            self.radius(scene, scene.a[seen], size) * ratio + 2.5 * ratio,
            self.radius(scene, scene.b[seen], size) * ratio + 2.5 * ratio,
        )
        yield
        yield from self._lines.half_arrows(
            painter,
            start,
            end,
            shades,
            scene.width[seen],
            arrows=camera.scale >= 0.36,
            plain=plan.is_plain,
        )
        many = np.flatnonzero(scene.parts[seen] > 1)[:NAMES_AT_ONCE]
        if len(many):
            middle = (start[many] + end[many]) / 2 + (0.0, -9.0 * ratio)
            told = [f"×{count}" for count in scene.parts[seen[many]].tolist()]
            self._names.put(painter, told, middle)
            yield

    def radius(self, scene: Scene, numbers: Ints, size: float) -> Floats:
        """How far a device reaches from its middle, in the widget's pixels."""
        half = np.array([size * 1.22, size, size * 0.86])[scene.rank[numbers]] / 2
        grouped = scene.count[numbers] > 0
        return np.asarray(np.where(grouped, max(size, GROUP_FROM) * 0.61 + 4.0, half))

    def radius_of(self, scene: Scene, number: int, camera: Camera) -> float:
        """The same of one device, as the camera shows it."""
        return float(self.radius(scene, np.array([number]), size_at(camera.scale))[0])

    def again(
        self, painter: QPainter, scene: Scene, view: View, devices: Ints, links: Ints
    ) -> Iterator[None]:
        """Some devices and links once more, at full strength."""
        plan = self._plan
        assert plan is not None
        camera, ratio = view.camera, view.paper.ratio
        start = camera.to_screen(scene.at[scene.a[links]]) * ratio
        end = camera.to_screen(scene.at[scene.b[links]]) * ratio
        yield from self._draw_links(painter, scene, view, plan, links, start, end)
        some = devices[np.argsort(urgency(scene.look[devices]), kind="stable")]
        at = camera.to_screen(scene.at[some]) * ratio
        yield from self._stamp(painter, scene, some, at, size_at(camera.scale))

    def _stamp(
        self, painter: QPainter, scene: Scene, numbers: Ints, at: Floats, size: float
    ) -> Iterator[None]:
        """Devices at points of the paper, in this order."""
        sheet = self._devices.get(size)
        if sheet is None:
            sheet = self._devices[size] = DeviceSheet(size, self._ratio, self.ink)
        single = scene.count[numbers] == 0
        for first in range(0, len(numbers), STAMPS_AT_ONCE):
            part = slice(first, first + STAMPS_AT_ONCE)
            some, spots = numbers[part][single[part]], at[part][single[part]]
            sheet.put(painter, spots, scene.kind[some], scene.look[some], scene.rank[some])
            yield
        groups = np.flatnonzero(~single)
        for done, rank in enumerate(groups.tolist()):
            number = int(numbers[rank])
            self._groups.put(
                painter, at[rank], max(size, GROUP_FROM), scene.nodes[number],
                scene.pies.get(number), int(scene.look[number]),
            )  # fmt: skip
            if done % NAMES_AT_ONCE == NAMES_AT_ONCE - 1:
                yield

    # -- names ----------------------------------------------------------------------------

    def _room(self, view: View, titles: Sequence[Title]) -> Room:
        left, top, right, bottom = (edge / view.paper.ratio for edge in view.box)
        room = Room(left, top, right - left, bottom - top)
        for title in titles:
            room.take(title.left, title.top, title.right, title.bottom)
        return room

    def _name(
        self, painter: QPainter, scene: Scene, view: View, plan: Plan, seen: Ints, room: Room
    ) -> Iterator[None]:
        """Names where there is room: trouble first, then the backbone, then the rest."""
        size, camera, nodes = size_at(view.camera.scale), view.camera, scene.nodes
        old = seen[plan.state[seen] == PLACED]
        for number, (x, y) in zip(
            old.tolist(), camera.to_screen(scene.at[old]) + plan.spot[old], strict=True
        ):
            wide = self._names.width(nodes[number].name) / 2
            room.take(x - wide, y - 5, x + wide, y + 5)
        if view.part is None:
            plan.is_sparse = len(seen) > CROWD
        ask = wanted(scene, seen, size, plan)
        yield
        widths = (self._names.width(nodes[number].name) for number in ask.tolist())
        at = camera.to_screen(scene.at[ask])
        yield from place(widths, at, self.radius(scene, ask, size), ask, room, plan)
        new = ask[plan.state[ask] == PLACED]
        yield from self._write(painter, scene, view, plan, old)
        if view.part is not None:
            # A new name may reach out of the part, where nothing of it stands yet.
            painter.setClipping(False)
        yield from self._write(painter, scene, view, plan, new)
        if view.part is None:
            self.names_shown = len(new)
        else:
            painter.setClipping(True)

    def _write(
        self, painter: QPainter, scene: Scene, view: View, plan: Plan, numbers: Ints
    ) -> Iterator[None]:
        """Names that have their spots."""
        loud, dim = is_loud(scene, numbers), np.zeros(len(numbers), bool)
        if plan.lit is not None:
            dim = ~np.isin(numbers, plan.lit)
            loud |= ~dim
        for sheet, which, opacity in (
            (self._names, numbers[~loud & dim], FADED),
            (self._loud, numbers[loud & dim], FADED),
            (self._names, numbers[~loud & ~dim], 1.0),
            (self._loud, numbers[loud & ~dim], 1.0),
        ):
            for first in range(0, len(which), NAMES_AT_ONCE):
                some = which[first : first + NAMES_AT_ONCE]
                at = view.camera.to_screen(scene.at[some]) + plan.spot[some]
                names = [scene.nodes[number].name for number in some.tolist()]
                painter.setOpacity(opacity)
                sheet.put(painter, names, at * view.paper.ratio)
                painter.setOpacity(1.0)
                yield

    # -- changes --------------------------------------------------------------------------

    def add(self, painter: QPainter, scene: Scene, view: View, devices: Ints, links: Ints) -> None:
        """Draw devices and links that look different now over the last picture.

        What changed for the calmer leaves a rim behind: draw the whole again soon.
        """
        plan = self._plan
        if plan is None or not plan.fits(scene, view.camera):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        camera, ratio = view.camera, view.paper.ratio
        over = [devices]
        if len(links):
            start = camera.to_screen(scene.at[scene.a[links]]) * ratio
            end = camera.to_screen(scene.at[scene.b[links]]) * ratio
            for _ in self._draw_links(painter, scene, view, plan, links, start, end):
                pass
            over += [scene.a[links], scene.b[links]]
            if not plan.is_thin:
                over.append(self._under(scene, camera, self._seen(scene, view), links))
        size = size_at(camera.scale)
        some = np.unique(np.concatenate(over))
        some = some[np.argsort(urgency(scene.look[some]), kind="stable")]
        at = camera.to_screen(scene.at[some]) * ratio
        for _ in self._stamp(painter, scene, some, at, size):
            pass
        if size >= NAMES_FROM:
            for _ in self._write(painter, scene, view, plan, some[plan.state[some] == PLACED]):
                pass

    def _under(self, scene: Scene, camera: Camera, seen: Ints, links: Ints) -> Ints:
        """The devices links run over: they must be drawn again on top of them."""
        if len(seen) * len(links) > TOUCH_LIMIT:
            return np.empty(0, np.int64)
        at = scene.at[seen]
        start, end = scene.at[scene.a[links]], scene.at[scene.b[links]]
        along = end - start
        length = np.maximum((along**2).sum(1), 1e-9)
        off = at[:, None] - start[None]
        share = np.clip((off * along[None]).sum(2) / length, 0.0, 1.0)
        gap = np.hypot(*(off - share[:, :, None] * along[None]).transpose(2, 0, 1)).min(1)
        return np.asarray(seen[gap * camera.scale < size_at(camera.scale) * 0.7 + 14.0])


def _worst_name(scene: Scene, shape: SiteShape) -> str:
    """The site's worst device, and how many more have trouble."""
    troubled = shape.members[urgency(scene.look[shape.members]) > 0]
    if not len(troubled):
        return ""
    worst = troubled[int(np.argmax(urgency(scene.look[troubled])))]
    more = len(troubled) - 1
    return scene.nodes[int(worst)].name + (f" +{more}" if more else "")


def _clipped(
    start: Floats, end: Floats, from_start: Floats, from_end: Floats
) -> tuple[Floats, Floats]:
    """Lines that begin and end at the rim of what they join."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
    unit = along / length[:, None]
    room = np.minimum(1.0, length * 0.45 / np.maximum(np.maximum(from_start, from_end), 1e-6))
    return (
        start + unit * (from_start * room)[:, None],
        end - unit * (from_end * room)[:, None],
    )
