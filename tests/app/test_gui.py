"""The window as a process: it opens, its children work, it closes, and nothing is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from noc_console.app.gui import main, on_qt
from noc_console.kernel.errors import Invalid, Refused
from tests.lab.snmpd import free_udp_port

CLOSES_ITSELF = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from noc_console.app.cli import main

app = QApplication(["test"])
log = Path(os.environ["NOC_DATA"]) / "logs" / "collector.log"

def look():
    windows = [each for each in app.topLevelWidgets() if each.isVisible()]
    if windows and log.is_file() and "collecting" in log.read_text():
        timer.stop()
        print(Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
        windows[0].close()

timer = QTimer()
timer.timeout.connect(look)
timer.start(100)
sys.exit(main([]))
"""


@pytest.fixture
def own_ports(at_home: Path) -> Path:
    Path(os.environ["NOC_CONFIG"]).write_text(
        f'listen = "127.0.0.1"\ntrap_port = {free_udp_port()}\nsyslog_port = {free_udp_port()}\n'
    )
    return at_home


def test_a_closed_window_leaves_with_0_and_its_collector_with_it(own_ports: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSES_ITSELF],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    children = done.stdout.split()
    assert len(children) == 1, "one collector, and no lab without --lab"
    assert not Path(f"/proc/{children[0]}").exists()
    assert "stopped" in (own_ports / "logs" / "collector.log").read_text()
    kept = json.loads((own_ports / "window.json").read_text())
    assert "map" in json.dumps(kept), "the page it was closed on"


def test_words_the_window_does_not_take_are_refused(config) -> None:
    with pytest.raises(Invalid, match="--fast"):
        main(config, arguments=["--fast"])


def test_what_goes_wrong_on_qts_loop_reaches_the_caller() -> None:
    async def refuse() -> None:
        raise Refused("no")

    with pytest.raises(Refused, match="no"):
        on_qt(refuse)
