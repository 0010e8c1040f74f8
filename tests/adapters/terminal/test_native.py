import gc

import pytest

from noc_console.adapters.terminal.native import Native, check, filled, lib
from noc_console.kernel.errors import Broken


def test_what_is_asked_is_answered_once() -> None:
    native = Native(80, 24)
    assert native.write(b"\x1b[5n") == b"\x1b[0n"
    assert native.write(b"text") == b""
    native.close()


def test_a_refusal_of_the_library_is_a_fault_of_ours() -> None:
    with pytest.raises(Broken, match="failed to fly"):
        check(int(lib.GHOSTTY_INVALID_VALUE), "fly")


def test_a_terminal_that_nobody_holds_gives_its_memory_back() -> None:
    native = Native(80, 24)
    freed = native._free
    del native
    gc.collect()
    assert not freed.alive


def test_a_cell_that_is_not_there_is_none() -> None:
    native = Native(80, 24)
    assert native.ref(0, 79) is not None
    assert native.ref(24, 0) is None
    assert native.track(9_999, 0) is None
    native.close()


def test_a_call_that_fails_after_telling_its_length_is_told() -> None:
    with pytest.raises(Broken):
        filled(lambda room, size, length: int(lib.GHOSTTY_OUT_OF_SPACE), "read")
