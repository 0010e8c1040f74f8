"""Modules as files: which one counts, and what is not taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.adapters.mibs.shelf import Shelf
from noc_console.services.mibs.model import Facts, Kind, MibObject

LAMPS = Facts("LAMPS-MIB", (), (MibObject("1.3.6.1.4.1.9.1", "lamps", "LAMPS-MIB", Kind.NODE),))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "LAMPS-MIB.json").write_text('{"module": "LAMPS-MIB", "types": {}, "objects": []}')
    (shipped / "README.md").write_text("no module")
    return Shelf(shipped, tmp_path / "own")


def test_a_loaded_module_hides_the_shipped_one_until_it_is_dropped(shelf: Shelf) -> None:
    before = shelf.modules()["LAMPS-MIB"]
    shelf.put([LAMPS])
    after = shelf.modules()["LAMPS-MIB"]
    assert (before.is_loaded, after.is_loaded) == (False, True)
    assert before.stamp != after.stamp
    assert shelf.read(after) == LAMPS
    assert shelf.drop("LAMPS-MIB") and not shelf.drop("LAMPS-MIB")
    assert shelf.modules() == {"LAMPS-MIB": before}


@pytest.mark.parametrize("name", ["../evil", "", "a/b", "x" * 80, "naïve"])
def test_a_name_that_is_no_modules_never_becomes_a_path(shelf: Shelf, name: str) -> None:
    with pytest.raises(ValueError):
        shelf.put([Facts(name, (), ())])
    assert not shelf.drop(name)


def test_a_file_with_another_module_or_none_is_refused(shelf: Shelf) -> None:
    shelf.put([LAMPS])
    kept = shelf.modules()["LAMPS-MIB"]
    for text in ('{"module": "OTHER-MIB", "types": {}, "objects": []}', "{", '"text"', "[]"):
        kept.path.write_text(text)
        with pytest.raises(ValueError):
            shelf.read(kept)


def test_texts_wait_until_others_do(shelf: Shelf, tmp_path: Path) -> None:
    first, second = tmp_path / "a b.mib", tmp_path / "..hidden"
    first.write_text("one")
    second.write_text("two")
    shelf.wait_for_more([first, second])
    assert [file.name for file in shelf.waiting_files()] == ["a_b.mib", "hidden"]
    shelf.wait_for_more(shelf.waiting_files()[:1])
    assert [file.read_text() for file in shelf.waiting_files()] == ["one"]
    shelf.wait_for_more([])
    assert shelf.waiting_files() == []
