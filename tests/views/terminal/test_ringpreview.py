"""What a person sees before a ring is asked."""

from __future__ import annotations

from noc_console.services.terminal.judging import Verdict
from noc_console.services.terminal.ring import Expecting, Member, Order
from noc_console.views.terminal.ringpreview import PreviewDialog

MEMBERS = (
    Member(1, "par-1", "192.0.2.1", "iosxe"),
    Member(2, "lyo-1", "192.0.2.2", "junos"),
    Member(3, "mrs-1", "192.0.2.3", "timos"),
    Member(4, "nce-1", "192.0.2.4", "junos"),
)
WORDS = {1: "show clock", 2: "show system uptime\nshow version", 4: "show system uptime"}


async def test_each_device_is_shown_with_what_it_gets(desk: object) -> None:
    order = Order("", 2, Expecting.ANY, words=WORDS)
    dialog = PreviewDialog(None, order, MEMBERS, {"iosxe": Verdict.UNKNOWN}, frozenset({1, 2, 3}))
    assert [line.strip() for line in dialog.targets.toPlainText().splitlines()] == [
        "1  lyo-1  192.0.2.2  ← canary",
        "show system uptime",
        "show version",
        "2  par-1  192.0.2.1",
        "show clock",
        "3  mrs-1  192.0.2.3  nothing: there are no words for timos",
        "4  nce-1  192.0.2.4  not connected: it is passed over",
        "show system uptime",
    ]
    assert dialog.accept_button.text() == "Send to 2 devices"
    assert dialog.needs_count and dialog.count.placeholderText() == "Type 2 to send it"
    dialog.deleteLater()


async def test_where_the_ring_will_stop_is_said_before(desk: object) -> None:
    order = Order("show clock", 1)
    dialog = PreviewDialog(None, order, MEMBERS, {"": Verdict.READS}, frozenset({1}))
    lines = dialog.targets.toPlainText().splitlines()
    assert lines[0].endswith("← canary")
    assert [line.endswith("not connected: the ring stops there") for line in lines[1:]] == [
        True
    ] * 3
    assert dialog.accept_button.text() == "Send to 4 devices" and not dialog.needs_count
    dialog.deleteLater()
