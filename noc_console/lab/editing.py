"""Line editors of the lab's SSH servers, made quickly.

asyncssh looks at all 65,536 characters of the first plane to find out which of them its line editor
may insert, anew for each session: 15 ms of a core. The lab opens thousands; for the same keys the
answer is the same.
"""

from __future__ import annotations

import re

from asyncssh.editor import SSHLineEditor

_found: dict[frozenset[str], re.Pattern[str]] = {}
_look = SSHLineEditor._build_printable


def _remembered(editor: SSHLineEditor) -> None:
    keys = frozenset(editor._keymap)
    if keys not in _found:
        _look(editor)
        _found[keys] = editor._printable
    editor._printable = _found[keys]


def quicken() -> None:
    """From now on each set of keys is looked at once."""
    SSHLineEditor._build_printable = _remembered  # type: ignore[method-assign, assignment]
