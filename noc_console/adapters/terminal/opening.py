"""Opens the terminal engine that this system has."""

from __future__ import annotations

from noc_console.kernel.errors import Broken
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import TerminalEngine


def open_engine(
    size: Size,
    *,
    scrollback: int = 10_000,
    may_write_clipboard: bool = False,
    is_under_test: bool = False,
) -> TerminalEngine:
    """An `EngineFactory`; `is_under_test` opens what only conformance suites may do (see `host`).

    Raises Broken where the engine's library is not: on Windows, which it has no wheel for, and
    where the console was installed without its window.
    """
    try:
        from noc_console.adapters.terminal.ghostty import GhosttyEngine
    except (ImportError, OSError) as error:
        raise Broken(
            "terminals need the engine of Linux or macOS, which is not installed here:"
            " on Windows use the system's own terminal for now"
        ) from error
    return GhosttyEngine(
        size,
        scrollback=scrollback,
        may_write_clipboard=may_write_clipboard,
        is_under_test=is_under_test,
    )
