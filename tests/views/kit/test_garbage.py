from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject

from noc_console.views.kit.garbage import WindowGarbage


class Cycle(QObject):
    """A Qt object that only the cyclic collector can free, and who freed it."""

    def __init__(self, freed_in: list[int]) -> None:
        super().__init__()
        self.me = self
        self.token = Token(freed_in)


class Token:
    def __init__(self, freed_in: list[int]) -> None:
        self.freed_in = freed_in

    def __del__(self) -> None:
        self.freed_in.append(threading.get_ident())


def allocate_much() -> None:
    """Enough for the automatic collector to run, were it on."""
    kept = [[index] for index in range(200_000)]
    del kept


async def test_qt_objects_in_cycles_are_freed_on_the_window_s_thread_only() -> None:
    freed_in: list[int] = []
    garbage = WindowGarbage()
    try:
        for _ in range(50):
            Cycle(freed_in)
        worker = threading.Thread(target=allocate_much)
        worker.start()
        worker.join()
        assert freed_in == []
        allocate_much()
        for _ in range(3):
            garbage.look()
        gc.collect(1)
        assert set(freed_in) <= {threading.get_ident()}
    finally:
        garbage.stop()
    assert len(freed_in) == 50
    assert set(freed_in) == {threading.get_ident()}


async def test_stopping_hands_back_to_the_automatic_collector() -> None:
    was_on = gc.isenabled()
    gc.enable()
    garbage = WindowGarbage()
    assert not gc.isenabled()
    garbage.stop()
    assert gc.isenabled()
    if not was_on:
        gc.disable()


async def test_a_full_collection_comes_now_and_then() -> None:
    garbage = WindowGarbage()
    freed_in: list[int] = []
    Cycle(freed_in)
    gc.collect(0)
    from noc_console.views.kit import garbage as module

    for _ in range(module.FULL_EVERY):
        garbage.look()
    assert len(freed_in) == 1
    garbage.stop()
