"""What a file says of itself before anybody decodes it: kind, size, and whether it is harmless.

PNG: RFC 2083 §3–4.1; JPEG: ITU-T T.81 annex B; SVG: W3C SVG 1.1. The check reads headers only,
so that a bomb of a billion pixels is refused by its word, not by our memory.
"""

from __future__ import annotations

import hashlib
import re
from xml.parsers import expat

from noc_console.kernel.errors import Invalid
from noc_console.services.maps.model import LARGEST_IMAGE, Image, ImageKind

LARGEST_SIDE = 16_384
LARGEST_PIXELS = 64_000_000
LARGEST_SVG = 4 << 20
"""A drawing larger than this takes minutes to paint."""
MOST_ELEMENTS = 50_000
MOST_COPIES = 5_000_000
"""What `<use>` may multiply a drawing to, at worst."""
DEEPEST = 64
SVG_DEFAULT = (300, 150)
"""What CSS 2.1 §10.3.2 gives a picture that does not tell its size."""

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG_SPACE = "http://www.w3.org/2000/svg"
_FORBIDDEN = {"script", "foreignobject", "handler", "iframe", "animate", "set"}
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|pt|mm|cm|in|)\s*")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def read(content: bytes) -> Image:
    """The picture in a file; Invalid says why it cannot be a background."""
    if len(content) > LARGEST_IMAGE:
        raise _no(f"a background has at most {LARGEST_IMAGE >> 20} MB")
    if content.startswith(_PNG):
        kind, size = ImageKind.PNG, _png_size(content)
    elif content.startswith(b"\xff\xd8\xff"):
        kind, size = ImageKind.JPEG, _jpeg_size(content)
    else:
        kind, size = ImageKind.SVG, _svg_size(content)
    width, height = size
    if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE):
        raise _no(f"a background has at most {LARGEST_SIDE} pixels a side")
    if width * height > LARGEST_PIXELS:
        raise _no(f"a background has at most {LARGEST_PIXELS // 1_000_000} million pixels")
    return Image(hashlib.sha256(content).hexdigest(), kind, width, height, content)


def _no(why: str) -> Invalid:
    return Invalid(why, field="image")


def _png_size(content: bytes) -> tuple[int, int]:
    if len(content) < 33 or content[12:16] != b"IHDR":
        raise _no("this PNG file has no header")
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """The frame header (SOF0–SOF15 without DHT, JPG and DAC) after the segments before it."""
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(content[at + 5 : at + 7], "big")
            width = int.from_bytes(content[at + 7 : at + 9], "big")
            return width, height
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2 or marker in (0xD9, 0xDA):
            break
        at += 2 + length
    raise _no("this JPEG file has no frame")


def _svg_size(content: bytes) -> tuple[int, int]:
    if b"<svg" not in content[:20_000]:
        raise _no("a background is a PNG, JPEG or SVG file")
    if len(content) > LARGEST_SVG:
        raise _no(f"an SVG background has at most {LARGEST_SVG >> 20} MB")
    reader = _SvgReader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _no(f"this SVG file cannot be read: {error}") from error
    if reader.size is None:
        raise _no("a background is a PNG, JPEG or SVG file")
    return reader.size


class _SvgReader:
    """Walks an SVG once; refuses what runs, refers elsewhere, or multiplies."""

    def __init__(self) -> None:
        self.size: tuple[int, int] | None = None
        self._elements = self._copies = self._named = 0
        self._depth = 0
        self._in_name = 0
        """Depth of the outermost element another may copy; 0 outside of any."""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 20
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.CharacterDataHandler = self._words

    def _doctype(self, *_: object) -> None:
        raise _no("an SVG background has no DOCTYPE: entities multiply")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise _no("this SVG file is too large a drawing")
        if self.size is None:
            if space != _SVG_SPACE or local != "svg":
                raise _no("a background is a PNG, JPEG or SVG file")
            self.size = _told_size(attributes)
        if local.lower() in _FORBIDDEN:
            raise _no(f"an SVG background may not hold <{local}>")
        self._count_copies(local, has_name="id" in attributes and self._depth > 1)
        for key, value in attributes.items():
            _harmless(key.rpartition(" ")[2].lower(), value)

    def _count_copies(self, local: str, *, has_name: bool) -> None:
        """Copies of what holds copies multiply without end; of plain shapes only so often."""
        if local == "use":
            self._copies += 1
            if self._in_name:
                raise _no("an SVG background may not copy copies: make its clones shapes")
        if has_name and not self._in_name:
            self._in_name = self._depth
        if self._in_name:
            self._named += 1
        if self._copies * self._named > MOST_COPIES:
            raise _no("this SVG file is too large a drawing")

    def _end(self, _name: str) -> None:
        if self._depth == self._in_name:
            self._in_name = 0
        self._depth -= 1

    def _words(self, text: str) -> None:
        if "@import" in text or _refers_elsewhere(text):
            raise _no("an SVG background may not refer to other files")


def _harmless(key: str, value: str) -> None:
    if key.startswith("on"):
        raise _no("an SVG background may not hold scripts")
    if key == "href" and not value.strip().startswith("#"):
        raise _no("an SVG background may not refer to other files")
    if _refers_elsewhere(value):
        raise _no("an SVG background may not refer to other files")


def _refers_elsewhere(text: str) -> bool:
    return any(
        not inside.strip(" '\"").startswith("#") for inside in re.findall(r"url\(([^)]*)", text)
    )


def _told_size(attributes: dict[str, str]) -> tuple[int, int]:
    width, height = (_length(attributes.get(side, "")) for side in ("width", "height"))
    if width and height:
        return width, height
    try:
        box = [float(part) for part in attributes.get("viewBox", "").replace(",", " ").split()]
    except ValueError as error:
        raise _no("this SVG file tells no size") from error
    if len(box) == 4 and all(0 < side <= LARGEST_SIDE for side in box[2:]):
        return max(1, round(box[2])), max(1, round(box[3]))
    return SVG_DEFAULT


def _length(text: str) -> int:
    found = _LENGTH.fullmatch(text)
    if found is None or len(text) > 20:
        return 0
    return round(min(float(found[1]) * _PIXELS[found[2]], LARGEST_SIDE + 1))
