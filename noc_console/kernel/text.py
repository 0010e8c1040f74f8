"""Words on their way to people."""

from __future__ import annotations

import re
import unicodedata

_SENSITIVE = re.compile(
    r"(?i)\b(community|passw(?:or)?d|passphrase|secret|token|api[_-]?key|authorization|priv[_-]?key|auth[_-]?key)"
    r"(\s*[=:]\s*|\s+)(\"[^\"]*\"|'[^']*'|\S+)"
)
_URL_LOGIN = re.compile(r"(?<=://)([^/\s:@]+):([^/\s@]+)@")


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 device`, `12,480 devices`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def redact(text: str) -> str:
    """The text with what looks like a secret replaced by dots.

    A second net behind `Secret`: for texts that came from somewhere else.
    """
    return _URL_LOGIN.sub(r"\1:•••@", _SENSITIVE.sub(r"\1\2•••", text))


def visible(text: str, *, limit: int = 4096) -> str:
    """Text from a device made safe to show: one line, control and bidi characters as symbols."""
    kept = text[:limit]
    # What is printable has nothing to replace; device text nearly always is.
    shown = kept if kept.isprintable() else "".join(map(_symbol, kept))
    return shown + "…" if len(text) > limit else shown


def _symbol(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if character in "\u2028\u2029" or unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return f"⟨U+{code:04X}⟩"
    return character


def duration(seconds: float) -> str:
    """A stretch of time in its two largest units: `3 d 4 h`, `12 min 5 s`, `0 s`."""
    left = int(max(0, seconds))
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount} {unit}")
        if len(parts) == 2:
            break
    return " ".join(parts) or "0 s"
