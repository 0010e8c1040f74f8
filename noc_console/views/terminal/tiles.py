"""Cells as pixels: every pair of character and style is coloured once and then only copied.

A row is painted by gathering tiles with numpy, so that a screen of a thousand colours costs no
more than a plain one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noc_console.services.terminal.model import Look, Style, Underline
from noc_console.views.terminal.glyphs import Glyphs, Measure, Shape
from noc_console.views.terminal.ink import PLAIN as PLAIN_CONTRAST
from noc_console.views.terminal.ink import RGB, Ink, mixed, readable, unpacked

Pixels = NDArray[np.uint32]
MOST_BYTES = 48 << 20
MOST_KNOWN = 16_384
OVER_CONTRAST = 4.5
"""Text that is selected or found is to be read."""
FAINTNESS = 0.45
"""How far faint text moves towards its ground."""
RED_BLUE = 0x00FF00FF

# Plain numbers: an enumeration's own `&` costs as much as ten of theirs.
BOLD, FAINT, ITALIC, BLINK, INVERSE, INVISIBLE, STRIKE, OVERLINE = map(
    int,
    (
        Look.BOLD,
        Look.FAINT,
        Look.ITALIC,
        Look.BLINK,
        Look.INVERSE,
        Look.INVISIBLE,
        Look.STRIKE,
        Look.OVERLINE,
    ),
)


class State(IntEnum):
    """What lies over a cell."""

    PLAIN = 0
    SELECTED = 1
    FOUND = 2
    FOUND_NOW = 3
    CURSOR = 4
    TINT_AMBER = 5
    """From here on: the text in a colour of its own, in the order of `ink.TINTS`."""
    TINT_A = 6
    TINT_B = 7
    TINT_C = 8
    TINT_D = 9
    TINT_E = 10
    TINT_F = 11

    @property
    def is_tint(self) -> bool:
        return self >= State.TINT_AMBER


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours and lines of a style, ready to be laid on."""

    text: RGB
    ground: RGB
    line: RGB
    underline: Underline
    is_struck: bool
    has_overline: bool
    is_bold: bool
    is_italic: bool
    is_hidden: bool

    @property
    def has_lines(self) -> bool:
        return bool(self.underline) or self.is_struck or self.has_overline


def paint_of(
    style: Style, state: State, ink: Ink, *, ground: int, text: int, cursor: int, dark: bool
) -> Paint:
    """What a style looks like. `dark` is the quiet phase of what blinks."""
    look = int(style.look)
    back = unpacked(ground if style.background is None else style.background)
    front = unpacked(text if style.foreground is None else style.foreground)
    if look & INVERSE:
        front, back = back, front
    if state is State.CURSOR:
        front, back = back, unpacked(cursor)
        if front == back:
            front = unpacked(ground)
    elif state.is_tint:
        # What hides by the colour of its ground stays hidden; a tint like the ground hides nothing.
        tint = ink.tints[state - State.TINT_AMBER]
        front = front if back in (front, tint) else tint
    elif state is not State.PLAIN:
        back = (ink.selected, ink.found, ink.found_now)[state - 1]
    is_chosen = style.foreground is not None and style.background is not None
    if state is not State.PLAIN:
        front = readable(front, back, max(ink.least, OVER_CONTRAST))
    elif not is_chosen or ink.least > PLAIN_CONTRAST:
        front = readable(front, back, ink.least)
    if look & FAINT and not state.is_tint:  # a word that is to be seen is to be read
        front = mixed(front, back, FAINTNESS)
    if look & BLINK and dark:
        front = mixed(front, back, 0.75)
    line = front if style.underline_color is None else unpacked(style.underline_color)
    return Paint(
        text=front,
        ground=back,
        line=line,
        underline=style.underline,
        is_struck=bool(look & STRIKE),
        has_overline=bool(look & OVERLINE),
        is_bold=bool(look & BOLD),
        is_italic=bool(look & ITALIC),
        is_hidden=bool(look & INVISIBLE),
    )


