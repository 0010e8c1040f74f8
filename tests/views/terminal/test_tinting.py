"""Coloured words in a terminal: the right cells, only what changed, and at once when switched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.filtering import AMBER, Stretch
from noc_console.services.terminal.model import PLAIN, Row, Run, Size
from noc_console.services.terminal.tinting import STRIKES, Tinter
from noc_console.views.terminal import tinting
from noc_console.views.terminal.canvas import Span
from noc_console.views.terminal.ink import TINTS
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.tiles import State
from noc_console.views.terminal.tinting import STATES, Tinting, spans_in
from noc_console.views.terminal.view import TerminalView
from tests.views.conftest import until
from tests.views.terminal.conftest import Feed


@pytest.fixture
def on(looks: TerminalLooks) -> TerminalLooks:
    looks.use(replace(looks.chosen, colours=True))
    return looks


def amber(row: int, view: TerminalView) -> list[tuple[int, int]]:
    assert view.frame is not None
    spans = view.tinting.spans(view.frame.rows).get(row, ())
    return [(span.start, span.end) for span in spans if span.state is State.TINT_AMBER]


def pixels_of(view: TerminalView, row: int, first: int, end: int) -> bytes:
    assert view._canvas is not None
    measure = view.measure
    top, left = row * measure.height, first * measure.width
    part = view._canvas.pixels[top : top + measure.height, left : end * measure.width]
    return part.tobytes()


def test_every_colour_of_a_rule_has_its_state() -> None:
    assert [STATES[token].is_tint for token in TINTS] == [True] * len(TINTS)
    assert STATES[AMBER] is State.TINT_AMBER


def test_terminals_are_as_quiet_as_the_device_until_somebody_switches_it_on(
    view: TerminalView, feed: Feed, looks: TerminalLooks
) -> None:
    feed("Gi0/1 down")
    plain = pixels_of(view, 0, 6, 10)
    assert amber(0, view) == []
    looks.use(replace(looks.chosen, colours=True))
    view.refresh()
    assert amber(0, view) == [(6, 10)]
    assert pixels_of(view, 0, 6, 10) != plain
    looks.use(replace(looks.chosen, colours=False))
    view.refresh()
    assert pixels_of(view, 0, 6, 10) == plain


def test_words_are_found_behind_wide_characters_and_accents(
    view: TerminalView, feed: Feed, on: TerminalLooks
) -> None:
    feed("漢字 down e\u0301 failed\r\n\x1b[5Gerror")
    assert amber(0, view) == [(5, 9), (12, 18)]
    assert amber(1, view) == [(4, 9)]


def test_a_wide_character_and_one_with_accents_are_never_cut() -> None:
    wide = Row((Run(0, 4, "漢字", PLAIN, is_wide=True), Run(4, 1, "x", PLAIN)))
    assert spans_in((wide,), [Stretch(1, 2, AMBER)]) == ((Span(2, 4, State.TINT_AMBER),),)
    accent = Row((Run(0, 1, "e\u0301", PLAIN, is_cluster=True), Run(1, 1, "x", PLAIN)))
    assert spans_in((accent,), [Stretch(0, 1, AMBER)]) == ((Span(0, 1, State.TINT_AMBER),),)


def test_a_word_that_the_screen_wrapped_is_coloured_on_both_rows(
    engine: GhosttyEngine, on: TerminalLooks
) -> None:
    engine.resize(Size(20, 6))
    tinting_ = Tinting(on)

    def spans(text: str) -> dict[int, list[tuple[int, int]]]:
        engine.feed(b"\x1b[2J\x1b[H" + text.encode())
        found = tinting_.spans(engine.frame().rows)
        return {row: [(span.start, span.end) for span in each] for row, each in found.items()}

    assert spans("port Gi0/0/0/17 is err-disabled: down") == {
        0: [(19, 20)],
        1: [(0, 11), (13, 17)],
    }
    assert spans("port Gi0/0/0/17 is\r\ndown") == {1: [(0, 4)]}
    # A blank in the last cell parts words; a line of its own is never joined.
    assert spans("port Gi0/0/0/17 ist down") == {1: [(0, 4)]}
    assert spans("Gi0/0/0/17 is do\r\nwn") == {}
    # A wide character had no room for its second half: nothing parts it from what is before.
    on.rules.add("core漢")
    assert spans("Gi0/0/0/1 is a core漢") == {0: [(15, 19)], 1: [(0, 2)]}


def test_what_goes_on_in_the_next_row_is_coloured_anew_and_no_other_line(
    view: TerminalView, feed: Feed, on: TerminalLooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = view.engine.size.columns
    feed("one down\r\n" + "x" * (columns - 3) + " do")
    asked: list[str] = []
    look = Tinter.look

    def hear(self: Tinter, texts: list[str], *, budget_s: float) -> bool:
        asked.extend(texts)
        return look(self, texts, budget_s=budget_s)

    monkeypatch.setattr(Tinter, "look", hear)
    feed("wn")
    assert asked == ["x" * (columns - 3) + " down"]
    assert amber(1, view) == [(columns - 2, columns)]
    assert amber(2, view) == [(0, 2)]
    feed("hill")
    assert amber(1, view) == [] and amber(2, view) == []


def test_rules_count_at_once_in_every_terminal(
    view: TerminalView, feed: Feed, on: TerminalLooks
) -> None:
    feed("core-1 up")
    on.rules.add("core-.")
    assert view.frame is not None
    spans = view.tinting.spans(view.frame.rows)
    assert spans == {0: (Span(0, 6, State.TINT_A),)}


def test_only_rows_that_changed_are_matched(
    view: TerminalView, feed: Feed, on: TerminalLooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed("one down\r\ntwo down\r\n")
    asked: list[str] = []
    look = Tinter.look

    def hear(self: Tinter, texts: list[str], *, budget_s: float) -> bool:
        asked.extend(texts)
        return look(self, texts, budget_s=budget_s)

    monkeypatch.setattr(Tinter, "look", hear)
    feed("\x1b[2;1Hthree down")
    assert asked == ["three down"]


async def test_what_does_not_fit_into_a_picture_is_coloured_with_the_next(
    view: TerminalView, on: TerminalLooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tinting, "BUDGET_S", 0.0)
    view.engine.feed(b"\r\n".join(b"line %d down" % at for at in range(20)))
    view.refresh()
    assert view.tinting.is_behind
    monkeypatch.setattr(tinting, "BUDGET_S", 60.0)
    await until(lambda: not view.tinting.is_behind)
    assert [bool(amber(row, view)) for row in range(20)] == [True] * 20


async def test_a_slow_rule_is_given_up_and_said_and_the_window_lives(
    view: TerminalView, feed: Feed, on: TerminalLooks
) -> None:
    told: list[str] = []
    view.told.connect(told.append)
    on.rules.add(r"(a+)+$")
    feed("a" * 70 + "! down")
    for _ in range(STRIKES):
        view.refresh()
    assert [("(a+)+$" in each) for each in told] == [True]
    view.refresh()
    assert amber(0, view) == [(72, 76)]
    assert not view.tinting.is_behind


def test_without_rules_nothing_is_done(looks: TerminalLooks) -> None:
    made = Tinting(looks)
    assert made.spans([Row((Run(0, 4, "down", PLAIN),))]) == {}
    assert not made.is_behind
