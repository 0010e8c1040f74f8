"""Hands on the terminal: every key is typed, the mouse selects or reports, pastes are guarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeySequence,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.looks import TerminalLook
from noc_console.views.terminal.pasting import PasteDialog
from noc_console.views.terminal.view import TerminalView
from tests.views.conftest import shown, until
from tests.views.terminal.conftest import Feed, Sent

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def at(view: TerminalView, row: int, column: int) -> QPoint:
    return view.cell_rect(row, column).center().toPoint()


def open_dialogs() -> list[Dialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Dialog) and w.isVisible()]


# --- keys ------------------------------------------------------------------------------------


async def test_what_is_typed_is_sent(qtbot: QtBot, view: TerminalView, sent: Sent) -> None:
    qtbot.keyClicks(view, "show ip")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_C, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_B, ALT)
    assert sent.typed == b"show ip\r\x1b[A\x03\x1bb"
    assert {source for _, source in sent} == {"typed"}


async def test_application_keys_are_encoded_as_the_program_asked(
    qtbot: QtBot, view: TerminalView, feed: Feed, sent: Sent
) -> None:
    feed("\x1b[?1h")
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert sent.typed == b"\x1bOA"


async def test_every_key_is_typed_but_the_consoles_own_chords(
    qtbot: QtBot, view: TerminalView, sent: Sent
) -> None:
    window = QWidget()
    QVBoxLayout(window).addWidget(view)
    hit: list[str] = []
    for keys in ("Ctrl+K", "Ctrl+W", "Ctrl+P", "F1", "F5", "Esc", "Tab", "Ctrl+Shift+Esc", "?"):
        shortcut = QShortcut(QKeySequence(keys), window)
        shortcut.activated.connect(lambda keys=keys: hit.append(keys))
    view.keep_out(["Ctrl+Shift+Esc"])
    shown(window)
    view.setFocus()
    await until(view.hasFocus)
    for key, held in (
        (Qt.Key.Key_K, CONTROL),
        (Qt.Key.Key_W, CONTROL),
        (Qt.Key.Key_P, CONTROL),
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
    ):
        qtbot.keyClick(view, key, held)
    qtbot.keyClicks(view, "?")
    assert hit == []
    assert sent.typed == b"\x0b\x17\x10\x1bOP\x1b[15~\x1b\t?"
    qtbot.keyClick(view, Qt.Key.Key_Escape, CONTROL | SHIFT)
    assert hit == ["Ctrl+Shift+Esc"]
    assert view.hasFocus(), "Tab was typed, not taken for the next widget"


async def test_typing_comes_back_to_the_prompt(
    qtbot: QtBot, view: TerminalView, feed: Feed, sent: Sent
) -> None:
    feed("line\r\n" * 200)
    qtbot.keyClick(view, Qt.Key.Key_PageUp, SHIFT)
    assert not view.engine.viewport.is_at_bottom and sent.typed == b""
    qtbot.keyClicks(view, "x")
    assert view.engine.viewport.is_at_bottom


async def test_an_input_method_types_what_it_commits(view: TerminalView, sent: Sent) -> None:
    composing = QInputMethodEvent("に", [])
    QApplication.sendEvent(view, composing)
    assert view.composing == "に" and sent.typed == b""
    done = QInputMethodEvent("", [])
    done.setCommitString("日本")
    QApplication.sendEvent(view, done)
    assert view.composing == "" and sent.typed == "日本".encode()
    rect = view.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    assert rect is not None


async def test_questions_of_the_device_are_answered_as_answers(feed: Feed, sent: Sent) -> None:
    feed("\x1b[6n")
    assert sent and sent[0][1] == "answer" and sent[0][0].startswith(b"\x1b[")


async def test_the_focus_is_told_to_programs_that_asked(
    view: TerminalView, feed: Feed, sent: Sent
) -> None:
    await until(view.hasFocus)
    feed("\x1b[?1004h")
    sent.clear()
    view.clearFocus()
    view.setFocus()
    await until(lambda: len(sent) == 2)
    assert [data for data, _ in sent] == [b"\x1b[O", b"\x1b[I"]


# --- selection and the clipboard --------------------------------------------------------------


async def test_dragging_selects_and_copying_copies(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    feed("alpha beta gamma")
    qtbot.mousePress(view, LEFT, pos=at(view, 0, 6))
    qtbot.mouseMove(view, at(view, 0, 9))
    qtbot.mouseRelease(view, LEFT, pos=at(view, 0, 9))
    assert view.selected_text() == "beta"
    QGuiApplication.clipboard().setText("old")
    view.copy()
    assert QGuiApplication.clipboard().text() == "beta"
    qtbot.mousePress(view, LEFT, SHIFT, at(view, 0, 15))
    qtbot.mouseRelease(view, LEFT, SHIFT, at(view, 0, 15))
    assert view.selected_text() == "beta gamma"


async def test_a_double_click_takes_the_word_and_a_triple_click_the_line(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    feed("route 10.0.0.0/8 via 192.0.2.1")
    qtbot.mouseClick(view, LEFT, pos=at(view, 0, 22))
    qtbot.mouseDClick(view, LEFT, pos=at(view, 0, 22))
    assert view.selected_text() == "192.0.2.1"
    qtbot.mouseClick(view, LEFT, pos=at(view, 0, 22))
    assert view.selected_text() == "route 10.0.0.0/8 via 192.0.2.1"


async def test_alt_and_dragging_selects_a_block(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    feed("aa11\r\nbb22\r\ncc33")
    qtbot.mousePress(view, LEFT, ALT, at(view, 0, 2))
    qtbot.mouseMove(view, at(view, 2, 3))
    qtbot.mouseRelease(view, LEFT, ALT, at(view, 2, 3))
    assert view.selected_text().splitlines() == ["11", "22", "33"]


async def test_dragging_beyond_the_edge_scrolls_on(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    feed("".join(f"line {number}\r\n" for number in range(200)))
    top = view.engine.viewport.top
    qtbot.mousePress(view, LEFT, pos=at(view, 3, 2))
    view._mouse_at = QPointF(20, -40)
    view._drag(view._mouse_at)
    await until(lambda: view.engine.viewport.top < top - 10)
    qtbot.mouseRelease(view, LEFT, pos=QPoint(20, -40))
    assert not view._scrolling.isActive()
    assert view.selected_text().count("\n") > 10


async def test_copying_with_colours_puts_html_beside_the_text(
    view: TerminalView, feed: Feed
) -> None:
    feed("\x1b[31m<b>red</b>\x1b[0m")
    view.select_all()
    view.copy_html()
    data = QGuiApplication.clipboard().mimeData()
    assert data.text().strip() == "<b>red</b>"
    assert "&lt;b&gt;red" in data.html() and "<b>red" not in data.html()


async def test_what_is_selected_is_copied_at_once_when_wished(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    feed("alpha beta")
    QGuiApplication.clipboard().setText("old")
    for wished, expected in ((False, "old"), (True, "alpha")):
        view.looks.use(TerminalLook(copies=wished))
        view.refresh()
        qtbot.mousePress(view, LEFT, pos=at(view, 0, 0))
        qtbot.mouseMove(view, at(view, 0, 4))
        qtbot.mouseRelease(view, LEFT, pos=at(view, 0, 4))
        assert QGuiApplication.clipboard().text() == expected


# --- pasting ---------------------------------------------------------------------------------


async def test_one_line_is_pasted_at_once(view: TerminalView, sent: Sent) -> None:
    QGuiApplication.clipboard().setText("show clock")
    view.paste()
    assert sent == [(b"show clock", "pasted")]


async def test_several_lines_are_shown_first_and_sent_only_when_accepted(
    view: TerminalView, feed: Feed, sent: Sent
) -> None:
    feed("\x1b[?2004h")
    view.where = "core-1"
    view.paste_text("conf t\nno router bgp 64500\n")
    await until(open_dialogs)
    (dialog,) = open_dialogs()
    assert isinstance(dialog, PasteDialog) and sent.typed == b""
    dialog.reject()
    await settled()
    assert sent.typed == b"" and not open_dialogs()
    view.paste_text("one\ntwo")
    await until(open_dialogs)
    open_dialogs()[0].accept_button.click()
    await until(lambda: sent.typed)
    assert sent.typed.startswith(b"\x1b[200~one") and sent.typed.endswith(b"two\x1b[201~")


async def test_a_paste_cannot_end_its_own_brackets(
    view: TerminalView, feed: Feed, sent: Sent
) -> None:
    feed("\x1b[?2004h")
    view.paste_text("x\x1b[201~reload")
    await until(open_dialogs)
    open_dialogs()[0].accept_button.click()
    await until(lambda: sent.typed)
    assert sent.typed.count(b"\x1b[201~") == 1 and sent.typed.endswith(b"\x1b[201~")


async def test_an_empty_clipboard_is_told(view: TerminalView) -> None:
    told: list[str] = []
    view.told.connect(told.append)
    view.paste_text("")
    assert told


# --- the mouse of programs ----------------------------------------------------------------------


async def test_a_program_gets_the_mouse_and_shift_keeps_it_here(
    qtbot: QtBot, view: TerminalView, feed: Feed, sent: Sent
) -> None:
    feed("menu item\x1b[?1002h\x1b[?1006h")
    qtbot.mousePress(view, LEFT, pos=at(view, 0, 3))
    qtbot.mouseRelease(view, LEFT, pos=at(view, 0, 3))
    assert sent.typed == b"\x1b[<0;4;1M\x1b[<0;4;1m"
    assert view.selecting.selection is None
    sent.clear()
    qtbot.mousePress(view, LEFT, SHIFT, at(view, 0, 0))
    qtbot.mouseMove(view, at(view, 0, 3))
    qtbot.mouseRelease(view, LEFT, SHIFT, at(view, 0, 3))
    assert sent == [] and view.selected_text() == "menu"


def wheel(view: TerminalView, steps: int, held: Qt.KeyboardModifier) -> None:
    where = QPointF(at(view, 2, 2))
    event = QWheelEvent(
        where,
        view.mapToGlobal(where),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


async def test_the_wheel_scrolls_zooms_or_belongs_to_the_program(
    view: TerminalView, feed: Feed, sent: Sent
) -> None:
    none = Qt.KeyboardModifier.NoModifier
    feed("line\r\n" * 200)
    top = view.engine.viewport.top
    wheel(view, 2, none)
    assert view.engine.viewport.top == top - 6
    wheel(view, 1, CONTROL)
    assert view.zoom == 1
    wheel(view, -1, CONTROL)
    assert view.zoom == 0 and sent.typed == b""
    feed("\x1b[?1049h\x1b[?1007h")
    wheel(view, 1, none)
    assert sent.typed == b"\x1b[A" * 3
    sent.clear()
    feed("\x1b[?1000h\x1b[?1006h")
    wheel(view, -1, none)
    assert sent.typed == b"\x1b[<65;3;3M"


# --- links -----------------------------------------------------------------------------------


async def test_a_link_shows_where_it_leads_and_opens_only_after_asking(
    qtbot: QtBot, view: TerminalView, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    feed("\x1b]8;;https://wiki.example/page\x1b\\click\x1b]8;;\x1b\\ plain")
    assert view.link_at(QPointF(at(view, 0, 2))) == "https://wiki.example/page"
    assert view.link_at(QPointF(at(view, 0, 7))) == ""
    qtbot.mouseMove(view, at(view, 0, 2))
    await until(lambda: "wiki.example" in view.toolTip())
    qtbot.mouseClick(view, LEFT, pos=at(view, 0, 2))
    assert not open_dialogs(), "a click alone selects"
    qtbot.mouseClick(view, LEFT, CONTROL, at(view, 0, 2))
    await until(open_dialogs)
    assert opened == []
    open_dialogs()[0].accept_button.click()
    await until(lambda: opened)
    assert opened == ["https://wiki.example/page"]


@pytest.mark.parametrize("link", ["ssh://core-1", "mailto:noc@example.net", "file:///etc/passwd"])
async def test_anything_but_a_web_page_is_not_opened(
    view: TerminalView, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: pytest.fail("opened"))
    told: list[str] = []
    view.told.connect(told.append)
    view.open_link(link)
    assert told and not open_dialogs()


class Span:
    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


class Names:
    """Who knows the network: here, whatever begins with Gi."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def spans(self, line: str, device_id: int | None) -> list[Span]:
        start = line.find("Gi")
        return [] if start < 0 else [Span(start, start + 9)]

    def columns(
        self, lines: Sequence[str], above: Callable[[int], Sequence[str]]
    ) -> dict[int, Span]:
        return {}

    def hover(self, live: object, at: QPoint) -> None:
        self.did.append("hover")

    def leave(self) -> None:
        self.did.append("leave")

    def follow(self, live: object) -> None:
        self.did.append("follow")


