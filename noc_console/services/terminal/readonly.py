"""Read-only by construction: what would change a device is not sent.

A guard stands in the send path of one session. At each Enter it judges the line: as the keys made
it where they can be followed, and as the device echoed it behind its prompt, which also shows what
Tab, the arrow keys and a device's history put there. The worse of the two counts. Where neither is
known the line is refused rather than guessed at. A pasted block is judged as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from noc_console.kernel.text import visible
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.echoed import EchoedLine
from noc_console.services.terminal.judging import Judgement, Verdict, is_mode, is_shell, judge
from noc_console.services.terminal.recognising import UNWRITTEN

LONGEST = 4_096
_PASTE = re.compile(rb"\x1b\[20[01]~")
_REPORT = re.compile(rb"\x1b(?:\[[?>=]?[0-9;]*[cnRy]|\[[IO]|\[<[0-9;]*[Mm])")
"""What a terminal says by itself: where the cursor is, what it is, the mouse. No text is in it."""
_SECRET = re.compile(
    r"(?i)(?:pass ?(?:word|phrase|code)|login|user ?name|pin|otp|token)[^:]{0,40}: ?$"
)
_QUESTION = re.compile(r"(?:[:?]|\]|\)) ?$")
_ENTERS = frozenset((b"\r", b"\n", b"\r\n", b"\x1a", b"\x0f"))
"""Return, newline; Ctrl+Z and Ctrl+O, which run a line on some devices too."""
_RUNS = frozenset("!;|&`$")
_NO = frozenset(("", "n", "no", "c", "cancel"))
_EDITOR = b"\x18"
"""Ctrl+X: with Ctrl+E a shell opens an editor, and runs what is written there without an Enter."""
NOT_SHOWN = "the device has not shown yet what Enter would run: look, and press it again"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was sent."""

    line: str
    why: str
    verdict: Verdict

    @property
    def sentence(self) -> str:
        """For the person at the keys."""
        doubt = "" if self.verdict is Verdict.CHANGES else " It may change the device."
        return f"Not sent: {self.why}.{doubt} This session may only look; elevate it to go on."


@dataclass(slots=True)
class _Keys:
    """What was typed since the last Enter, as far as keys tell."""

    text: str = ""
    is_known: bool = True
    heard: int = -1
    """How much the device had sent when the last key that only it understands was pressed."""
    ahead: int = 0
    """Letters at the beginning that were typed before a prompt was seen: a pager may have them."""

    def copy(self) -> _Keys:
        return _Keys(self.text, self.is_known, self.heard, self.ahead)

    @property
    def is_paging(self) -> bool:
        """Whether only keys of a pager were pressed, before a prompt was seen."""
        is_ahead = self.is_known and self.ahead == len(self.text) > 0
        return is_ahead and not self.text.strip(" q")

    def is_echoed(self, shown: str) -> bool:
        """Whether a prompt shows all that was typed behind it, and so what came of the rest."""
        at_prompt = self.text[self.ahead :].strip()
        return bool(self.ahead and at_prompt) and shown.strip().endswith(at_prompt)


