"""What goes to whom, in order, before a ring is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from noc_console.kernel.text import plural, visible
from noc_console.services.terminal.judging import Verdict
from noc_console.services.terminal.ring import Member, Order, in_order
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look


class PreviewDialog(Dialog):
    """Each device with what it gets. What may change devices needs their number typed.

    `connected` are those with an open session; None: all of them.
    """

    def __init__(
        self,
        parent: QWidget,
        order: Order,
        members: Sequence[Member],
        verdicts: Mapping[str, Verdict],
        connected: Set[int] | None = None,
    ) -> None:
        targets = [one for one in members if _is_target(order, one, connected)]
        count = plural(len(targets), "device")
        super().__init__(parent, f"Send to {count}?", "", f"Send to {count}", is_safe=False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._count = len(targets)
        self.needs_count = len(targets) > 1 and any(
            verdict is not Verdict.READS for verdict in verdicts.values()
        )
        text = QPlainTextEdit("\n".join(order.lines))
        text.setReadOnly(True)
        text.setFont(look().mono())
        text.setFixedHeight(min(24, 4 + 2 * len(order.lines)) * GRID)
        text.setAccessibleName("What is sent")
        text.setVisible(order.words is None)
        self.targets = QPlainTextEdit()
        self.targets.setReadOnly(True)
        self.targets.setFont(look().mono())
        self.targets.setFixedHeight((18 if order.words is None else 34) * GRID)
        self.targets.setAccessibleName("Targets, in order")
        self.targets.setPlainText("\n".join(_told(order, members, connected)))
        self.count = QLineEdit()
        self.count.setPlaceholderText(f"Type {self._count} to send it")
        self.count.setAccessibleName("Number of devices")
        self.body.addWidget(text)
        tone = "attention" if self.needs_count else "dim"
        self.body.addWidget(Label(_verdict_words(verdicts), tone=tone, wrap=True))
        self.body.addWidget(self.targets)
        self.body.addWidget(self.count)
        self.count.setVisible(self.needs_count)
        if self.needs_count:
            self.count.setFocus()

    def accept(self) -> None:
        if self.needs_count and self.count.text().strip() != str(self._count):
            self.refuse(f"This may change devices: type {self._count}, how many it goes to.")
        else:
            super().accept()


def _is_target(order: Order, member: Member, connected: Set[int] | None) -> bool:
    is_there = connected is None or member.device_id in connected or not order.goes_on
    return is_there and bool(order.lines_for(member.device_id))


def _told(order: Order, members: Sequence[Member], connected: Set[int] | None) -> Iterator[str]:
    """A line for each device; below it what it gets, where that is not the same for all."""
    wide = max((len(visible(one.name)) for one in members), default=0)
    far = max((len(one.address) for one in members), default=0)
    for at, one in enumerate(in_order(order, members, connected), 1):
        lines = order.lines_for(one.device_id)
        remark = ""
        if not lines:
            remark = f"  nothing: there are no words for {one.platform or 'its platform'}"
        elif connected is not None and one.device_id not in connected:
            will = "it is passed over" if order.goes_on else "the ring stops there"
            remark = f"  not connected: {will}"
        elif at == 1:
            remark = "  ← canary"
        yield f"{at:>3}  {visible(one.name):<{wide}}  {one.address:<{far}}{remark}".rstrip()
        if order.words is not None:
            yield from (f"     {visible(line)}" for line in lines)


def _verdict_words(verdicts: Mapping[str, Verdict]) -> str:
    by: dict[Verdict, list[str]] = {}
    for platform, verdict in verdicts.items():
        by.setdefault(verdict, []).append(platform or "unknown platforms")
    words = {
        Verdict.READS: "It only looks on {}.",
        Verdict.UNKNOWN: "It cannot be told whether it changes {}.",
        Verdict.CHANGES: "It changes {}: the ring refuses it there. Use a change flight.",
    }
    return " ".join(words[one].format(", ".join(sorted(by[one]))) for one in words if one in by)
