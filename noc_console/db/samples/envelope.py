"""Bytes in a row of the store: compressed, with a checksum, bounded when opened.

A damaged row must say so by itself, and only for itself: a silent bit flip in a delta
would bend every later sample of its hour.
"""

from __future__ import annotations

import struct
import threading
import zlib
from typing import Any

from noc_console.kernel.errors import Broken


def _find_zstandard() -> Any:
    """The zstandard package; None where it has no wheel: zlib does it, a little slower."""
    try:
        import zstandard
    except ImportError:
        return None
    return zstandard


_zstandard = _find_zstandard()

MAX_OPENED = 64 << 20
"""Bytes one row may unfold to; a row that claims more is damaged or hostile."""

_HEAD = struct.Struct("<BI")
_PLAIN, _ZLIB, _ZSTD = 0, 1, 2
_threads = threading.local()


class Damaged(Broken):
    """One stored row cannot be read; the rows around it can."""


def seal(content: bytes, *, level: int = 3) -> bytes:
    """`content` compressed; `level` as zstd counts: 0 leaves it as it is, below is faster."""
    if level == 0:
        codec, body = _PLAIN, content
    elif _zstandard is not None:
        codec, body = _ZSTD, _compressor(level).compress(content)
    else:
        codec, body = _ZLIB, zlib.compress(content, min(level * 2, 9) if level > 1 else 1)
    if len(body) >= len(content):
        codec, body = _PLAIN, content
    return _HEAD.pack(codec, zlib.crc32(body, codec)) + body


def unseal(sealed: bytes) -> bytes:
    """The content again. Raises Damaged when it is not what was sealed."""
    if len(sealed) < _HEAD.size:
        raise Damaged("a stored row is cut short")
    codec, checksum = _HEAD.unpack_from(sealed)
    body = sealed[_HEAD.size :]
    if zlib.crc32(body, codec) != checksum:
        raise Damaged("a stored row does not match its checksum")
    if codec == _PLAIN:
        return body
    if codec == _ZLIB:
        return _inflate(body)
    if codec == _ZSTD:
        return _unzstd(body)
    raise Damaged(f"a stored row is packed in an unknown way ({codec})")


def _inflate(body: bytes) -> bytes:
    opener = zlib.decompressobj()
    try:
        content = opener.decompress(body, MAX_OPENED)
    except zlib.error as error:
        raise Damaged(f"a stored row cannot be unpacked: {error}") from error
    if not opener.eof:
        raise Damaged("a stored row is cut short or too large")
    return content


def _unzstd(body: bytes) -> bytes:
    if _zstandard is None:
        raise Damaged("a stored row needs the zstandard package to be read")
    try:
        # A frame without a size, or with a huge one, is not ours: refuse before unpacking.
        if not 0 <= _zstandard.frame_content_size(body) <= MAX_OPENED:
            raise Damaged("a stored row claims an impossible size")
        return bytes(_decompressor().decompress(body))
    except _zstandard.ZstdError as error:
        raise Damaged(f"a stored row cannot be unpacked: {error}") from error


def _compressor(level: int) -> Any:
    """Compressors are dear to make and not to be shared between threads."""
    made: dict[int, Any] | None = getattr(_threads, "compressors", None)
    if made is None:
        made = _threads.compressors = {}
    if level not in made:
        made[level] = _zstandard.ZstdCompressor(level=level, write_checksum=False)
    return made[level]


def _decompressor() -> Any:
    made = getattr(_threads, "decompressor", None)
    if made is None:
        made = _threads.decompressor = _zstandard.ZstdDecompressor()
    return made