class Tiles:
    """All tiles of one font in one scheme of colours."""

    def __init__(self, glyphs: Glyphs, ink: Ink, *, ground: int, text: int, cursor: int) -> None:
        self.glyphs, self.ink = glyphs, ink
        self.ground, self.text, self.cursor = ground, text, cursor
        measure = glyphs.measure
        self._bytes = measure.width * measure.height * 4
        self._least = max(1024, MOST_BYTES // self._bytes)
        self._pixels: Pixels = np.zeros((512, measure.height, measure.width), np.uint32)
        self._tables: dict[tuple[Style, State], Table] = {}
        self._known: dict[tuple[int, int], tuple[Style, Table]] = {}
        self._fresh: list[tuple[int, Shape, int, Paint]] = []
        self._count = 0
        self.is_dark = False

    @property
    def measure(self) -> Measure:
        return self.glyphs.measure

    def make_room(self, cells: int) -> None:
        """Before a row: forget everything when it might not fit any more."""
        if self._count + 2 * cells > max(self._least, 4 * cells):
            self._tables.clear()
            self._known.clear()
            self._fresh.clear()
            self._count = 0

    def set_dark(self, dark: bool) -> None:
        """The phase of what blinks."""
        if dark != self.is_dark:
            self.is_dark = dark
            self._known.clear()
            for key in [key for key in self._tables if int(key[0].look) & BLINK]:
                del self._tables[key]

    def table(self, style: Style, state: State = State.PLAIN) -> Table:
        """Where the characters of a style are: `table[character]` is a tile's number."""
        # By identity first: hashing a value of five fields for each run would cost more than
        # painting it. The style is kept beside, so that its identity stays its own.
        key = (id(style), state)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            found = self._known[key] = (style, self._table(style, state))
        return found[1]

    def _table(self, style: Style, state: State) -> Table:
        found = self._tables.get((style, state))
        if found is None:
            paint = paint_of(
                style,
                state,
                self.ink,
                ground=self.ground,
                text=self.text,
                cursor=self.cursor,
                dark=self.is_dark,
            )
            found = self._tables[style, state] = Table(paint, self._new)
        return found

    def gather(self, numbers: list[int], out: NDArray[Any]) -> None:
        """Copy tiles side by side into a row of a canvas (height × columns of whole tile rows)."""
        self._colour()
        rows = _as_rows(self._pixels)
        out[...] = rows[np.array(numbers, np.intp)].T

    def pixels(self, number: int) -> Pixels:
        """One tile, for what is drawn alone, such as the cursor."""
        self._colour()
        found: Pixels = self._pixels[number]
        return found

    def _new(self, text: str, cells: int, paint: Paint) -> int:
        """The number of the first of `cells` tiles."""
        shown = " " if paint.is_hidden else text
        shape = self.glyphs.shape(shown, cells, bold=paint.is_bold, italic=paint.is_italic)
        number = self._count
        self._count += cells
        for part in range(cells):
            self._fresh.append((number + part, shape, part, paint))
        return number

    def _colour(self) -> None:
        """Lay colours on all tiles that were asked for since the last time, at once."""
        if not self._fresh:
            return
        fresh, self._fresh = self._fresh, []
        while self._count > len(self._pixels):
            self._pixels = np.concatenate([self._pixels, np.zeros_like(self._pixels)])
        width = self.measure.width
        numbers = np.array([number for number, _, _, _ in fresh])
        masks = np.stack(
            [shape.mask[:, part * width : (part + 1) * width] for _, shape, part, _ in fresh]
        )
        texts = np.array([_packed(paint.text) for *_, paint in fresh], np.uint32)
        grounds = np.array([_packed(paint.ground) for *_, paint in fresh], np.uint32)
        self._pixels[numbers] = _blend(masks, texts, grounds)
        for number, shape, part, paint in fresh:
            if shape.picture is not None:
                piece = shape.picture[:, part * width : (part + 1) * width]
                self._pixels[number] = _over(piece, paint.ground)
            if paint.has_lines:
                _draw_lines(self._pixels[number], paint, self.measure)


class Table(dict[str, int]):
    """Character → number of its tile, made when first asked for."""

    __slots__ = ("_new", "_wide", "paint")

    def __init__(self, paint: Paint, new: Callable[[str, int, Paint], int]) -> None:
        super().__init__()
        self.paint = paint
        self._new = new
        self._wide: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        number = self[text] = self._new(text, 1, self.paint)
        return number

    def wide(self, text: str) -> tuple[int, int]:
        """Both halves of a character that takes two cells."""
        first = self._wide.get(text)
        if first is None:
            first = self._wide[text] = self._new(text, 2, self.paint)
        return first, first + 1


def rows_of(canvas: Pixels, columns: int, measure: Measure) -> NDArray[Any]:
    """A canvas of pixels as rows × height × columns of whole tile rows, sharing its memory."""
    lines = canvas.reshape(-1, measure.height, columns, measure.width)
    return _as_rows(lines)


def _as_rows(pixels: Pixels) -> NDArray[Any]:
    """The last axis as one opaque value: numpy copies those several times as fast."""
    width = pixels.shape[-1]
    found: NDArray[Any] = pixels.view(np.dtype(f"V{width * 4}"))[..., 0]
    return found


def _blend(masks: NDArray[np.uint8], texts: Pixels, grounds: Pixels) -> Pixels:
    """Text over ground by coverage; red and blue are worked on together, two lanes of a number."""
    share = masks.astype(np.uint32)
    share += share >> 7  # 0–255 as 0–256
    rest = 256 - share
    front, back = texts[:, None, None], grounds[:, None, None]
    outer = ((front & RED_BLUE) * share + (back & RED_BLUE) * rest) >> 8 & RED_BLUE
    inner = ((front >> 8 & 0xFF) * share + (back >> 8 & 0xFF) * rest) & 0xFF00
    found: Pixels = (outer | inner | np.uint32(0xFF000000)).astype(np.uint32)
    return found


def _over(picture: NDArray[np.uint8], ground: RGB) -> Pixels:
    """A picture with colours of its own (premultiplied) over the ground."""
    below = np.array([ground[2], ground[1], ground[0]], np.uint32)
    rest = 255 - picture[:, :, 3:4].astype(np.uint32)
    laid = np.minimum(picture[:, :, :3] + (below * rest + 127) // 255, 255).astype(np.uint32)
    shifts = np.array([0, 8, 16], np.uint32)
    found: Pixels = np.bitwise_or.reduce(laid << shifts, axis=2) | np.uint32(0xFF000000)
    return found


def _draw_lines(tile: Pixels, paint: Paint, measure: Measure) -> None:
    line, thick = _packed(paint.line), measure.thick
    top = measure.underline
    if paint.underline is Underline.SINGLE:
        tile[top : top + thick] = line
    elif paint.underline is Underline.DOUBLE:
        tile[top : top + thick] = line
        tile[max(0, top - 2 * thick) : max(0, top - thick)] = line
    elif paint.underline is Underline.DOTTED:
        tile[top : top + thick, :: 2 * thick] = line
    elif paint.underline is Underline.DASHED:
        tile[top : top + thick, : max(1, measure.width * 5 // 8)] = line
    elif paint.underline is Underline.CURLY:
        _curl(tile, line, measure)
    if paint.is_struck:
        tile[measure.strike : measure.strike + thick] = _packed(paint.text)
    if paint.has_overline:
        tile[:thick] = _packed(paint.text)


def _curl(tile: Pixels, line: int, measure: Measure) -> None:
    """One wave a cell, so that neighbours meet."""
    columns = np.arange(measure.width)
    wave = np.sin((columns + 0.5) * 2 * np.pi / measure.width)
    reach = max(1.0, 1.25 * measure.ratio)
    middle = min(measure.underline, measure.height - reach - measure.thick)
    tops = np.round(middle + wave * reach).astype(int)
    for step in range(measure.thick):
        tile[np.clip(tops + step, 0, measure.height - 1), columns] = line


def _packed(rgb: RGB) -> int:
    return 0xFF000000 | rgb[0] << 16 | rgb[1] << 8 | rgb[2]
