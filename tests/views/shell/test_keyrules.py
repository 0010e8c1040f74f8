"""What no command may have, and what a shell would miss."""

from __future__ import annotations

import pytest

from noc_console.views.shell.keyrules import missed, refused
from noc_console.views.terminal.commands import DEEDS, TAB_DEEDS


@pytest.mark.parametrize(
    ("id", "key", "has_reason"),
    [
        ("alarms.clear", "C", False),
        ("alarms.clear", "Ctrl+C", True),
        ("alarms.clear", "/", True),
        ("alarms.clear", "Esc", True),
        ("alarms.clear", "Tab", True),
        ("terminal.copy", "Ctrl+C", False),
        ("terminal.copy", "c", True),
        ("terminal.copy", "Shift+C", True),
        ("terminal.copy", "+", True),
        ("terminal.copy", "Space", True),
        ("terminal.copy", "F8", False),
    ],
)
def test_some_keys_stay_what_they_are(id: str, key: str, has_reason: bool) -> None:
    assert bool(refused(id, key)) is has_reason


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("Ctrl+R", "history"),
        ("Ctrl+Z", "configuration"),
        ("Ctrl+]", "telnet"),
        ("Ctrl+Shift+6", "Cisco"),
        ("F8", "Programs"),
        ("Alt+X", "Programs"),
        ("Ctrl+Shift+R", ""),
        ("Ctrl+Shift++", ""),
        ("Meta+R", ""),
    ],
)
def test_what_a_shell_would_miss_is_said_of_commands_of_terminals_only(key: str, word: str) -> None:
    assert word in missed("terminal.copy", key)
    assert bool(missed("terminal.copy", key)) is bool(word)
    assert missed("alarms.clear", key) == ""


def test_the_usual_keys_of_terminals_cost_a_shell_nothing() -> None:
    for deed in (*DEEDS, *TAB_DEEDS):
        for key in deed.keys.split():
            assert missed(f"terminal.{deed.act}", key) == "", key
            assert refused(f"terminal.{deed.act}", key) == "", key
