"""The window is put together from the services, page by page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from noc_console.app import paths
from noc_console.views.shell.declared import FILE

ASSEMBLE = """
import json, sys
from dataclasses import replace
from pathlib import Path
from noc_console.app import paths
from noc_console.app.compose import open_services
from noc_console.app.config import load
from noc_console.app.desk import make_window, open_desk, pages
from noc_console.app.gui import on_qt
from noc_console.app.lab import lab_config
from noc_console.kernel.events import EventBus
from noc_console.views.kit import theme
from noc_console.views.kit.desk import Route
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.declared import written
from PySide6.QtWidgets import QApplication

async def assemble():
    config = lab_config(load(), named_store=None)
    theme.install(QApplication.instance(), paths.resources())
    async with open_services(config, bus=EventBus()) as services:
        desk = open_desk(services, Feed(), State(None))
        window = make_window(desk, services, config)
        window.show()
        seen = {}
        known = {c.id for c, action in desk.actions.commands() if action.parent() is window}
        found = {}
        for spec in pages(services):
            window.go(Route(spec.id))
            await settled()
            there = [command for command, _ in desk.actions.commands()]
            found[spec.id] = [each for each in there if each.id not in known]
            known |= {each.id for each in there}
            seen[spec.id] = [spec.title, type(window.stack.currentWidget()).__name__]
        keys = {}
        for command, action in desk.actions.commands():
            everywhere = action.parent() is window
            for sequence in action.shortcuts():
                keys.setdefault(sequence.toString(), []).append([command.id, everywhere])
        clashes = {
            text: commands for text, commands in keys.items()
            if len(commands) > 1 and any(everywhere for _, everywhere in commands)
        }
        print(json.dumps({
            "clashes": clashes,
            "pages": seen,
            "commands": written(found),
            "rail": list(window.rail.buttons),
            "who": desk.actor.name,
            "operations": len(window._sources.operations),
            "all": len(services.operations()),
        }))
        window.close()
        await settled()

on_qt(assemble)
"""


def test_every_page_opens_on_a_fresh_store(at_home: Path) -> None:
    # A process of its own: the application's theme and loop are one per process.
    done = subprocess.run(
        [sys.executable, "-c", ASSEMBLE],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    listed = (paths.resources() / FILE).read_text(encoding="utf-8")
    assert told["commands"] == listed, "make commands lists again what can be done on each page"
    assert told["clashes"] == {}, "two commands on one key: neither would be done"
    assert list(told["pages"]) == [
        *("map", "devices", "device", "boards", "top", "graphs"),
        *("alarms", "alarmhealth", "detection", "maintenance", "handover", "oncall", "notify"),
        *("terminal", "ring", "configs", "compliance", "flights", "jobs"),
        *("logs", "probes", "flows"),
        *("discovery", "vault", "mibs", "collectors", "lab"),
    ]
    assert {page for _, page in told["pages"].values()} == {
        *("MapPage", "DevicesPage", "DevicePage", "AlarmsPage"),
        *("BoardsPage", "TopPage", "GraphsPage"),
        *("AlarmHealthPage", "MaintenancePage", "HandoverPage", "OnCallPage"),
        *("DetectionPage", "NotifyPage"),
        *("LogsPage", "ProbesPage", "FlowsPage", "CollectorsPage"),
        *("DiscoveryPage", "VaultPage", "MibsPage", "LabPage"),
        *("TerminalPage", "RingPage", "ConfigsPage"),
        *("CompliancePage", "FlightsPage", "JobsPage"),
    }
    assert told["rail"] == [page for page in told["pages"] if page != "device"]
    assert told["who"] == "local operator"
    assert told["operations"] == told["all"] > 40
