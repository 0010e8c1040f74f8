"""What can be done on each page, known before the page is opened.

A page registers its commands when it is made, which takes up to a third of a second each. The
sheet of keys is about all of them: `resources/commands.json` lists them as the pages do, and a
test opens every page and compares. `make commands` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from noc_console.views.kit.actions import Command

FILE = "commands.json"
Declared = Mapping[str, tuple[Command, ...]]
"""By page."""


def read(file: Path) -> Declared:
    """The commands of each page, which do nothing until the page itself registers them."""
    listed = json.loads(file.read_text(encoding="utf-8"))
    return {
        page: tuple(
            Command(id, text, picture, _nothing, shortcut=keys, right=right, group=group)
            for id, text, picture, keys, right, group in commands
        )
        for page, commands in listed.items()
    }


def written(pages: Mapping[str, Iterable[Command]]) -> str:
    """The text of the file: a line for each command."""
    told = []
    for page, commands in pages.items():
        lines = [
            json.dumps([c.id, c.text, c.icon, c.shortcut, c.right, c.group], ensure_ascii=False)
            for c in commands
        ]
        inner = ",\n".join(f"    {line}" for line in lines)
        told.append(f'  "{page}": [\n{inner}\n  ]' if lines else f'  "{page}": []')
    return "{\n" + ",\n".join(told) + "\n}\n"


def _nothing() -> None:
    """Its page was not opened yet."""
