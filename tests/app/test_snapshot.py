from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.app.cli import main

pytestmark = pytest.mark.usefixtures("at_home")


def test_a_snapshot_says_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lab.png"
    assert main(["snapshot", "lab", str(file), "--size", "400x300"]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nowhere", "x.png"), "there is no view 'nowhere'"),
        (("map", "x.gif"), "not .gif"),
        (("map", "x"), "a bare name"),
        (("map", "x.png", "--size", "large"), "a size is like 1366x768"),
        (("map", "x.png", "--size", "-5x10"), "--size"),
        (("map", "x.png", "--size", "10x10"), "between 200x150"),
        (("map", "x.png", "--size", "99999x300"), "between 200x150"),
        (("map", "x.png", "--theme", "pink"), "pink"),
        (("map",), "FILE"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["snapshot", *words])
    except SystemExit as left:  # argparse leaves by itself
        code = int(left.code or 0)
    assert code == 2
    assert complaint in capsys.readouterr().err
    assert not list(tmp_path.glob("x*"))
