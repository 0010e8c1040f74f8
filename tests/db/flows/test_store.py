"""The store of flows on SQLite and on a real PostgreSQL."""

from pathlib import Path

import pytest

from noc_console.db.flows import Block, ExporterWord, Place, flows_file, open_flows, word_id
from noc_console.db.flows import store as module
from noc_console.kernel.errors import Broken

NOW = 1_772_323_200


@pytest.fixture
async def flows(store_url, clock):
    async with open_flows(store_url, clock=clock) as opened:
        yield opened


def block(cube=1, span=60, at=NOW, source=9, part=5, data=b"x"):
    return Block(Place(cube, span, at, source, part), data)


async def test_blocks_are_found_by_the_time_they_touch(flows):
    await flows.append([block(at=NOW + 60 * n, data=bytes([n])) for n in range(10)])
    await flows.append([block(cube=2)])
    found = await flows.places(1, NOW + 90, NOW + 180)
    assert [place.at for place in found] == [NOW + 60, NOW + 120]
    assert {one.data for one in await flows.blocks(found)} == {b"\x01", b"\x02"}


async def test_a_block_written_twice_counts_once(flows):
    await flows.append([block(data=b"first")])
    await flows.append([block(data=b"again")])
    (one,) = await flows.blocks(await flows.places(1, NOW, NOW + 1))
    assert one.data == b"first"


async def test_words_are_told_by_their_numbers(flows, store_url, clock):
    await flows.append([block()], {"192.0.2.0/24", "ACME", ""})
    async with open_flows(store_url, clock=clock) as other:
        words = await other.words([word_id("ACME"), 0, 12345])
    assert words[word_id("ACME")] == "ACME"
    assert 12345 not in words


async def test_blocks_without_a_roll_up_are_due(flows):
    await flows.append([block(at=NOW + 60 * n) for n in range(7)])
    due = await flows.closed(60, NOW + 300)
    assert [place.at - NOW for place in due] == [0, 60, 120, 180, 240]
    await flows.append([block(span=300, part=0)])
    assert await flows.closed(60, NOW + 300) == ()


async def test_what_has_outlived_its_time_is_forgotten(flows):
    await flows.append([block(), block(span=300), block(span=3600)])
    assert await flows.prune(NOW + 7 * 3600) == 1
    assert await flows.prune(NOW + 49 * 3600) == 1
    assert [p.span for p in await flows.places(1, NOW, NOW + 60)] == [3600]


async def test_the_last_word_on_an_exporter_stays(flows):
    await flows.say([ExporterWord("192.0.2.1", "noc-1", NOW, "{}")])
    await flows.say([ExporterWord("192.0.2.1", "noc-1", NOW + 60, '{"a":1}')])
    assert await flows.exporters() == (ExporterWord("192.0.2.1", "noc-1", NOW + 60, '{"a":1}'),)
    assert await flows.forget_exporter("192.0.2.1") == 1
    assert await flows.exporters() == ()


async def test_exporters_not_heard_of_for_longest_make_room(flows, monkeypatch):
    monkeypatch.setattr(module, "MOST_EXPORTERS", 3)
    for n in range(5):
        await flows.say([ExporterWord(f"192.0.2.{n}", "noc-1", NOW + n, "{}")])
    assert [e.address for e in await flows.exporters()] == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]


async def test_the_size_is_told(flows):
    assert await flows.size() > 0


async def test_a_damaged_file_is_moved_aside_and_said(tmp_path, clock):
    (tmp_path / "noc.flows.db").write_bytes(b"this is no database" * 500)
    async with open_flows(f"sqlite:///{tmp_path}/noc.db", clock=clock) as opened:
        assert "flows" in opened.notices[0]
        await opened.append([block()])


def test_flows_lie_beside_the_main_file():
    assert flows_file("/srv/noc.db") == Path("/srv/noc.flows.db")
    with pytest.raises(Broken):
        flows_file(":memory:")
