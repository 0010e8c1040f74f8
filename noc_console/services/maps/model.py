"""Maps people make of the network: which devices, how drawn, and what is written beside them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.topology.model import MAIN_VIEW, Projection

MapId = NewType("MapId", int)
SavedViewId = NewType("SavedViewId", int)

LARGEST_IMAGE = 20 << 20
"""Bytes of a background."""

MAIN = MapId(0)
"""The map of everything. It always is there, and nobody's own."""


class Shows(StrEnum):
    """Which devices a map shows."""

    ALL = "all"
    SELECTED = "selected"
    """Those its selector lets pass: devices that appear later join by themselves."""
    PICKED = "picked"
    """Those somebody put there by hand: an own map."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A filter of devices; an empty part lets everything pass, the parts add up.

    `words` are looked for in the name, the address and the site; `-word` must not be there.
    """

    sites: tuple[SiteId, ...] = ()
    types: tuple[DeviceType, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class NetworkMap:
    """A map with a name."""

    id: MapId
    name: str
    owner: str = ""
    is_shared: bool = True
    shows: Shows = Shows.ALL
    selector: Selector = Selector()
    devices: frozenset[DeviceId] = frozenset()
    """Of an own map only."""
    projection: Projection = Projection.FORCE

    @property
    def is_main(self) -> bool:
        return self.id == MAIN

    @property
    def view(self) -> str:
        """The name under which topology keeps where its devices stand."""
        return MAIN_VIEW if self.is_main else f"map:{self.id}"


MAIN_MAP = NetworkMap(MAIN, "Main")


def map_of(view: str) -> MapId:
    """The map whose positions topology keeps under this name; the main one for any other."""
    kind, _, number = view.partition(":")
    return MapId(int(number)) if kind == "map" and number.isdecimal() else MAIN


@dataclass(frozen=True, slots=True)
class SavedView:
    """What somebody looked at: the middle of the window in map units, how close, and what of it."""

    id: SavedViewId
    map_id: MapId
    name: str
    owner: str = ""
    key: int | None = None
    """1–9: Ctrl and this digit fly there."""
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    projection: Projection = Projection.FORCE
    layer: str = ""
    folded: tuple[str, ...] = ()
    """The groups shown as one: `site:3`, `ring:…`."""


LARGEST = 1e6
"""Map units a drawing is wide or high at most."""


class DrawingKind(StrEnum):
    """What can be drawn on a map."""

    NOTE = "note"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    LINE = "line"
    ARROW = "arrow"
    IMAGE = "image"


class Tint(StrEnum):
    """Quiet colours for drawings; none of them is an alarm's."""

    GREY = "grey"
    BLUE = "blue"
    TEAL = "teal"
    VIOLET = "violet"
    SAND = "sand"


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Something drawn on a map, in map units (`topology.model.Position`).

    `points` are shares 0–1 of the box: the corners of a polygon, the ends of a line. Its own
    id is made by whoever draws it, so that taking back and doing again finds the same thing.
    """

    id: str
    kind: DrawingKind
    x: float
    y: float
    width: float
    height: float
    text: str = ""
    """A note's words, an area's title. Plain text."""
    tint: Tint = Tint.GREY
    points: tuple[Point, ...] = ()
    z: int = 0
    """What has more lies above."""
    opacity: float = 1.0
    is_locked: bool = False
    image: str = ""
    """The hash of the image in the store."""


class ImageKind(StrEnum):
    """What a background may be."""

    PNG = "png"
    JPEG = "jpeg"
    SVG = "svg"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it was given, checked: its SHA-256, its kind and its size in pixels."""

    hash: str
    kind: ImageKind
    width: int
    height: int
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedMapChanged(Event):
    """A map was created, renamed, copied, shared, removed, or shows other devices."""

    map_id: int
    what: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewChanged(Event):
    """A view of a map was saved or removed."""

    map_id: int
    what: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingsChanged(Event):
    """Somebody drew on a map; `what` is `drawn` or `undone`."""

    map_id: int
    put: int
    removed: int
    what: str
