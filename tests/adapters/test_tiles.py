"""MBTiles files, good and bad; each made by its test."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from noc_console.adapters import tiles
from noc_console.adapters.tiles import is_picture, open_tiles
from noc_console.kernel.errors import Invalid

PNG = b"\x89PNG\r\n\x1a\n"


def made(path: Path, pictures: dict[tuple[int, int, int], bytes], **words: str) -> Path:
    """A file with these tiles; keys are (zoom, column, row from the south)."""
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer,"
            " tile_data blob)"
        )
        file.executemany("INSERT INTO metadata VALUES (?, ?)", words.items())
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [
            (*at, picture) for at, picture in pictures.items()
        ])  # fmt: skip
    file.close()
    return path


async def test_it_tells_what_is_in_it(tmp_path: Path) -> None:
    file = made(
        tmp_path / "a.mbtiles",
        {(2, 1, 1): PNG, (7, 66, 85): PNG},
        name="Low Countries",
        format="png",
        bounds="2.5,49.4,7.3,53.6",
        attribution='&copy; <a href="https://example.org">Map people</a>',
    )
    opened = await open_tiles(file)
    facts = opened.facts
    opened.close()
    assert (facts.name, facts.least_zoom, facts.most_zoom) == ("Low Countries", 2, 7)
    assert facts.bounds == (2.5, 49.4, 7.3, 53.6)
    assert facts.attribution == "© Map people"


async def test_rows_are_counted_from_the_north(tmp_path: Path) -> None:
    opened = await open_tiles(made(tmp_path / "a.mbtiles", {(1, 0, 1): PNG + b"north west"}))
    assert await opened.tile(1, 0, 0) == PNG + b"north west"
    assert await opened.tile(1, 0, 1) is None
    for nowhere in ((-1, 0, 0), (1, 2, 0), (1, 0, -1), (99, 0, 0)):
        assert await opened.tile(*nowhere) is None
    opened.close()


async def test_vector_tiles_are_refused_with_the_reason(tmp_path: Path) -> None:
    packed = {(0, 0, 0): b"\x1f\x8b\x08 packed"}
    for file in (
        made(tmp_path / "a.mbtiles", packed, format="pbf"),
        made(tmp_path / "b.mbtiles", packed, format="png"),
    ):
        with pytest.raises(Invalid, match="vector"):
            await open_tiles(file)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 99, b"SQLite format 3\0" * 40])
async def test_what_is_no_tile_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mbtiles").write_bytes(content)
    with pytest.raises(Invalid, match=r"a\.mbtiles"):
        await open_tiles(tmp_path / "a.mbtiles")


async def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file"):
        await open_tiles(tmp_path / "gone.mbtiles")
    assert not (tmp_path / "gone.mbtiles").exists()


async def test_a_file_without_tiles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no tiles"):
        await open_tiles(made(tmp_path / "a.mbtiles", {}))


async def test_a_tile_that_is_too_large_or_no_picture_is_left_out(tmp_path: Path) -> None:
    pictures = {
        (0, 0, 0): PNG,
        (1, 0, 0): PNG + bytes(tiles.LARGEST_TILE),
        (1, 1, 0): b"<svg/>",
        (1, 1, 1): "text",
    }
    opened = await open_tiles(made(tmp_path / "a.mbtiles", pictures))  # type: ignore[arg-type]
    assert await opened.tile(0, 0, 0) == PNG
    assert [await opened.tile(1, *at) for at in ((0, 1), (1, 1), (1, 0))] == [None] * 3
    opened.close()


async def test_tiles_behind_a_view_that_never_ends_cost_no_more_than_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "LONGEST_QUERY_S", 0.05)
    with sqlite3.connect(tmp_path / "a.mbtiles") as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute(
            "CREATE VIEW tiles AS WITH RECURSIVE on_and_on(n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM on_and_on)"
            " SELECT n AS zoom_level, 0 AS tile_column, 0 AS tile_row, x'00' AS tile_data"
            " FROM on_and_on"
        )
    file.close()
    with pytest.raises(Invalid, match="interrupted"):
        await asyncio.wait_for(open_tiles(tmp_path / "a.mbtiles"), 5)


async def test_the_file_is_only_read(tmp_path: Path) -> None:
    file = made(tmp_path / "a.mbtiles", {(0, 0, 0): PNG})
    before = file.read_bytes()
    opened = await open_tiles(file)
    await opened.tile(0, 0, 0)
    opened.close()
    assert file.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mbtiles"]


def test_pictures_are_known_by_their_beginning() -> None:
    assert is_picture(PNG + b"..") and is_picture(b"\xff\xd8\xff\xe0")
    assert is_picture(b"RIFF\0\0\0\0WEBPVP8 ")
    assert not is_picture(b"GIF89a") and not is_picture(b"")
