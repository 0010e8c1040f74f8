"""Pictures are read by their headers, and refused when they are none or do harm."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.maps.model import LARGEST_IMAGE, ImageKind
from noc_console.services.maps.rules import pictures

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {0}>{1}</svg>'
HREF = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href'


def png(width: int, height: int) -> bytes:
    """A real one: grey, 8 bits."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        told = kind + content
        return struct.pack(">I", len(content)) + told + struct.pack(">I", zlib.crc32(told))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\x00" + b"\x80" * width) * height if width * height < 10**6 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
        + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"
    )  # fmt: skip


def svg(attributes: str = 'width="40" height="30"', inside: str = "<g/>") -> bytes:
    return SVG.format(attributes, inside).encode()


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (png(40, 30), ImageKind.PNG, (40, 30)),
        (jpeg(640, 480), ImageKind.JPEG, (640, 480)),
        (svg(), ImageKind.SVG, (40, 30)),
        (svg('width="1in" height="25.4mm"'), ImageKind.SVG, (96, 96)),
        (svg('viewBox="0 0 200 100"'), ImageKind.SVG, (200, 100)),
        (svg('width="100%"'), ImageKind.SVG, (300, 150)),
        (svg(inside='<defs><path id="a"/></defs><use href="#a"/>'), ImageKind.SVG, (40, 30)),
        (svg(inside='<rect fill="url(#a)"/>'), ImageKind.SVG, (40, 30)),
    ],
)
def test_a_picture_tells_its_kind_and_size(
    content: bytes, kind: ImageKind, size: tuple[int, int]
) -> None:
    found = pictures.read(content)
    assert (found.kind, (found.width, found.height)) == (kind, size)
    assert len(found.hash) == 64


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        png(0, 10),
        png(20_000, 10),
        png(16_000, 16_000),
        b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 40,
        b"\xff\xd8\xff\xff\xff\xff",
        jpeg(0, 0),
        b"<html>",
        b"<svg>",
        b'<svg xmlns="http://example.net/" />',
        b'<a xmlns="http://www.w3.org/2000/svg"><svg/></a>',
        svg(inside="<script>1</script>"),
        svg(inside="<foreignObject/>"),
        svg(inside='<g onload="x()"/>'),
        svg(inside=f'<image {HREF}="file:///etc/passwd"/>'),
        svg(inside='<image href="http://192.0.2.1/x.png"/>'),
        svg(inside='<image href="data:image/png;base64,AAAA"/>'),
        svg(inside='<rect style="fill:url(http://192.0.2.1/)"/>'),
        svg(inside="<style>@import 'x.css';</style>"),
        svg(inside="<style>a{fill:url('file:///x')}</style>"),
        svg(inside="<g>" * 70 + "</g>" * 70),
        svg(inside='<g id="a"><use href="#b"/><use href="#b"/></g>'),
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        svg(inside="<g/>" * 50_001),
    ],
)
def test_what_is_no_picture_or_does_harm_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        pictures.read(content)


def test_a_file_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(Invalid, match="20 MB"):
        pictures.read(b"\0" * (LARGEST_IMAGE + 1))


@given(st.sampled_from([b"", png(4, 4)[:20], jpeg(4, 4)[:8], b"<svg "]), st.binary(max_size=200))
def test_whatever_bytes_come_the_answer_is_a_picture_or_a_refusal(
    start: bytes, rest: bytes
) -> None:
    try:
        found = pictures.read(start + rest)
    except Invalid:
        return
    assert found.width > 0 and found.height > 0
