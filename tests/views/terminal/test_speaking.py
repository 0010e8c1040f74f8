"""What a screen reader hears of a terminal."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent

from noc_console.views.terminal import speaking
from noc_console.views.terminal.speaking import MOST_LINES
from noc_console.views.terminal.view import TerminalView
from tests.views.terminal.conftest import Feed


class Heard(list[str]):
    """Takes the place of the bridge to the system's screen reader, which no test has."""

    Event = QAccessible.Event

    def isActive(self) -> bool:
        return True

    def updateAccessibility(self, event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            self.append(event.message())


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    made = Heard()
    monkeypatch.setattr(speaking, "QAccessible", made)
    return made


def rest(view: TerminalView) -> None:
    """The output rests."""
    view._tell_reader()


async def test_the_answer_of_a_device_is_read_once_and_the_line_one_is_on_is_known(
    view: TerminalView, feed: Feed, heard: Heard
) -> None:
    feed("edge-1# ")
    rest(view)
    assert heard == [] and view.accessibleDescription() == "edge-1#"
    feed("show clock")
    rest(view)
    assert heard == [] and view.accessibleDescription() == "edge-1# show clock"
    feed("\r\n12:00:01 UTC\r\n\r\nedge-1# ")
    rest(view)
    rest(view)
    assert heard == ["12:00:01 UTC\nedge-1#"]
    assert view.accessibleDescription() == "edge-1#"


async def test_of_a_long_answer_the_end_is_read_and_it_is_said_how_much_came_before(
    view: TerminalView, feed: Feed, heard: Heard
) -> None:
    feed("edge-1# ")
    rest(view)
    feed("".join(f"\r\nline {at}" for at in range(200)))
    rest(view)
    (told,) = heard
    first, *rest_of_it = told.splitlines()
    assert first == f"{200 - MOST_LINES} lines before this."
    assert rest_of_it == [f"line {at}" for at in range(200 - MOST_LINES, 200)]


async def test_a_program_with_the_whole_screen_and_a_terminal_behind_are_not_read_out(
    view: TerminalView, feed: Feed, heard: Heard
) -> None:
    feed("edge-1# ")
    rest(view)
    feed("\x1b[?1049h\x1b[Htop\r\nprocess 1\r\nprocess 2")
    rest(view)
    feed("\x1b[?1049l\r\nback")
    rest(view)
    view.clearFocus()
    feed("\r\nelsewhere\r\nedge-1# ")
    rest(view)
    assert heard == [] and view.accessibleDescription() == "edge-1#"


async def test_without_a_screen_reader_nothing_is_done(
    view: TerminalView, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view.engine, "mark", lambda point: pytest.fail("nobody listens"))
    monkeypatch.setattr(QAccessible, "isActive", lambda: False)
    feed("edge-1# ")
    rest(view)
    assert view.accessibleDescription() == ""
