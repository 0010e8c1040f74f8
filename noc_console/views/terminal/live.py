"""The network in a terminal's text: found in its lines, told on hover, gone to by Ctrl+click."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, QTimer, Signal

from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event
from noc_console.services.inventory.model import DeviceChanged, LinksChanged
from noc_console.services.terminal.knowing import NOBODY, DeviceNames, Known, Live, NameBook
from noc_console.services.terminal.names import Card, NetworkNames
from noc_console.services.terminal.tables import LOOK_BACK, as_numbers, is_row
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import Tasks
from noc_console.views.terminal.card import LiveCard

KEPT_LINES = 4_000
"""Lines remembered with what is live in them: scrolling back and forth asks nothing."""
CALM_MS = 5_000
NO_BOOK = NameBook({}, {}, {}, {4: {}, 6: {}})
NONE: tuple[Live, ...] = ()


class LiveNames(QObject):
    """What terminals ask; one for all of them. `changed` when lines may have other names now."""

    changed = Signal()

    def __init__(self, desk: Desk, names: NetworkNames, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._names = names
        self.tasks = Tasks(self, self._failed)
        self._book = NO_BOOK
        self._devices: dict[int, DeviceNames] = {}
        self._lines: OrderedDict[tuple[int | None, str], tuple[Live, ...]] = OrderedDict()
        self._numbers: OrderedDict[Live, Live] = OrderedDict()
        """So that what is below the pointer stays the same object."""
        self._device_of: int | None = None
        self.card: LiveCard | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(CALM_MS)
        self._again.timeout.connect(self.refresh)
        desk.feed.arrived.connect(self._heard)
        self.refresh()

    # --- what a terminal asks ------------------------------------------------------------------

    def spans(self, line: str, device_id: int | None) -> tuple[Live, ...]:
        """What is live in a line shown by a session on this device."""
        self._device_of = device_id
        key = (device_id, line)
        if (known := self._lines.get(key)) is not None:
            return known
        if self._book is NO_BOOK and not self._again.isActive():
            self._again.start()  # nobody could answer so far: no more often than calmly
            if not self.tasks.is_asking("book"):
                self.refresh()
        found = self._book.find(line, self._names_on(device_id))
        self._lines[key] = found
        while len(self._lines) > KEPT_LINES:
            self._lines.popitem(last=False)
        return found

    def columns(
        self, lines: Sequence[str], above: Callable[[int], Sequence[str]]
    ) -> dict[int, Live]:
        """What only the head of its column tells, by line: AS numbers in tables of neighbours."""
        first = next((line for line in lines if line), "")
        before = above(LOOK_BACK) if is_row(first) else ()
        found = as_numbers([*before, *lines])
        while len(self._numbers) > KEPT_LINES:
            self._numbers.popitem(last=False)
        return {
            at - len(before): self._numbers.setdefault(live, live)
            for at, live in found.items()
            if at >= len(before)
        }

    def hover(self, live: object, at: QPoint) -> None:
        """Ask for the card of a piece of text and show it there."""
        if isinstance(live, Live):
            about = self._names.about(self._desk.actor, live.known, on=self._device_of)
            self.tasks.ask("card", about, lambda card: self._show(card, at))

    def leave(self) -> None:
        """The pointer went elsewhere."""
        self.tasks.drop("card")
        if self.card is not None:
            self.card.hide()

    def follow(self, live: object) -> None:
        """Go where it leads: a port of a device, the device, or a search for what is unknown."""
        self.leave()
        if not isinstance(live, Live):
            return
        if live.known.interface_id is not None and live.known.device_id is not None:
            self._go(live.known, Card("", device_id=live.known.device_id))
            return
        about = self._names.about(self._desk.actor, live.known, on=self._device_of)
        self.tasks.ask("follow", about, lambda card: self._go(live.known, card))

    # --- how -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the names anew."""
        self.tasks.ask("book", self._names.book(self._desk.actor), self._take)

    def _take(self, book: NameBook) -> None:
        if book is not self._book:
            self._book = book
            self._lines.clear()
            self.changed.emit()

    def _names_on(self, device_id: int | None) -> DeviceNames:
        if device_id is None:
            return NOBODY
        if device_id not in self._devices:
            self._devices[device_id] = NOBODY  # asked once
            asked = self._names.device(self._desk.actor, device_id=device_id)
            self.tasks.ask(f"device {device_id}", asked, self._take_device)
        return self._devices[device_id]

    def _take_device(self, names: DeviceNames) -> None:
        self._devices[names.device_id] = names
        for key in [key for key in self._lines if key[0] == names.device_id]:
            del self._lines[key]
        self.changed.emit()

    def _heard(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, DeviceChanged):
                self._devices.pop(event.device_id, None)
            if isinstance(event, (DeviceChanged, LinksChanged)) and not self._again.isActive():
                self._again.start()

    def _show(self, card: Card, at: QPoint) -> None:
        if self.card is None:
            self.card = LiveCard()
            # A window of its own: it leaves with us.
            self.destroyed.connect(self.card.deleteLater)
        self.card.tell(card, at)

    def _go(self, known: Known, card: Card) -> None:
        if card.device_id is None:
            self._desk.go(Route("devices", text=known.value))
        elif known.interface_id is not None or card.interface_id is not None:
            port = known.interface_id if known.interface_id is not None else card.interface_id
            self._desk.go(Route("device", id=card.device_id, text=f"interface:{port}"))
        else:
            self._desk.go(Route("device", id=card.device_id))

    def _failed(self, error: BaseException) -> None:
        # A card that cannot be had is no card; what is a bug is told as one.
        if not isinstance(error, NocError):
            self._desk.report(error)
