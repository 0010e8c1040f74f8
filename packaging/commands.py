"""Writes resources/commands.json again: what can be done on each page.

    make commands

Opens every page on an empty store in a folder of its own, and lists what they registered.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from noc_console.app import paths
from noc_console.app.compose import open_services
from noc_console.app.config import load
from noc_console.app.desk import make_window, open_desk, pages
from noc_console.app.gui import on_qt
from noc_console.app.lab import lab_config
from noc_console.kernel.events import EventBus
from noc_console.views.kit import theme
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Route
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.declared import FILE, written


async def main(folder: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.install(app, paths.resources())
    config = lab_config(load(environment={"NOC_DATA": folder}), named_store=None)
    async with open_services(config, bus=EventBus()) as services:
        desk = open_desk(services, Feed(), State(None))
        window = make_window(desk, services, config)
        known = {command.id for command, _ in desk.actions.commands()}
        found: dict[str, list[Command]] = {}
        for spec in pages(services):
            window.go(Route(spec.id))
            await settled()
            there = [command for command, _ in desk.actions.commands()]
            found[spec.id] = [each for each in there if each.id not in known]
            known |= {each.id for each in there}
        (paths.resources() / FILE).write_text(written(found), encoding="utf-8")
        window.close()
        await settled()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        on_qt(lambda: main(folder))
