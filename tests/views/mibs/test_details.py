"""What is told of an object."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from noc_console.services.mibs.model import Base, Kind, MibObject, Syntax
from noc_console.views.kit.desk import Desk
from noc_console.views.mibs.details import NO_TEXT, Details, facts, label_words, type_words
from tests.views.conftest import shown

LAMP = MibObject(
    "1.3.6.1.4.1.9.1",
    "acmeLamp",
    "ACME-MIB",
    Kind.COLUMN,
    syntax=Syntax("LampState", Base.INTEGER, labels=(("dark", 0), ("lit", 1))),
    access="read-write",
    status="deprecated",
    units="lamps",
    description="What it <b>does</b>.\n\nAnd \u202ewhy.",
)


def test_every_fact_has_its_line() -> None:
    assert facts(LAMP) == [
        ("Module", "ACME-MIB"),
        ("Is", "a column of a table"),
        ("Type", "LampState: integer"),
        ("Units", "lamps"),
        ("Access", "read-write"),
        ("Status", "deprecated"),
        ("Words", "dark(0)  lit(1)"),
    ]
    row = MibObject("1.3", "r", "A-MIB", Kind.ROW, index=("a", "b"), is_implied=True)
    assert ("Index", "a, b (the last without its length)") in facts(row)
    event = MibObject("1.3", "e", "A-MIB", Kind.NOTIFICATION, carries=("a", "b"))
    assert ("Carries", "a, b") in facts(event)


def test_a_type_is_told_with_its_limits() -> None:
    assert type_words(Syntax("", Base.COUNTER64)) == "counter64"
    mac = Syntax("MacAddress", Base.OCTETS, hint="1x:", ranges=((6, 6),))
    assert type_words(mac) == "MacAddress: octets, 6 octets, shown as 1x:"
    age = Syntax("Age", Base.INTEGER, ranges=((0, 9), (20, 29)))
    assert type_words(age) == "Age: integer, 0 to 9 or 20 to 29"


def test_very_many_words_are_cut_with_a_count() -> None:
    many = Syntax("", Base.INTEGER, labels=tuple((f"w{n}", n) for n in range(1000)))
    assert label_words(many).endswith("and 600 others")


def test_a_description_is_plain_text_whatever_it_holds(desk: Desk) -> None:
    details = Details(desk)
    shown(details)
    details.show_object(LAMP)
    assert details.text.text() == "What it <b>does</b>.\n\nAnd ⟨U+202E⟩why."
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText for label in details.findChildren(QLabel)
    )
    details.copy_button.click()
    assert QGuiApplication.clipboard().text() == "1.3.6.1.4.1.9.1"


def test_an_object_without_a_description_says_where_to_get_it(desk: Desk) -> None:
    details = Details(desk)
    shown(details)
    details.copy_oid()  # nothing is chosen: nothing happens
    assert details.object is None
    details.show_object(MibObject("1.3", "org", "A-MIB", Kind.NODE))
    assert details.text.text() == NO_TEXT
    details.show_object(None)
    assert not details.name.isVisible()
