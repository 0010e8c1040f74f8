"""The guard before a paste: lines, control characters, text that turns its direction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.terminal.pasting import EDITED, LARGE, PasteDialog, examined, preview


@pytest.mark.parametrize("text", ["show version", "interface Gi0/0/0/1", "naïve ß 漢字 🙂", "a\tb"])
def test_one_ordinary_line_needs_no_question(text: str) -> None:
    paste = examined(text)
    assert paste.is_harmless and paste.text == text


@pytest.mark.parametrize(
    "text",
    ["reload\n", "a\nb", "a\r\nb", "a\rb", "a\u2028b", "\x1b[201~reload", "a\u202eb", "x\x00"],
)
def test_what_may_do_more_than_it_shows_is_asked_about(text: str) -> None:
    assert not examined(text).is_harmless


def test_a_whole_file_is_asked_about() -> None:
    assert not examined("x" * (LARGE + 1)).is_harmless


@given(st.text(max_size=80))
def test_nothing_that_controls_or_turns_is_left_in_what_is_sent(text: str) -> None:
    paste = examined(text)
    assert not any(ord(c) < 0x20 and c not in "\t\n" for c in paste.text)
    assert not any(c in paste.text for c in "\x1b\x7f\x9b\u202e\u2066\u200b")
    assert paste.lines == paste.text.count("\n") + 1
    assert examined(paste.text).text == paste.text, "what is clean stays as it is"


def test_the_preview_shows_what_one_would_not_see() -> None:
    shown = preview(examined("no shut\x1b[201~\nreload\u202e\tx"))
    assert shown == "no shut␛[201~⏎\nreload⟨U+202E⟩⇥\tx"


async def test_the_dialog_says_how_much_and_what_is_left_out() -> None:
    dialog = PasteDialog(None, examined("conf t\nno router bgp 1\x07\n"), "core-1")
    assert dialog.accept_button.text() == "Paste 3 lines"
    assert not dialog.accept_button.isDefault() and dialog.cancel_button.isDefault()
    assert dialog.text.isReadOnly()
    assert dialog.value() == "conf t\nno router bgp 1\n"
    dialog.joined.setChecked(True)
    assert dialog.value() == "conf t no router bgp 1"


async def test_of_a_huge_text_only_the_beginning_is_drawn_and_all_of_it_is_sent() -> None:
    text = "x" * (EDITED + 1)
    dialog = PasteDialog(None, examined(text), "")
    assert len(dialog.text.toPlainText()) < EDITED // 2 and dialog.text.isReadOnly()
    assert dialog.text.toPlainText().endswith("… and more")
    assert dialog.value() == text
    dialog.deleteLater()


async def test_lines_can_be_changed_before_they_are_sent_and_are_cleaned_again() -> None:
    dialog = PasteDialog(None, examined("one\ntwo"), "core-1")
    dialog.text.setPlainText("one\nthree\x1b")
    assert dialog.value() == "one\nthree"
