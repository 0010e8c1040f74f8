"""Walks through menus of vttest, which draws on our engine through a pseudo-terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.adapters.terminal.pty_child import PtyChild
from noc_console.services.terminal.model import Frame, Size

MENUS = (1, 2, 8)
MOST_SCREENS = 40
ASKS = (b"Push <RETURN>", b"Enter choice number")
QUIET_S = 0.03
"""What follows its question, where that is not the last thing on a screen, follows at once."""

PROGRAM = shutil.which("vttest")


def text(engine: GhosttyEngine) -> list[str]:
    rows = engine.size.rows
    return engine.lines(engine.viewport.total - rows, rows)


def screens(
    look: Callable[[str, Frame], None] = lambda *_: None,
) -> Iterator[tuple[str, list[str]]]:
    """Every screen of the menus by its name (`2.13`); `look` sees it with its colours, too."""
    engine = GhosttyEngine(Size(80, 24), is_under_test=True)
    with PtyChild([PROGRAM or "vttest"], engine.size) as child:
        _settle(engine, child)
        for menu in MENUS:
            child.write(b"%d\r" % menu)
            for number in range(1, MOST_SCREENS):
                _settle(engine, child)
                shown = text(engine)
                if any("Choose test type" in line for line in shown):
                    break
                look(f"{menu}.{number}", engine.frame())
                yield f"{menu}.{number}", shown
                child.write(b"\r")
    engine.close()


def _settle(engine: GhosttyEngine, child: PtyChild) -> None:
    """Show what it writes until it has asked for a key since the last one, and rests."""
    written = b""
    while not any(ask in written for ask in ASKS) or not child.is_quiet(QUIET_S):
        received = child.read(65_536)
        if not received:
            return
        written += received
        child.write(engine.feed(received))
