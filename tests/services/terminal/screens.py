"""The real engine with its host, small, for the tests of everything the host does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from noc_console.services.terminal.model import Palette, Size
from noc_console.services.terminal.ports import TerminalEngine

pytest.importorskip("pyghostty", reason="the terminal engine has no wheel for this system")

from noc_console.adapters.terminal.opening import open_engine


@contextmanager
def screen(
    columns: int = 20, rows: int = 5, *, is_under_test: bool = False, clipboard: bool = False
) -> Iterator[TerminalEngine]:
    engine = open_engine(
        Size(columns, rows),
        scrollback=100,
        is_under_test=is_under_test,
        may_write_clipboard=clipboard,
    )
    engine.set_palette(Palette(0xDDDDDD, 0x101010, 0xFF0000))
    yield engine
    engine.close()


def shown(engine: TerminalEngine) -> list[str]:
    return [row.text for row in engine.frame().rows]
