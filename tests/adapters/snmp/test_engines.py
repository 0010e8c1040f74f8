import json
import logging
import time

import pytest

from noc_console.adapters.snmp import engines as module
from noc_console.adapters.snmp.engines import Engine, Engines

HERE = "10.0.0.1:161"
ONE = Engine(b"\x80\x00\x00\x00\x01", 3, 1_000_000.0)


def test_what_was_met_is_known_in_the_next_run(tmp_path):
    file = tmp_path / "deep" / "engines.json"
    first = Engines(file)
    first.load()
    assert first.get(HERE) is None
    assert first.note(HERE, ONE) is None
    first.save()
    second = Engines(file)
    second.load()
    assert second.get(HERE) == ONE
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_change_is_told_with_who_was_there_before():
    told = []
    engines = Engines(observer=lambda *what: told.append(what))
    engines.note(HERE, ONE)
    assert engines.note(HERE, Engine(ONE.id, ONE.boots, 99.0)) is None
    again = Engine(ONE.id, 4, 2_000_000.0)
    assert engines.note(HERE, again) == ONE and again.is_successor_of(ONE)
    other = Engine(b"\x80\x00\x00\x00\x02", 9, 2_000_000.0)
    assert engines.note(HERE, other) == again and not other.is_successor_of(again)
    assert not Engine(other.id, 1, 0.0).is_successor_of(other)
    assert told == [(HERE, ONE, again), (HERE, again, other)]


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "[]",
        "{",
        '{"a": 1}',
        '{"a": ["zz", 1, 1]}',
        '{"a": ["80", 1, 1]}',
        '{"a": ["8000000001", -1, 1]}',
        '{"a": ["8000000001", 1]}',
        '{"a": ["8000000001", null, {}]}',
    ],
)
def test_a_spoilt_file_is_an_empty_one(tmp_path, spoilt):
    file = tmp_path / "engines.json"
    file.write_text(spoilt)
    engines = Engines(file)
    engines.load()
    assert engines.get("a") is None
    engines.note(HERE, ONE)
    engines.save()
    assert json.loads(file.read_text()) == {HERE: ["8000000001", 3, 1_000_000]}


def test_a_folder_that_cannot_be_written_costs_a_line_in_the_log(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    engines = Engines(tmp_path / "file" / "engines.json")
    engines.note(HERE, ONE)
    with caplog.at_level(logging.WARNING):
        engines.save()
    assert "cannot be kept" in caplog.text
    assert engines.get(HERE) == ONE


def test_no_more_are_remembered_than_the_limit(monkeypatch):
    monkeypatch.setattr(module, "MAX_ENGINES", 3)
    engines = Engines()
    for n in range(5):
        engines.note(f"10.0.0.{n}:161", ONE)
    assert [engines.get(f"10.0.0.{n}:161") for n in range(5)] == [None, None, ONE, ONE, ONE]


async def test_what_is_learned_is_written_now_and_then_and_at_the_end(tmp_path, monkeypatch):
    file = tmp_path / "engines.json"
    engines = Engines(file)
    engines.note(HERE, ONE)
    assert not file.exists()
    monkeypatch.setattr(engines, "_saved_at", time.monotonic() - 2 * module.SAVE_EVERY_S)
    engines.note("10.0.0.2:161", ONE)
    await engines.close()
    assert len(json.loads(file.read_text())) == 2
    engines.note("10.0.0.3:161", ONE)
    await engines.close()
    assert len(json.loads(file.read_text())) == 3
