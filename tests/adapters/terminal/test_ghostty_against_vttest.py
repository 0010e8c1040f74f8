"""vttest, the suite that VT100s of all kinds are tried with, drawing on our engine."""

import subprocess
from pathlib import Path

import pytest

from noc_console.services.terminal.model import Frame, Look, Underline
from tests.adapters.terminal import vttest

KEPT = Path(__file__).with_name("vttest_screens.txt")
VERSION = "VT100 test program, version 2.7 (20221229)"

pytestmark = pytest.mark.skipif(vttest.PROGRAM is None, reason="vttest is not installed")


def kept() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        if line.startswith("=== "):
            rows = found.setdefault(line.removeprefix("=== "), [])
        elif found:
            rows.append(line)
    return found


def styles(frame: Frame, word: str) -> tuple[Look, Underline]:
    """How the run is drawn that begins with a word."""
    run = next(run for row in frame.rows for run in row.runs if run.text.strip().startswith(word))
    return run.style.look, run.style.underline


@pytest.fixture(scope="module")
def shown() -> tuple[dict[str, list[str]], dict[str, Frame]]:
    told = subprocess.run([str(vttest.PROGRAM), "-V"], capture_output=True, text=True, check=False)
    if VERSION not in told.stdout + told.stderr:
        pytest.skip(f"the screens kept are those of {VERSION}")
    frames: dict[str, Frame] = {}
    return dict(vttest.screens(frames.__setitem__)), frames


def test_all_screens_of_the_menus_for_the_cursor_the_screen_and_the_vt102_are_right(shown) -> None:
    screens, _ = shown
    assert len(screens) == 35
    wrong = [name for name, rows in kept().items() if screens.get(name) != rows]
    assert wrong == []


def test_attributes_are_drawn_as_they_are_called(shown) -> None:
    _, frames = shown
    for name in ("2.13", "2.14"):
        frame = frames[name]
        assert styles(frame, "vanilla") == (Look.NONE, Underline.NONE)
        assert styles(frame, "bold underline blink") == (
            Look.BOLD | Look.BLINK,
            Underline.SINGLE,
        )
        assert styles(frame, "underline negative") == (Look.INVERSE, Underline.SINGLE)
        assert styles(frame, "bold negative") == (Look.BOLD | Look.INVERSE, Underline.NONE)
