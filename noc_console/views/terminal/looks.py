"""How terminals look and behave: font, colours, bell. One choice for all of a user's."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.state import State
from noc_console.views.kit.theme import MONO_FAMILY, look
from noc_console.views.terminal.glyphs import LARGEST_PX, SMALLEST_PX
from noc_console.views.terminal.ink import SCHEME_WORDS, Scheme
from noc_console.views.terminal.tintrules import TintRules

SECTION = "terminal"
SCROLLBACK = 100_000
MOST_SCROLLBACK = 1_000_000


@dataclass(frozen=True, slots=True)
class TerminalLook:
    """What the user chose."""

    family: str = MONO_FAMILY
    px: int = 13
    scheme: Scheme = Scheme.CONSOLE
    rings: bool = False
    """The bell is heard, too; it is always seen."""
    blinks: bool = True
    """The cursor may blink when the device asks for it."""
    copies: bool = False
    """What is selected is copied at once."""
    colours: bool = False
    """Words that rules name (`rules`) are coloured."""
    scrollback: int = SCROLLBACK
    """Lines kept by terminals opened from now on."""

    def font(self, zoom: int = 0) -> QFont:
        """The font, `zoom` pixels larger."""
        font = look().mono(max(SMALLEST_PX, min(LARGEST_PX, self.px + zoom)))
        if self.family != MONO_FAMILY:
            font.setFamily(self.family)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font


class TerminalLooks(QObject):
    """The choice in use; `changed` when it is another one."""

    changed = Signal()

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.rules = TintRules(state, self)
        self.chosen = read_look(state.get(SECTION).get("look"))

    def use(self, chosen: TerminalLook) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self._state.put(SECTION, look=asdict(chosen))
            self.changed.emit()


def read_look(kept: Any) -> TerminalLook:
    """What was kept; each value that makes no sense is the usual one instead."""
    usual = TerminalLook()
    if not isinstance(kept, dict):
        return usual
    found: dict[str, Any] = {}
    for field in fields(TerminalLook):
        value = kept.get(field.name)
        if type(value) is type(getattr(usual, field.name)):
            found[field.name] = value
    if kept.get("scheme") in tuple(Scheme):
        found["scheme"] = Scheme(kept["scheme"])
    chosen = replace(usual, **found)
    return replace(
        chosen,
        px=max(SMALLEST_PX, min(LARGEST_PX, chosen.px)),
        scrollback=max(0, min(MOST_SCROLLBACK, chosen.scrollback)),
    )


def fixed_families() -> list[str]:
    """Fonts whose characters are all equally wide, ours first."""
    others = [name for name in QFontDatabase.families() if QFontDatabase.isFixedPitch(name)]
    return list(dict.fromkeys([MONO_FAMILY, *sorted(others)]))


class LookDialog(Dialog):
    """Font, size, colours, bell."""

    def __init__(self, parent: QWidget | None, chosen: TerminalLook) -> None:
        super().__init__(
            parent, "How terminals look", "For all terminals of yours on this machine.", "Use these"
        )
        self._before = chosen
        self.family, self.scheme = QComboBox(), QComboBox()
        self.family.addItems(fixed_families())
        self.family.setCurrentText(chosen.family)
        for scheme in Scheme:
            self.scheme.addItem(SCHEME_WORDS[scheme], scheme)
        self.scheme.setCurrentIndex(list(Scheme).index(chosen.scheme))
        self.px, self.scrollback = QSpinBox(), QSpinBox()
        self.px.setRange(SMALLEST_PX, LARGEST_PX)
        self.px.setValue(chosen.px)
        self.px.setSuffix(" px")
        self.scrollback.setRange(0, MOST_SCROLLBACK)
        self.scrollback.setSingleStep(10_000)
        self.scrollback.setGroupSeparatorShown(True)
        self.scrollback.setValue(chosen.scrollback)
        self.scrollback.setSuffix(" lines")
        self.rings = QCheckBox("The bell is heard, too")
        self.rings.setChecked(chosen.rings)
        self.blinks = QCheckBox("The cursor may blink")
        self.blinks.setChecked(chosen.blinks)
        self.copies = QCheckBox("Copy what is selected at once")
        self.copies.setChecked(chosen.copies)
        self.colours = QCheckBox("Colour words that rules name")
        self.colours.setChecked(chosen.colours)
        form = QFormLayout()
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Font", self.family),
            ("Size", self.px),
            ("Colours", self.scheme),
            ("Scrollback of new terminals", self.scrollback),
        )
        for name, field in rows:
            field.setAccessibleName(name)
            form.addRow(Label(name, tone="dim"), field)
        self.body.addLayout(form)
        for box in (self.rings, self.blinks, self.copies, self.colours):
            self.body.addWidget(box)

    def value(self) -> TerminalLook:
        return replace(
            self._before,
            family=self.family.currentText(),
            px=self.px.value(),
            scheme=Scheme(self.scheme.currentData()),  # Qt hands back a plain word
            rings=self.rings.isChecked(),
            blinks=self.blinks.isChecked(),
            copies=self.copies.isChecked(),
            colours=self.colours.isChecked(),
            scrollback=self.scrollback.value(),
        )
