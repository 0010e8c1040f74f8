"""Lets a widget start async work without leaking, racing or freezing.

`ask` reads: the newest question wins, and closing the widget drops it.
`do` writes: one at a time per key, and closing the widget lets it finish.
`follow` lasts as long as its widget, such as a terminal's session.
Every error ends in one presenter, also those of `then`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

T = TypeVar("T")
Work = Coroutine[Any, Any, T]
OnError = Callable[[BaseException], None]

_running: set[asyncio.Task[Any]] = set()  # asyncio itself holds only weak references
_following: set[asyncio.Task[Any]] = set()


class Tasks:
    """The async work of one widget. `on_busy` hears True with the first, False after the last."""

    def __init__(
        self,
        owner: QObject,
        on_error: OnError,
        on_busy: Callable[[bool], None] = lambda _: None,
        on_mended: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_mended` hears when what failed last (by its key) went well again."""
        self._owner = owner
        self._on_error = on_error
        self._on_busy = on_busy
        self._on_mended = on_mended
        self._failed = ""
        self._asking: dict[str, asyncio.Task[Any]] = {}
        self._doing: set[str] = set()
        self._mine: set[asyncio.Task[Any]] = set()
        owner.destroyed.connect(self._drop_questions)

    def ask(self, key: str, work: Work[T], then: Callable[[T], None]) -> None:
        """Look something up; an older question of the same key is dropped."""
        if not _is_answered():
            work.close()
            return
        if previous := self._asking.pop(key, None):
            previous.cancel()
        task = self._start(key, work, then)
        self._asking[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))

    def do(
        self,
        key: str,
        work: Callable[[], Work[T]],
        then: Callable[[T], None] = lambda _: None,
        on_error: OnError | None = None,
    ) -> bool:
        """Start `work` unless the same thing is already under way; says whether it started."""
        if key in self._doing or not _is_answered():
            return False
        self._doing.add(key)
        task = self._start(key, work(), then, on_error)
        task.add_done_callback(lambda _: self._doing.discard(key))
        return True

    def follow(self, key: str, work: Work[T], then: Callable[[T], None]) -> None:
        """Like `ask`, for what is not over soon: nobody waits for it, and nothing is busy."""
        if not _is_answered():
            work.close()
            return
        if previous := self._asking.pop(key, None):
            previous.cancel()
        task = asyncio.get_running_loop().create_task(work)
        _following.add(task)
        task.add_done_callback(_following.discard)
        self._asking[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))
        task.add_done_callback(lambda done: self._finish(key, done, then, self._on_error))

    def drop(self, key: str) -> None:
        """Forget a question: what it was about is no longer shown."""
        if asked := self._asking.pop(key, None):
            asked.cancel()

    def is_asking(self, key: str) -> bool:
        return key in self._asking

    def _start(
        self,
        key: str,
        work: Work[T],
        then: Callable[[T], None],
        on_error: OnError | None = None,
    ) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        _running.add(task)
        task.add_done_callback(_running.discard)
        told = on_error or self._on_error
        task.add_done_callback(lambda done: self._finish(key, done, then, told))
        self._mine.add(task)
        if len(self._mine) == 1:
            self._on_busy(True)
        return task

    def _finish(
        self, key: str, task: asyncio.Task[T], then: Callable[[T], None], on_error: OnError
    ) -> None:
        is_mine = task in self._mine
        self._mine.discard(task)
        alive = isValid(self._owner)
        if alive and is_mine and not self._mine:
            self._on_busy(False)
        if task.cancelled():
            return
        error = _first(task.exception())
        if error is None and alive:
            error = _tried(then, task.result())
        if error is not None:
            self._failed = key
            self._tell(error, on_error if alive else _orphaned)
        elif alive and self._failed == key:
            self._failed = ""
            self._on_mended()

    def _tell(self, error: BaseException, on_error: OnError) -> None:
        failed = _tried(on_error, error)
        if failed is not None:
            _orphaned(failed)

    def _forget(self, key: str, done: asyncio.Task[Any]) -> None:
        if self._asking.get(key) is done:
            del self._asking[key]

    def _drop_questions(self) -> None:
        for task in tuple(self._asking.values()):
            task.cancel()


def _first(error: BaseException | None) -> BaseException | None:
    """What a TaskGroup gathered is told by its first: one move is asked of the operator."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _is_answered() -> bool:
    """Whether a loop runs that could do the work.

    A timer of a page may tick once more while the window leaves and its loop has ended:
    nobody waits for that answer.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _tried(then: Callable[[T], None], result: T) -> BaseException | None:
    try:
        then(result)
    except Exception as error:  # noqa: BLE001 - the boundary of a view's work: to its presenter
        return error
    return None


def _orphaned(error: BaseException) -> None:
    """An error nobody on screen can show any more goes to the loop's handler: log and report."""
    asyncio.get_running_loop().call_exception_handler(
        {"message": "work outlived its widget and failed", "exception": error}
    )


async def leave() -> None:
    """End what follows (sessions, say) and wait until it has ended; for leaving, too."""
    ending = _of_this_loop(_following)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)


async def settled() -> None:
    """Wait until no view's work is under way, for tests and for leaving."""
    while under_way := _of_this_loop(_running):
        await asyncio.wait(under_way)
        await asyncio.sleep(0)


def _of_this_loop(tasks: set[asyncio.Task[Any]]) -> tuple[asyncio.Task[Any], ...]:
    """What a loop left unfinished when it was closed is never done: nobody may wait for it."""
    loop = asyncio.get_running_loop()
    return tuple(task for task in tasks if task.get_loop() is loop)
