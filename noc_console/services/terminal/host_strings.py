"""Strings from a device (OSC, DCS, APC…): a few mean something, the rest is thrown away."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote, urlsplit

from noc_console.services.terminal.host_colors import Colors
from noc_console.services.terminal.host_reports import Reports
from noc_console.services.terminal.host_window import Window, plain
from noc_console.services.terminal.hyperlinks import safe_link
from noc_console.services.terminal.model import Palette
from noc_console.services.terminal.sequences import Core

LONGEST_DIRECTORY = 1024

_CAPABILITIES = {"Co": "256", "colors": "256", "TN": "xterm-256color", "RGB": "8/8/8"}
"""What XTGETTCAP may ask for; the names come back as asked, so only these are answered."""


class Strings:
    """Titles, colours, links, the clipboard (if allowed to write) and questions for settings."""

    def __init__(
        self, core: Core, window: Window, reports: Reports, *, may_write_clipboard: bool
    ) -> None:
        self._core = core
        self._window = window
        self._reports = reports
        self._colors = Colors(core)
        self._may_write_clipboard = may_write_clipboard
        self.reset()

    def reset(self) -> None:
        self.working_directory = ""
        self._clipboard: str | None = None
        self._colors.reset()

    def set_palette(self, palette: Palette) -> None:
        self._colors.set_palette(palette)

    def take_clipboard(self) -> str | None:
        taken, self._clipboard = self._clipboard, None
        return taken

    def take(self, introducer: str, content: bytes, ending: bytes) -> bytes:
        """A complete string without its introducer and its ending; returns what to answer."""
        if introducer == "]":
            return self._operating_system(content, ending)
        if introducer == "P":
            return self._device(content)
        return b""

    def _operating_system(self, content: bytes, ending: bytes) -> bytes:
        number, _, rest = content.partition(b";")
        if not number.isdigit() or len(number) > 4:
            return b""
        kind = int(number)
        if kind in (0, 1, 2):
            self._window.set_title(kind, rest.decode("utf-8", "replace"))
        elif kind == 7:
            self._set_directory(rest.decode("utf-8", "replace"))
        elif kind == 8:
            return self._link(rest)
        elif kind == 52:
            self._copy(rest)
        elif kind == 133:
            # Marks around prompts and outputs: how an output is selected at once.
            return self._core.write(b"\x1b]133;" + rest + ending)
        else:
            return self._colors.take(kind, rest.decode("ascii", "replace"), ending)
        return b""

    def _link(self, rest: bytes) -> bytes:
        """OSC 8 ; parameters ; target. A target nobody may follow ends the link before it."""
        parameters, _, target = rest.partition(b";")
        safe = safe_link(target.decode("utf-8", "replace")).encode()
        kept = parameters if safe and len(parameters) <= 256 and parameters.isascii() else b""
        return self._core.write(b"\x1b]8;" + kept + b";" + safe + b"\x1b\\")

    def _set_directory(self, url: str) -> None:
        try:
            path = unquote(urlsplit(url).path) if url.startswith("file://") else url
        except ValueError:
            return
        self.working_directory = plain(path, LONGEST_DIRECTORY)

    def _copy(self, rest: bytes) -> None:
        """OSC 52 ; clipboards ; base64. Never read; written where the session allows it."""
        _, _, encoded = rest.partition(b";")
        if not self._may_write_clipboard or encoded in (b"?", b""):
            return
        try:
            text = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return
        self._clipboard = text.replace("\x1b", "")

    def _device(self, content: bytes) -> bytes:
        if content.startswith(b"$q"):
            return self._setting(content[2:])
        if content.startswith(b"+q"):
            return self._capabilities(content[2:])
        return b""

    def _setting(self, asked: bytes) -> bytes:
        answer = self._reports.setting(asked.decode("ascii", "replace"))
        if answer is None:
            return self._core.write(b"\x1bP$q" + asked + b"\x1b\\")
        return answer

    def _capabilities(self, asked: bytes) -> bytes:
        answers = []
        for name in asked.split(b";")[:16]:
            known = _capability(name)
            if known is None:
                answers.append(b"\x1bP0+r\x1b\\")
                break
            answers.append(
                b"\x1bP1+r%b=%b\x1b\\" % (known.encode().hex().upper().encode(), _value(known))
            )
        return b"".join(answers)


def _capability(name: bytes) -> str | None:
    try:
        known = bytes.fromhex(name.decode("ascii")).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return None
    return known if known in _CAPABILITIES else None


def _value(name: str) -> bytes:
    return _CAPABILITIES[name].encode().hex().upper().encode()
