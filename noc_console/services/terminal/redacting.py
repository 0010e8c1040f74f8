"""Secrets taken out of what a terminal keeps: recordings, text files, exports.

Output comes in pieces cut anywhere, so a line is held until it is whole and then looked at. What
is masked: what stands behind a vendor's words for secrets (as in configurations), private keys,
the patterns the operator added, and the exact secrets of this session, which a device may echo
where it should not. What is typed at a prompt without echo never comes back, and so is never here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.terminal.confided import longest_first
from noc_console.services.terminal.plain import plain

MASK = "••••••"
LONGEST = 8_192
"""Bytes of a line that are held; a longer one is let go in parts, the last `TAIL` bytes later."""
TAIL = 1_024
WINDOW = 256
"""Characters of a line that an operator's pattern sees at a time, each twice: a match takes at most
some hundredths of a second, however long the line."""
_BEGIN = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_END = re.compile(r"-----END [A-Z ]*PRIVATE KEY-----")
_URL_LOGIN = re.compile(r"(?<=://)([^/\s:@]{1,256}):([^/\s@]{1,256})@")
_PROMPT = re.compile(r"[>#$%:?)\]][ \t]*$")
"""What somebody is still typing does not end like this, and waits for the end of its line: nothing
tells a secret from a word as long as only half of either stands there."""
Masker = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """Output as it may be kept, with when it came."""

    at: float
    data: bytes


class Redactor:
    """Takes what a device sends; gives back what may be kept, whole lines at a time."""

    def __init__(
        self,
        mask: Masker,
        *,
        patterns: Sequence[re.Pattern[str]] = (),
        secrets: Collection[Secret] = (),
    ) -> None:
        self._mask = mask
        self._patterns = tuple(patterns)
        self._secrets: tuple[Collection[Secret], ...] = (secrets,)
        self._looked_for: tuple[str, ...] = ()
        self._look_up()
        self._held: list[Piece] = []
        self._size = 0
        self._in_key = False
        self._begun_line = b""
        """Of the line that is not ended yet, what was let go already: a prompt."""
        self.count = 0
        """Lines in which something was masked."""

    def know(self, secrets: Collection[Secret]) -> None:
        """Mask these too, also what comes into them later."""
        self._secrets = (*self._secrets, secrets)

    def feed(self, at: float, data: bytes) -> list[Piece]:
        """What may be kept now: everything up to the last whole line."""
        if not data:
            return []
        cut = data.rfind(b"\n") + 1
        ready: list[Piece] = []
        if cut:
            self._hold(at, data[:cut])
            ready = self._release()
            data = data[cut:]
        if data:
            self._hold(at, data)
            if self._size > LONGEST:
                ready += self._release_but(TAIL)
        return ready

    def flush(self, *, is_over: bool = True) -> list[Piece]:
        """The rest. While the session goes on only a prompt is let go; what may be the beginning of
        one of its secrets stays, too: somebody may be typing it, letter by letter."""
        if not self._held:
            return []
        if is_over:
            return self._release()
        return self._release_but(self._begun()) if self._is_prompt() else []

    @property
    def held(self) -> int:
        return self._size

    def _hold(self, at: float, data: bytes) -> None:
        self._held.append(Piece(at, data))
        self._size += len(data)

    def _is_prompt(self) -> bool:
        """Whether what is held looks as if the device waited, and has nothing to hide."""
        line = self._begun_line + b"".join(piece.data for piece in self._held)
        text = plain(line.decode("utf-8", "replace")).rpartition("\n")[2]
        begun = self._begun()
        shown = text[: len(text) - begun]
        return _PROMPT.search(shown) is not None and self.masked(shown) == shown

    def _begun(self) -> int:
        """How many bytes at the end one of the session's secrets begins with."""
        end, known = b"".join(piece.data for piece in self._held), 0
        for secret in self._look_up():
            text = secret.encode()
            for size in range(min(len(text) - 1, len(end)), known, -1):
                if end.endswith(text[:size]):
                    known = size
                    break
        return known

    def _release_but(self, tail: int) -> list[Piece]:
        """Of a line without an end all but the last stretch, in which a secret may have begun."""
        kept: list[Piece] = []
        size = 0
        while self._held and size < tail:
            piece = self._held.pop()
            size += len(piece.data)
            if size > tail:
                at = size - tail
                self._held.append(Piece(piece.at, piece.data[:at]))
                piece = Piece(piece.at, piece.data[at:])
            kept.insert(0, piece)
        ready = self._release()
        self._held, self._size = kept, sum(len(piece.data) for piece in kept)
        if len(self._begun_line) > LONGEST:
            self._begun_line = b""
        return ready

    def _release(self) -> list[Piece]:
        held, self._held, self._size = self._held, [], 0
        begun = self._begun_line
        whole = begun + b"".join(piece.data for piece in held)
        self._begun_line = whole[whole.rfind(b"\n") + 1 :]
        self._look_up()
        if not self._in_key and not self._is_suspect(whole):
            return held
        parts, at = [], held[0].at if held else 0.0
        changed = False
        for line in whole.splitlines(keepends=True):
            shown = self._line(line)
            changed |= shown != line
            parts.append(shown)
        if not changed:
            return held
        kept = b"".join(parts)
        # A line that is masked is written anew, from its beginning.
        return [Piece(at, kept.removeprefix(begun))]

    def _is_suspect(self, whole: bytes) -> bool:
        """Whether anything in several lines at once would be masked: mostly nothing is."""
        text = plain(whole.decode("utf-8", "replace"))
        return any(self.masked(line) != line for line in text.split("\n")) or "PRIVATE KEY" in text

    def _line(self, line: bytes) -> bytes:
        text = plain(line.decode("utf-8", "replace"))
        if self._in_key:
            self._in_key = _END.search(text) is None
            return b"" if self._in_key else _masked_line("-----END PRIVATE KEY-----", line)
        if _BEGIN.search(text):
            self._in_key = _END.search(text) is None
            self.count += 1
            return _masked_line(f"-----BEGIN PRIVATE KEY----- {MASK}", line)
        shown = self.masked(text)
        if shown == text:
            return line
        self.count += 1
        return _masked_line(shown.rstrip("\n"), line)

    def masked(self, text: str) -> str:
        """A line as it may be kept."""
        for secret in self._looked_for:
            text = text.replace(secret, MASK)
        for pattern in self._patterns:
            text = _without(pattern, text)
        return _URL_LOGIN.sub(rf"\1:{MASK}@", self._mask(text))

    def _look_up(self) -> tuple[str, ...]:
        """The session's secrets as they are now: some come while it lasts."""
        known = longest_first(each for some in self._secrets for each in some)
        self._looked_for = tuple(each.reveal() for each in known)
        return self._looked_for


