"""Which devices a credential is for: patterns of names and sites, and words."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from noc_console.services.credentials.model import Match, Subject


def fits(match: Match, subject: Subject) -> bool:
    """Whether a credential is for a device: every part that asks for something is met."""
    return rank(match, subject) is not None


def rank(match: Match, subject: Subject) -> tuple[int, int] | None:
    """None when it is not for this device; else how well it fits, the greater the better.

    A pattern of the name says more than a word or a site, a longer pattern more than a short one.
    """
    name = _best(match.names, (subject.name, subject.address))
    site = _best(match.sites, (subject.site,))
    words = {each.casefold() for each in _told(subject)}
    word = next((each for each in match.words if each.casefold() in words), None)
    if name is None or site is None or (match.words and word is None):
        return None
    return (
        (4 if match.names else 0) + (2 if match.sites else 0) + (1 if match.words else 0),
        name + site,
    )


def why(match: Match, subject: Subject) -> str:
    """What of a match met the device, in words; for a list."""
    if match == Match():
        return "for every device"
    parts = []
    if match.names:
        parts.append("name " + ", ".join(match.names))
    if match.sites:
        parts.append(f"site {subject.site}")
    if match.words:
        told = {each.casefold() for each in _told(subject)}
        parts.append(", ".join(each for each in match.words if each.casefold() in told))
    return " · ".join(parts)


def _told(subject: Subject) -> tuple[str, ...]:
    told = (subject.platform, subject.vendor, subject.type, subject.model, *subject.tags)
    return tuple(each for each in told if each)


def _best(patterns: Collection[str], texts: Collection[str]) -> int | None:
    """The length of the longest pattern that fits, 0 without patterns, None when none fits."""
    if not patterns:
        return 0
    fitting = [
        len(pattern)
        for pattern in patterns
        if any(text and fnmatchcase(text.casefold(), pattern.casefold()) for text in texts)
    ]
    return max(fitting, default=None)
