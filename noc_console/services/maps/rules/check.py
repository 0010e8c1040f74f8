"""What a map, a view and a drawing may be: bounds before anything is kept."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from noc_console.kernel.errors import Conflict, Invalid
from noc_console.services.maps.model import LARGEST, Drawing, DrawingKind, NetworkMap, SavedView

LONGEST_NAME = 80
LONGEST_TEXT = 4000
MOST_LINES = 200
MOST_POINTS = 500
MOST_MAPS = 500
MOST_VIEWS = 200
MOST_DRAWINGS = 2000
FURTHEST = 1e7
HIGHEST = 1_000_000
"""Beyond this a number is no place in a pile of drawings."""

_ID = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_WITH_POINTS = {DrawingKind.POLYGON: 3, DrawingKind.LINE: 2, DrawingKind.ARROW: 2}
N = TypeVar("N", NetworkMap, SavedView)


def name(text: str) -> str:
    """A name, trimmed; one line that can be read."""
    text = text.strip()
    if not text:
        raise Invalid("a name is needed", field="name")
    if len(text) > LONGEST_NAME:
        raise Invalid(f"a name has at most {LONGEST_NAME} characters", field="name")
    if not text.isprintable():
        raise Invalid("a name is one line of letters that can be seen", field="name")
    return text


def free(text: str, taken: Sequence[N], *, but: int | None = None) -> str:
    """A name nobody else of these has; capitals make no difference."""
    text = name(text)
    folded = text.casefold()
    if any(each.name.casefold() == folded and each.id != but for each in taken):
        raise Conflict(f"there is a {text} already")
    return text


def free_copy(text: str, taken: Sequence[NetworkMap]) -> str:
    """`Core copy`, `Core copy 2` …: the first that is free."""
    known = {each.name.casefold() for each in taken}
    stem = text[: LONGEST_NAME - 12]
    for number in range(1, len(known) + 2):
        wanted = f"{stem} copy" if number == 1 else f"{stem} copy {number}"
        if wanted.casefold() not in known:
            return wanted
    raise AssertionError("more names than maps are free")


def view(wanted: SavedView) -> SavedView:
    """A saved view that leads somewhere."""
    name(wanted.name)
    if wanted.key is not None and not 1 <= wanted.key <= 9:
        raise Invalid("a key is a digit from 1 to 9", field="key")
    _number(wanted.x, -FURTHEST, FURTHEST, "x")
    _number(wanted.y, -FURTHEST, FURTHEST, "y")
    _number(wanted.scale, 1e-5, 1e3, "scale")
    if len(wanted.layer) > LONGEST_NAME:
        raise Invalid("that is no layer", field="layer")
    if len(wanted.folded) > 10_000 or any(len(each) > 200 for each in wanted.folded):
        raise Invalid("those are no groups", field="folded")
    return wanted


def drawing(wanted: Drawing) -> Drawing:
    """A drawing that can be drawn, whoever sent it."""
    if not _ID.fullmatch(wanted.id):
        raise Invalid("a drawing's id is 32 hexadecimal digits", field="id")
    for field, value in (("x", wanted.x), ("y", wanted.y)):
        _number(value, -FURTHEST, FURTHEST, field)
    for field, value in (("width", wanted.width), ("height", wanted.height)):
        _number(value, 0.0, LARGEST, field)
    _number(wanted.opacity, 0.05, 1.0, "opacity")
    if abs(wanted.z) > HIGHEST:
        raise Invalid("that is too high a pile", field="z")
    text(wanted.text)
    _points(wanted)
    is_image = wanted.kind is DrawingKind.IMAGE
    if is_image != bool(_HASH.fullmatch(wanted.image)) or (wanted.image and not is_image):
        raise Invalid("an image, and nothing else, names a picture", field="image")
    return wanted


def text(given: str) -> str:
    """Words of a note: lines of plain text, nothing that moves or hides."""
    if len(given) > LONGEST_TEXT or given.count("\n") > MOST_LINES:
        raise Invalid(
            f"a note has at most {LONGEST_TEXT} characters in {MOST_LINES} lines", field="text"
        )
    if any(_is_hidden(sign) for sign in given):
        raise Invalid("a note holds plain text only", field="text")
    return given


def clean(given: str) -> str:
    """Text somebody typed or pasted, cut to what a note may hold."""
    kept = "".join(sign for sign in given[:LONGEST_TEXT] if not _is_hidden(sign))
    return "\n".join(kept.split("\n")[:MOST_LINES])


def _is_hidden(sign: str) -> bool:
    """Control, formatting (bidirectional overrides too) and half characters; not a new line."""
    return sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf", "Cs"}


def _points(wanted: Drawing) -> None:
    least = _WITH_POINTS.get(wanted.kind, 0)
    count = len(wanted.points)
    if count < least or (count and not least) or count > MOST_POINTS:
        raise Invalid(f"a {wanted.kind} cannot have {count} points", field="points")
    for x, y in wanted.points:
        _number(x, -0.001, 1.001, "points")
        _number(y, -0.001, 1.001, "points")


def _number(value: float, least: float, most: float, field: str) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise Invalid(f"{field} is out of bounds", field=field)
