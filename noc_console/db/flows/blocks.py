"""A table of numbers as one value in the database: column after column, each packed alone.

A question reads two or three of a dozen columns; only those are unpacked.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from typing import Any

import cramjam
import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.errors import Broken

Columns = dict[str, NDArray[Any]]
"""Columns of the same length by name."""

_MAGIC = b"NF1"
_HEAD = struct.Struct(">3sIB")
_COLUMN = struct.Struct(">12s3sI")
_KINDS = {"|u1": "u1", "<u2": "u2", "<u4": "u4", "<u8": "u8"}
LEVEL = 1
MOST_ROWS = 1 << 22


def pack(columns: Columns) -> bytes:
    """The columns as bytes; they are unsigned integers of one length."""
    length = len(next(iter(columns.values()), ()))
    parts = [_HEAD.pack(_MAGIC, length, len(columns))]
    packed = []
    for name, values in columns.items():
        little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
        code = _KINDS[little.dtype.str]
        squeezed = bytes(cramjam.zstd.compress(little.tobytes(), level=LEVEL))
        parts.append(_COLUMN.pack(name.encode(), code.encode(), len(squeezed)))
        packed.append(squeezed)
    return b"".join(parts + packed)


def unpack(data: bytes, wanted: Collection[str] | None = None) -> Columns:
    """The columns again, all or those wanted; Broken when the bytes are damaged."""
    try:
        magic, rows, count = _HEAD.unpack_from(data)
        if magic != _MAGIC or rows > MOST_ROWS:
            raise Broken("a block of flows is damaged")
        at = _HEAD.size + count * _COLUMN.size
        found: Columns = {}
        for place in range(count):
            name, code, length = _COLUMN.unpack_from(data, _HEAD.size + place * _COLUMN.size)
            word = name.rstrip(b"\0").decode()
            if wanted is None or word in wanted:
                kind = np.dtype("<" + code.rstrip(b"\0").decode())
                raw = bytes(
                    cramjam.zstd.decompress(data[at : at + length], output_len=rows * kind.itemsize)
                )
                found[word] = np.frombuffer(raw, kind, rows)
            at += length
    except (struct.error, cramjam.DecompressionError, ValueError, TypeError) as error:
        raise Broken("a block of flows is damaged") from error
    return found
