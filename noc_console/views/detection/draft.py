"""A rule as it is being typed: words and numbers as texts, and the TOML they amount to.

Nothing is judged here: what is typed goes into the text as it is, and the text is checked.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.language import quoted, span_text
from noc_console.services.detection.model import EVERYWHERE, Kind, Rule, Scope
from noc_console.services.detection.scoping import speed_text

SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
NUMBERS = ("interface_types",)
TEXTS = ("on_delay", "off_delay", "within")
_HEAD = ("id", "title", "kind", "measure", "condition")
_FLAGS = ("below", "both", "share", "device_limits", "mute")
GRADED = ("sensor.supply_state", "sensor.hardware_state")


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form."""

    id: str = ""
    title: str = ""
    kind: str = Kind.THRESHOLD.value
    measure: str = "interface.utilisation"
    condition: str = ""
    severity: str = "major"
    levels: tuple[tuple[str, str, str], ...] = (("major", "", ""),)
    """Severity, raise and clear; those without a raising value are left out."""
    scope: tuple[tuple[str, str], ...] = ()
    """Keys with their words, separated by blanks; words with blanks in quotes."""
    linked: str = ""
    need: str = ""
    of: str = ""
    on_delay: str = ""
    off_delay: str = ""
    within: str = ""
    least: str = ""
    target: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    """below, both, share, device_limits, mute, disabled."""
    text: str = ""
    remedy: str = ""

    @property
    def is_plain(self) -> bool:
        """It has one severity instead of levels."""
        graded = self.measure in GRADED
        return self.kind == Kind.ABSENCE or (self.kind == Kind.STATE and not graded)

    def toml(self) -> str:
        """The rule as its text."""
        lines = ["[[rule]]", *self._said(_HEAD, quoted, always=True)]
        if self.is_plain and "mute" not in self.flags:
            lines.append(f"severity = {quoted(self.severity)}")
        lines += [f"{flag} = true" for flag in _FLAGS if flag in self.flags]
        if "disabled" in self.flags:
            lines.append("enabled = false")
        lines += self._said(("need", "of", "least", "target"), _number)
        lines += self._said((*TEXTS, "text", "remedy"), quoted)
        return "\n".join([*lines, *self._scope(), *self._levels()]) + "\n"

    def _said(
        self, keys: tuple[str, ...], write: Callable[[str], str], *, always: bool = False
    ) -> list[str]:
        """Those of these fields that say something."""
        words = ((key, str(getattr(self, key)).strip()) for key in keys)
        return [f"{key} = {write(word)}" for key, word in words if word or always]

    def _scope(self) -> list[str]:
        lines = []
        for key, given in self.scope:
            if not given.strip():
                continue
            if key in ("speed_min", "speed_max"):
                lines.append(f"{key} = {quoted(given.strip())}")
                continue
            words = [
                _number(word) if key in NUMBERS else quoted(word) for word in split_words(given)
            ]
            lines.append(f"{key} = [{', '.join(words)}]")
        if self.linked:
            lines.append(f"linked = {self.linked}")
        return ["", "[rule.scope]", *lines] if lines else []

    def _levels(self) -> list[str]:
        if self.is_plain or "mute" in self.flags:
            return []
        lines: list[str] = []
        for severity, at, clear in self.levels:
            if not at.strip():
                continue
            lines += ["", "[[rule.level]]", f"severity = {quoted(severity)}"]
            lines.append(f"raise = {_number(at.strip())}")
            if clear.strip():
                lines.append(f"clear = {_number(clear.strip())}")
        return lines


def draft_of(rule: Rule) -> Draft:
    """What stands in the form for a rule that is there."""
    flags = {
        name
        for name, is_set in (
            ("below", rule.below),
            ("both", rule.both),
            ("share", rule.share),
            ("device_limits", rule.device_limits),
            ("mute", rule.is_mute),
            ("disabled", not rule.is_enabled),
        )
        if is_set
    }
    made = Draft(
        id=rule.id,
        title=rule.title,
        kind=rule.kind.value,
        measure=rule.measure,
        condition=str(rule.condition),
        severity=rule.severity.name.lower() if rule.levels else "major",
        scope=tuple(_scope_of(rule.scope)),
        linked="" if rule.scope.linked is None else str(rule.scope.linked).lower(),
        need=str(rule.need),
        of=str(rule.of),
        on_delay=_span(rule.on_delay_s),
        off_delay=_span(rule.off_delay_s),
        within=span_text(rule.within) if rule.within else "",
        least=_shown(rule.least),
        target=_shown(rule.target),
        flags=frozenset(flags),
        text=rule.text,
        remedy=rule.remedy,
    )
    levels = tuple(
        (level.severity.name.lower(), f"{level.raise_at:.12g}", f"{level.clear_at:.12g}")
        for level in rule.levels
    )
    return replace(made, levels=() if made.is_plain else levels)


def _scope_of(scope: Scope) -> list[tuple[str, str]]:
    found = []
    for one in fields(Scope):
        value = getattr(scope, one.name)
        if one.name == "linked" or value == getattr(EVERYWHERE, one.name):
            continue
        if one.name in ("speed_min", "speed_max"):
            found.append((one.name, speed_text(value)))
        elif isinstance(value, tuple):
            found.append((one.name, " ".join(shlex.quote(str(word)) for word in value)))
        else:
            found.append((one.name, f"{value:.12g}"))
    return found


def split_words(text: str) -> list[str]:
    """Words with blanks between them; quotes hold one together, an open one ends with the text."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.replace('"', " ").replace("'", " ").split()


def _number(text: str) -> str:
    """A number as TOML; anything else as a text, so that the check can name the key."""
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        return quoted(text)
    return f"{value:.12g}" if value == value and abs(value) != float("inf") else quoted(text)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _span(seconds: float) -> str:
    return span_text(timedelta(seconds=seconds)) if seconds else ""
