from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.db.lines import Keeping, Lines, Search, lines_file, open_lines
from noc_console.kernel.errors import Broken
from tests.conftest import FakeClock
from tests.db.lines.conftest import CHUNK, line

ALL = Search(tenant="acme", limit=1_000)


async def test_another_process_sees_what_was_written(
    lines: Lines, store_url: str, clock: FakeClock
) -> None:
    await lines.append([line("a"), line("b")])
    async with open_lines(store_url, clock=clock) as other:
        assert [one.text for one in (await other.search(ALL)).lines] == ["b", "a"]
        assert await other.newest() == 2
        await other.append([line("c")])
    assert await lines.newest() == 3
    await lines.append([])
    assert await lines.newest() == 3


async def test_only_what_fills_a_chunk_is_packed_and_nothing_is_lost(lines: Lines) -> None:
    await lines.append([line(f"n{n}") for n in range(3 * CHUNK - 1)])
    assert await lines.pack() == 2
    assert await lines.pack() == 0
    kept = await lines.kept()
    assert (kept.lines, kept.chunks) == (3 * CHUNK - 1, 2)
    assert kept.size > 0
    found = await lines.search(ALL)
    assert [one.text for one in found.lines] == [f"n{n}" for n in reversed(range(3 * CHUNK - 1))]


async def test_old_chunks_and_old_lines_are_forgotten(store_url: str, clock: FakeClock) -> None:
    keeping = Keeping(age=timedelta(days=7))
    async with open_lines(store_url, clock=clock, keeping=keeping, chunk_size=CHUNK) as lines:
        await lines.append([line("old", at=n) for n in range(CHUNK)])
        await lines.append([line("old too")])
        day = 86_400_000
        await lines.append([line("new", at=8 * day + n) for n in range(CHUNK)])
        await lines.pack()
        clock.tick(days=8)
        # The second chunk began within the old days; it goes when its last line is too old.
        assert await lines.prune(clock.now()) == CHUNK
        assert (await lines.search(ALL)).lines[-1].text == "old too"
        clock.tick(days=8)
        assert await lines.prune(clock.now()) == CHUNK + 1
        assert (await lines.search(ALL)).lines == []
        assert (await lines.kept()).oldest is None


async def test_what_takes_too_much_room_is_forgotten_from_the_oldest(
    store_url: str, clock: FakeClock
) -> None:
    async with open_lines(store_url, clock=clock, chunk_size=CHUNK) as lines:
        await lines.append([line(f"n{n}") for n in range(4 * CHUNK)])
        await lines.pack()
        size = (await lines.kept()).size
    async with open_lines(
        store_url, clock=clock, keeping=Keeping(size=size // 2), chunk_size=CHUNK
    ) as lines:
        assert await lines.prune(clock.now()) >= 2 * CHUNK
        kept = await lines.kept()
        assert 0 < kept.size <= size // 2
        assert (await lines.search(ALL)).lines[0].text == f"n{4 * CHUNK - 1}"


async def test_a_store_of_a_newer_version_is_refused(
    lines: Lines, store_url: str, clock: FakeClock
) -> None:
    await lines._threads.write(
        lambda session: session.run("UPDATE lines_mark SET value = 99 WHERE name = 'schema'")
    )
    with pytest.raises(Broken, match="newer version"):
        async with open_lines(store_url, clock=clock):
            pass


async def test_a_damaged_file_is_moved_aside_and_said(tmp_path: Path, clock: FakeClock) -> None:
    path = lines_file(str(tmp_path / "noc.db"))
    path.write_bytes(b"rubbish" * 1_000)
    async with open_lines(f"sqlite:///{tmp_path}/noc.db", clock=clock) as lines:
        assert "log lines" in lines.notices[0]
        await lines.append([line("a")])
    assert list(tmp_path.glob("noc.logs.db.damaged-*"))
    with pytest.raises(Broken, match="need a file"):
        lines_file(":memory:")