class Guard:
    """One session's read-only filter."""

    def __init__(
        self, driver: Driver | None, *, strict: bool = True, why_not: str = UNWRITTEN
    ) -> None:
        """`strict`: what is not known is refused. Without a driver with a grammar all passes, and
        `why_not` says why."""
        self._driver = driver if driver is not None and driver.grammar is not None else None
        self._strict = strict
        self._why_not = why_not
        self._echo = EchoedLine()
        self._keys = _Keys()
        self._prompt = ""
        self._knows_mode = True

    @property
    def is_able(self) -> bool:
        """Whether it can tell at all what changes this device."""
        return self._driver is not None

    @property
    def note(self) -> str:
        """What to say where it cannot tell; "" where it can."""
        return "" if self.is_able else self._why_not

    def reset(self) -> None:
        """The link is a new one."""
        self._echo.reset()
        self._keys = _Keys()
        self._prompt, self._knows_mode = "", True

    def be_unsure(self) -> None:
        """The link is not new: in which mode the device is, only its next prompt tells."""
        self._knows_mode = False

    def received(self, data: bytes) -> None:
        """What the device sent, every byte of it."""
        if self._driver is not None:
            self._echo.feed(data)

    def check(self, data: bytes, *, is_elevated: bool = False) -> Refusal | None:
        """None: send it as it is. A refusal: send nothing of it."""
        if self._driver is None:
            return None
        keys = self._keys.copy()
        sees_prompt, text = self._shown()
        if sees_prompt:
            self._prompt, self._knows_mode = sees_prompt, True
            if not (text or "").strip() and (keys.is_paging or self._is_heard(keys)):
                keys = _Keys()
        is_first = True
        for part in _strokes(data):
            if part not in _ENTERS:
                if part == _EDITOR and not is_elevated and self._runs_unseen:
                    return Refusal("Ctrl+X", "Ctrl+X may run what no Enter does", Verdict.UNKNOWN)
                self._press(keys, part)
                if text is None:
                    keys.ahead = len(keys.text)
                continue
            if is_elevated:
                # What was allowed may lead into a configuration mode: the next prompt tells.
                self._knows_mode = False
            elif refusal := self._at_enter(keys, text if is_first else None, is_first):
                return refusal
            keys, is_first = _Keys(), False
        self._keys = keys
        return None

    def _is_heard(self, keys: _Keys) -> bool:
        """Whether the device shows what came of keys that only it understands."""
        return not keys.is_known and self._echo.is_certain and self._echo.count > keys.heard

    def _press(self, keys: _Keys, part: bytes) -> None:
        if part == b"\x03":  # Ctrl+C: a new line everywhere
            keys.text, keys.is_known, keys.ahead = "", True, 0
        elif part in {b"\b", b"\x7f"}:
            keys.text = keys.text[:-1]
        elif part == b"\x15" and keys.is_known:  # Ctrl+U, with the cursor at the end
            keys.text, keys.ahead = "", 0
        elif part == b"?" and not self._is_shell:
            # Help: the device shows it, and its line anew without the question mark.
            keys.is_known = False
        elif part[0] >= 0x20:
            keys.text += part.decode("utf-8", "replace")
            if len(keys.text) > LONGEST:
                keys.is_known = False
        else:
            # Tab, arrows, Ctrl+R …: only the device knows what its line is now.
            keys.is_known = False
        if not keys.is_known:
            keys.heard = self._echo.count

    def _at_enter(self, keys: _Keys, shown: str | None, is_first: bool) -> Refusal | None:
        assert self._driver is not None
        if is_first and shown is None and self._is_answer(keys):
            return self._answered(keys)
        found: list[Judgement] = []
        if keys.is_known and self._echo.is_certain and keys.is_echoed(shown or ""):
            return self._refusal([self._judge(shown or "")])
        if keys.is_known:
            if not self._knows_mode and keys.text.strip():
                found.append(Judgement(Verdict.UNKNOWN, keys.text, "wait for the prompt"))
            found.append(self._judge(keys.text))
        elif shown is None or not self._echo.is_certain or self._echo.count <= keys.heard:
            found.append(Judgement(Verdict.UNKNOWN, keys.text, NOT_SHOWN))
        if shown is not None and self._echo.is_certain and not _is_lagging(keys, shown):
            found.append(self._judge(shown))
        return self._refusal(found)

    def _judge(self, text: str) -> Judgement:
        return judge(self._driver, text, prompt=self._prompt, above=self._echo.above)

    @property
    def _runs_unseen(self) -> bool:
        grammar = self._driver.grammar if self._driver is not None else None
        return grammar is not None and is_shell(grammar)

    @property
    def _is_shell(self) -> bool:
        grammar = self._driver.grammar if self._driver is not None else None
        return grammar is not None and grammar.style == "shell"

    def _refusal(self, found: list[Judgement]) -> Refusal | None:
        for wanted in (Verdict.CHANGES, Verdict.UNKNOWN):
            if wanted is Verdict.UNKNOWN and not self._strict:
                return None
            for each in found:
                if each.verdict is wanted:
                    return Refusal(visible(each.line, limit=200), each.why, wanted)
        return None

    def _shown(self) -> tuple[str, str | None]:
        """The prompt on the line with the cursor and what stands behind it; None: no prompt."""
        assert self._driver is not None
        line = self._echo.text
        for end in _ends(line):
            if self._driver.prompt.search(line[:end]):
                return line[:end], line[end:]
        return "", None

    def _is_answer(self, keys: _Keys) -> bool:
        """Whether the device waits for an answer to a question rather than for a command."""
        line = self._echo.text
        if not keys.is_known:
            # What stands there may have been typed, and end as questions do. What is secret is
            # not echoed.
            is_typed = keys.text in line or not _RUNS.isdisjoint(line)
            return bool(_SECRET.search(line)) and not is_typed
        asked = line.removesuffix(keys.text)
        if _SECRET.search(asked):
            return True
        # A shell asks nothing; programs under it do, and some of them run what they are told.
        return not self._runs_unseen and bool(_QUESTION.search(asked))

    def _answered(self, keys: _Keys) -> Refusal | None:
        """Answers pass: only what may look could have asked. A command is none."""
        assert self._driver is not None and self._driver.grammar is not None
        asked = self._echo.text.removesuffix(keys.text)
        if _SECRET.search(asked) or keys.text.strip().lower() in _NO:
            return None  # a password is no command, and never shown in a sentence
        if is_mode(self._driver.grammar, self._prompt):
            why = (
                "asked on the way out of a configuration mode, it may put what waits there in force"
            )
            return Refusal(visible(keys.text, limit=200), why, Verdict.CHANGES)
        judged = judge(self._driver, keys.text)
        return self._refusal([judged]) if judged.verdict is Verdict.CHANGES else None


def _is_lagging(keys: _Keys, shown: str) -> bool:
    """Whether the echo tells nothing that the keys do not: it is behind, or scrolled sideways."""
    text = shown.strip()
    if not keys.is_known:
        return False
    return not text or text.startswith("$") or keys.text.strip().startswith(text)


def _ends(line: str) -> Iterator[int]:
    """Where a prompt might end: behind its sign, with the blank that may follow it."""
    for found in re.finditer(r"[>#$%\]:]", line):
        yield found.end()
        if line[found.end() : found.end() + 1] == " ":
            yield found.end() + 1


def _strokes(data: bytes) -> Iterator[bytes]:
    """What was sent, cut into texts, keys, and the keys that run a line."""
    data = _REPORT.sub(b"", _PASTE.sub(b"", data))
    for found in _STROKE.finditer(data):
        yield found[0]


_STROKE = re.compile(
    rb"[\x20-\x3e\x40-\x7e\x80-\xff]+|[?]|\r\n"
    rb"|\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|O[\x20-\x7e]|[\x20-\x7e])?"
    rb"|[\x00-\x1a\x1c-\x1f\x7f]"
)
