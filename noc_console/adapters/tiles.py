"""MBTiles: map tiles in an SQLite file (github.com/mapbox/mbtiles-spec, version 1.3).

The file is the user's, from wherever: it is opened for reading only, its schema is checked,
a query that runs long is stopped, and what is no small picture is not handed on.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any, TypeVar

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.tiles import TileFacts

LARGEST_TILE = 2 << 20
LONGEST_TEXT = 400
LONGEST_QUERY_S = 2.0
INSTRUCTIONS = 20_000
"""SQLite looks at the clock after so many steps of its machine."""
DEEPEST = 24
VECTOR = "this file holds vector tiles (pbf); only pictures can be shown: PNG, JPEG or WebP"
_TAG = re.compile(r"<[^>]*>")
T = TypeVar("T")


class MbTiles:
    """An open MBTiles file. Every statement runs in its one thread."""

    def __init__(self, facts: TileFacts, file: sqlite3.Connection, thread: ThreadPoolExecutor):
        self.facts = facts
        self._file = file
        self._thread = thread

    async def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A picture; None where there is none, or none that can be shown."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._read, zoom, column, row)

    def _read(self, zoom: int, column: int, row: int) -> bytes | None:
        side = 1 << zoom if 0 <= zoom <= DEEPEST else 0
        if not (0 <= column < side and 0 <= row < side):
            return None
        try:
            # The file counts rows from the south (TMS).
            found = _ask(
                self._file,
                "SELECT CASE WHEN length(tile_data) <= ? THEN tile_data END FROM tiles"
                " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1",
                (LARGEST_TILE, zoom, column, side - 1 - row),
            )
        except sqlite3.Error:
            return None  # a damaged page costs its tiles, not the map
        content = found[0][0] if found else None
        return content if isinstance(content, bytes) and is_picture(content) else None

    def close(self) -> None:
        """Let go of the file, after what is being read."""
        self._thread.submit(self._file.close)
        self._thread.shutdown(wait=False)


async def open_tiles(path: Path) -> MbTiles:
    """Open an MBTiles file with pictures; Invalid says what is wrong with another."""
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tiles")
    try:
        facts, file = await asyncio.get_running_loop().run_in_executor(thread, _open, path)
    except BaseException:
        thread.shutdown(wait=False)
        raise
    return MbTiles(facts, file, thread)


def _open(path: Path) -> tuple[TileFacts, sqlite3.Connection]:
    if not path.is_file():
        raise Invalid(f"there is no file {path.name}", field="file")
    file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)
    try:
        file.execute("PRAGMA trusted_schema = OFF")
        file.execute("PRAGMA query_only = ON")
        file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * LARGEST_TILE)
        return _facts(file, path), file
    except sqlite3.Error as error:
        file.close()
        raise Invalid(f"{path.name} cannot be read as MBTiles: {error}", field="file") from error
    except Invalid:
        file.close()
        raise


def _ask(file: sqlite3.Connection, question: str, *given: Any) -> list[Any]:
    """Rows, at most a few hundred; a question that takes too long is an error."""
    until = time.monotonic() + LONGEST_QUERY_S
    file.set_progress_handler(lambda: time.monotonic() > until, INSTRUCTIONS)
    return file.execute(question, *given).fetchmany(200)


def _facts(file: sqlite3.Connection, path: Path) -> TileFacts:
    words = {
        str(name): str(value)[:LONGEST_TEXT]
        for name, value in _ask(file, "SELECT name, value FROM metadata")
    }
    if words.get("format", "").lower() in ("pbf", "mvt"):
        raise Invalid(VECTOR, field="file")
    levels = _ask(file, "SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
    if not all(isinstance(level, int) for level in levels):
        raise Invalid(f"{path.name} holds no tiles", field="file")
    _check_first(file, levels[0])
    return TileFacts(
        name=_plain(words.get("name", "")) or path.stem,
        least_zoom=max(0, levels[0]),
        most_zoom=min(DEEPEST, levels[1]),
        attribution=_plain(words.get("attribution", "")),
        bounds=_bounds(words.get("bounds", "")),
    )


def _check_first(file: sqlite3.Connection, zoom: int) -> None:
    """What the file really holds, whatever it says."""
    first = _ask(
        file, "SELECT substr(tile_data, 1, 16) FROM tiles WHERE zoom_level = ? LIMIT 1", (zoom,)
    )
    start = first[0][0] if first else b""
    if not isinstance(start, bytes) or not is_picture(start):
        packed = isinstance(start, bytes) and start[:2] in (b"\x1f\x8b", b"\x1a\x8b")
        raise Invalid(VECTOR if packed else "its tiles are no PNG, JPEG or WebP", field="file")


def is_picture(content: bytes) -> bool:
    """Whether it begins as PNG, JPEG or WebP files do."""
    return (
        content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
        or (content[:4], content[8:12]) == (b"RIFF", b"WEBP")
    )  # fmt: skip


def _plain(text: str) -> str:
    """Attributions are HTML by custom: only their words are shown."""
    return " ".join(unescape(_TAG.sub(" ", text)).split())[:LONGEST_TEXT]


def _bounds(text: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    sound = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if sound else None
