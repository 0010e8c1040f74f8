"""The dialog that asks for a new value."""

from __future__ import annotations

from noc_console.services.mibs.model import Base, Kind, MibObject, Syntax
from noc_console.services.snmp.model import ObjectType, ObjectValue
from noc_console.views.mibs.setting import SetDialog, hint, shown

STATUS = MibObject(
    "1.3.6.1.2.1.2.2.1.7",
    "ifAdminStatus",
    "IF-MIB",
    Kind.COLUMN,
    syntax=Syntax("", Base.INTEGER, labels=(("up", 1), ("down", 2))),
    access="read-write",
    description="The desired state.\nMore.",
)
UP = ObjectValue(f"{STATUS.oid}.3", "IF-MIB::ifAdminStatus.3", ObjectType.INTEGER, 1, "up(1)")
NAME = ObjectValue("1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0", ObjectType.STRING, "r1")


def dialog(
    old: ObjectValue,
    about: MibObject | None = None,
    type: ObjectType = ObjectType.STRING,
    wrong: str = "",
) -> SetDialog:
    return SetDialog(None, place="core-1", old=old, about=about, type=type, wrong=lambda *_: wrong)


def test_words_are_chosen_and_sent_as_their_number() -> None:
    asking = dialog(UP, STATUS, ObjectType.INTEGER)
    assert asking.windowTitle() == "Set ifAdminStatus.3"
    assert asking.words is not None and asking.words.currentText() == "up(1)"
    asking.words.setCurrentIndex(1)
    assert asking.chosen() == (ObjectType.INTEGER, "2")
    assert asking.shown_new() == "down(2)"


def test_the_same_value_again_is_not_worth_a_question() -> None:
    asking = dialog(UP, STATUS, ObjectType.INTEGER)
    asking.accept()
    assert asking.problem.text() == "That is what stands there now."
    assert asking.result() == 0


def test_what_is_wrong_is_said_in_place() -> None:
    asking = dialog(NAME, wrong="Too long.")
    asking.line.setText("x" * 300)
    asking.accept()
    assert (asking.problem.text(), asking.result()) == ("Too long.", 0)


def test_a_text_is_typed_over_the_old_one() -> None:
    asking = dialog(NAME)
    assert (asking.line.text(), asking.line.selectedText()) == ("r1", "r1")
    asking.line.setText("r2")
    asking.accept()
    assert asking.result() == 1
    assert asking.chosen() == (ObjectType.STRING, "r2")


def test_an_object_without_a_mib_lets_its_type_be_chosen() -> None:
    missing = ObjectValue("1.3.6.1.4.1.9.1.0", "", ObjectType.MISSING, "")
    asking = dialog(missing, None, ObjectType.UNSIGNED)
    assert asking.chosen() == (ObjectType.UNSIGNED, "")
    assert shown(missing).startswith("nothing:")


def test_hints_tell_what_may_be_typed() -> None:
    assert hint(None) == ""
    assert hint(Syntax("", Base.INTEGER, ranges=((5, 254),))) == "5 to 254"
    assert hint(Syntax("", Base.OCTETS, ranges=((0, 64),))) == "0 to 64 characters"
    assert hint(Syntax("", Base.OCTETS, hint="1x:")).count(":") == 5
    assert hint(Syntax("", Base.BITS, labels=(("a", 0), ("b", 1)))) == "words: a b"
    assert shown(ObjectValue("1.3", "", ObjectType.STRING, "")) == "an empty text"
