"""Entries of a rule file, read strictly: every mistake is Invalid and names its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity

Words = Mapping[str, Any]
T = TypeVar("T")

LONGEST = 400
SEVERITIES = {each.name.lower(): each for each in Severity}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def raw_table(entry: Words, key: str) -> dict[str, Any]:
    found = entry.get(key, {})
    if not isinstance(found, dict):
        raise Invalid(f"{key}: a table in braces", field=key)
    return found


def table(entry: Words, key: str) -> dict[str, str]:
    found = raw_table(entry, key)
    if not all(isinstance(value, str) for value in found.values()):
        raise Invalid(f"{key}: names and texts", field=key)
    return found


def listed(entry: Words, key: str) -> list[Any]:
    found = entry.get(key, [])
    return found if isinstance(found, list) else [found]


def only(entry: Words, allowed: frozenset[str]) -> None:
    if unknown := sorted(set(entry) - allowed):
        raise Invalid(f"{unknown[0]!r} is none of {', '.join(sorted(allowed))}", field=unknown[0])


def once(known: Mapping[Any, Any], name: str) -> None:
    if name in known:
        raise Invalid(f"{name!r} is there twice")


def phrase(entry: Words, key: str, *, must: bool = False, longest: int = LONGEST) -> str:
    found = entry.get(key, "")
    if not isinstance(found, str):
        raise Invalid(f"{key}: a text", field=key)
    if must and not found.strip():
        raise Invalid(f"{key} is missing", field=key)
    if len(found) > longest:
        raise Invalid(f"{key}: at most {longest} characters", field=key)
    return found


def slug(entry: Words, key: str) -> str:
    found = phrase(entry, key, must=True, longest=80)
    if not _ID.fullmatch(found):
        raise Invalid(f"{key}: {found!r} is not lower-case words with hyphens", field=key)
    return found


def choice(entry: Words, key: str, choices: Mapping[str, T], default: T) -> T:
    found = entry.get(key)
    if found is None:
        return default
    if not isinstance(found, str) or found not in choices:
        raise Invalid(f"{key}: {found!r} is none of {', '.join(filter(None, choices))}", field=key)
    return choices[found]


def flag(entry: Words, key: str, default: bool) -> bool:
    found = entry.get(key, default)
    if not isinstance(found, bool):
        raise Invalid(f"{key}: true or false", field=key)
    return found


def whole(value: Any, most: int, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Invalid(f"{key}: 0 to {most}", field=key)
    return value


_UNITS: Mapping[str, float] = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_TIME = re.compile(r"(\d{1,6}) ?(s|min|h|d)")


def seconds(entry: Words, key: str, default: float) -> float:
    """`15 min`, `2 h`."""
    word = phrase(entry, key)
    if not word:
        return default
    found = _TIME.fullmatch(word)
    if not found:
        raise Invalid(f"{key}: {word!r} is not of the form 15 min", field=key)
    return int(found[1]) * _UNITS[found[2]]
