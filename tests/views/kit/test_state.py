"""What is kept about windows: whole or not at all, and a broken file costs the layout only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import settled
from tests.views.conftest import until


async def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "new" / "window.json"
    state = State(file, delay_ms=1)
    state.put("window", rect=[1, 2, 3, 4])
    state.put("window", theme="light")
    await until(file.exists)
    await settled()
    assert State(file).get("window") == {"rect": [1, 2, 3, 4], "theme": "light"}


async def test_leaving_writes_at_once(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    state = State(file)
    state.put("table.alarms", filter="core")
    state.flush()
    assert State(file).get("table.alarms") == {"filter": "core"}
    assert not file.with_suffix(".new").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 99, "sections": {}}',
        '{"version": 1}',
        '{"version": 1, "sections": []}',
        '{"version": 1, "sections": {"window": 7}}',
        "\x00\xff",
    ],
)
async def test_a_file_that_makes_no_sense_is_put_aside_and_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "window.json"
    file.write_text(text, encoding="latin-1")
    state = State(file)
    assert state.get("window") == {}
    assert "starting afresh" in state.problem
    assert file.with_suffix(".broken").read_text(encoding="latin-1") == text
    state.put("window", theme="dark")
    state.flush()
    assert State(file).problem == ""


async def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    file.write_text(json.dumps({"version": 1, "sections": {"a": {"b": "x" * 5_000_000}}}))
    assert "too large" in State(file).problem


async def test_a_folder_that_cannot_be_written_is_said_and_not_fatal(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = State(tmp_path / "file" / "window.json", delay_ms=1)
    state.put("window", theme="dark")
    await until(lambda: state.problem)
    assert "cannot be kept" in state.problem


async def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    state = State(None, delay_ms=1)
    state.put("window", theme="dark")
    state.flush()
    assert state.get("window") == {"theme": "dark"}
    assert list(tmp_path.iterdir()) == []


async def test_what_is_handed_out_is_a_copy() -> None:
    state = State(None)
    state.put("window", theme="dark")
    state.get("window")["theme"] = "light"
    assert state.get("window") == {"theme": "dark"}
