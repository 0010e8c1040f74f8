"""What people write down."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.handover.rules import words


def test_lines_stay_lines_and_control_characters_show() -> None:
    assert words.clean("  one\ntwo\x1b[2J\r\nthree ") == "one\ntwo␛[2J\nthree"


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 4_001])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        words.clean(text)


@pytest.mark.parametrize("key", ["device:7", "alarm:12", "ticket:CHG-7/b", "site:3", ""])
def test_objects_have_keys(key: str) -> None:
    assert words.about(key) == key


@pytest.mark.parametrize("key", ["device", "device:", "Device:7", "a:1", "device:7 8", "x" * 200])
def test_what_names_no_object_is_refused(key: str) -> None:
    with pytest.raises(Invalid, match="named like"):
        words.about(key)
