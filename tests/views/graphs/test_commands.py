"""What one can do with graphs."""

from __future__ import annotations

from noc_console.views.graphs.commands import COMMANDS, MENU
from noc_console.views.graphs.page import GraphsPage


def test_every_command_is_a_method_of_the_page_and_stands_once_in_the_menu() -> None:
    names = [name for name, *_ in COMMANDS]
    assert sorted(names) == sorted(name for group in MENU for name in group)
    for name in names:
        assert callable(getattr(GraphsPage, name.replace("-", "_"))), name
    keys = [keys for *_, keys in COMMANDS if keys]
    assert len(keys) == len(set(keys))