async def test_what_is_known_of_the_network_is_underlined_hovered_and_followed(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    names = Names()
    view.live = names
    feed("漢 Gi0/0/0/1 is up")
    await until(lambda: view._underlined)
    assert view._underlined == {0: ((3, 12),)}
    qtbot.mouseMove(view, at(view, 0, 5))
    await until(lambda: names.did == ["hover"])
    qtbot.mouseMove(view, at(view, 0, 20))
    await until(lambda: names.did == ["hover", "leave"])
    qtbot.mouseClick(view, LEFT, CONTROL, at(view, 0, 4))
    assert "follow" in names.did


async def test_a_name_that_the_screen_wrapped_is_live_on_both_rows(
    qtbot: QtBot, view: TerminalView, feed: Feed
) -> None:
    names = Names()
    view.live = names
    columns = view.engine.size.columns
    feed("x" * (columns - 5) + " Gi0/0/0/1 is up")
    await until(lambda: view._underlined)
    assert view._underlined == {0: ((columns - 4, columns),), 1: ((0, 5),)}
    qtbot.mouseMove(view, at(view, 0, columns - 2))
    await until(lambda: names.did == ["hover"])
    qtbot.mouseMove(view, at(view, 1, 2))
    assert names.did == ["hover"], "still the same name"
    qtbot.mouseClick(view, LEFT, CONTROL, at(view, 1, 2))
    assert "follow" in names.did


# --- dropping --------------------------------------------------------------------------------


def drop(view: TerminalView, data: QMimeData) -> None:
    actions, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), actions, data, LEFT, none)
    QApplication.sendEvent(view, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(view, QDropEvent(QPointF(9, 9), actions, data, LEFT, none))


async def test_files_are_refused_in_words_and_text_is_guarded_like_a_paste(
    view: TerminalView, sent: Sent
) -> None:
    told: list[str] = []
    view.told.connect(told.append)
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/etc/passwd")])
    drop(view, files)
    assert told and sent == []
    text = QMimeData()
    text.setText("show clock")
    drop(view, text)
    assert sent == [(b"show clock", "pasted")]
