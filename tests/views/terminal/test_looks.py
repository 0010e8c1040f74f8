"""Font, colours and bell of terminals: chosen once, kept, and read back with care."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo

from noc_console.views.kit.state import State
from noc_console.views.kit.theme import MONO_FAMILY
from noc_console.views.terminal.glyphs import LARGEST_PX, SMALLEST_PX
from noc_console.views.terminal.ink import Scheme
from noc_console.views.terminal.looks import (
    LookDialog,
    TerminalLook,
    TerminalLooks,
    fixed_families,
    read_look,
)


def test_a_choice_is_kept_and_told() -> None:
    state, told = State(None), []
    looks = TerminalLooks(state)
    looks.changed.connect(lambda: told.append(looks.chosen.px))
    looks.use(TerminalLook(px=17, scheme=Scheme.CONTRAST))
    looks.use(TerminalLook(px=17, scheme=Scheme.CONTRAST))
    assert told == [17]
    assert TerminalLooks(state).chosen == TerminalLook(px=17, scheme=Scheme.CONTRAST)


@pytest.mark.parametrize(
    "kept", [None, 7, {}, {"px": "large"}, {"scheme": "pink"}, {"rings": 1}, {"family": None}]
)
def test_what_makes_no_sense_is_the_usual_look(kept: object) -> None:
    assert read_look(kept) == TerminalLook()


def test_sizes_out_of_reason_are_brought_back() -> None:
    found = read_look({"px": 10_000, "scrollback": -5})
    assert (found.px, found.scrollback) == (LARGEST_PX, 0)
    assert TerminalLook(px=8).font(-50).pixelSize() == SMALLEST_PX


def test_the_fonts_offered_are_ours_first_and_all_of_one_width() -> None:
    families = fixed_families()
    assert families[0] == MONO_FAMILY and len(families) == len(set(families))
    assert QFontInfo(TerminalLook().font()).family() == MONO_FAMILY


async def test_the_dialog_answers_with_what_is_set_in_it() -> None:
    dialog = LookDialog(None, TerminalLook())
    assert dialog.value() == TerminalLook()
    dialog.px.setValue(20)
    dialog.scheme.setCurrentIndex(list(Scheme).index(Scheme.LIGHT))
    dialog.copies.setChecked(True)
    dialog.colours.setChecked(True)
    chosen = TerminalLook(px=20, scheme=Scheme.LIGHT, copies=True, colours=True)
    assert dialog.value() == chosen
    assert isinstance(dialog.value().scheme, Scheme)
