"""The bar on top."""

from __future__ import annotations

from PySide6.QtGui import QAction

from noc_console.views.shell.header import Header
from tests.views.conftest import shown


async def test_breadcrumbs_show_page_and_subject() -> None:
    header = Header()
    shown(header, 1200, 44)
    header.show_place("Device", "core-1.northgate")
    assert header.page_button.text() == "Device"
    assert header.subject.whole() == "core-1.northgate"
    assert header.separator.isVisible()
    header.show_place("Q&A", "")
    assert header.page_button.text() == "Q&&A"
    assert not header.separator.isVisible()


async def test_a_button_follows_its_action() -> None:
    header, done = Header(), []
    back = QAction("Back")
    back.setEnabled(False)
    back.triggered.connect(lambda: done.append("back"))
    header.wire(back=back)
    assert not header.back_button.isEnabled()
    back.setEnabled(True)
    header.back_button.click()
    assert done == ["back"]


async def test_a_long_subject_gives_way_to_the_search_field() -> None:
    header = Header()
    shown(header, 960, 44)
    header.show_place("Device", "a very long name of a device " * 10)
    assert header.search.width() >= 180
    assert header.minimumSizeHint().width() <= 960


async def test_tips_and_the_search_field_name_the_keys_there_are_now() -> None:
    header, back, find = Header(), QAction("Back"), QAction("Find")
    back.setShortcut("Alt+Left")
    header.wire(back=back)
    header.search.name_keys(find)
    assert "Alt+Left" in header.back_button.toolTip() and header.search.keys == ""
    back.setShortcut("F8")
    find.setShortcut("Ctrl+P")
    assert "Back  F8" in header.back_button.toolTip() and header.search.keys == "Ctrl+P"
