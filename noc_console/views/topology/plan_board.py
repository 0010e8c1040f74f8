"""The site plan on screen: a bar, the floor, one rack's elevation, and what is not mounted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.strips import EmptyState
from noc_console.views.kit.theme import GRID
from noc_console.views.topology.mapping_picker import DeviceList
from noc_console.views.topology.plan_floor import FloorView
from noc_console.views.topology.plan_rack import RackView

RACK_WIDTH = 330
LIST_WIDTH = 210


class PlanBoard(QWidget):
    """Widgets only, covering the map while a plan is looked at."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "side")
        # The map underneath must not feel what is pressed here.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.sites = QComboBox()
        self.sites.setAccessibleName("Site")
        self.sites.setMinimumWidth(220)
        self.facts = ElidedLabel("", tone="dim")
        self.room_button = QPushButton("Add a room")
        self.rack_button = QPushButton("Add a rack")
        self.edit_room = IconButton("room", "Change the room of the chosen rack")
        self.turn = IconButton("turn", "Turn the chosen rack (R)")
        self.edit = IconButton("edit", "Change the chosen rack (Enter)")
        self.remove = IconButton("trash", "Remove the chosen rack (Del)")
        self.picture = IconButton("copy", "Copy the plan as a picture")
        self.floor = FloorView()
        self.rack = RackView()
        self.rack_title = ElidedLabel("", size="large", tone="bright")
        self.rack_facts = ElidedLabel("", tone="dim")
        self.side_button = QPushButton("Rear")
        self.side_button.setCheckable(True)
        self.side_button.setToolTip("Look at the rack from behind")
        self.loose = DeviceList()
        self.loose.setAccessibleName("Devices not mounted")
        self.loose_title = Label("", tone="dim", size="small", wrap=True)
        self.empty = EmptyState()
        self._stack = QStackedLayout()
        self._lay_out()
        over.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def show_empty(self, is_empty: bool) -> None:
        self._stack.setCurrentIndex(1 if is_empty else 0)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentIndex() == 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        bar.setSpacing(GRID // 2)
        bar.addWidget(self.sites)
        bar.addSpacing(GRID)
        bar.addWidget(self.facts, 1)
        for button in (self.edit_room, self.edit, self.turn, self.remove, self.picture):
            bar.addWidget(button)
        bar.addWidget(self.room_button)
        bar.addWidget(self.rack_button)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setChildrenCollapsible(False)
        panes.setHandleWidth(1)
        panes.addWidget(self.floor)
        panes.addWidget(self._rack_pane())
        panes.addWidget(self._loose_pane())
        panes.setStretchFactor(0, 1)
        panes.setSizes([600, RACK_WIDTH, LIST_WIDTH])
        holder = QWidget()
        holder.setLayout(self._stack)
        self._stack.addWidget(panes)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(holder, 1)

    def _rack_pane(self) -> QWidget:
        pane = QWidget()
        pane.setMinimumWidth(260)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, GRID, GRID, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.rack_title)
        words.addWidget(self.rack_facts)
        head.addLayout(words, 1)
        head.addWidget(self.side_button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.rack)
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        return pane

    def _loose_pane(self) -> QWidget:
        pane = QWidget()
        pane.setMinimumWidth(150)
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(Label("Not mounted", tone="bright"))
        layout.addWidget(self.loose_title)
        layout.addWidget(self.loose, 1)
        return pane

    def sizeHint(self) -> QSize:
        return self._over.size()