def _without(pattern: re.Pattern[str], text: str) -> str:
    """A line without what a pattern finds, stretch by stretch."""
    found: list[tuple[int, int]] = []
    for start in range(0, max(1, len(text) - WINDOW // 2), WINDOW // 2):
        for match in pattern.finditer(text, start, start + WINDOW):
            found += _hidden(match)
    if not found:
        return text
    parts, done = [], 0
    for begin, end in sorted(found):
        if end <= done:
            continue
        parts.append(text[done:begin] if begin >= done else "")
        if begin >= done:
            parts.append(MASK)
        done = end
    return "".join(parts) + text[done:]


def _hidden(match: re.Match[str]) -> list[tuple[int, int]]:
    """The groups of a pattern are what is secret; without groups it is all of it."""
    numbers = range(1, match.re.groups + 1) if match.re.groups else (0,)
    return [match.span(number) for number in numbers if match.end(number) > match.start(number)]


def _masked_line(shown: str, line: bytes) -> bytes:
    """The line anew, without its colours, with the end it had."""
    end = b"\r\n" if line.endswith(b"\r\n") else b"\n" if line.endswith(b"\n") else b""
    return b"\r" + shown.encode() + b"\x1b[K" + end


def compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Patterns an operator wrote, each with the secret in a group. Raises Invalid."""
    found = []
    for text in patterns:
        if not text.strip():
            continue
        if len(text) > 500:
            raise Invalid("a pattern has at most 500 characters", field="patterns")
        try:
            found.append(re.compile(text))
        except re.error as error:
            raise Invalid(f"“{text}” is no regular expression: {error}", field="patterns") from None
    return tuple(found)
