"""Recordings: the list of them, and the bar below a terminal that plays one."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSlider,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.kernel.quantity import Bytes
from noc_console.services.tapes.model import TapeFile
from noc_console.services.terminal.replaying import SPEEDS, Hit, ReplayLink, search
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look
from noc_console.views.kit.times import Times

TICK_MS = 200
STEPS = 10_000
"""Of the slider, over the whole recording."""
SECONDS = 10.0


class ReplayBar(QWidget):
    """Play, pause, speed, any moment, and a search that leads to the moment of a line."""

    resized = Signal(int, int)
    """Columns and rows: the recorded terminal had another size from here on."""

    def __init__(self, link: ReplayLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self._size = link.size_at()
        self.setProperty("role", "toolbar")
        self.play_button = IconButton("pause", "Play or pause")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.speed = QComboBox()
        self.chips = Chips((("pauses", "Skip pauses", "No pause longer than two seconds"),))
        self.time = Label("", tone="dim", size="small")
        self.search = QLineEdit()
        self.told = Label("", tone="dim", size="small")
        self.next_button = IconButton("down", "Next hit")
        self.hits: tuple[Hit, ...] = ()
        self._at_hit = -1
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tell)
        self._lay_out()
        self._wire()
        self.tell()
        self._timer.start()

    def toggle(self) -> None:
        """Play on, or hold."""
        if self.link.is_playing and not self.link.is_over:
            self.link.pause()
        else:
            self.link.play()
        self.tell()

    def look_for(self) -> None:
        """Look for what was typed, and show the first moment from here on."""
        try:
            self.hits = search(self.link.tape, self.search.text(), is_regex=False)
        except Invalid as error:
            self.told.setText(str(error))
            return
        later = [at for at, hit in enumerate(self.hits) if hit.at >= self.link.position]
        self._at_hit = (later[0] if later else 0) - 1
        self.next_hit()

    def next_hit(self) -> None:
        if not self.hits:
            self.told.setText("not found" if self.search.text() else "")
            return
        self._at_hit = (self._at_hit + 1) % len(self.hits)
        hit = self.hits[self._at_hit]
        self.link.pause()
        self.link.seek(hit.at)
        self.told.setText(f"{self._at_hit + 1} of {len(self.hits)}")
        self.tell()

    def tell(self) -> None:
        """Where it is."""
        length = self.link.tape.length_s
        at = self.link.position
        if (size := self.link.size_at()) != self._size:
            self._size = size
            self.resized.emit(*size)
        self.time.setText(f"{clock_text(at)} / {clock_text(length)}")
        self.play_button.show_icon(
            "pause" if self.link.is_playing and not self.link.is_over else "play"
        )
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(at / length * STEPS) if length else 0)
            self.slider.blockSignals(False)

    def _seek(self, value: int) -> None:
        self.link.seek(value / STEPS * self.link.tape.length_s)
        self.tell()

    def _wire(self) -> None:
        self.play_button.clicked.connect(self.toggle)
        self.slider.valueChanged.connect(self._seek)
        self.speed.currentIndexChanged.connect(
            lambda _: self.link.set_speed(self.speed.currentData())
        )
        self.chips.changed.connect(self._skip)
        self.search.returnPressed.connect(self.look_for)
        self.next_button.clicked.connect(self.next_hit)

    def _skip(self) -> None:
        self.link.skips_pauses = "pauses" in self.chips.on()

    def _lay_out(self) -> None:
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setAccessibleName("Speed")
        self.chips.turn(frozenset({"pauses"} if self.link.skips_pauses else ()))
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setAccessibleName("Moment")
        self.search.setPlaceholderText("Find in it")
        self.search.setMaximumWidth(220)
        self.search.setAccessibleName("Find in the recording")
        line = QHBoxLayout(self)
        line.setContentsMargins(GRID, 3, GRID, 3)
        line.setSpacing(GRID)
        parts: tuple[QWidget, ...] = (
            self.play_button,
            self.time,
            self.slider,
            self.speed,
            self.chips,
            self.search,
            self.next_button,
            self.told,
        )
        for part in parts:
            line.addWidget(part, 1 if part is self.slider else 0)


class TapesDialog(Dialog):
    """The recordings of this machine; one is chosen to be played."""

    removed = Signal(str)

    def __init__(self, parent: QWidget, tapes: tuple[TapeFile, ...], times: Times) -> None:
        super().__init__(
            parent,
            "Recorded sessions",
            "What was shown, with its timing (asciinema). Secrets are masked; what was typed"
            " without echo was never recorded."
            if tapes
            else "Nothing is recorded yet: “Record this session” in a terminal's menu does it.",
            "Play",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Filter")
        self.search.setAccessibleName("Filter")
        self.list = QListWidget()
        self.list.setMinimumSize(680, 280)
        self.list.setFont(look().mono())
        self.list.setAccessibleName("Recordings")
        for tape in tapes:
            when = times.absolute(tape.begun) if tape.begun else "?"
            item = QListWidgetItem(
                f"{when}  {tape.title[:32]:32}  {tape.who[:16]:16} {Bytes(tape.size_bytes)!s:>9}"
            )
            item.setData(Qt.ItemDataRole.UserRole, tape.name)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, 1)
        self.accept_button.setEnabled(bool(tapes))
        self.search.textChanged.connect(self._sift)
        self.list.itemActivated.connect(lambda _: self.accept())

    def chosen(self) -> str:
        """The file of the chosen one; empty when none is."""
        item = self.list.currentItem()
        return "" if item is None or item.isHidden() else str(item.data(Qt.ItemDataRole.UserRole))

    def accept(self) -> None:
        if self.chosen():
            super().accept()
        else:
            self.refuse("Choose a recording first.")

    def _sift(self, text: str) -> None:
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setHidden(text.lower() not in item.text().lower())
        shown = (at for at in range(self.list.count()) if not self.list.item(at).isHidden())
        self.list.setCurrentRow(next(shown, -1))


def clock_text(seconds: float) -> str:
    """`1:02:03`, `2:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
