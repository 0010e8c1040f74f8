"""Answers of a ring beside one another."""

from __future__ import annotations

import pytest

from noc_console.services.terminal.comparing import Group, Leaving
from noc_console.services.terminal.ring import Member
from noc_console.views.kit.theme import look
from noc_console.views.terminal.ringdiff import AnswerView
from tests.views.conftest import shown

A, B = Member(1, "par", "192.0.2.1"), Member(2, "lyo", "192.0.2.2")


@pytest.fixture
def view() -> AnswerView:
    made = AnswerView()
    shown(made, 800, 400)
    return made


def test_lines_that_differ_carry_a_sign_and_stand_beside_one_another(view: AnswerView) -> None:
    view.show_diff(
        A, "host par\nntp 1.1.1.1\nlog x", B, "host lyo\nntp 2.2.2.2\nban y\nz", Leaving()
    )
    assert view.left.text.toPlainText() == "  host par\n~ ntp 1.1.1.1\n~ log x\n+ "
    assert view.right.text.toPlainText() == "  host lyo\n~ ntp 2.2.2.2\n~ ban y\n+ z"
    assert view.left.name.whole() == "par (canary)"
    look().use("light")
    assert view.right.text.toPlainText().endswith("+ z")


def test_answers_that_are_the_same_carry_no_signs(view: AnswerView) -> None:
    view.show_diff(A, "one\ntwo", B, "one\ntwo", Leaving())
    assert view.right.text.toPlainText() == "one\ntwo"


def test_one_answer_stands_alone_and_is_taken_away(view: AnswerView) -> None:
    view.show_text("<b>par</b>", "no answer")
    assert view.left.name.whole() == "<b>par</b>"
    assert not view.right.isVisible()
    view.clear()
    assert view.left.text.toPlainText() == ""


def test_who_said_the_same_is_told(view: AnswerView) -> None:
    names = {n: f"r{n}" for n in range(8)}
    view.show_groups((Group((1, 2, 3, 4, 5, 6), "x"), Group((7,), "y")), names)
    assert view.groups.text() == (
        "2 different answers. 6 devices: r1, r2, r3, r4 and 2 more  ·  1 device: r7"
    )
    view.show_groups((Group((1,), "x"),), names)
    assert view.groups.text() == "All the same. 1 device: r1"
    view.show_groups((), names)
    assert view.groups.text() == ""
