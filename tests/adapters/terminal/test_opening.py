import sys

import pytest

from noc_console.adapters.terminal.opening import open_engine
from noc_console.kernel.errors import Broken
from noc_console.services.terminal.model import Size


def test_an_engine_opens_where_its_library_is() -> None:
    engine = open_engine(Size(10, 3))
    engine.feed(b"hello")
    assert engine.lines(0, 1) == ["hello"]
    engine.close()


def test_a_system_without_the_library_is_told_so_in_a_sentence(monkeypatch) -> None:
    # The library is there wherever this runs: only its absence can be played.
    monkeypatch.setitem(sys.modules, "noc_console.adapters.terminal.ghostty", None)
    with pytest.raises(Broken, match="Linux or macOS"):
        open_engine(Size(10, 3))
