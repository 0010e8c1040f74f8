"""The window of a recording, as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from noc_console.app.cli import main
from tests.app.test_recording import LINES

LOOKS_AND_CLOSES = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from noc_console.app.cli import main
from noc_console.views.kit.desk import Route

app = QApplication(["test"])
LEFT = ["devices", "map", "mibs", "alarms", "device"]

def look():
    windows = [each for each in app.topLevelWidgets() if each.isVisible() and hasattr(each, "go")]
    if not windows or "sw-kyiv-1" not in windows[0].windowTitle() and len(LEFT) == 5:
        return
    window = windows[0]
    print(window.windowTitle(), flush=True)
    if LEFT:
        window.go(Route(LEFT.pop(0)))
    else:
        timer.stop()
        print(sorted(window.rail.buttons), window.recording_bar.isVisible(), flush=True)
        window.close()

timer = QTimer()
timer.timeout.connect(look)
timer.start(300)
sys.exit(main(["open", sys.argv[1]]))
"""


def test_it_shows_the_device_on_every_page_and_leaves_nothing(
    at_home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "kyiv.snmprec"
    path.write_text("\n".join(LINES))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LOOKS_AND_CLOSES, str(path)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    *titles, last = done.stdout.splitlines()
    assert len(titles) == 6
    assert titles[0].startswith("sw-kyiv-1 – Device")
    assert all("Recording kyiv.snmprec, read only" in title for title in titles)
    assert last == "['alarms', 'devices', 'map', 'mibs'] True"
    assert list(temporary.iterdir()) == []
    assert not list(at_home.rglob("*.db"))


def test_a_file_that_is_no_recording_is_refused_on_the_command_line(
    at_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("bring milk")
    done = subprocess.run(
        [sys.executable, "-m", "noc_console", "open", str(tmp_path / "notes.txt")],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "notes.txt holds no recording" in done.stderr
    with pytest.raises(SystemExit):
        main(["open", "--help"])
    assert "read-only" in capsys.readouterr().out
