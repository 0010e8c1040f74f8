"""What configurations have to be like, and which of them are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event


class RuleKind(StrEnum):
    """How a rule judges a configuration."""

    HAS = "has"
    """Each line of its text must be there."""
    LACKS = "lacks"
    """No line of its text may be there."""
    BLOCK = "block"
    """In each block whose head fits, each line of its text must be there, each `-` line not."""
    TEMPLATE = "template"
    """Its text filled in for the device: each line must be there, in its block."""


class Gravity(StrEnum):
    """How bad it is when a rule is broken."""

    NOTE = "note"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Verdict(StrEnum):
    """What became of a rule on a configuration."""

    PASS = "pass"  # noqa: S105 no password: the rule is kept
    FAIL = "fail"
    WAIVED = "waived"
    """It fails, and somebody put up with that until a day."""
    ERROR = "error"
    """The rule cannot be judged here: its template asks for what the device does not have."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What somebody wants of configurations."""

    id: int
    name: str
    kind: RuleKind
    text: str
    """Lines as they stand in a configuration, /patterns/, or a template."""
    block: str = ""
    """Of a rule about blocks: the pattern their heads fit."""
    variables: str = ""
    """Of a template: `name = value` lines, beside what the inventory knows."""
    platforms: tuple[str, ...] = ()
    """Names of platforms; empty: every one."""
    devices: tuple[str, ...] = ()
    """Patterns of names as in a shell, `ams-*`; empty: every device."""
    gravity: Gravity = Gravity.MAJOR
    remedy: str = ""
    """Why it matters, and what to do."""
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line that a verdict stands on; secrets in it are masked."""

    text: str
    line: int | None = None
    """From 1; None: it is missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule on a device's newest configuration."""

    rule_id: int
    device_id: int
    version_id: int
    verdict: Verdict
    at: datetime
    since: datetime
    """From when on it has been so."""
    evidence: tuple[Evidence, ...] = ()
    waived_until: datetime | None = None
    waived_for: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """All rules on one device's newest configuration, as they are kept."""

    device_id: int
    version_id: int
    rules_rev: str
    """Which set of rules judged; another one judges anew."""
    at: datetime
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody puts up with a broken rule until a day."""

    id: int
    rule_id: int
    device_id: int | None
    """None: on every device."""
    until: datetime
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """How a rule, or all of them, stand."""

    passed: int = 0
    failed: int = 0
    waived: int = 0
    errors: int = 0

    @property
    def judged(self) -> int:
        return self.passed + self.failed + self.waived + self.errors

    @property
    def share(self) -> float | None:
        """The part that is as it should be, 0–1; None when nothing was judged."""
        return None if not self.judged else (self.passed + self.waived) / self.judged


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceRuleChanged(Event):
    """A rule was added, changed or removed."""

    rule_id: int
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverChanged(Event):
    """Somebody put up with a broken rule until a day, or took that back."""

    rule_id: int
    device_id: int | None
    what: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigsJudged(Event):
    """Configurations were compared with the rules: of so many devices, so many break one."""

    devices: int
    failing: int
