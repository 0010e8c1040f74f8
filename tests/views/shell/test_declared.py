"""What can be done on pages is written to a file and read from it."""

from __future__ import annotations

import json
from pathlib import Path

from noc_console.views.kit.actions import Command
from noc_console.views.shell.declared import FILE, read, written

RESOURCES = Path(__file__).resolve().parents[3] / "resources"


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    plan = Command(
        "flights.plan", "Plan a change…", "plus", lambda: None, "N", "flights.plan", "Flights"
    )
    text = written({"flights": [plan], "empty": []})
    assert len(text.splitlines()) == 6, "a line for each command: changes are seen in reviews"
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    pages = read(tmp_path / FILE)
    (again,) = pages["flights"]
    assert (again.id, again.text, again.icon) == (plan.id, plan.text, plan.icon)
    assert (again.shortcut, again.right, again.group) == ("N", "flights.plan", "Flights")
    again.handler()
    assert pages["empty"] == ()


def test_the_commands_of_every_page_are_listed_once() -> None:
    pages = read(RESOURCES / FILE)
    ids = [command.id for commands in pages.values() for command in commands]
    assert len(ids) == len(set(ids)) > 400
    assert {"map", "terminal", "ring", "flights", "vault"} <= pages.keys()
    assert json.loads((RESOURCES / FILE).read_text(encoding="utf-8")).keys() == pages.keys()
