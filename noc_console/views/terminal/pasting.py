"""Before something is pasted: what is in it that one does not see, and how many lines it has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from noc_console.kernel.text import plural
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.theme import look

LARGE = 5_000
"""More characters than these are asked about, too: rarely is a whole file meant."""
SHOWN = 20_000
EDITED = 100_000
"""A longer text is shown in part and sent as it is: an editor would take a minute for it."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""All but the tab and the line feed."""
# Joiners belong to emoji and to scripts; direction marks and fillers do not.
_HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad\u180e]")
_LINES = re.compile(r"\r\n|\r|\u2028|\u2029|\x85")


@dataclass(frozen=True, slots=True)
class Paste:
    """A text on its way into a terminal. `text` has neither control nor direction characters."""

    text: str
    lines: int
    controls: int = 0
    """Control characters that were taken out, ESC among them."""
    hidden: int = 0
    """Characters that turn the direction of text or are invisible; taken out, too."""
    original: str = ""

    @property
    def is_harmless(self) -> bool:
        """One line, nothing hidden, of ordinary length: goes in without a question."""
        return not (self.lines > 1 or self.controls or self.hidden or len(self.text) > LARGE)


def examined(text: str) -> Paste:
    """What a paste would send, and what was found in it.

    A single line break at the end counts as a second line: it would run what was pasted.
    """
    even = _LINES.sub("\n", text)
    clean, controls = _CONTROL.subn("", even)
    clean, hidden = _HIDDEN.subn("", clean)
    return Paste(clean, clean.count("\n") + 1, controls, hidden, even)


def preview(paste: Paste) -> str:
    """The text as it was copied, with what is not seen shown by signs."""
    shown = "".join(map(_sign, paste.original[:SHOWN]))
    return shown + ("\n… and more" if len(paste.original) > SHOWN else "")


def _sign(character: str) -> str:
    if character == "\n":
        return "⏎\n"
    if character == "\t":
        return "⇥\t"
    if _CONTROL.match(character):
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"
    return f"⟨U+{ord(character):04X}⟩" if _HIDDEN.match(character) else character


class PasteDialog(Dialog):
    """Shows what would be sent, where one can still change it."""

    def __init__(self, parent: QWidget | None, paste: Paste, where: str) -> None:
        super().__init__(
            parent,
            f"Paste {_amount(paste)}?",
            _warning(paste, where),
            f"Paste {_amount(paste)}",
            is_safe=False,
        )
        self._paste = paste
        # What has signs in it is only shown: the signs themselves must never be sent.
        has_signs = bool(paste.controls or paste.hidden)
        self._is_shown_only = has_signs or len(paste.text) > EDITED
        self.text = QPlainTextEdit(preview(paste) if self._is_shown_only else paste.text)
        self.text.setReadOnly(self._is_shown_only)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(look().mono())
        self.text.setMinimumSize(640, 260)
        self.text.setAccessibleName("What would be pasted")
        self.joined = QCheckBox("As one line, without running anything")
        self.joined.setVisible(paste.lines > 1)
        self.body.addWidget(self.text)
        self.body.addWidget(self.joined)

    def value(self) -> str:
        """What is to be sent, as it stands now."""
        text = self._paste.text
        if not self._is_shown_only:
            # Typed into the preview, anything may have come in again.
            text = examined(self.text.toPlainText()).text
        return " ".join(text.split("\n")).strip() if self.joined.isChecked() else text


def _amount(paste: Paste) -> str:
    if paste.lines > 1:
        return plural(paste.lines, "line")
    return plural(len(paste.text), "character")


def _warning(paste: Paste, where: str) -> str:
    told = [f"Into {where}."] if where else []
    if paste.lines > 1:
        told.append("Every line break runs what stands before it.")
    if paste.controls:
        told.append(f"{plural(paste.controls, 'control character')} will be left out.")
    if paste.hidden:
        told.append(f"{plural(paste.hidden, 'invisible or turning character')} will be left out.")
    return " ".join(told)
