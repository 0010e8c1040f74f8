"""Terminals on the real engine, fed with what devices send."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from shiboken6 import delete, isValid

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import Size
from noc_console.views.kit.state import State
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.view import TerminalView
from tests.views.conftest import shown


@pytest.fixture
def engine() -> Iterator[GhosttyEngine]:
    made = GhosttyEngine(Size(80, 24), scrollback=5_000)
    yield made
    made.close()


@pytest.fixture
def looks() -> TerminalLooks:
    return TerminalLooks(State(None))


class Sent(list[tuple[bytes, str]]):
    """What a terminal sent, and whence."""

    def __call__(self, data: bytes, source: str) -> object:
        self.append((data, source))
        return None

    @property
    def typed(self) -> bytes:
        return b"".join(data for data, source in self if source != "answer")


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def view(
    engine: GhosttyEngine, looks: TerminalLooks, sent: Sent, bugs: list[BaseException]
) -> Iterator[TerminalView]:
    made = TerminalView(engine, looks, sent, on_error=bugs.append)
    shown(made, 700, 460)
    made.setFocus()
    yield made
    if isValid(made):
        delete(made)  # before its engine closes


Feed = Callable[[bytes | str], None]


@pytest.fixture
def feed(view: TerminalView) -> Feed:
    """Let the device say something, and have it painted."""

    def say(text: bytes | str) -> None:
        data = text.encode() if isinstance(text, str) else text
        view.engine_answers(view.engine.feed(data))
        view.output_came()
        view.refresh()

    return say
