"""The screen: painted when something changed, equal to a full repaint, resized, blinking."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import Point, Query, Size
from noc_console.views.kit.state import State
from noc_console.views.kit.theme import look
from noc_console.views.terminal import screen
from noc_console.views.terminal.ink import Scheme, ink_of
from noc_console.views.terminal.looks import TerminalLook, TerminalLooks
from noc_console.views.terminal.screen import ScreenView
from noc_console.views.terminal.selecting import By
from noc_console.views.terminal.view import TerminalView
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import Feed

PIECES = (
    "plain words ",
    "\x1b[31mred\x1b[0m ",
    "\x1b[7minverse \x1b[27m",
    "\x1b[48;2;10;90;40m ground \x1b[49m",
    "漢字",
    "e\u0301",
    "\r\n",
    "\x1b[2;5Hhere",
    "\x1b[K",
    "\x1b[1J",
    "\x1b[3L",
    "\x1b[2M",
    "\x1b[4:3mcurl\x1b[24m",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[5;10r\n\n\n\x1b[r",
    "\x1b[?5h",
    "\x1b[?5l",
    "\n" * 9,
    "link down",
    "a line as long as this one is wrapped: the link is down and stays so",
    "\x1b[1;34Hde\x1b[3mfgro\x1b[23mund",
)


def picture(view: ScreenView) -> QImage:
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    image.fill(0xFF00FF)
    view.render(image)
    return image


@given(
    texts=st.lists(st.sampled_from(PIECES), min_size=1, max_size=25),
    selects=st.booleans(),
    colours=st.booleans(),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_on_screen_equals_a_repaint_of_everything(texts, selects, colours) -> None:
    engine = GhosttyEngine(Size(40, 12), scrollback=100)
    looks = TerminalLooks(State(None))
    for pattern in ("ground|down", "[a-z]+e", "漢."):
        looks.rules.add(pattern)
    looks.use(TerminalLook(colours=colours))
    view = ScreenView(engine, looks, fixed=Size(40, 12))
    view.resize(view.sizeHint())
    view.refresh()
    for at, text in enumerate(texts):
        engine.feed(text.encode())
        if selects and at == len(texts) // 2:
            view.selecting.begin(Point(view.engine.viewport.top, 0), By.LINE)
        view.refresh()
    before = picture(view)
    assert view._canvas is not None
    view._canvas.forget()
    view.refresh()
    assert picture(view) == before
    view.dress()
    view.refresh()
    assert picture(view) == before
    delete(view)
    engine.close()


async def test_only_the_rows_that_changed_are_painted_again(
    view: TerminalView, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed("one\r\ntwo\r\nthree")
    painted: list[list[int]] = []
    monkeypatch.setattr(view, "rows_changed", lambda rows: painted.append(list(rows)))
    feed("\x1b[2;1Hother")
    assert painted == [[1]]
    feed("\x1b[1;1H")  # only the cursor moved
    assert painted == [[1]]


async def test_a_picture_that_takes_too_long_comes_in_pieces(
    view: TerminalView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.refresh()
    monkeypatch.setattr(screen, "PAINT_S", 0.0)
    view.engine.feed(b"\r\n".join(b"line %d" % at for at in range(20)))
    view.refresh()
    assert view._canvas is not None and view._canvas.is_behind
    await until(lambda: view._canvas is not None and not view._canvas.is_behind)
    inpieces = picture(view)
    view._canvas.forget()
    monkeypatch.setattr(screen, "PAINT_S", 60.0)
    view.refresh()
    assert picture(view) == inpieces


async def test_output_is_painted_soon_and_not_for_each_piece(
    view: TerminalView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.refresh()
    count = [0]
    frame = view.engine.frame

    def counting():
        count[0] += 1
        return frame()

    monkeypatch.setattr(view.engine, "frame", counting)
    for number in range(200):
        view.engine.feed(b"%d\r\n" % number)
        view.output_came()
    await until(lambda: count[0])
    assert count[0] == 1
    assert view.frame is not None and "199" in [row.text for row in view.frame.rows]


async def test_a_program_in_the_middle_of_a_picture_is_waited_for(
    view: TerminalView, feed: Feed
) -> None:
    feed("before")
    feed("\x1b[?2026h\x1b[2Jhalf")
    assert view.frame is not None and view.frame.rows[0].text == "before"
    feed(" done\x1b[?2026l")
    assert view.frame.rows[0].text.strip() == "half done"
    feed("\x1b[?2026h\x1b[2J\x1b[Hnever ended")
    await until(lambda: view.frame is not None and view.frame.rows[0].text == "never ended")


async def test_the_engine_takes_the_size_that_fits_and_text_wraps_anew(
    view: TerminalView, feed: Feed
) -> None:
    sizes: list[Size] = []
    view.resized.connect(sizes.append)
    feed("x" * 60)
    view.resize(350, 300)
    await until(lambda: sizes)
    assert view.engine.size == sizes[-1] == view.fitting()
    assert sizes[-1].columns < 60
    view.refresh()
    assert view.frame is not None and view.frame.rows[0].is_wrapped


async def test_a_fixed_grid_does_not_follow_the_widget(engine: GhosttyEngine) -> None:
    view = ScreenView(engine, TerminalLooks(State(None)), fixed=Size(80, 24))
    shown(view, 300, 200)
    await asyncio.sleep(0.1)
    assert engine.size == Size(80, 24)
    delete(view)


async def test_zoom_changes_the_cell_and_the_number_of_cells(view: TerminalView) -> None:
    await until(lambda: view.frame is not None)
    before, cell = view.engine.size, view.cell
    view.set_zoom(6)
    assert view.cell > cell and view.engine.size.columns < before.columns
    view.set_zoom(0)
    assert view.cell == cell and view.engine.size == before


async def test_a_theme_or_another_look_repaints_everything(view: TerminalView, feed: Feed) -> None:
    feed("words")
    dark = picture(view).pixel(200, 200)
    look().use("light")
    await until(lambda: picture(view).pixel(200, 200) != dark)
    ground = ink_of(Scheme.LIGHT).ground
    assert picture(view).pixel(200, 200) & 0xFFFFFF == ground[0] << 16 | ground[1] << 8 | ground[2]
    view.looks.use(TerminalLook(scheme=Scheme.CONTRAST))
    await until(lambda: picture(view).pixel(200, 200) & 0xFFFFFF == 0)


async def test_the_scrollbar_and_the_view_go_together(view: TerminalView, feed: Feed) -> None:
    feed("".join(f"line {number}\r\n" for number in range(300)))
    bar = view._bar
    assert bar.maximum() == view.engine.viewport.total - view.engine.viewport.rows
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    view.refresh()
    assert view.frame is not None and view.frame.rows[0].text == "line 0"
    feed("more\r\n")
    assert view.frame.rows[0].text == "line 0", "who reads above is left where they are"
    view.show_row(150)
    view.refresh()
    assert any(row.text == "line 150" for row in view.frame.rows)


async def test_hits_and_the_selection_are_seen(view: TerminalView, feed: Feed) -> None:
    feed("find me here")
    plain = picture(view)
    view.search.ask(Query("me"))
    await until(lambda: view.search.is_done and view.search.hits)
    view.refresh()
    found = picture(view)
    assert found != plain
    view.search.step(-1, 100)
    view.refresh()
    assert picture(view) != found
    view.search.ask(None)
    view.refresh()
    assert picture(view) == plain


async def test_the_bell_is_seen_told_once_a_second_and_heard_only_when_wished(
    view: TerminalView, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[int] = []
    monkeypatch.setattr("PySide6.QtWidgets.QApplication.beep", lambda: beeps.append(1))
    rings: list[int] = []
    view.rang.connect(lambda: rings.append(1))
    feed("quiet")
    before = picture(view)
    feed("\a")
    assert picture(view) != before
    feed("\a\a\a")
    assert (len(rings), beeps) == (1, [])
    await until(lambda: not view._bell_over.isActive())
    assert picture(view) == before
    view.looks.use(TerminalLook(rings=True))
    view._belled_at = -10.0
    feed("\a")
    assert beeps == [1]


@pytest.mark.parametrize("shape", [2, 4, 6])
async def test_each_shape_of_the_cursor_is_drawn_at_its_cell(
    qtbot: QtBot, view: TerminalView, feed: Feed, shape: int
) -> None:
    feed(f"\x1b[{shape} qprompt# ")
    await until(view.hasFocus)
    assert view.frame is not None
    cursor = view.frame.cursor
    rect = view.cell_rect(cursor.row or 0, cursor.column)
    ground = picture(view).pixel(int(rect.right()) + 30, int(rect.center().y()))
    at = {
        2: rect.center(),
        4: QPointF(rect.center().x(), rect.bottom() - 0.5),
        6: QPointF(rect.left() + 0.5, rect.center().y()),
    }[shape]
    assert picture(view).pixel(int(at.x()), int(at.y())) != ground
    feed("\x1b[?25l")
    assert picture(view).pixel(int(at.x()), int(at.y())) == ground


async def test_a_cursor_blinks_only_when_asked_to_and_allowed(
    view: TerminalView, feed: Feed
) -> None:
    await until(view.hasFocus)
    feed("\x1b[1 q")
    assert view._blinking.isActive()
    view._turn()
    dark = picture(view)
    view._turn()
    assert picture(view) != dark
    view.looks.use(TerminalLook(blinks=False))
    view._settle_blinking()
    assert not view._blinking.isActive()


async def test_text_that_blinks_changes_calmly_and_never_vanishes(
    view: TerminalView, feed: Feed
) -> None:
    feed("\x1b[?25l\x1b[5mATTENTION\x1b[0m")
    light = picture(view)
    view._turn()
    view.refresh()
    dark = picture(view)
    assert dark != light
    feed("\x1b[H\x1b[K")
    assert picture(view) != dark


async def test_what_an_input_method_composes_is_shown_at_the_cursor(
    view: TerminalView, feed: Feed
) -> None:
    feed("> ")
    before = picture(view)
    view.composing = "にほ"
    assert picture(view) != before
    view.composing = ""
    assert picture(view) == before


async def test_lines_below_live_names_lie_on_top(view: TerminalView, feed: Feed) -> None:
    feed("Gi0/0/0/1 is up")
    before = picture(view)
    view.underline({0: ((0, 9),)})
    assert picture(view) != before
    view.underline({})
    assert picture(view) == before


async def test_the_title_is_told_when_it_changes(view: TerminalView, feed: Feed) -> None:
    titles: list[str] = []
    view.titled.connect(titles.append)
    feed("\x1b]0;core-1\x07")
    feed("more")
    assert titles == ["core-1"]


async def test_what_nobody_sees_is_not_painted_but_heard(
    view: TerminalView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.refresh()
    view.hide()
    titles: list[str] = []
    view.titled.connect(titles.append)
    with monkeypatch.context() as patch:
        patch.setattr(view.engine, "frame", lambda: pytest.fail("painted"))
        view.engine.feed(b"unseen\x1b]0;core-1\x07")
        view.output_came()
        await until(lambda: titles == ["core-1"])
    view.show()
    await until(lambda: view.frame is not None and view.frame.rows[0].text == "unseen")


async def test_old_lines_are_packed_once_the_output_rests(
    view: TerminalView, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices = [True, True, False]
    monkeypatch.setattr(view.engine, "compress", lambda: slices.pop(0))
    view.output_came()
    assert view._idle.isActive() and len(slices) == 3
    view._idle.setInterval(1)
    view._pack()
    await until(lambda: not slices)
    assert not view._idle.isActive()
