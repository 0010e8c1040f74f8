"""The promises of the inspection, kept on every recorded device: `make devices` as a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.services.inspection.platforms.load import load
from tests.devices.compare import GOALS
from tests.devices.score import MOST_EXTRA, RECORDINGS, RULES, Scores, main, score, total

pytestmark = pytest.mark.recordings
ROWS = ("interfaces", "addresses", "neighbours", "processors", "memory", "storage", "sensors")


@pytest.fixture(scope="module")
def scores() -> Scores:
    if not RECORDINGS.is_dir():
        pytest.skip("the recorded devices are not beside the project")
    return score(RECORDINGS, load(RULES))


@pytest.mark.parametrize("fact", GOALS)
def test_each_fact_reaches_its_goal(scores: Scores, fact: str) -> None:
    whole = total(scores[fact])
    assert whole.expected > 0
    assert 100 * whole.right / whole.expected >= GOALS[fact]


def test_nothing_is_invented(scores: Scores) -> None:
    wholes = [total(scores[fact]) for fact in ROWS]
    extra = sum(len(whole.extra) for whole in wholes)
    assert 100 * extra / sum(whole.expected for whole in wholes) <= MOST_EXTRA


def test_the_table_names_what_falls_short(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "box.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|nobody knows it\n", "utf-8")
    (tmp_path / "box.json").write_text('{"devices": [{"os": "mystery"}]}', "utf-8")
    assert main(["--folder", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    assert "platform" in table
    assert "costs most: box 1" in table
    assert main(["--folder", str(tmp_path / "nowhere")]) == 2
