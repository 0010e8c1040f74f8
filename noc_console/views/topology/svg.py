"""The map as SVG: small, sharp at any size, searchable. Written by hand, not by stamping PNGs.

One symbol per kind and look of device, used by reference; names as text. All texts are
escaped: a device may call itself anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PySide6.QtGui import QColor

from noc_console.kernel.text import plural, visible
from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceType
from noc_console.views.topology.camera import Camera, fitted
from noc_console.views.topology.glyphs import SIGNS
from noc_console.views.topology.hulls import SiteShape, shapes
from noc_console.views.topology.ink import DOWN, MISSING, STEPS, UNKNOWN, Ink
from noc_console.views.topology.painter import size_at
from noc_console.views.topology.scene import LANE, LOOK_DOWN, TYPES, Scene, severity_of, shifted
from noc_console.views.topology.sprites import WIDE_PX, arrow_head
from noc_console.views.topology.strokes import hatching, ticks

EDGES = (28.0, 52.0, 28.0, 28.0)


Parts = Callable[[Camera], Iterable[str]]
"""More of a document: elements, placed by the camera."""


def document(
    scene: Scene,
    width: int,
    height: int,
    ink: Ink,
    under: Parts = lambda _: (),
    over: Parts = lambda _: (),
) -> str:
    """The whole map, fitted into a picture of that size; what is drawn lies under and over."""
    sites = shapes(scene)
    corners = [site.outline for site in sites] + [scene.at[scene.site < 0]]
    camera = fitted(np.concatenate(corners), (width, height), EDGES)
    size = size_at(camera.scale)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" font-family="Inter, sans-serif" font-size="11">',
        f'<rect width="100%" height="100%" fill="{ink.ground.name()}"/>',
        *_symbols(scene, ink),
        *under(camera),
        *_sites(sites, camera, ink),
        *_links(scene, camera, size, ink),
        *_devices(scene, camera, size, ink),
        *over(camera),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _symbols(scene: Scene, ink: Ink) -> Iterator[str]:
    """Each picture that occurs, drawn in a square from -1 to 1."""
    yield "<defs>"
    for kind, look in sorted(set(zip(scene.kind.tolist(), scene.look.tolist(), strict=True))):
        yield _symbol(TYPES[kind], kind, look, ink)
    yield "</defs>"


def _symbol(type: DeviceType, kind: int, look: int, ink: Ink) -> str:
    severity = severity_of(look)
    trouble = severity > Severity.CLEARED
    edge = ink.severity[severity] if trouble else ink.edge
    body = (
        '<circle r="1"'
        if type is DeviceType.ROUTER
        else '<rect x="-.94" y="-.94" width="1.88" height="1.88" rx=".46"'
    )
    dash = ' stroke-dasharray=".25 .2"' if look > LOOK_DOWN else ""
    wide = 0.18 if trouble else 0.11
    strokes = "".join(
        "M" + "L".join(f"{x * 0.54:.3f} {y * 0.54:.3f}" for x, y in stroke)
        for stroke in SIGNS[type]
    )
    if type is DeviceType.WIRELESS:
        strokes = "M-.4 .05A.55 .55 0 0 1 .4 .05M-.62 -.2A.9 .9 0 0 1 .62 -.2M0 .4L0 .41"
    elif type is DeviceType.OTHER:
        strokes = "M-.33 0L-.32 0M0 0L.01 0M.32 0L.33 0"
    badge = (
        f'<circle cx=".8" cy="-.8" r=".36" fill="{edge.name()}" stroke="{ink.ground.name()}"'
        ' stroke-width=".12"/>'
        if trouble
        else ""
    )
    return (
        f'<g id="d{kind}-{look}">{body} fill="{ink.body.name()}" stroke="{edge.name()}"'
        f' stroke-width="{wide}"{dash}/><path d="{strokes}" fill="none"'
        f' stroke="{ink.glyph.name()}" stroke-width=".1" stroke-linecap="round"/>{badge}</g>'
    )


def _sites(sites: tuple[SiteShape, ...], camera: Camera, ink: Ink) -> Iterator[str]:
    for site in sites:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in camera.to_screen(site.outline).tolist())
        yield (
            f'<polygon points="{points}" fill="{ink.hull.name()}" stroke="{ink.hull_edge.name()}"/>'
        )
    for site in sites:
        x, y = camera.to_screen(site.top)
        count = plural(site.devices, "device")
        yield (
            f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" fill="{ink.text.name()}">'
            f'<tspan font-weight="600" font-size="12">{_text(site.name)}</tspan>'
            f' <tspan fill="{ink.text_dim.name()}">{count}</tspan></text>'
        )


def _links(scene: Scene, camera: Camera, size: float, ink: Ink) -> Iterator[str]:
    at = camera.to_screen(scene.at)
    start, end = shifted(at[scene.a], at[scene.b], scene.lane * LANE)
    for number in range(len(scene.a)):
        a, b = start[number], end[number]
        along = b - a
        length = float(np.hypot(*along))
        if length < 1.0:
            continue
        unit = along / length
        room = min(size * 0.6, length * 0.4)
        a, b, middle = a + unit * room, b - unit * room, (a + b) / 2
        shades, wide = scene.shades[number], WIDE_PX[scene.width[number]]
        if (shades == DOWN).any():
            yield _line(a, b, ink.links[DOWN], 2.0, ' stroke-dasharray="8 6"')
        elif (shades == UNKNOWN).all():
            yield _line(a, b, ink.links[UNKNOWN], 1.5, ' stroke-dasharray="1.5 4.5"')
        else:
            head = 5.2 + wide * 0.75
            gap = head + 1.2 if length / 2 - room > head * 1.6 else 0.7
            for from_, toward, shade in ((a, unit, shades[0]), (b, -unit, shades[1])):
                color = ink.links[int(shade)]
                yield from _half(from_, middle - toward * gap, int(shade), wide, ink)
                if gap > 1.0:
                    yield _head(middle - toward * (head / 2 + 0.8), toward, wide, color)


def _half(
    start: np.ndarray[tuple[int], np.dtype[np.float64]],
    stop: np.ndarray[tuple[int], np.dtype[np.float64]],
    shade: int,
    wide: float,
    ink: Ink,
) -> Iterator[str]:
    """One direction: hatched along a thread where nobody counted, with ticks where it is bad."""
    color = ink.links[shade]
    one, other = start.reshape(1, 2), stop.reshape(1, 2)
    if shade == MISSING:
        yield _line(start, stop, color, 1.0, "")
        for at, to in zip(*hatching(one, other, 1.0), strict=True):
            yield _line(at, to, color, 1.1, "")
        return
    yield _line(start, stop, color, wide, "")
    count = shade - ink.loud + 1 if ink.loud <= shade < STEPS else 0
    at_, to_, _ = ticks(one, other, np.array([count]), np.array([wide]), 1.0)
    for at, to in zip(at_, to_, strict=True):
        yield _line(at, to, color, 1.6, "")


def _line(
    a: np.ndarray[tuple[int], np.dtype[np.float64]],
    b: np.ndarray[tuple[int], np.dtype[np.float64]],
    color: QColor,
    width: float,
    more: str,
) -> str:
    return (
        f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
        f' stroke="{color.name()}" stroke-width="{width}"{more}/>'
    )


def _head(
    at: np.ndarray[tuple[int], np.dtype[np.float64]],
    toward: np.ndarray[tuple[int], np.dtype[np.float64]],
    width: float,
    color: QColor,
) -> str:
    side = np.array([-toward[1], toward[0]])
    corners = [at + toward * point.x() + side * point.y() for point in arrow_head(width).toList()]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}" fill="{color.name()}"/>'


def _devices(scene: Scene, camera: Camera, size: float, ink: Ink) -> Iterator[str]:
    at = camera.to_screen(scene.at)
    for number, node in enumerate(scene.nodes):
        x, y = at[number]
        half = size * (1.22, 1.0, 0.86)[scene.rank[number]] / 2
        picture = f"#d{scene.kind[number]}-{scene.look[number]}"
        yield (
            f'<use href={quoteattr(picture)} transform="translate({x:.1f} {y:.1f})'
            f' scale({half:.2f})"><title>{_text(node.name)} {_text(node.address)}</title></use>'
        )
        yield (
            f'<text x="{x:.1f}" y="{y + half + 12:.1f}" text-anchor="middle"'
            f' fill="{ink.text_dim.name()}" stroke="{ink.ground.name()}" stroke-width="3"'
            f' paint-order="stroke" stroke-linejoin="round">{_text(node.name)}</text>'
        )


def _text(text: str) -> str:
    return escape(visible(text, limit=200))
