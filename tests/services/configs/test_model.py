"""What goes wrong before a configuration is read says what to do."""

from __future__ import annotations

from noc_console.services.configs.model import NoLogin


def test_a_missing_login_says_what_to_do() -> None:
    assert "add a user" in str(NoLogin())
