from collections.abc import Iterator

import pytest

pytest.importorskip("pyghostty", reason="the terminal engine has no wheel for this system")

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import Palette, Size

THEME = Palette(0xDDDDDD, 0x101010, 0xFF0000, tuple(0x010101 * index for index in range(16)))


@pytest.fixture
def engine() -> Iterator[GhosttyEngine]:
    """A small one: twenty columns, five rows."""
    opened = GhosttyEngine(Size(20, 5), scrollback=1_000)
    opened.set_palette(THEME)
    yield opened
    opened.close()
