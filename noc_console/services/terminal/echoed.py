"""The line with the cursor as a device echoes it, without a whole terminal.

What line editors of devices send is a small part of a terminal's language: characters, backspace,
carriage return, erasing to the end, moving within the line. What goes beyond that makes the line
uncertain, and whoever asks is told so.
"""

from __future__ import annotations

import codecs

LONGEST = 4_096
"""Characters of a line that are followed."""
_FINAL = range(0x40, 0x7F)
_DECODER = codecs.getincrementaldecoder("utf-8")
_BEGINS = {"[": "csi", "]": "osc", "P": "osc", "X": "osc", "^": "osc", "_": "osc"}
_BEGINS |= dict.fromkeys("()*+#%", "set")


class EchoedLine:
    """Fed with everything a device sends; keeps the last line and the one above it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """A new session."""
        self._cells: list[str] = []
        self._at = 0
        self._above = ""
        self._state = ""
        self._escape = bytearray()
        self._decoder = _DECODER(errors="replace")
        self.is_certain = True
        """False once something was sent that is not followed here; a new line is certain again."""
        self.count = 0
        """Bytes heard, so that one can tell whether anything came since."""

    @property
    def text(self) -> str:
        return "".join(self._cells)

    @property
    def above(self) -> str:
        """The line above."""
        return self._above

    def feed(self, data: bytes) -> None:
        """What the device sent."""
        self.count += len(data)
        last = data.rfind(b"\n")
        if last >= 0:
            # Of a flood only the last line and the one above it can still be of interest.
            before = data.rfind(b"\n", 0, last)
            if before >= 0:
                self._forget()
                data = data[before + 1 :]
        elif len(self._cells) >= LONGEST and len(data) > LONGEST:
            self.is_certain = False
            return
        for character in self._decoder.decode(data):
            self._take(character)

    def _forget(self) -> None:
        self._cells, self._at, self._state = [], 0, ""
        self._decoder.reset()
        self.is_certain = True

    def _take(self, character: str) -> None:
        if self._state:
            self._continue(character)
        elif character == "\x1b":
            self._state = "esc"
            self._escape.clear()
        elif character == "\n":
            self._new_line()
        elif character == "\r":
            self._at = 0
        elif character == "\b":
            self._at = max(0, self._at - 1)
        elif character >= " " and character != "\x7f":
            self._put(character)

    def _put(self, character: str) -> None:
        if self._at >= LONGEST:
            self.is_certain = False
            return
        while len(self._cells) < self._at:
            self._cells.append(" ")
        if self._at < len(self._cells):
            self._cells[self._at] = character
        else:
            self._cells.append(character)
        self._at += 1

    def _new_line(self) -> None:
        shown = self.text
        if shown.strip():
            self._above = shown[:LONGEST]
        self._cells, self._at = [], 0
        self.is_certain = True

    def _continue(self, character: str) -> None:
        code = ord(character)
        if self._state == "esc":
            self._state = _BEGINS.get(character, "")
            return
        if self._state == "set":  # a character set: one more character
            self._state = ""
            return
        if self._state == "osc":
            if character == "\x07":
                self._state = ""
            elif character == "\x1b":
                self._state = "osc-esc"
            return
        if self._state == "osc-esc":
            self._state = "" if character == "\\" else "osc"
            return
        if code in _FINAL:
            self._state = ""
            self._command(character, self._escape.decode("ascii", "replace"))
        elif len(self._escape) < 64 and code < 0x80:
            self._escape.append(code)
        else:
            self._state = ""
            self.is_certain = False

    def _command(self, final: str, parameters: str) -> None:
        if parameters[:1] in {"?", ">", "<", "="} or final in "mhlnctq":
            return  # modes, colours and questions do not change the line
        first = parameters.partition(";")[0]
        count = min(LONGEST, int(first)) if first.isdigit() else 0
        many = max(1, count)
        if final == "C":
            self._at = min(LONGEST, self._at + many)
        elif final == "D":
            self._at = max(0, self._at - many)
        elif final == "G":
            self._at = many - 1
        elif final in "KJ" and count == 0:
            del self._cells[self._at :]
        elif final in "KJ" and count == 2:
            self._cells.clear()
        elif final == "P":
            del self._cells[self._at : self._at + many]
        elif final == "X":
            self._cells[self._at : self._at + many] = [" "] * min(
                many, max(0, len(self._cells) - self._at)
            )
        elif final == "@":
            self._cells[self._at : self._at] = [" "] * many
            del self._cells[LONGEST:]
        else:
            self.is_certain = False
