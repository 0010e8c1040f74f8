"""Terminal output as the text a person saw: without colours, with what was erased erased."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\|\Z)"  # titles, links, clipboard
    r"|\x1b[PX^_][^\x1b]{0,4096}(?:\x1b\\|\Z)"  # device control and other strings
    r"|\x1b\[[0-?]{0,64}[ -/]{0,4}[@-~]"
    r"|\x1b[ -/]{0,4}[0-~]"
    r"|[\x00-\x07\x0b\x0c\x0e-\x19\x1c-\x1f\x7f]"
)
_MOVES = re.compile(r"\x1b\[[0-9;]{0,16}[HfABEFd]|\x1b[DEM]")
"""Going to another line: for a reader of text, a new one."""
_ERASE = re.compile(r"\x1b\[0?K")
_ERASED = "\x1a"
"""Stands for “erase to the end of the line” while a line is read; devices never mean it."""
_RIGHT = re.compile(r"\x1b\[(\d{0,3})C")
_LEFT = re.compile(r"\x1b\[(\d{0,3})D")


def plain(text: str) -> str:
    """The text of one or more lines; `\\n` between them, whatever the device sent."""
    text = text.replace(_ERASED, "")
    if "\x1b" in text:
        text = _ERASE.sub(_ERASED, text)
        text = _RIGHT.sub(lambda match: " " * int(match[1] or 1), text)
        text = _LEFT.sub(lambda match: "\b" * int(match[1] or 1), text)
        text = _MOVES.sub("\n", text)
        text = _CONTROL.sub("", text)
    elif not text.isprintable():
        text = _CONTROL.sub("", text)
    if "\r" not in text and "\b" not in text:
        return text.replace(_ERASED, "")
    return "\n".join(map(_written_over, text.split("\n")))


def _written_over(line: str) -> str:
    """A line as it looks after going back in it: what came later stands over what was there."""
    line = line.rstrip("\r")
    if "\r" not in line and "\b" not in line:
        return line.replace(_ERASED, "")
    cells: list[str] = []
    at = 0
    for sign in line:
        if sign == "\r":
            at = 0
        elif sign == "\b":
            at = max(0, at - 1)
        elif sign == _ERASED:
            del cells[at:]
        elif at < len(cells):
            cells[at] = sign
            at += 1
        else:
            cells.append(sign)
            at += 1
    return "".join(cells)


class Lines:
    """Output cut anywhere, as whole lines of text; the one that is not ended yet is `rest`."""

    LONGEST = 16_384
    """Bytes of a line; a longer one is cut, for a device may never end it."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that ended."""
        *whole, rest = (self._rest + data).split(b"\n")
        if len(rest) > self.LONGEST:
            whole.append(rest)
            rest = b""
        self._rest = rest
        if not whole:
            return []
        found: list[str] = []
        for line in whole:
            text = plain(line.decode("utf-8", "replace"))
            found.extend(text.split("\n") if "\n" in text else (text,))
        return found

    @property
    def rest(self) -> str:
        """What stands on the line that is not ended: often the prompt."""
        return plain(self._rest.decode("utf-8", "replace")).rpartition("\n")[2]
