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


BROUGHT_BACK = """
import json
from PySide6.QtWidgets import QApplication
from noc_console.app import paths
from noc_console.app.compose import open_services
from noc_console.app.config import load
from noc_console.app.desk import make_window, open_desk
from noc_console.app.gui import bring_back_windows, on_qt
from noc_console.kernel.events import EventBus
from noc_console.views.kit import theme
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import leave, settled
from noc_console.views.terminal.window import TerminalWindow
from shiboken6 import delete

async def look():
    config = load()
    theme.install(QApplication.instance(), paths.resources())
    async with open_services(config, bus=EventBus()) as services:
        state = State(None)
        desk = open_desk(services, Feed(), state)
        window = make_window(desk, services, config)
        window.show()
        first = window.route.page
        bring_back_windows(window, desk)
        none = sum(isinstance(one, TerminalWindow) for one in QApplication.topLevelWidgets())
        pane = {"to": "telnet:127.0.0.1:1", "name": "", "was": "x"}
        state.put("terminals", windows=[{"name": "far", "panes": pane, "rect": [5, 6, 400, 300]}])
        bring_back_windows(window, desk)
        (far,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, TerminalWindow)]
        there = far.geometry()
        print(json.dumps([
            none, first == window.route.page, far.isVisible(),
            [there.x(), there.y(), there.width(), there.height()],
            [one.address for one in far.area.panes],
        ]))
        await leave()
        delete(far)
        delete(window)  # its questions end while there is a loop to end them in
        await settled()

on_qt(look)
"""


def test_windows_of_terminals_are_back_with_the_console_whichever_page_it_shows(
    at_home: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROUGHT_BACK],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout) == [
        0,
        True,
        True,
        [5, 6, 400, 300],
        ["telnet:127.0.0.1:1"],
    ]
