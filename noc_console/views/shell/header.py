"""The bar on top: back and forward, where we are, the search field, theme and help."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from noc_console.views.kit.actions import keys_of, tip_follows
from noc_console.views.kit.icons import IconButton, paint_icon
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, SMALL_PX, look

HEIGHT = 44


class SearchField(QAbstractButton):
    """Looks like the line it opens, and names its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = ""
        self.setAccessibleName("Search devices, interfaces, addresses")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(400)
        self.setMinimumWidth(180)
        look().changed.connect(self.update)

    def name_keys(self, action: QAction) -> None:
        """Show what opens it, whichever keys those are now."""

        def tell() -> None:
            self.keys = keys_of(action)
            self.update()

        action.changed.connect(tell)
        tell()

    def sizeHint(self) -> QSize:
        return QSize(400, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = (
            "line.focus" if self.hasFocus() else "line.strong" if self.underMouse() else "line.hair"
        )
        painter.setPen(look().color(edge))
        painter.setBrush(look().color("surface.field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        paint_icon(painter, QRectF(8, 6, 16, 16), "search", look().color("icon.dim"))
        room = self.rect().adjusted(32, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look().font(SMALL_PX))
        painter.setPen(look().color("text.faint"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, self.keys)
        room.adjust(0, 0, -48, 0)
        painter.setFont(look().font())
        painter.setPen(look().color("text.faint"))
        words = painter.fontMetrics().elidedText(
            "Search devices, interfaces, addresses", Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, words)
        painter.end()


class Header(QWidget):
    """Buttons show the shell's own actions; the window connects the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.menu_button = IconButton("menu", "Narrow or widen the navigation")
        self.back_button = IconButton("back", "Back")
        self.forward_button = IconButton("forward", "Forward")
        self.page_button = QPushButton()
        self.page_button.setProperty("crumb", True)
        font = look().font(14, QFont.Weight.DemiBold)
        self.page_button.setFont(font)
        self.separator = Label("›", tone="faint")
        self.subject = ElidedLabel("", tone="bright")
        self.subject.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.search = SearchField()
        self.open_button = IconButton("folder", "Open recording")
        self.open_button.hide()  # until there is something that opens one
        self.palette_button = IconButton("keyboard", "Commands")
        self.theme_button = IconButton("theme", "Dark or light")
        self.help_button = IconButton("help", "Keys")
        self._lay_out()
        self.show_place("", "")

    def show_place(self, page: str, subject: str) -> None:
        """The breadcrumbs: the page, and what it is about."""
        self.page_button.setText(page.replace("&", "&&"))
        self.page_button.setAccessibleName(page)
        self.subject.show_text(subject)
        self.separator.setVisible(bool(subject))

    def wire(self, **actions: QAction) -> None:
        """Let a button follow an action: `wire(back=…)` enables and triggers with it."""
        for name, action in actions.items():
            button: QAbstractButton = getattr(self, f"{name}_button")
            button.clicked.connect(action.trigger)
            action.enabledChanged.connect(button.setEnabled)
            button.setEnabled(action.isEnabled())
            tip_follows(button, action, button.accessibleName())

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(4)
        for button in (self.menu_button, self.back_button, self.forward_button):
            layout.addWidget(button)
        layout.addSpacing(4)
        layout.addWidget(self.page_button)
        layout.addWidget(self.separator)
        layout.addSpacing(4)
        layout.addWidget(self.subject, 3)
        layout.addSpacing(2 * GRID)
        layout.addWidget(self.search, 2)
        layout.addSpacing(GRID)
        buttons = (self.open_button, self.palette_button, self.theme_button, self.help_button)
        for button in buttons:
            layout.addWidget(button)
