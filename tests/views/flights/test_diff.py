from __future__ import annotations

from noc_console.views.flights.diff import COMES, GOES, DiffText
from noc_console.views.kit.theme import look
from tests.views.conftest import shown


def ink(text: DiffText, line: int) -> str:
    formats = text.document().findBlockByNumber(line).layout().formats()
    return formats[0].format.foreground().color().name() if formats else ""


async def test_lines_that_come_and_go_have_inks_of_their_own() -> None:
    text = DiffText()
    shown(text, 400, 300)
    text.show_diff("@@ -1 +1 @@\n-old\n+new\n same")
    assert ink(text, 1) == look().color(GOES).name()
    assert ink(text, 2) == look().color(COMES).name()
    assert ink(text, 3) == ""
    look().use("light")
    assert ink(text, 2) == look().color(COMES).name()


async def test_what_a_device_said_is_shown_not_obeyed() -> None:
    text = DiffText()
    text.show_diff("+<b>x</b>\x1b[31m\u202eevil")
    assert "<b>" in text.toPlainText()
    assert "\x1b" not in text.toPlainText() and "\u202e" not in text.toPlainText()
    assert text.isReadOnly()


async def test_the_same_diff_keeps_its_place() -> None:
    text = DiffText()
    shown(text, 200, 100)
    lines = "\n".join(f"+{n}" for n in range(200))
    text.show_diff(lines)
    text.verticalScrollBar().setValue(50)
    text.show_diff(lines)
    assert text.verticalScrollBar().value() == 50
