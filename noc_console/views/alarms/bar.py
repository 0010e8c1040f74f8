"""Above the list: what to show, how to fold it, and filters that were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QPushButton, QToolButton, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.services.filters.model import SavedFilter
from noc_console.views.alarms.asked import SIGHTS, Asked, Grouping
from noc_console.views.alarms.deeds import Progress
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.severity import severity_icon, severity_word
from noc_console.views.kit.theme import GRID, look

SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
GROUPINGS = {
    Grouping.AUTO: "By itself",
    Grouping.ROOT: "Root cause",
    Grouping.SITE: "Place",
    Grouping.DEVICE: "Device",
    Grouping.CONDITION: "Cause",
    Grouping.NONE: "Each alone",
}


class Sights(QObject):
    """The chips: severities with how many stand, and filters of one click."""

    changed = Signal()

    def __init__(self, names: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        tips = {
            "unacked": "Only what nobody has acknowledged",
            "mine": "Only what I acknowledged or work on",
            "new": "Only what came since my last shift",
        }
        words = {"new": "New for me"}
        self.chips = Chips(
            [
                *((s.name.lower(), "", f"Only {severity_word(s).lower()} alarms")
                  for s in SEVERITIES),
                *((name, words.get(name, SIGHTS[name]), tips[name]) for name in names),
            ]
        )  # fmt: skip
        self._names = tuple(names)
        self.chips.changed.connect(self.changed)
        look().changed.connect(self._tint)
        self._tint()

    def onto(self, asked: Asked) -> Asked:
        """What is asked, with the chips as they are turned."""
        on = self.chips.on()
        severities = {s.name.lower() for s in SEVERITIES} & on
        shown = {s.name.lower() for s in SEVERITIES}
        kept = asked.picked("severity") - shown
        picked = asked.with_picks("severity", kept | severities)
        others = asked.sights - set(self._names)
        return Asked(picked.text, picked.picks, others | (on & set(self._names)), picked.group)

    def show_asked(self, asked: Asked) -> None:
        known = self.chips.buttons.keys()
        on = (asked.picked("severity") | asked.sights) & known
        self.chips.blockSignals(True)
        self.chips.turn(frozenset(on))
        self.chips.blockSignals(False)

    def show_counts(self, severities: Sequence[int]) -> None:
        for severity in SEVERITIES:
            self.chips.set_text(severity.name.lower(), f"{severities[severity]:,}")

    def _tint(self) -> None:
        for severity in SEVERITIES:
            self.chips.set_icon(severity.name.lower(), severity_icon(severity))


class GroupButton(QToolButton):
    """Says how the list is folded; a menu offers the others."""

    chosen = Signal(object)  # Grouping

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(self.offer)
        look().changed.connect(self._tint)
        self._tint()
        self.show_group(Grouping.AUTO)

    def _tint(self) -> None:
        self.setIcon(icon("row", "icon.plain"))

    def show_group(self, group: Grouping, *, by_site: bool = False) -> None:
        words = "Place" if by_site and group is Grouping.AUTO else GROUPINGS[group]
        plain = group in (Grouping.AUTO, Grouping.ROOT) and words != "Place"
        # The ordinary way takes no room in the line; another one says so.
        self.setText("" if plain else words)
        told = "root cause" if plain else words.lower()
        self.setAccessibleName(f"Folded by {told}")
        self.setToolTip(plain_tip(f"Folded by {told}   B"))

    def offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group, words in GROUPINGS.items():
            if group is Grouping.AUTO:
                words = "By itself: root cause, places in a flood"
            action = menu.addAction(words)
            action.triggered.connect(lambda _=False, group=group: self.chosen.emit(group))
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))


class FilterButton(QToolButton):
    """Filters that were kept: choose, save, share, remove, copy as a link."""

    chosen = Signal(str)  # words
    save_asked = Signal()
    link_asked = Signal()
    share_asked = Signal(object, bool)
    remove_asked = Signal(object)

    def __init__(self, me: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._me = me
        self.kept: tuple[SavedFilter, ...] = ()
        self.asked = Asked()
        self.setToolTip(plain_tip("Kept filters"))
        self.setAccessibleName("Kept filters")
        look().changed.connect(self._tint)
        self._tint()
        self.clicked.connect(self.offer)

    def _tint(self) -> None:
        self.setIcon(icon("folder", "icon.plain"))

    def show_kept(self, kept: tuple[SavedFilter, ...]) -> None:
        self.kept = kept

    def menu_of(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in self.kept:
            whose = "" if one.owner == self._me else f"   ({one.owner})"
            action = menu.addAction(f"{one.name}{whose}".replace("&", "&&"))
            action.triggered.connect(lambda _=False, one=one: self.chosen.emit(one.text))
            action.setToolTip(one.text)
        if not self.kept:
            menu.addAction("No filter was saved yet").setEnabled(False)
        menu.addSeparator()
        save = menu.addAction(icon("save"), "Save this filter…", self.save_asked.emit)
        save.setEnabled(self.asked.narrows)
        menu.addAction(icon("link"), "Copy a link to it", self.link_asked.emit)
        menu.addAction(icon("clear"), "Show everything", lambda: self.chosen.emit(""))
        mine = [one for one in self.kept if one.owner == self._me]
        if mine:
            menu.addSeparator()
            for title, offer in (("Share", self._offer_share), ("Remove", self._offer_remove)):
                part = menu.addMenu(title)
                for one in mine:
                    offer(part, one)
        return menu

    def offer(self) -> None:
        self.menu_of().popup(self.mapToGlobal(QPoint(0, self.height())))

    def _offer_share(self, menu: QMenu, one: SavedFilter) -> None:
        action = menu.addAction(one.name.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(one.is_shared)
        action.triggered.connect(lambda on, one=one: self.share_asked.emit(one, on))

    def _offer_remove(self, menu: QMenu, one: SavedFilter) -> None:
        action = menu.addAction(one.name.replace("&", "&&"))
        action.triggered.connect(lambda _=False, one=one: self.remove_asked.emit(one))


class ProgressStrip(QWidget):
    """How far a deed on many alarms is, and a way to stop it."""

    def __init__(self, cancel: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = Label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setProperty("thin", True)
        self.button = QPushButton("Stop")
        self.button.clicked.connect(cancel)
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, 4, GRID, 4)
        line.setSpacing(2 * GRID)
        line.addWidget(self.text)
        line.addWidget(self.bar, 1)
        line.addWidget(self.button)
        self.hide()

    def show_progress(self, progress: Progress | None) -> None:
        self.setVisible(progress is not None)
        if progress is not None:
            self.text.setText(f"{progress.doing}: {progress.done:,} of {progress.of:,}")
            self.bar.setRange(0, progress.of)
            self.bar.setValue(progress.done)
